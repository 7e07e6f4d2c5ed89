"""spaCy's tokens for folded words: the doc keeps the text as given, each token's norm is its folded form.

`v i s a` and `v.i.s.a` are one token each, and the offsets of tokens are offsets of the original.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import registry
from spacy.vocab import Vocab

from nlp.components.board import put_reading
from nlp.components.reading import Reading


class FoldingTokenizer:
    """Text → Doc whose tokens are the words of the folded text and what stands between them.

    `vocab`: its lexical attributes (shape, like_url, …) are switched off: nothing here reads them, and working them out
    for every new word was a third of the pipeline's time.
    """

    def __init__(self, vocab: Vocab) -> None:
        vocab.lex_attr_getters = {}  # type: ignore[attr-defined]  # missing in the stubs
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """The doc of a text; lone surrogates become U+FFFD."""
        # spaCy keeps strings as UTF-8, which has no lone surrogates; one for one, so that offsets hold.
        return self.read(Reading(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")))

    def read(self, reading: Reading) -> Doc:
        """The doc of a reading that was made beforehand."""
        words: list[str] = []
        spaces: list[bool] = []
        reading.norms = []
        for piece, norm in _pieces(reading):
            if piece == " " and words and not spaces[-1]:
                spaces[-1] = True
            elif piece:
                words.append(piece)
                spaces.append(False)
                reading.norms.append(norm)
        return put_reading(Doc(self.vocab, words=words, spaces=spaces), reading)

    def to_bytes(self, **_: object) -> bytes:
        """Nothing to keep: the tokenizer has no settings."""
        return b""

    def from_bytes(self, _: bytes, **__: object) -> FoldingTokenizer:
        """The same tokenizer."""
        return self

    def to_disk(self, *_: object, **__: object) -> None:
        """Nothing to keep."""

    def from_disk(self, *_: object, **__: object) -> FoldingTokenizer:
        """The same tokenizer."""
        return self


def _pieces(reading: Reading) -> Iterator[tuple[str, str]]:
    """The text in order, each piece with its norm: a word, the space behind it, and whatever else is before the next word."""
    text, at = reading.text, 0
    for number, key in enumerate(reading.words.keys):
        start, end = reading.span(number, number + 1)
        if start < at:  # two folded words from one character (`㎏`): the first has it
            continue
        if start > at:
            yield from _gap(text[at:start])
        yield text[start:end], key
        at = end
    yield from _gap(text[at:])


def _gap(text: str) -> Iterator[tuple[str, str]]:
    if text.startswith(" "):
        yield " ", ""
        text = text[1:]
    body = text.removesuffix(" ")
    if body:
        yield body, body
    if body != text:
        yield " ", ""


@registry.tokenizers("falselight_tokenizer.v1")  # type: ignore[untyped-decorator]
def make_tokenizer() -> Callable[[Language], FoldingTokenizer]:
    """For spaCy configs: `[nlp.tokenizer] @tokenizers = "falselight_tokenizer.v1"`."""
    return lambda nlp: FoldingTokenizer(nlp.vocab)
