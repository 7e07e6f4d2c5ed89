"""Landing: whole batches or none, and a clear word when one is damaged."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from falselight.errors import Halt
from falselight.landing import Landing

JSON_TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20)


@given(rows=st.lists(st.dictionaries(JSON_TEXT, JSON_TEXT | st.integers() | st.none(), max_size=4), max_size=8))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
def test_rows_come_back_in_order(tmp_path: Path, rows: list[dict[str, object]]) -> None:
    landing = Landing(str(tmp_path / "landing"))
    landing.write("posts/a/000001", rows)
    assert list(landing.read("posts/a/000001")) == rows


def test_writing_a_name_again_replaces_the_batch_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    landing = Landing(str(tmp_path / "landing"))
    landing.write("posts/a/000001", [{"x": 1}])
    landing.write("posts/a/000001", [{"x": 2}])
    assert list(landing.read("posts/a/000001")) == [{"x": 2}]
    assert landing.names() == ["posts/a/000001"]
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == ["000001.jsonl.zst"]


def test_a_missing_batch_is_named(tmp_path: Path) -> None:
    with pytest.raises(Halt, match="000007"):
        list(Landing(str(tmp_path)).read("posts/a/000007"))


def test_a_damaged_batch_is_named(tmp_path: Path) -> None:
    landing = Landing(str(tmp_path))
    landing.write("posts/a/000001", [{"x": 1}])
    (tmp_path / "posts/a/000001.jsonl.zst").write_bytes(b"not zstd")
    with pytest.raises(Halt, match=r"000001.*restore"):
        list(landing.read("posts/a/000001"))


def test_a_batch_can_be_kept_on_another_file_system() -> None:
    landing = Landing("memory://falselight-landing")
    landing.write("posts/a/000001", [{"x": "é"}])
    assert list(landing.read("posts/a/000001")) == [{"x": "é"}]
    assert landing.names("posts/") == ["posts/a/000001"]
    landing.delete("posts/a/000001")
    assert landing.names() == []
