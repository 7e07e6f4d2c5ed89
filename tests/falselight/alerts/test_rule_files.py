"""Walks every shipped rule and digest, and breaks copies of them."""

from __future__ import annotations

import re
import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from falselight.alerts.findings import evaluate
from falselight.alerts.load import RuleBook, load_book
from falselight.alerts.rules import Digest, Rule, RuleTest
from falselight.index.sqlite import SqliteIndex
from falselight.taxonomy import load_taxonomy
from tests.components import need
from tests.falselight.alerts.planting import NOW, burst, plant

BOOK = load_book()
CASES = [(rule, case) for rule in BOOK.rules for case in rule.tests]


def test_every_shipped_file_can_be_read() -> None:
    shipped = [
        entry for folder in ("rules", "digests") for entry in files("falselight.alerts").joinpath(folder).iterdir()
    ]
    assert BOOK.bad == ()
    assert len(BOOK.rules) + len(BOOK.digests) == len(shipped) >= 2


@pytest.mark.parametrize(("rule", "case"), CASES, ids=[f"{rule.id}: {case.name}" for rule, case in CASES])
def test_planted_posts_give_the_severity_that_the_file_expects(rule: Rule, case: RuleTest, tmp_path: Path) -> None:
    index = SqliteIndex(tmp_path / "index.sqlite")
    for number, posts in enumerate(case.posts):
        plant(
            index,
            *burst(
                posts.count,
                channels=posts.channels,
                hours_ago=posts.hours_ago,
                first=number * 1_000,
                stance=posts.stance,
            ),
        )
    found = evaluate(rule, index, NOW)
    index.close()
    assert [finding.severity for finding in found] == ([case.severity] if case.severity else [])


@pytest.mark.parametrize("rule", BOOK.rules, ids=lambda rule: rule.id)
def test_a_rule_says_when_it_must_speak_and_when_it_must_not(rule: Rule) -> None:
    assert any(case.severity is None for case in rule.tests)
    assert any(case.severity is not None for case in rule.tests)


@pytest.mark.parametrize("rule", BOOK.rules, ids=lambda rule: rule.id)
def test_the_reason_of_a_rule_stands_in_the_document_that_it_names(rule: Rule) -> None:
    shared = need("shared")
    document = next(item for item in load_taxonomy().documents if item.id == rule.source.document)
    if rule.source.quote and document.file:
        text = (shared / document.file).read_text(encoding="utf-8")
        assert rule.source.quote.lower() in " ".join(re.sub(r"[*_]", "", text).lower().split())


@pytest.mark.parametrize("digest", BOOK.digests, ids=lambda digest: digest.id)
def test_a_digest_never_mixes_text_to_and_about_migrants(digest: Digest) -> None:
    assert sum(wanted.at_most for wanted in digest.posts) <= 8
    for wanted in digest.posts:
        assert not (wanted.query.lure and wanted.query.narrative)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped files, to break."""
    for name in ("rules", "digests"):
        shutil.copytree(str(files("falselight.alerts").joinpath(name)), tmp_path / name)
    return tmp_path


BREAKS = [
    ("detector: {kind: threshold, count: 6", "detector: {kind: threshold, count: none", "detector.count"),
    ("group_by: corridor", "group_by: author", "group_by"),
    ("lure: any", "lure: [visa-offfer]", "visa-offfer"),
    ("lure: any", "hashtag: [x]", "query.hashtag"),
    ("severity: {medium: 6,", "severity: {medium: 8,", "severity"),
    ("severity: {medium: 6, high: 10", "severity: {high: 6, medium: 10", "order low, medium, high"),
    ("question:", "qestion:", "question"),
    ("{posts} advertise one route: {key}", "{posts} advertise one route: {kye}", "headline"),
    ("min_channels: 2", "min_channels: 2\nmin_channels: 3", "stands twice"),
    ("group_by: corridor", "group_by: [corridor", "not readable YAML"),
    ("id: lure-burst-by-corridor", "id: lure-burst", "lure-burst.yml"),
    ("triage:", "x: &a [*a]\ntriage:", "x"),
]


@pytest.mark.parametrize(("old", "new", "told"), BREAKS, ids=[told for _, _, told in BREAKS])
def test_a_bad_rule_is_told_with_file_and_field_and_never_stops_the_others(
    folder: Path, old: str, new: str, told: str
) -> None:
    good = folder / "rules" / "lure-burst-by-corridor.yml"
    text = good.read_text(encoding="utf-8")
    assert old in text
    second = text.replace("id: lure-burst-by-corridor", "id: second")
    good.write_text(text.replace(old, new, 1), encoding="utf-8")
    (folder / "rules" / "second.yml").write_text(second, encoding="utf-8")
    book = load_book(folder)
    assert [rule.id for rule in book.rules] == ["second"]
    assert len(book.digests) == 1
    assert str(book.bad[0]).startswith("falselight/alerts/rules/lure-burst-by-corridor.yml: ")
    assert told in str(book.bad[0])


@pytest.mark.parametrize(
    "content", [b"", b"- a\n- b\n", b"\xff\xfe\x00", b"42", b"a: !!python/object/apply:os.getcwd []"]
)
def test_a_file_that_is_no_rule_at_all_is_told(folder: Path, content: bytes) -> None:
    (folder / "rules" / "odd.yml").write_bytes(content)
    book = load_book(folder)
    assert len(book.rules) == 1
    assert [bad.file for bad in book.bad] == ["rules/odd.yml"]


def test_a_digest_in_an_unknown_zone_is_told(folder: Path) -> None:
    path = folder / "digests" / "daily-digest.yml"
    path.write_text(path.read_text().replace("Europe/Brussels", "Europe/Bruessel"))
    book = load_book(folder)
    assert book.digests == ()
    assert "field 'time_zone'" in str(book.bad[0])


def test_a_retired_rule_is_kept_but_not_judged(folder: Path) -> None:
    path = folder / "rules" / "lure-burst-by-corridor.yml"
    path.write_text(path.read_text().replace("retired: null", "retired: 2027-01-01, replaced by another"))
    book = load_book(folder)
    assert isinstance(book, RuleBook)
    assert (len(book.rules), book.living) == (1, ())
