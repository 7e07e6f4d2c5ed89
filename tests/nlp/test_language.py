"""Languages: scripts, neighbours, hints, romanised text, and what is too short to say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from nlp.language import identify
from tests.components import need

_ROMANISED = yaml.safe_load(Path(__file__).with_name("romanised.yml").read_text(encoding="utf-8"))
_SHARED = Path(__file__).parents[3] / "shared" / "data" / "language_id.jsonl"


@pytest.mark.parametrize(
    ("text", "code", "script"),
    [
        ("The border is open and the buses are waiting for you", "en", "Latn"),
        ("الحدود مفتوحة والباصات جاهزة للجميع", "ar", "Arab"),
        ("مرز باز است و اتوبوس برای همه آماده است", "fa", "Arab"),
        ("سرحد باز است، موتر تا پولند روان است و ویزه لازم نیست", "prs", "Arab"),
        ("پوله خلاصه ده او موټر درته په لار کې دی", "ps", "Arab"),
        ("سنوور کراوەیە و پاسەکان لەوێ چاوەڕێ دەکەن", "ckb", "Arab"),
        ("سرحد کھلی ہے اور بسیں سب کے لیے تیار ہیں", "ur", "Arab"),
        ("Sînor vekirî ye û otobûs ji bo her kesî amade ne", "kmr", "Latn"),
        ("Sınır açık ve otobüsler herkes için hazır bekliyor", "tr", "Latn"),
        ("Xuduudku waa furan yahay oo basasku way idin sugayaan", "so", "Latn"),
        ("ዶብ ክፉት እዩ፡ ኣውቶቡሳት ድማ ንኹሉ ሰብ ይጽበያ ኣለዋ", "ti", "Ethi"),
        ("ድንበሩ ክፍት ነው፤ አውቶቡሶች ለሁሉም ሰው ይጠብቃሉ", "am", "Ethi"),
        ("Граница открыта, и автобусы ждут всех", "ru", "Cyrl"),
        ("Кордон відкрито, і автобуси чекають на всіх", "uk", "Cyrl"),
        ("Мяжа адкрытая, і аўтобусы чакаюць усіх", "be", "Cyrl"),
        ("সীমান্ত খোলা, সবার জন্য বাস অপেক্ষা করছে", "bn", "Beng"),
    ],
)
def test_languages_of_the_routes_are_told_apart(text: str, code: str, script: str) -> None:
    found = identify(text)
    assert (found.code, found.script) == (code, script)


def test_too_short_is_und_and_takes_the_hint_of_its_script() -> None:
    assert identify("!!! 2500").code == "und"
    assert identify("ok").code == "und"
    assert identify("ok", hint="pl").code == "pl"
    assert identify("", hint=None).script == "Zyyy"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n",
        "🔥🔥🔥",
        "12.500 €",
        "ab",
        "Да",
        "لا",
        "ኣ",
        "@some_channel_example",
        "https://a.example/the-border-is-open",
        "\u202e\u2066",
        "\0\0",
    ],
)
def test_what_is_too_short_to_say_is_und(text: str) -> None:
    found = identify(text)
    assert (found.code, found.romanised) == ("und", None)


def test_the_source_parts_dari_from_persian_where_words_do_not() -> None:
    text = "مرز باز است"
    assert identify(text, hint="prs").code == "prs"
    assert identify(text, hint="fa").code == "fa"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("wach kayn chi 7ed 3ando el7doud m7louline, chhal taman?", "ar"),
        ("salam baradar, mikham az torkie be alman beram, chand mishe?", "fa"),
        ("bhai Italy jana hai, kitne paise lage ge aur visa kaise milega?", "ur"),
    ],
)
def test_romanised_text_is_named_as_such(text: str, code: str) -> None:
    found = identify(text)
    assert (found.romanised, found.script) == (code, "Latn")


@pytest.mark.parametrize("code", _ROMANISED)
def test_natural_chat_in_latin_letters_is_named_as_what_it_is(code: str) -> None:
    missed = [text for text in _ROMANISED[code] if identify(text).romanised != code]
    assert len(missed) <= 0.1 * len(_ROMANISED[code]), missed


@pytest.mark.parametrize(
    "text",
    [
        "3 km to the border, on the 2nd at 7pm",
        "El autobús sale a las 3 y llega a las 7, hay sitio para 2 personas",
        "Siena nėra atvira ir niekas tavęs nepraleis per mišką",
        "De bus gaat per dag 3 keer naar de grens, maar we zijn er nog niet",
        "Da li neko zna kada ide sledeći autobus do Beograda",
    ],
)
def test_languages_that_are_at_home_in_latin_letters_are_not_romanised(text: str) -> None:
    assert identify(text).romanised is None


def test_two_scripts_in_one_text_are_mixed() -> None:
    assert identify("The border is open today الحدود مفتوحة اليوم للجميع").mixed
    assert not identify("The border is open today for everybody").mixed


def test_links_and_handles_say_nothing_of_the_language() -> None:
    assert identify("https://example.org/the-border-is-open @some_english_name الحدود مفتوحة اليوم").code == "ar"


def test_accuracy_on_the_outside_set_holds() -> None:
    need("shared")
    rows = [json.loads(line) for line in _SHARED.read_text(encoding="utf-8").splitlines()]
    right = sum(identify(row["text"]).code == row["lang"] for row in rows)
    assert right / len(rows) >= 0.97
