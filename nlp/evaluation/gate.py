"""The gate: no figure may fall below its floor, no false alarm rise above its ceiling (floors.yml)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from falselight.errors import Halt
from nlp.evaluation.evaluate import MEASURES

Set = Literal["press", "social", "languages", "innocent", "functional", "language", "outside"]
Share = Annotated[float, Field(ge=0, le=1)]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    at_least: Share | None = None
    at_most: Share | None = None
    fast: Share | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What one figure must keep. `ceiling`: it must not exceed the values; otherwise it must not fall below them.

    `whole`: on all rows (bench/quality.py); `fast`: on the fast subset (tests), None where that is too small to tell.
    """

    set: Set
    figure: str
    whole: float
    fast: float | None
    ceiling: bool


def load_bounds(text: str | None = None) -> tuple[Bound, ...]:
    """The bounds of floors.yml (or of `text`). Raises Halt, naming the figure that is wrong."""
    if text is None:
        text = (resources.files("nlp.evaluation") / "floors.yml").read_text(encoding="utf-8")
    try:
        sets = TypeAdapter(dict[Set, dict[str, _Entry]]).validate_python(yaml.safe_load(text))
    except (ValidationError, yaml.YAMLError) as error:
        raise Halt(f"floors.yml: {error}") from error
    return tuple(_bound(name, figure, entry) for name, entries in sets.items() for figure, entry in entries.items())


def _bound(name: Set, figure: str, entry: _Entry) -> Bound:
    whole = entry.at_most if entry.at_least is None else entry.at_least
    if whole is None or (entry.at_least is not None and entry.at_most is not None):
        raise Halt(f"floors.yml: {name}: {figure}: give either at_least or at_most")
    return Bound(set=name, figure=figure, whole=whole, fast=entry.fast, ceiling=entry.at_least is None)


def breaches(figures: Mapping[str, Any], bounds: Sequence[Bound], *, fast: bool = False) -> Iterator[str]:
    """One sentence a breach. A figure that is not there is one too, unless its whole set was not measured.

    `figures`: as `nlp.evaluation.measure.measure` gives them; `fast`: they are of the fast subset.
    """
    values = flat(figures)
    for bound in bounds:
        limit = bound.fast if fast else bound.whole
        if limit is None or (bound.set == "outside" and figures["outside"] is None):
            continue
        value = values.get((bound.set, bound.figure))
        if value is None:
            yield f"{bound.set}: {bound.figure}: was not measured; is the name right?"
        elif value > limit if bound.ceiling else value < limit:
            yield f"{bound.set}: {bound.figure}: {value:.4f}, {'at most' if bound.ceiling else 'at least'} {limit:.4f}"


def flat(figures: Mapping[str, Any]) -> dict[tuple[str, str], float | None]:
    """Every single figure by set and name, as floors.yml names them."""
    found: dict[tuple[str, str], float | None] = {}
    for name in ("press", "social"):
        found |= {(name, key): figures[name][key]["value"] for key in MEASURES}
        found[name, "failed"] = figures[name]["failed"] / figures[name]["n"]
    languages = {lang: part["f1"] for lang, part in figures["lures_by_language"].items() if part["enough"]}
    found |= {("languages", lang): f1 for lang, f1 in languages.items()}
    found["languages", "worst"] = min(languages.values(), default=None)
    innocent = figures["innocent"]
    found |= {("innocent", key): innocent[key]["value"] for key in ("any_lure", "any_narrative")}
    found |= {
        ("innocent", "worst_language"): innocent["worst_language"],
        ("innocent", "failed"): innocent["failed"] / innocent["n"],
    }
    found |= {("functional", key): figures["functional"][key]["value"] for key in ("passed", "false_alarms")}
    found |= {("language", key): figure["value"] for key, figure in figures["language"].items()}
    for name, several in (figures["outside"] or {}).items():
        found |= {("outside", f"{name}: {key}"): figure["value"] for key, figure in several.items()}
    return found
