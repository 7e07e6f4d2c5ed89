"""Forms of place names: case endings, Arabic and Persian adjectives. Rules only where names take endings regularly.

Works on folded words. A star is given where the stem is long enough to stand for nothing else; shorter stems get the
endings written out.
"""

from __future__ import annotations

import re

Form = tuple[str, ...]
_MIN_STEM = 5
_CYRILLIC_END = re.compile("(?:а|я|ь|о|е|и|і|ы|й|у)$")
_LATIN_END = re.compile("[aeiouy]$")
_BALTIC_END = re.compile("(?:as|is|us|es|ia|a|e|i|o|s)$")
_GREEK_END = re.compile("(?:ος|οσ|ας|ασ|α|η|ο|ι)$")
_STEMMED = {"lt": _BALTIC_END, "lv": _BALTIC_END, "el": _GREEK_END}
# ps: the ablative (`له افغانستانه`).
_ONE_ENDING = {"de": "s", "nl": "s", "sv": "s", "da": "s", "no": "s", "am": "ን", "ti": "ን", "ps": "ه"}
# The dot below that makes Hindi and Punjabi letters of Persian sounds; half of the writers leave it out.
_NUKTA = re.compile("[\u093c\u0a3c]")
_CYRILLIC_ENDINGS = (
    "", "а", "я", "у", "ю", "е", "і", "и", "ы", "ь", "ом", "ем", "ой", "ою", "ей", "ею", "єю", "эй", "ии", "ию", "ія", "ії", "ію", "ыі", "ыю",
    "ові", "ах", "ях", "ск*", "йск*", "ськ*", "йськ*",
)  # fmt: skip
_LATIN_ENDINGS = (
    "",
    "a",
    "u",
    "e",
    "i",
    "y",
    "o",
    "om",
    "em",
    "ie",
    "ia",
    "ii",
    "ech",
    "ach",
    "iem",
    "owi",
    "sk*",
    "ck*",
    "ijsk*",
    "ansk*",
)
# Languages that add endings to the whole name.
_AGGLUTINATING = {"tr", "az", "uz", "kmr", "ku", "fi", "et", "hu", "so", "ckb", "bn", "ta", "sw", "ka", "kk"}
_SLAVIC_CYRILLIC = {"ru", "uk", "be", "bg", "sr", "mk"}
_SLAVIC_LATIN = {"pl", "cs", "sk", "hr", "sl", "sr-Latn"}
# Names that begin with ال of their own (ألمانيا, ألبانيا): folding hides the hamza.
_NO_ARTICLE = ("المان", "البان")


def inflections(words: Form, language: str) -> list[Form]:
    """Other forms of a name; the name itself is not repeated. `*` at a word's end stands for any ending."""
    if language in _SLAVIC_CYRILLIC or language in _SLAVIC_LATIN:
        return _slavic(words, language)
    return [(*words[:-1], form) for form in _last_word_forms(words[-1], language)]


def _last_word_forms(word: str, language: str) -> list[str]:
    if language in _AGGLUTINATING:
        return [word + "*"] if len(word) >= (3 if language in {"bn", "ta"} else 4) else []
    if language in _STEMMED:
        stem = _STEMMED[language].sub("", word)
        return [stem + "*"] if len(stem) >= 4 else []
    if language == "ro":
        return [word[:-1] + ending for ending in ("ei", "iei")] if word.endswith("a") else []
    if language in {"ar", "hi", "pa"}:
        plain = _without_article(word) if language == "ar" else _NUKTA.sub("", word)
        return [plain] if plain != word else []
    return [word + ending for ending in _ONE_ENDING.get(language, ())]


def _slavic(words: Form, language: str) -> list[Form]:
    """Every word of the name is declined (`Северной Македонии`)."""
    pattern = _CYRILLIC_END if language in _SLAVIC_CYRILLIC else _LATIN_END
    endings = _CYRILLIC_ENDINGS if language in _SLAVIC_CYRILLIC else _LATIN_ENDINGS
    if len(words) > 1:
        return [tuple(pattern.sub("", word) + "*" if len(word) > 3 else word for word in words)]
    stem = pattern.sub("", words[0])
    if len(stem) >= _MIN_STEM:
        return [(stem + "*",)]
    return [(stem + ending,) for ending in endings] if len(stem) >= 3 else []


def adjectives(words: Form, language: str) -> list[Form]:
    """Adjectives and peoples that follow from a country's name in one word; none where a list has to say it."""
    if len(words) != 1:
        return []
    name = words[0]
    if language == "ar":
        return [(stem + ending,) for stem in _arabic_stems(name) for ending in ("ي", "يه", "يين", "يون", "يات", "يتين")]
    if language in {"fa", "prs", "ps", "ur"}:
        endings = ("يي", "ئي") if name.endswith("ا") else ("اي",) if name.endswith("ه") else ("ي",)
        return [
            (name + ending,)
            for ending in (*endings, *(end + "ها" for end in endings), *(end + "هاي" for end in endings))
        ]
    return []


def _without_article(name: str) -> str:
    return name if name.startswith(_NO_ARTICLE) or len(name) <= 4 else name.removeprefix("ال")


def _arabic_stems(name: str) -> list[str]:
    """The name without article and without the ending that gives way to the adjective's ي."""
    stem = re.sub("(?:يا|ا|ه)$", "", _without_article(name))
    return [stem] if len(stem) >= 3 else []
