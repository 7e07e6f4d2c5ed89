"""`falselight lexicon suggest` over a real index: what it counts, prints and leaves alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from falselight.cli import app
from falselight.index import Document
from falselight.settings import Settings
from falselight.stages.house import open_house
from falselight.stages.suggest import suggest_phrases
from nlp.lexicon.loader import read_phrases
from tests.falselight.index.documents import NOON, a_document
from tests.nlp.test_suggest import ADVERTS, NEWS

_DAY_HOURS = 24


def _documents() -> Iterator[Document]:
    for n in range(60):
        yield a_document(f"news-{n}", f"{NEWS[n % 6]} {n}", tags={"language": "en"}, hours=-n)
    for n, text in enumerate(ADVERTS):
        tags = {"language": "en", "lure": "transport-offer"}
        yield a_document(f"advert-{n}", text, tags=tags, hours=-n, source=f"outlet-{n % 2}")  # type: ignore[arg-type]
        yield a_document(f"old-{n}", text + " then", tags=tags, hours=-n - 100 * _DAY_HOURS)  # type: ignore[arg-type]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation whose clock stands a little after NOON, with posts in its index."""
    clock = NOON.replace(hour=13)
    settings = Settings(_env_file=None, home=tmp_path / "var", clock=clock)
    with open_house(settings) as house:
        assert house.index.put(_documents()) == []
    monkeypatch.setenv("FALSELIGHT_HOME", str(settings.home))
    monkeypatch.setenv("FALSELIGHT_CLOCK", clock.isoformat())
    return settings.home


def _run(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["lexicon", "suggest", *arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_json_has_one_row_per_phrase_with_its_counts(home: Path) -> None:
    rows = json.loads(_run("--json"))
    (row,) = [row for row in rows if row["phrase"] == "purple minibus"]
    assert row.pop("z") >= 1.96
    assert row == {
        "lure": "transport-offer", "language": "en", "phrase": "purple minibus", "posts": 4, "before": 0, "others": 0,
        "sources": 2, "register": "press",
    }  # fmt: skip


def test_yaml_entries_can_be_pasted_into_a_lexicon(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "transport-offer.suggested.yml"
    path.write_text(_run("--yaml"), encoding="utf-8")
    assert "purple minibus" in {entry.phrase for entry in read_phrases(path, "lures")}
    assert 'source: "suggested 2021-11-08", added: 2021-11-08, review_by: 2022-05-07' in path.read_text(
        encoding="utf-8"
    )


def test_the_table_says_what_to_do_where_nothing_stands_out(home: Path) -> None:
    assert "purple minibus" in _run()
    assert "try more --days" in _run("--language", "pl")


def test_days_and_language_choose_what_is_read(home: Path) -> None:
    settings = Settings(_env_file=None, home=home, clock=NOON.replace(hour=13))
    with open_house(settings) as house:
        assert suggest_phrases(house, days=30)
        assert suggest_phrases(house, days=30, language="de") == []
        # 80 days: the same phrase was as frequent in the 80 days before.
        assert "purple minibus" not in {row.phrase for row in suggest_phrases(house, days=80)}


def test_no_lexicon_is_changed(home: Path) -> None:
    folder = Path(__file__).parents[3] / "nlp" / "lexicon" / "lures"
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    _run("--yaml")
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before
