"""Walks every label of the taxonomy, its sources, indicators and look-ups."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from falselight.taxonomy import Label, Source, UnknownLabel, load_taxonomy
from tests.components import need

TAXONOMY = load_taxonomy()
LABELS = TAXONOMY.labels
TEXT_LABELS = (*TAXONOMY.stances, *TAXONOMY.narratives, *TAXONOMY.lures)
LANGUAGES = {"en", "ar", "fa", "prs", "ckb", "kmr", "tr", "ru", "fr", "de", "pl"}
SHARED = Path(__file__).resolve().parents[4] / "shared"

# DESIGN §5, word for word.
STANCES = {"promotes", "reports", "counters", "asks"}
NARRATIVES = {"eu-hostile", "regime-benefactor", "blame-deflection", "invasion", "eu-collapse"}
LURES = {
    *("open-border", "guaranteed-entry", "visa-offer", "transport-offer"),
    *("document-offer", "benefit-promise", "logistics", "call-to-gather"),
}
CORRIDORS = {
    *("eastern-land", "eastern-mediterranean", "central-mediterranean", "western-mediterranean"),
    *("western-african", "western-balkan", "channel", "black-sea"),
}

RESERVED_PHONE = re.compile(r"\+1 202 555 01\d\d(?!\d)")
PHONE = re.compile(r"\+?\d(?:[ ()./-]{0,2}\d){6,}")
HANDLE = re.compile(r"@(\w+)")
LINK = re.compile(r"(?i)(?:https?://|www\.|\bt\.me/|\bwa\.me/)\S*|\b[\w-]+\.(?:com|net|org|info|ru|by|io|me)\b")
EMAIL = re.compile(r"[\w.]+@[\w-]+\.\w+")


def ids(labels: tuple[Label, ...]) -> list[str]:
    return [label.id for label in labels]


def samples_of(label: Label) -> list[tuple[str, str]]:
    """Language and text of every example and counter-example."""
    counters = [(counter.lang, counter.text) for counter in label.counter_examples]
    return [(example.lang, example.text) for example in label.examples] + counters


def texts_of(label: Label) -> list[str]:
    return [text for _, text in samples_of(label)]


def real_contacts(text: str) -> list[str]:
    """Phones outside the reserved range, handles without _example, and any link or e-mail address."""
    rest = RESERVED_PHONE.sub(" ", text)
    handles = [name for name in HANDLE.findall(rest) if not name.endswith("_example")]
    return PHONE.findall(rest) + handles + LINK.findall(rest) + EMAIL.findall(rest)


def sources() -> list[tuple[str, Source]]:
    """Every source of the taxonomy with the id of its entry."""
    found = [(label.id, source) for label in LABELS for source in label.source]
    found += [(family.id, family.source) for family in TAXONOMY.families]
    found += [(indicator.id, indicator.source) for indicator in TAXONOMY.indicators]
    return found + [(fact.id, fact.source) for fact in TAXONOMY.facts]


# --- the labels of DESIGN §5 ---


def test_taxonomy_ids_are_those_of_the_design() -> None:
    assert set(ids(TAXONOMY.stances)) == STANCES
    assert set(ids(TAXONOMY.narratives)) == NARRATIVES
    assert set(ids(TAXONOMY.lures)) == LURES
    assert set(ids(TAXONOMY.corridors)) == CORRIDORS
    assert set(ids(TAXONOMY.actors)) == {"transport-operator", "travel-agency", "official", "outlet"}
    assert set(ids(TAXONOMY.contacts)) == {"phone", "messenger-handle", "link", "e-mail"}
    assert TAXONOMY.version == "1"


def test_taxonomy_ids_are_unique_and_well_formed() -> None:
    all_ids = ids(LABELS) + [indicator.id for indicator in TAXONOMY.indicators]
    assert len(all_ids) == len(set(all_ids))
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", id_) for id_ in all_ids)


def test_taxonomy_keeps_the_two_audiences_apart() -> None:
    assert {lure.audience for lure in TAXONOMY.lures} == {"to-migrants"}
    assert {narrative.audience for narrative in TAXONOMY.narratives} == {"about-migrants"}


@pytest.mark.parametrize("label", LABELS, ids=lambda label: label.ref)
def test_label_is_complete(label: Label) -> None:
    assert len(label.definition.split()) >= 8
    assert len(label.is_not) >= 2
    assert label.since == "1"
    if label.kind in {"lure", "narrative"}:
        assert any(technique.startswith("x-falselight-") for technique in label.disarm)


@pytest.mark.parametrize("label", TEXT_LABELS, ids=lambda label: label.ref)
def test_text_label_has_examples_in_the_required_languages(label: Label) -> None:
    assert len(label.languages & LANGUAGES) >= 6
    assert label.languages <= LANGUAGES
    assert "en" in label.languages
    assert len(label.counter_examples) >= 2
    assert any(counter.instead for counter in label.counter_examples) or label.id == "invasion"
    assert label.answer is not None and label.answer.content.endswith(".")


def test_lures_speak_the_languages_of_people_on_the_move() -> None:
    for lure in TAXONOMY.lures:
        assert {"ar", "fa", "prs", "ckb", "kmr"} <= lure.languages, lure.id


def test_examples_are_distinct() -> None:
    texts = [text.casefold() for label in LABELS for text in texts_of(label)]
    assert len(texts) == len(set(texts)) > 150


def test_examples_are_in_the_script_of_their_language() -> None:
    arabic, cyrillic = re.compile(r"[\u0600-\u06ff]"), re.compile(r"[\u0400-\u04ff]")
    for label in LABELS:
        for lang, text in samples_of(label):
            assert bool(arabic.search(text)) == (lang in {"ar", "fa", "prs", "ckb"}), text
            assert bool(cyrillic.search(text)) == (lang == "ru"), text


def test_data_files_carry_no_real_contacts() -> None:
    for label in LABELS:
        for text in (*texts_of(label), label.definition, *label.is_not):
            assert real_contacts(text) == [], label.ref


@pytest.mark.parametrize(
    "text",
    ["call +49 30 1234567", "٠٧٧٠١٢٣٤٥٦٧", "+1 202 555 0199 or +1 202 555 0200", "@fast_road", "t.me/abc", "a@b.de"],
)
def test_real_contacts_are_seen(text: str) -> None:
    assert real_contacts(text)


def test_answers_are_told_apart() -> None:
    answers = [label.answer.id for label in LABELS if label.answer]
    assert len(answers) == len(set(answers)) >= 25


def test_redirects_end_at_a_living_label() -> None:
    for redirect in TAXONOMY.redirects:
        assert TAXONOMY.resolve(redirect.from_id) in ids(LABELS)


# --- sources ---


@pytest.mark.parametrize(("entry", "source"), sources())
def test_source_names_a_document_and_passage(entry: str, source: Source) -> None:
    assert source.document in {document.id for document in TAXONOMY.documents}, entry
    assert len(source.passage) > 8


@pytest.mark.parametrize(("entry", "source"), [pair for pair in sources() if pair[1].quote])
def test_quote_stands_in_its_document(entry: str, source: Source) -> None:
    file = next(document.file for document in TAXONOMY.documents if document.id == source.document)
    assert file is not None and source.quote is not None, entry
    need("shared")
    text = (SHARED / file).read_text(encoding="utf-8")
    assert plain(source.quote) in plain(text)


def plain(text: str) -> str:
    """Without emphasis marks, and with single blanks."""
    return " ".join(text.replace("*", "").split()).casefold()


# --- corridors and early warning ---


def test_corridor_borders_are_reached_by_a_rule() -> None:
    for corridor in TAXONOMY.corridors:
        ends = {code for rule in corridor.rules for code in rule.destination}
        reached = [end for _, end in corridor.borders if end in ends]
        assert reached, corridor.id


def test_corridor_rules_of_the_belarus_border() -> None:
    eastern = next(corridor for corridor in TAXONOMY.corridors if corridor.id == "eastern-land")
    first = eastern.rules[0]
    assert first.transit == ("BY",) and {"PL", "LT", "LV"} <= set(first.destination)
    assert ("RU", "NO") in eastern.borders


def test_early_warning_has_the_four_families() -> None:
    expected = ["intent", "potential", "territorial-vulnerability", "political-vulnerability"]
    assert [family.id for family in TAXONOMY.families] == expected
    for family in TAXONOMY.families:
        assert 3 <= len(family.indicators) <= 6
        for indicator in family.indicators:
            assert indicator.question.endswith("?") and not all(feed.is_external for feed in indicator.fed_by)


def test_feed_reads_as_a_sentence() -> None:
    feed = TAXONOMY.indicator("hostile-narratives").fed_by[0]
    assert str(feed) == "narrative:blame-deflection count per week by state-media"


def test_facts_of_the_communication_add_up() -> None:
    parts = ("arrivals-lithuania", "arrivals-poland", "arrivals-latvia")
    total = sum(TAXONOMY.fact(part).value or 0 for part in parts)
    assert TAXONOMY.fact("arrivals-from-belarus").value == total == 7698


# --- looking up ---


@pytest.mark.parametrize("label", LABELS, ids=lambda label: label.ref)
def test_label_is_found_by_both_forms_of_its_id(label: Label) -> None:
    assert TAXONOMY.label(label.id) is TAXONOMY.label(label.ref) is label
    assert TAXONOMY.resolve(label.ref) == label.id


def test_unknown_label_says_what_to_do() -> None:
    with pytest.raises(KeyError) as caught:
        TAXONOMY.label("lure:open-boarder")
    message = str(caught.value)
    assert "did you mean lure:open-border" in message
    assert "falselight/taxonomy/lures.yml" in message and "redirects.yml" in message


@pytest.mark.parametrize("id_", ["narrative:open-border", "", "lure:", "Open-Border"])
def test_label_of_another_kind_or_none_is_unknown(id_: str) -> None:
    with pytest.raises(UnknownLabel):
        TAXONOMY.label(id_)


def test_unknown_indicator_and_fact_name_their_file() -> None:
    with pytest.raises(UnknownLabel, match=r"early_warning\.yml"):
        TAXONOMY.indicator("weather")
    with pytest.raises(UnknownLabel, match=r"facts\.yml"):
        TAXONOMY.fact("weather")


def test_taxonomy_is_read_once_and_frozen() -> None:
    assert load_taxonomy() is TAXONOMY
    with pytest.raises(ValueError, match="frozen"):
        TAXONOMY.lures[0].title = "x"
