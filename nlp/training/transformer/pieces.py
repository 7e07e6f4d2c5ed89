"""The tokenizer: multilingual BERT's word pieces of our scripts, behind letters that it knows.

Multilingual BERT never saw some twenty Kurdish and Pashto letters nor Ethiopic script. The tokenizer writes the former as
the nearest letter it did see and the latter in Latin letters, so that no word is lost as `[UNK]`; whoever loads the folder
with AutoTokenizer gets the same.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
MAX_TOKENS = 192
# Of 94,041 pieces in our scripts, commonest first; a text nobody trained on then loses 1 % of its pieces to shorter ones.
KEPT = 62_000
# Scripts that our languages are written in; the others' pieces (CJK, Hangul, Hebrew, Thai …) are a fifth of the table.
_SCRIPTS = frozenset(
    {"LATIN", "CYRILLIC", "ARABIC", "GREEK", "DEVANAGARI", "BENGALI", "TAMIL", "GURMUKHI", "MODIFIER", "SUPERSCRIPT"}
    | {"MASCULINE", "FEMININE", "MICRO", "DOUBLE-STRUCK", "FULLWIDTH"}
)
_NEAREST = {
    "ێ": "ی", "ې": "ی", "ۍ": "ی", "ۈ": "و", "ە": "ه", "ڵ": "ل", "ڕ": "ر", "ړ": "ر", "ټ": "ت", "ډ": "د", "ږ": "ژ",
    "ښ": "ش", "ڼ": "ن", "ځ": "ج", "څ": "چ", "ګ": "گ", "ـ": "", "\u200c": " ", "\u200d": "",
}  # fmt: skip
_ETHIOPIC_SIGNS = {"።": ".", "፣": ",", "፤": ";", "፥": ":", "፡": " ", "፧": "?"}
_ETHIOPIC = (0x1200, 0x1390)


def letters() -> dict[str, str]:
    """What the tokenizer writes in place of a character that the pieces do not know."""
    names = {chr(code): unicodedata.name(chr(code), "") for code in range(*_ETHIOPIC)}
    syllables = {char: name for char, name in names.items() if name.startswith("ETHIOPIC SYLLABLE ")}
    return {**_NEAREST, **_ETHIOPIC_SIGNS, **{char: _latin(name) for char, name in syllables.items()}}


def _latin(name: str) -> str:
    """`ETHIOPIC SYLLABLE GLOTTAL A` → `a`."""
    return name.split(maxsplit=2)[2].lower().replace("glottal ", "").replace("pharyngeal ", "").replace(" ", "")


def kept(pieces: Sequence[str], texts: Iterable[str]) -> list[int]:
    """Places of the pieces that stay, in order: the special ones, those in the texts, the commonest of our scripts."""
    ours = [piece for piece in pieces if piece in SPECIAL or _ours(piece)]
    tokenizer = _tokenizer({piece: at for at, piece in enumerate(ours)})
    used = {at for encoded in tokenizer.encode_batch(list(texts)) for at in encoded.ids} | set(range(len(SPECIAL)))
    others = (at for at in range(len(ours)) if at not in used)
    chosen = {ours[at] for at in [*used, *islice(others, max(0, KEPT - len(used)))]}
    return [at for at, piece in enumerate(pieces) if piece in chosen]


def _ours(piece: str) -> bool:
    if piece.startswith("[") and piece.endswith("]"):
        return False  # 99 unused places
    text = piece.removeprefix("##")
    return all(unicodedata.name(char, "?").split()[0] in _SCRIPTS for char in text if char.isalpha())


def save_tokenizer(pieces: Sequence[str], folder: Path) -> None:
    """tokenizer.json and tokenizer_config.json, as AutoTokenizer reads them."""
    from transformers import PreTrainedTokenizerFast

    tokenizer = _tokenizer({piece: at for at, piece in enumerate(pieces)})
    names = dict(zip(("pad_token", "unk_token", "cls_token", "sep_token", "mask_token"), SPECIAL, strict=True))
    make: Any = PreTrainedTokenizerFast  # its constructor has no types
    wrapped = make(tokenizer_object=tokenizer, model_max_length=MAX_TOKENS, **names)
    wrapped.save_pretrained(folder)


def _tokenizer(places: Mapping[str, int]) -> Any:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.WordPiece(dict(places), unk_token="[UNK]"))  # noqa: S106 - a piece, no secret
    written = [normalizers.Replace(char, instead) for char, instead in letters().items()]
    bert = normalizers.BertNormalizer(lowercase=False, strip_accents=False)
    tokenizer.normalizer = normalizers.Sequence([*written, bert])
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    ends = [(name, places[name]) for name in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=ends)
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer
