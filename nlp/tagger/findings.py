"""What rules found, as labels: score 1, origin `rule:…`, reasons as the rules gave them. Routes are weighed by a model."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from falselight.tags import Reason, Route
from nlp.components.parts import weights_revision
from nlp.contract import Label
from nlp.pipeline import Analysis


def routes(analysis: Analysis) -> tuple[tuple[Route, Label], ...]:
    """The movements that the text names, with how likely they are by the weights learned for them."""
    score, origin = round(analysis.route_chance, 3), f"model:routes@{weights_revision()}"
    return tuple(
        (route, replace(_label(str(route), "routes", reasons), score=score, origin=origin))
        for route, reasons in analysis.routes
    )


def corridors(analysis: Analysis) -> tuple[Label, ...]:
    """The corridors that its movements and places lie in."""
    return tuple(_label(corridor, "corridors", reasons) for corridor, reasons in analysis.corridors)


def places(analysis: Analysis) -> tuple[Label, ...]:
    """The places, each once, with everywhere it is named."""
    return _gathered(((hit.place, hit.text, hit.start, hit.end) for hit in analysis.places), "places")


def prices(analysis: Analysis) -> tuple[Label, ...]:
    """Amounts with currency, as in `3000 EUR`."""
    found = ((f"{hit.amount:g} {hit.currency}", hit.text, hit.start, hit.end) for hit in analysis.prices)
    return _gathered(found, "prices")


def actors(analysis: Analysis) -> tuple[Label, ...]:
    """Operators, official bodies and outlets."""
    return _gathered(((hit.actor, hit.text, hit.start, hit.end) for hit in analysis.actors), "actors")


def _gathered(found: Iterable[tuple[str, str, int, int]], rule: str) -> tuple[Label, ...]:
    reasons: dict[str, list[Reason]] = {}
    for value, text, start, end in found:
        reason = Reason(kind="phrase", text=text, start=start, end=end, source=f"rule:{rule}")
        reasons.setdefault(value, []).append(reason)
    return tuple(_label(value, rule, tuple(several)) for value, several in reasons.items())


def _label(value: str, rule: str, reasons: tuple[Reason, ...]) -> Label:
    why = reasons or (Reason(kind="rule", text=value, source=f"rule:{rule}"),)
    return Label(value=value, score=1.0, origin=f"rule:{rule}", reasons=why)
