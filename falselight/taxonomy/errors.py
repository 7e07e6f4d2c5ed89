"""What can be wrong with the taxonomy: its data files, or the id somebody asks for."""

from __future__ import annotations

FOLDER = "falselight/taxonomy"


class TaxonomyError(ValueError):
    """A data file breaks the contract of `models.py`; the message says file, label, field and what to do."""

    def __init__(self, problem: str, *, file: str, label: str | None = None, field: str | None = None) -> None:
        self.file, self.label, self.field = file, label, field
        where = f"{FOLDER}/{file}"
        where += f", label {label!r}" if label else ""
        where += f", field {field!r}" if field else ""
        super().__init__(f"{where}: {problem}")


class UnknownLabel(KeyError):
    """Nobody defined this id, and no redirect leads from it."""

    def __init__(self, label_id: str, *, known: tuple[str, ...], hint: str) -> None:
        self.label_id, self.known = label_id, known
        super().__init__(f"no label {label_id!r} in the taxonomy; {hint}")

    def __str__(self) -> str:
        """The message itself: KeyError would show it in quotes."""
        return str(self.args[0])
