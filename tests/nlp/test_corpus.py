"""The corpus keeps its own rules, and the rules find what breaks them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from falselight.errors import Halt, Quarantine
from falselight.tags import Route
from nlp.training.corpus import corpus_files, corpus_hash, corpus_rows, problems
from nlp.training.groups import near_copies, near_duplicate_groups
from nlp.training.rows import Row, read_rows

ROW = Row(
    id="x-1",
    text="Boat from Izmir leaves on Friday night, two places are left, write to us",
    lang="en",
    relevant=True,
    stance="promotes",
    lures=frozenset({"transport-offer"}),
    group="channel-advert",
    where="x.jsonl:1",
)


def test_every_row_of_the_corpus_keeps_the_rules() -> None:
    assert list(problems(corpus_rows())) == []


def test_the_corpus_covers_labels_stances_and_languages() -> None:
    rows = corpus_rows()
    assert len(rows) >= 9_000
    assert len({row.lang for row in rows}) >= 30
    assert {row.stance for row in rows} == {"promotes", "reports", "counters", "asks"}
    assert sum(not row.lures and not row.narratives for row in rows) / len(rows) > 0.4


def test_the_hash_changes_with_any_byte(tmp_path: Path) -> None:
    copy = tmp_path / corpus_files()[0].name
    copy.write_bytes(corpus_files()[0].read_bytes())
    before = corpus_hash([copy])
    assert before == corpus_hash([corpus_files()[0]])
    copy.write_bytes(copy.read_bytes() + b"\n")
    assert corpus_hash([copy]) != before


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"lures": frozenset({"free-beer"})}, "unknown lure 'free-beer'"),
        ({"narratives": frozenset({"visa-offer"})}, "unknown narrative 'visa-offer'"),
        ({"corridors": frozenset({"moon"})}, "unknown corridor 'moon'"),
        ({"relevant": False}, "not relevant, but has"),
        ({"group": "novel"}, "unknown register"),
        ({"routes": (Route(origin="Iraq"),)}, "no ISO 3166-1"),
        ({"text": "boat"}, "1 words"),
    ],
)
def test_a_broken_rule_is_named_with_its_line(change: dict[str, object], complaint: str) -> None:
    (found,) = problems([replace(ROW, **change)])  # type: ignore[arg-type]
    assert found.startswith("x.jsonl:1: ")
    assert complaint in found


def test_a_near_copy_and_a_double_id_are_found() -> None:
    copy = replace(ROW, text=ROW.text + " soon", where="x.jsonl:2")
    found = list(problems([ROW, copy]))
    assert any("id x-1 stands already at x.jsonl:1" in line for line in found)
    assert any("shares" in line and "x.jsonl:2" in line for line in found)


def test_near_copies_are_measured_in_three_word_runs() -> None:
    pairs = list(near_copies(["a b c d e", "a b c d f", "v w x y z"], at_least=0.4))
    assert pairs == [(0, 1, 0.5)]


def test_rows_alike_in_words_or_in_meaning_share_a_group() -> None:
    import numpy as np

    texts = ["one two three four", "one two three four five", "uno dos tres", "eins zwei drei", "different words here"]
    vectors = np.eye(5, dtype=np.float32)
    vectors[3] = vectors[2]
    groups = near_duplicate_groups(texts, vectors, np.array([True] * 5))
    assert groups[0] == groups[1]
    assert groups[2] == groups[3]
    assert len(set(groups)) == 3


def test_likeness_of_meaning_counts_only_in_languages_the_encoder_knows() -> None:
    import numpy as np

    vectors = np.ones((2, 4), dtype=np.float32) / 2
    groups = near_duplicate_groups(["ka kha ga", "ta tha da"], vectors, np.array([False, True]))
    assert groups[0] != groups[1]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "not-json"),
        ("[1]", "not-a-row"),
        (json.dumps({"id": "1", "text": "x"}), "bad-row"),
        (json.dumps({"id": "1", "text": "x", "relevant": "yes", "stance": "asks"}), "bad-row"),
        (json.dumps({"id": "1", "text": "x", "relevant": True, "stance": "asks", "lures": "visa-offer"}), "bad-row"),
    ],
)
def test_a_bad_line_is_quarantined_with_file_and_line(tmp_path: Path, line: str, reason: str) -> None:
    path = tmp_path / "rows.jsonl"
    good = json.dumps({"id": "0", "text": "x", "relevant": False, "stance": "reports"})
    path.write_text(f"{good}\n\n{line}\n")
    with pytest.raises(Quarantine, match=r"rows\.jsonl:3") as caught:
        list(read_rows(path))
    assert caught.value.reason == reason


def test_a_file_that_cannot_be_read_halts(tmp_path: Path) -> None:
    with pytest.raises(Halt, match="nowhere"):
        list(read_rows(tmp_path / "nowhere.jsonl"))
