"""The transformer that is installed: reads every script, alone or in company the same, and says what is missing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from falselight.errors import Missing
from nlp.encoders.transformer import FOLDER, Transformer
from nlp.labels import LABELS

TEXTS = [
    "The border opens on Sunday, buses will take everybody to Germany.",
    "ئەگەر دەتەوێت بچیتە ئەڵمانیا، ڕێگا کراوەیە و شۆفێر ئامادەیە",
    "سرحد باز است، ویزا تضمینی",
    "د پولې لار خلاصه ده، موټر تیار دی",
    "ድንበሩ ክፍት ነው። ቪዛ እናቀርባለን",
    "Storks fly south in autumn.",
    "",
    "😀" * 300,
]


@pytest.fixture(scope="module")
def transformer() -> Transformer:
    return Transformer()


def test_logits_are_the_same_to_the_last_bit_in_any_company(transformer: Transformer) -> None:
    texts = TEXTS + [f"boat {n} leaves " + "soon " * (n % 17) for n in range(30)]
    alone = np.vstack([transformer.read([text]) for text in texts])
    order = np.random.default_rng(1).permutation(len(texts))
    assert np.array_equal(transformer.read(texts), alone)
    assert np.array_equal(transformer.read([texts[at] for at in order]), alone[order])
    assert np.array_equal(Transformer(threads=1).read(texts), alone)


def test_an_offer_and_a_stork_are_told_apart(transformer: Transformer) -> None:
    offer, stork = transformer.read([TEXTS[0], TEXTS[5]])
    open_border, relevant = LABELS.index("lure:open-border"), LABELS.index("relevant:yes")
    assert offer[open_border] > stork[open_border] + 2
    assert offer[relevant] > stork[relevant] + 2


def test_letters_that_multilingual_bert_never_saw_are_not_lost() -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(FOLDER)
    for text in TEXTS[1:5]:
        assert tokenizer.unk_token_id not in tokenizer(text)["input_ids"], text


def test_long_and_broken_texts_are_read(transformer: Transformer) -> None:
    logits = transformer.read(["a\ud800b", "x" * 1_000_000, "boat " * 5_000])
    assert logits.shape == (3, len(LABELS))
    assert np.isfinite(logits).all()


def test_no_texts_give_no_logits(transformer: Transformer) -> None:
    assert transformer.read([]).shape == (0, len(LABELS))


def test_a_folder_without_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Missing, match="falselight models build"):
        Transformer(tmp_path)


def test_a_model_of_other_labels_is_refused(tmp_path: Path) -> None:
    for path in FOLDER.iterdir():
        if path.is_file():
            shutil.copy(path, tmp_path)
    config = json.loads((tmp_path / "config.json").read_text(encoding="utf-8"))
    config["id2label"]["3"] = "lure:free-beer"
    (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(Missing, match="other labels"):
        Transformer(tmp_path)


def test_the_model_fits_into_80_megabytes() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) <= 80_000_000
