"""Breaks copies of the data files, to see that the loader says file, label and field."""

from __future__ import annotations

import re
import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from falselight.taxonomy import Taxonomy, TaxonomyError, read_taxonomy


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A copy of the data files to break."""
    for entry in Path(str(files("falselight.taxonomy"))).glob("*.yml"):
        shutil.copy(entry, tmp_path)
    return tmp_path


def replace(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


# --- redirects ---


def with_redirects(folder: Path, *pairs: tuple[str, str]) -> Taxonomy:
    lines = [f'- {{from: {old}, to: {new}, since: "2", reason: renamed}}' for old, new in pairs]
    (folder / "redirects.yml").write_text("\n".join(lines), encoding="utf-8")
    return read_taxonomy(folder)


def test_resolve_follows_a_chain(broken: Path) -> None:
    taxonomy = with_redirects(broken, ("gate-open", "border-open"), ("border-open", "open-border"))
    assert taxonomy.resolve("gate-open") == taxonomy.resolve("lure:border-open") == "open-border"


@pytest.mark.parametrize(
    "pairs", [[("old", "nowhere")], [("one", "two"), ("two", "one")], [("visa-offer", "logistics")]]
)
def test_redirect_into_nothing_a_circle_or_from_a_living_label_is_refused(
    broken: Path, pairs: list[tuple[str, str]]
) -> None:
    with pytest.raises(TaxonomyError, match=r"redirects\.yml"):
        with_redirects(broken, *pairs)


# --- data files that are wrong ---

BREAKS = [
    ("lures.yml", "title: The border is open", "titel: The border is open", "open-border", "title"),
    ("lures.yml", "audience: to-migrants", "audience: about-migrants", "open-border", "audience"),
    ("lures.yml", "disarm: [T0151.007,", "disarm: [T9999.007,", "open-border", "disarm"),
    ("lures.yml", "document: JOIN-2021-32", "document: JOIN-2021-99", "open-border", "source.document"),
    ("lures.yml", "instead: invasion", "instead: raid", "open-border", "counter_examples.instead"),
    ("lures.yml", "id: visa-offer", "id: open-border", "open-border", "id"),
    ("lures.yml", "facts: [stranded-in-belarus", "facts: [stranded", "open-border", "answer.facts"),
    ("corridors.yml", '[RU, "NO"]', "[RU, NO]", "eastern-land", "borders.6.1"),
    ("corridors.yml", "lures: [open-border", "lures: [closed-border", "eastern-land", "rules.lures"),
    ("contacts.yml", "kept_as: keyed-hash", "kept_as: plain-text", "phone", "kept_as"),
    ("early_warning.yml", "lure:visa-offer", "lure:visa-offers", "consular-contacts", "fed_by.label"),
    ("early_warning.yml", "measure: count", "measure: sum", "hostile-narratives", "indicators.0.fed_by.0.measure"),
    ("facts.yml", "value: 7698", "value: many", "arrivals-from-belarus", "value"),
    ("techniques.yml", "nearest: T0114", "nearest: T0115", "x-falselight-smuggling-offer", "nearest"),
]


@pytest.mark.parametrize(("file", "old", "new", "label", "field"), BREAKS)
def test_fault_names_file_label_and_field(broken: Path, file: str, old: str, new: str, label: str, field: str) -> None:
    replace(broken, file, old, new)
    with pytest.raises(TaxonomyError) as caught:
        read_taxonomy(broken)
    assert (caught.value.file, caught.value.label, caught.value.field) == (file, label, field)
    assert str(caught.value).startswith(f"falselight/taxonomy/{file}, label {label!r}, field {field!r}: ")


def test_examples_in_too_few_languages_are_refused(broken: Path) -> None:
    text = (broken / "stances.yml").read_text(encoding="utf-8")
    pruned = re.sub(r"^    (ar|fa|ckb|kmr|tr): .*\n", "", text, flags=re.MULTILINE)
    (broken / "stances.yml").write_text(pruned, encoding="utf-8")
    with pytest.raises(TaxonomyError, match="at least 6 are needed"):
        read_taxonomy(broken)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("a: [", "not readable YAML"),
        ("- id: a\n  id: b", "stands twice"),
        ("id: a", "must be a list"),
        ("- text", "no id"),
    ],
)
def test_file_that_is_no_list_of_entries_is_refused(broken: Path, content: str, problem: str) -> None:
    (broken / "actors.yml").write_text(content, encoding="utf-8")
    with pytest.raises(TaxonomyError, match=f"actors.yml.*{problem}"):
        read_taxonomy(broken)


def test_missing_file_is_named(broken: Path) -> None:
    (broken / "facts.yml").unlink()
    with pytest.raises(TaxonomyError, match=r"facts\.yml: file is missing"):
        read_taxonomy(broken)
