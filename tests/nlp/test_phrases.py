"""Phrase hits: right language, right place in the text as given, obfuscation or not."""

from __future__ import annotations

from nlp.contract import Failed, Text
from nlp.pipeline import Analysis, analyse


def _read(text: str, hint: str | None = None) -> Analysis:
    (result,) = analyse([Text(id="1", text=text, language_hint=hint)])
    assert not isinstance(result, Failed)
    return result


def test_hits_point_into_the_text_as_given() -> None:
    text = "Brothers!! The B.o.r.d.e.r is o p e n now, come"
    hits = [hit for hit in _read(text).hits if hit.kind == "lure"]
    assert hits
    for hit in hits:
        assert 0 <= hit.start < hit.end <= len(text)
        assert text[hit.start : hit.end].strip()


def test_an_obfuscated_offer_gives_the_same_labels_as_a_plain_one() -> None:
    plain = {(hit.kind, hit.label) for hit in _read("guaranteed visa without documents, pay after arrival").hits}
    masked = {(hit.kind, hit.label) for hit in _read("guar4nteed v1sа without d0cuments, p.a.y after arrival").hits}
    assert {label for kind, label in plain if kind == "lure"}
    assert {pair for pair in plain if pair[0] == "lure"} <= masked


def test_lures_are_found_in_several_languages() -> None:
    texts = {
        "ar": "الدفع بعد الوصول، طريق مضمون إلى ألمانيا",
        "ckb": "ڕێگای مسۆگەر بۆ ئەڵمانیا، پارە دوای گەیشتن",
        "fa": "ورود تضمینی به آلمان، پول بعد از رسیدن",
        "ru": "гарантированный въезд, оплата после прибытия",
        "tr": "garantili geçiş, ödeme varınca",
    }
    for language, text in texts.items():
        assert any(hit.kind == "lure" for hit in _read(text).hits), language


def test_a_phrase_of_another_language_counts_only_where_people_switch() -> None:
    hits = _read("Wir haben gestern in der Stadt über die neuen Regeln gesprochen und nichts entschieden").hits
    assert {hit.language for hit in hits} <= {"de", "en"}
    mixed = _read("يا شباب visa guaranteed بدون أوراق والدفع بعد الوصول")
    assert any(hit.language == "en" for hit in mixed.hits)


def test_labels_do_not_repeat_inside_a_longer_hit() -> None:
    hits = _read("visa without documents guaranteed visa without documents").hits
    spans = [(hit.kind, hit.label, hit.start, hit.end) for hit in hits]
    assert len(spans) == len(set(spans))
