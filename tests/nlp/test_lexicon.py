"""The lexicons: every entry is read, every mistake is named, the trie finds what the phrases say."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from nlp.components.actors import load_actors
from nlp.lexicon.cues import load_cues
from nlp.lexicon.gazetteer import alias_places, gazetteer
from nlp.lexicon.loader import LexiconError, load_phrases, read_phrases
from nlp.lexicon.places.generate import TARGET, generate
from nlp.lexicon.rules import corridor_rules, country_rules, movement_words, not_places
from nlp.lexicon.trie import Trie
from nlp.lexicon.words import split
from nlp.normalise import fold


def _found(phrases: list[str], text: str) -> set[str]:
    trie: Trie[str] = Trie()
    for phrase in phrases:
        trie.add(phrase.split(), phrase)
    return {value for _, _, value in trie.find(split(fold(text).text))}


def test_every_entry_of_every_lexicon_is_readable() -> None:
    entries = load_phrases()
    assert len(entries) > 1_000
    assert {entry.kind for entry in entries} == {"lure", "narrative", "stance", "topic"}
    assert all(entry.parts and all(entry.parts) for entry in entries)
    for load in (gazetteer, load_cues, load_actors, corridor_rules, country_rules, movement_words, not_places):
        load()


def test_lures_cover_the_taxonomy() -> None:
    assert set(Counter(entry.label for entry in load_phrases() if entry.kind == "lure")) == {
        "open-border", "guaranteed-entry", "visa-offer", "transport-offer", "document-offer", "benefit-promise", "logistics",
        "call-to-gather",
    }  # fmt: skip


def test_rules_name_only_places_that_the_gazetteer_has() -> None:
    known = {str(place["id"]) for place, _ in alias_places()}
    for rule in corridor_rules():
        assert rule.places <= known, f"{rule.label}: {sorted(rule.places - known)}"


def test_generated_places_are_fresh() -> None:
    assert TARGET.read_text(encoding="utf-8") == generate(), "run python -m nlp.lexicon.places.generate"


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("kind: lure\nlabel: x\nphrases: {en: [{phrase: a, colour: red}]}\n", "colour"),
        ("kind: lure\nlabel: x\nphrases: {en: [{near: [visa]}]}\n", "near"),
        ("kind: stance\nlabel: x\nphrases: {en: [a b]}\n", "stance"),
        ("kind: lure\nlabel: x\nphrases: {en: ['!!!']}\n", "!!!"),
        ("kind: lure\nlabel: x\nphrases: [a]\n", "phrases"),
        ("kind: lure\nwords: {}\n", "words"),
    ],
)
def test_a_mistake_is_reported_with_its_place(tmp_path: Path, content: str, named: str) -> None:
    path = tmp_path / "bad.yml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(LexiconError, match=r"lures/bad\.yml") as error:
        list(read_phrases(path, "lures"))
    assert named in str(error.value)


def test_norwegian_is_a_language_and_norway_a_country() -> None:
    assert any(name.country == "NO" for _, _, name in gazetteer().find(split("norway")))


def test_starred_words_match_any_ending_and_stems_do_not_shadow_each_other() -> None:
    assert _found(["visa*", "vis*", "visas"], "Visas") == {"visa*", "vis*", "visas"}
    assert _found(["offen* grenz*"], "die offenen Grenzen") == {"offen* grenz*"}


def test_arabic_article_and_clitics_are_read_through() -> None:
    assert _found(["حدود مفتوحه"], "والحدود مفتوحة") == {"حدود مفتوحه"}
    assert _found(["فيزا"], "بالفيزا") == {"فيزا"}
    assert _found(["بولندا"], "لبولندا") == {"بولندا"}


def test_accents_and_drawn_out_letters_do_not_hide_a_word() -> None:
    assert _found(["garantie"], "Garantíe") == {"garantie"}
    assert _found(["visa"], "visaaaa") == {"visa"}


def test_phrases_do_not_reach_over_sentence_ends() -> None:
    assert _found(["border open"], "the border. Open now") == set()
    assert _found(["border open"], "border open") == {"border open"}
