"""Functional tests: sentences whose reading is beyond dispute, by class (negation, hotline, tourism …).

They are data (functional.yml); an analyst adds a row, never code.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from falselight.errors import Halt
from nlp.contract import Failed, Tagged, Tagger, Text

# Help, legal ways and everyday life: a lure or narrative found here is a false alarm, and false alarms on help are harm.
HELP = frozenset({"hotline", "legal-offer", "tourism", "football"})
Stance = Literal["promotes", "reports", "counters", "asks"]


class Expected(BaseModel):
    """What has to hold; what is None is not asked. `any_…`: at least one of these; `no_…`: none of that kind at all."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    relevant: bool | None = None
    stance: frozenset[Stance] | None = None
    any_lure: frozenset[str] | None = None
    any_narrative: frozenset[str] | None = None
    no_lure: Literal[True] | None = None
    no_narrative: Literal[True] | None = None


class Case(BaseModel):
    """One row of functional.yml. `lang`: ISO code of the text, for the breakdown."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    id: str
    group: Annotated[str, Field(alias="class")]
    lang: str
    text: str
    expect: Expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one case went. `misses`: what did not hold, as sentences; empty means passed. `alarm`: a lure or narrative."""

    case: Case
    misses: tuple[str, ...]
    alarm: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Share of cases passed, in all and by class; `false_alarms`: share of help cases with any lure or narrative."""

    passed: float
    by_class: dict[str, float]
    false_alarms: float
    outcomes: tuple[Outcome, ...]


def load_cases(text: str | None = None) -> tuple[Case, ...]:
    """The cases of functional.yml (or of `text`). Raises Halt, naming the entry and the field that is wrong."""
    if text is None:
        text = (resources.files("nlp.evaluation") / "functional.yml").read_text(encoding="utf-8")
    try:
        return TypeAdapter(tuple[Case, ...]).validate_python(yaml.safe_load(text))
    except (ValidationError, yaml.YAMLError) as error:
        raise Halt(f"functional.yml: {error}") from error


def run_cases(tagger: Tagger, cases: Sequence[Case]) -> Summary:
    """Tag every case and see what holds."""
    results = tagger.tag([Text(id=case.id, text=case.text) for case in cases])
    outcomes = tuple(_outcome(case, result) for case, result in zip(cases, results, strict=True))
    totals, passed = Counter(o.case.group for o in outcomes), Counter(o.case.group for o in outcomes if not o.misses)
    help_cases = [o for o in outcomes if o.case.group in HELP]
    return Summary(
        passed=_share(sum(passed.values()), len(outcomes)),
        by_class={group: _share(passed[group], totals[group]) for group in sorted(totals)},
        false_alarms=_share(sum(o.alarm for o in help_cases), len(help_cases)),
        outcomes=outcomes,
    )


def _outcome(case: Case, result: Tagged | Failed) -> Outcome:
    if isinstance(result, Failed):
        return Outcome(case=case, misses=(f"could not be tagged: {result.reason}",), alarm=False)
    alarm = bool(result.lures or result.narratives)
    return Outcome(case=case, misses=tuple(_misses(case.expect, result)), alarm=alarm)


def _misses(expect: Expected, tagged: Tagged) -> list[str]:
    lures = {label.value for label in tagged.lures}
    narratives = {label.value for label in tagged.narratives}
    checks = {
        f"relevant is {tagged.relevant.value}": expect.relevant in {None, tagged.relevant.value == "yes"},
        f"stance is {tagged.stance.value}": expect.stance is None or tagged.stance.value in expect.stance,
        f"lures are {sorted(lures)}": expect.any_lure is None or bool(expect.any_lure & lures),
        f"narratives are {sorted(narratives)}": expect.any_narrative is None or bool(expect.any_narrative & narratives),
        f"has lures {sorted(lures)}": not (expect.no_lure and lures),
        f"has narratives {sorted(narratives)}": not (expect.no_narrative and narratives),
    }
    return [complaint for complaint, holds in checks.items() if not holds]


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
