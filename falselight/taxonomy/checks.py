"""What no single entry can know: ids are unique, and whatever a label refers to exists."""

from __future__ import annotations

from collections.abc import Iterable

from falselight.taxonomy.errors import TaxonomyError
from falselight.taxonomy.lookup import FILE_OF_KIND, Taxonomy
from falselight.taxonomy.models import Label, Source


def check_references(taxonomy: Taxonomy) -> None:
    """Raises TaxonomyError for the first double id or dangling reference."""
    _check_ids(taxonomy)
    _check_redirects(taxonomy)
    for label in taxonomy.labels:
        _check_label(label, taxonomy)
    for corridor in taxonomy.corridors:
        named = [lure for rule in corridor.rules for lure in rule.lures]
        lures = {lure.id for lure in taxonomy.lures}
        _known(named, lures, file="corridors.yml", label=corridor.id, field="rules.lures")
    for technique in taxonomy.techniques:
        nearest = [technique.nearest] if technique.nearest else []
        _known(nearest, _techniques(taxonomy), file="techniques.yml", label=technique.id, field="nearest")
    for fact in taxonomy.facts:
        _check_sources([fact.source], taxonomy, file="facts.yml", label=fact.id)
    _check_indicators(taxonomy)


def _check_ids(taxonomy: Taxonomy) -> None:
    """Labels, families and indicators share one space of ids, also with the retired: a bare id says which."""
    pairs = [(FILE_OF_KIND[label.kind], label.id) for label in taxonomy.labels]
    pairs += [("early_warning.yml", family.id) for family in taxonomy.families]
    pairs += [("early_warning.yml", indicator.id) for indicator in taxonomy.indicators]
    pairs += [("redirects.yml", redirect.from_id) for redirect in taxonomy.redirects]
    _unique(pairs)
    _unique(("techniques.yml", technique.id) for technique in taxonomy.techniques)
    _unique(("documents.yml", document.id) for document in taxonomy.documents)
    _unique(("facts.yml", fact.id) for fact in taxonomy.facts)


def _unique(pairs: Iterable[tuple[str, str]]) -> None:
    first: dict[str, str] = {}
    for file, id_ in pairs:
        if id_ in first:
            problem = f"is taken already in {first[id_]}: choose another id; retired ids are never used again"
            raise TaxonomyError(problem, file=file, label=id_, field="id")
        first[id_] = file


def _check_redirects(taxonomy: Taxonomy) -> None:
    """Every chain of redirects ends at a living label."""
    successor = {redirect.from_id: redirect.to_id for redirect in taxonomy.redirects}
    living = {label.id for label in taxonomy.labels}
    for start, target in successor.items():
        seen, here = {start}, target
        while here in successor and here not in seen:
            seen.add(here)
            here = successor[here]
        if here not in living:
            problem = f"leads to {here!r}, which is no living label (or in a circle): name one"
            raise TaxonomyError(problem, file="redirects.yml", label=start, field="to")


def _check_label(label: Label, taxonomy: Taxonomy) -> None:
    file = FILE_OF_KIND[label.kind]
    _check_sources(label.source, taxonomy, file=file, label=label.id)
    _known(label.disarm, _techniques(taxonomy), file=file, label=label.id, field="disarm")
    instead = [counter.instead for counter in label.counter_examples if counter.instead]
    living = {other.id for other in taxonomy.labels} - {label.id}
    _known(instead, living, file=file, label=label.id, field="counter_examples.instead")
    facts = label.answer.facts if label.answer else ()
    _known(facts, {fact.id for fact in taxonomy.facts}, file=file, label=label.id, field="answer.facts")


def _check_indicators(taxonomy: Taxonomy) -> None:
    refs = {label.ref for label in taxonomy.labels} | {f"{kind}:*" for kind in FILE_OF_KIND}
    for family in taxonomy.families:
        _check_sources([family.source], taxonomy, file="early_warning.yml", label=family.id)
    for indicator in taxonomy.indicators:
        _check_sources([indicator.source], taxonomy, file="early_warning.yml", label=indicator.id)
        feeds = [feed.label for feed in indicator.fed_by if not feed.is_external]
        _known(feeds, refs, file="early_warning.yml", label=indicator.id, field="fed_by.label")


def _check_sources(sources: Iterable[Source], taxonomy: Taxonomy, *, file: str, label: str) -> None:
    documents = {document.id for document in taxonomy.documents}
    _known([source.document for source in sources], documents, file=file, label=label, field="source.document")


def _techniques(taxonomy: Taxonomy) -> set[str]:
    return {technique.id for technique in taxonomy.techniques}


def _known(names: Iterable[str], known: set[str], *, file: str, label: str, field: str) -> None:
    for name in names:
        if name not in known:
            problem = f"{name!r} is not defined; known: {', '.join(sorted(known))}"
            raise TaxonomyError(problem, file=file, label=label, field=field)
