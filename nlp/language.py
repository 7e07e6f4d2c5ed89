"""Which language a text is in: script first, then letters and small words, then statistical identifiers.

A script leaves few candidates, and inside one script the trained identifiers fail where our readers need them most
(Sorani, Pashto, Dari, Kurmanji, Tigrinya); letters and small words of nlp/lexicon/languages.yml vote with them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from nlp.lexicon.languages import Profiles, Script, load_profiles

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

# First and last code point, ISO 15924. Letters outside decide nothing.
_RANGES = (
    (0x41, 0x24F, "Latn"), (0x250, 0x2AF, "Latn"), (0x370, 0x3FF, "Grek"), (0x400, 0x52F, "Cyrl"), (0x531, 0x58A, "Armn"),
    (0x5D0, 0x5F4, "Hebr"), (0x620, 0x6FF, "Arab"), (0x750, 0x77F, "Arab"), (0x8A0, 0x8FF, "Arab"), (0x900, 0x97F, "Deva"),
    (0x980, 0x9FF, "Beng"), (0xA00, 0xA7F, "Guru"), (0xA80, 0xAFF, "Gujr"), (0xB00, 0xB7F, "Orya"), (0xB80, 0xBFF, "Taml"),
    (0xC00, 0xC7F, "Telu"), (0xC80, 0xCFF, "Knda"), (0xD00, 0xD7F, "Mlym"), (0xD80, 0xDFF, "Sinh"), (0xE00, 0xE7F, "Thai"),
    (0x1000, 0x109F, "Mymr"), (0x10A0, 0x10FF, "Geor"), (0x1100, 0x11FF, "Hang"), (0x1200, 0x139F, "Ethi"),
    (0x1E00, 0x1EFF, "Latn"), (0x1F00, 0x1FFF, "Grek"), (0x2D80, 0x2DDF, "Ethi"), (0x3040, 0x30FF, "Kana"),
    (0x4E00, 0x9FFF, "Hani"), (0xAC00, 0xD7AF, "Hang"), (0xFB50, 0xFDFF, "Arab"), (0xFE70, 0xFEFC, "Arab"),
)  # fmt: skip
_ONE_LANGUAGE = {
    "Grek": "el", "Armn": "hy", "Hebr": "he", "Guru": "pa", "Gujr": "gu", "Orya": "or", "Taml": "ta", "Telu": "te", "Knda": "kn",
    "Mlym": "ml", "Sinh": "si", "Thai": "th", "Mymr": "my", "Geor": "ka", "Hang": "ko", "Kana": "ja", "Hani": "zh",
}  # fmt: skip
_NOISE = re.compile(r"https?://\S+|www\.\S+|\bt\.me/\S+|[@#]\w+|[\w.+-]+@[\w.-]+\.\w+")
# Romanised Arabic begins words with digits, too: 3la, 7ata.
_WORD = re.compile(
    r"(?:(?<!\w)[2-9](?=[a-z]{2}))?[^\W\d_](?:[\w'’‘ʻʼ\u0300-\u036f\u064b-\u0652\u0900-\u0d7f\u200c]*[\w\u0900-\u0d7f])?"
)
_DIGIT_LETTERS = re.compile(
    r"(?!\d(?:nd|rd|th|km|kg|pm|am|st|[cm]m)\b)\b(?=\w*[a-z])\w*[23579]\w*[a-z]\w*\b|\b[a-z]+[379]\b"
)
# Beyond this the answer no longer changes and py3langid's walk over bytes is what costs.
_READ_CHARACTERS = 600
_IDENTIFY_CHARACTERS = 200
_MIN_LETTERS = 3
# Who writes Arabic, Persian or Urdu in Latin letters uses a telephone's plain ones; French words among them have accents.
_MAX_ACCENTED = 0.15
# Serbian in Latin letters and Croatian are one to the identifiers; the small words (gde, gdje) part them.
_SAME = {"hr": ("hr", "sr-Latn"), "sr": ("sr", "hr", "sr-Latn"), "uz": ("uz", "uz-Cyrl")}
# The language as others write it in their hints and as the identifiers call it.
_ALIASES = {"ku": "kmr", "sdh": "ckb", "arz": "ar", "ary": "ar", "srl": "sr", "nn": "no", "nb": "no", "bs": "hr", "iw": "he",
            "fa-af": "prs", "uzs": "uz", "zh-hant": "zh"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Language:
    """What a text is written in.

    `code`: ISO 639-1 where there is one, else 639-3 (`ckb`, `kmr`, `prs`); `und` where the text is too short to say.
    `script`: ISO 15924, `Zyyy` where there are no letters. `score`: 0–1, share of the votes, not a probability.
    `mixed`: a second script or language carries at least a quarter of the words.
    `romanised`: the language behind Latin letters where it has another script of its own (then also `code`), else None.
    """

    code: str
    script: str
    score: float
    mixed: bool = False
    romanised: str | None = None


def identify(text: str, hint: str | None = None) -> Language:
    """The language of `text`; `hint` (what the source says) decides only where the text itself leaves it open."""
    clean = _NOISE.sub(" ", text[: 4 * _READ_CHARACTERS])[:_READ_CHARACTERS]
    letters = _count_scripts(clean)
    hint = _canonical(hint)
    if sum(letters.values()) < _MIN_LETTERS:
        return Language(_agreeing(hint, None) or "und", _first(letters) or "Zyyy", 0.0)
    script = _first(letters) or "Zyyy"
    mixed = _second_share(letters) >= 0.25
    if script in _ONE_LANGUAGE:
        code = "ja" if script == "Hani" and letters["Kana"] else _ONE_LANGUAGE[script]
        return Language(code, script, 1.0, mixed)
    words = [word for word in _words(clean) if script_of(word.lstrip("23456789")[0]) == script]
    return _among(words, script, hint, mixed)


def script_of(char: str) -> str | None:
    """ISO 15924 script of a letter; None for digits, signs, emoji and letters that we do not know."""
    return _SCRIPTS[char]


class _Scripts(dict[str, str | None]):
    """Script of each character, found when first met."""

    def __missing__(self, char: str) -> str | None:
        code = ord(char)
        found = next((name for low, high, name in _RANGES if low <= code <= high), None) if char.isalpha() else None
        self[char] = found
        return found


_SCRIPTS = _Scripts()


def _count_scripts(text: str) -> Counter[str]:
    counts = Counter(map(_SCRIPTS.__getitem__, text))
    return Counter({name: n for name, n in counts.items() if name is not None})


def _first(letters: Counter[str]) -> str | None:
    return letters.most_common(1)[0][0] if letters else None


def _second_share(letters: Counter[str]) -> float:
    ranked = letters.most_common(2)
    return ranked[1][1] / sum(letters.values()) if len(ranked) == 2 and ranked[1][1] >= 6 else 0.0


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _canonical(code: str | None) -> str | None:
    if not code:
        return None
    code = code.lower().replace("_", "-")
    return _ALIASES.get(code, _ALIASES.get(code.split("-")[0], code.split("-")[0]))


def _agreeing(hint: str | None, script: str | None) -> str | None:
    """The hint, if that language is written in this script (or the text has no letters at all)."""
    if hint is None or script is None:
        return hint
    return hint if load_profiles().script_of.get(hint) == script else None


def _among(words: list[str], script: str, hint: str | None, mixed: bool) -> Language:
    """The winner among the languages of a script; `words` are those in that script."""
    profiles = load_profiles()
    known = profiles.scripts.get(script)
    if known is None or not words:
        return Language("und", script, 0.0, mixed)
    small = _small_words(words, known)
    if script == "Latn" and (romanised := _romanised(words, small, profiles)):
        return Language(romanised, script, 0.9, mixed, romanised)
    votes = _votes(words, small, script, known)
    if not votes:
        return Language(_agreeing(hint, script) or "und", script, 0.0, mixed)
    code = max(votes, key=votes.__getitem__)
    score = votes[code] / sum(votes.values())
    code = _dari_or_persian(words, hint, profiles) if code in {"fa", "prs"} else _with_hint(code, votes, hint, words)
    return Language(code.split("-")[0], script, round(score, 3), mixed or _is_mixed(words, code, known))


def _with_hint(code: str, votes: Mapping[str, float], hint: str | None, words: list[str]) -> str:
    """Short texts lean to the hint where the votes do not contradict it clearly."""
    if hint is None or hint == code or hint not in votes:
        return code
    return hint if len(words) <= 4 and votes[hint] >= 0.5 * votes[code] else code


def _small_words(words: list[str], known: Script) -> dict[str, float]:
    """Language → weight of the small words of it that are in the text."""
    votes: dict[str, float] = dict.fromkeys(known.languages, 0.0)
    for word in words:
        for code, weight in known.words.get(word, {}).items():
            votes[code] += weight
    return votes


def _votes(words: list[str], small: Mapping[str, float], script: str, known: Script) -> dict[str, float]:
    """Small words and letters per word, and the identifiers. The former are asked alone where they are sure: they are
    several times as reliable in Arabic and Ethiopic script, and the identifiers are what costs time."""
    votes = {code: 2.0 * weight / len(words) for code, weight in small.items()}
    for letter, n in Counter("".join(words)).items():
        for code, weight in known.letters.get(letter, {}).items():
            votes[code] += n * weight / len(words)
    if not _is_sure(votes, words):
        for code, weight in _identifiers(" ".join(words), script):
            for name in _SAME.get(code, (code,)):
                if name in votes:
                    votes[name] += weight
    return {code: vote for code, vote in votes.items() if vote > 0}


def _is_sure(votes: Mapping[str, float], words: list[str]) -> bool:
    best, second = sorted(votes.values(), reverse=True)[:2]
    return len(words) >= 6 and best >= 0.7 and best >= 2.5 * second


def _identifiers(text: str, script: str) -> Iterable[tuple[str, float]]:
    """Votes of py3langid (not for Ethiopic: it knows no Tigrinya) and of pycld2, each at most 1."""
    text = text[:_IDENTIFY_CHARACTERS]
    if script != "Ethi":
        for name, share in _langid(script).rank(text)[:3]:
            yield _ALIASES.get(name, name), share
    yield from _cld2(text)


def _cld2(text: str) -> list[tuple[str, float]]:
    import pycld2

    try:
        _, _, found = pycld2.detect(text.encode("utf-8", "ignore"), bestEffort=True)
    except pycld2.error:
        return []
    return [(_ALIASES.get(code, code), percent / 100) for _, code, percent, _ in found if code != "un"]


@cache
def _model() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


@cache
def _langid(script: str) -> LanguageIdentifier:
    """py3langid restricted to the languages of a script. Copies: unpacking the model takes a second, the table is shared."""
    identifier = copy(_model())
    candidates = load_profiles().scripts[script].languages | {"sr"}
    identifier.set_languages([name for name in identifier.labels if _ALIASES.get(name, name) in candidates])
    return identifier


def _dari_or_persian(words: list[str], hint: str | None, profiles: Profiles) -> str:
    dari = sum(word in profiles.dari for word in words)
    persian = sum(word.replace("\u200c", "") in profiles.persian for word in words)
    if hint in {"fa", "prs"}:
        return hint if abs(dari - persian) <= 2 else ("prs" if dari > persian else "fa")
    return "prs" if dari > persian else "fa"


def _romanised(words: list[str], small: Mapping[str, float], profiles: Profiles) -> str | None:
    """Arabic, Persian or Urdu in Latin letters: small words of theirs, and more of them than of any Latin language."""
    accented = sum(not word.isascii() for word in words)
    if len(words) < 3 or accented > _MAX_ACCENTED * len(words):
        return None
    shares = Counter(code for word in words for code in profiles.romanised.get(word, ()))
    shares["ar"] += sum(_DIGIT_LETTERS.fullmatch(word) is not None for word in words)
    best, count = shares.most_common(1)[0]
    return best if count >= 0.25 * len(words) and count > 1.5 * max(small.values()) else None


def _is_mixed(words: list[str], code: str, known: Script) -> bool:
    """Two languages of one script: small words that the first lacks, in at least a quarter of the words."""
    foreign = Counter(other for word in words for other in known.words.get(word, {}) if code not in known.words[word])
    return len(words) >= 8 and bool(foreign) and foreign.most_common(1)[0][1] >= max(3, len(words) // 4)
