"""Which part the words around a place name give it: from where, through where, to where."""

from __future__ import annotations

from nlp.components.language import language_of
from nlp.components.reading import PlaceRole, Reading
from nlp.language import Language as Identified
from nlp.lexicon.cues import load_cues
from nlp.lexicon.gazetteer import Name

# Words that may stand between a cue and the name: articles, "neighbouring".
_BETWEEN = frozenset(
    "the la le les l il lo der die das den dem el los las o a as os neighbouring neighboring eastern western northern southern near nearby "
    "το τη την τον τις τα της του των het o os as um uma nước thành phố land "
    "soseaniei sasiedniej sasiedzkiej соседней соседнюю сусіднюю сусідньої суседняй nach dem".split()
)
_RELATED = {"prs": {"fa"}, "fa": {"prs"}, "kmr": {"ku"}, "hr": {"sr"}, "sr": {"hr"}}
# Lithuanian and Latvian genitives: the border *of* Poland far more often than *from* Poland, which has a word of its own.
_GENITIVE = frozenset({"lt", "lv"})
_WHERE_OR_WHERE_TO = {
    "ru": {"в", "во", "на"}, "uk": {"в", "у", "на"}, "be": {"у", "в", "ў", "на"}, "pl": {"na"}, "it": {"a", "in"}, "es": {"a"}, "pt": {"a"},
}  # fmt: skip
_LOCATIVE = ("е", "и", "і", "ы", "ах", "ях", "ie", "ach")


def role_of(reading: Reading, first: int, last: int, name: Name) -> PlaceRole | None:
    """The role that the cue before words `first` to `last`, an ending or a prefix gives; None where nothing says it."""
    language = language_of(reading)
    return (
        _by_words_before(reading, first, last, language)
        or _by_ending(reading, last, name, language)
        or _by_prefix(reading.words.keys[first], name, last - first == 1, language)
    )


def _serving(language: Identified, name: Name) -> set[str]:
    """Languages whose cues count here; where the text's is open, the language that the name is listed for."""
    open_language = language.code == "und" or language.mixed
    return {language.code, "xx"} | _RELATED.get(language.code, set()) | ({name.language} if open_language else set())


def _by_ending(reading: Reading, last: int, name: Name, language: Identified) -> PlaceRole | None:
    ending = ending_of(reading, last - 1, name.stem)
    for code in sorted(_serving(language, name) & load_cues().suffixes.keys()):
        for suffix, following, role in load_cues().suffixes[code]:
            if not (role == "origin" and code in _GENITIVE) and _ends_so(reading, last, ending, suffix, following):
                return role
    return None


def _ends_so(reading: Reading, last: int, ending: str, suffix: str, following: tuple[str, ...]) -> bool:
    """Whether the name bears the suffix, glued or behind an apostrophe, and the following words are there."""
    keys, at = reading.words.keys, last
    if suffix and ending != suffix:
        if ending or at >= len(keys) or keys[at] != suffix:
            return False
        at += 1
    return (not following or tuple(keys[at : at + len(following)]) == following) and bool(suffix or following)


def ending_of(reading: Reading, word: int, stem: str) -> str:
    """What a text's word adds behind the name, accents kept; nothing where the stem changes within."""
    key = reading.words.keys[word]
    at = key.find(stem)
    rest = len(key) - at - len(stem) if at >= 0 else 0
    return reading.folded.text[reading.words.ends[word] - rest : reading.words.ends[word]]


def _by_prefix(word: str, name: Name, alone: bool, language: Identified) -> PlaceRole | None:
    """Arabic لـ and Ethiopic ከ before the name; the word must be more than the name itself."""
    if not alone or word.startswith(name.stem) or name.stem not in word:
        bare = name.stem.removeprefix("ال")
        if not alone or word.startswith((name.stem, bare)) or bare not in word:
            return None
    for code, prefix, role in load_cues().prefixes:
        if prefix and word.startswith(prefix) and code in _serving(language, name):
            return role
    return None


def _by_words_before(reading: Reading, first: int, last: int, language: Identified) -> PlaceRole | None:
    """The longest cue that ends at the name, or one small word before it."""
    ends = _cue_ends(reading, language)
    at = first - 1 if first > 0 and first not in ends and reading.words.keys[first - 1] in _BETWEEN else first
    role = ends.get(at)
    if role == "destination" and _is_where(reading.words.keys[at - 1], reading.words.keys[last - 1], language):
        return None
    return role


def _is_where(cue: str, place: str, language: Identified) -> bool:
    """`в Минске` is where, `в Минск` is where to; Italian and Spanish `a Izmir` may be either."""
    if cue not in _WHERE_OR_WHERE_TO.get(language.code, ()):
        return False
    return language.code in {"it", "es", "pt"} or place.endswith(_LOCATIVE)


def _cue_ends(reading: Reading, language: Identified) -> dict[int, PlaceRole]:
    """Word after a cue → its role; worked out once a reading."""
    if reading.cue_ends is None:
        best: dict[int, tuple[int, PlaceRole]] = {}
        for start, end, cue in load_cues().before.find(reading.words):
            fits = (
                cue.language in {language.code, "xx"}
                or cue.language in _RELATED.get(language.code, ())
                or language.code == "und"
            )
            if (fits or language.mixed) and (end not in best or end - start > best[end][0]):
                best[end] = end - start, cue.role
        reading.cue_ends = {end: role for end, (_, role) in best.items()}
    return reading.cue_ends
