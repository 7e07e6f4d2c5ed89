"""Files of rows: every good row kept, every bad one named by its line."""

from __future__ import annotations

import gzip
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zstandard

from connectors.catalogue import Source, load_catalogue
from connectors.contract import Cursor, Page
from connectors.http import HttpClient
from connectors.importer import ImporterConnector
from falselight.errors import Halt
from falselight.post import Draft, Refused
from tests.connectors.making import drafts, make_raw, make_source, parse_all, refused
from tests.servers.http import Answer, Handler, Web

HEADER = "id,platform,url,published_at,author_id,author_name,author_kind,lang,text\n"
SAMPLE = Path(__file__).parents[3] / "falselight" / "sample" / "catalogue" / "imports.yml"


def row(number: int, text: str = "Some text") -> str:
    return f'{number},microblog,http://m.example/{number},2021-10-18T11:00:00+02:00,u-1,Ana Writer,person,de,"{text}"\n'


def line(**fields: object) -> str:
    usual = {"id": "1", "published_at": "2021-10-18T11:00:00Z", "text": "Some text"}
    return json.dumps({**usual, **fields}) + "\n"


class File:
    """A file that is imported again and again; the cursor of the last stored page is kept."""

    def __init__(self, path: Path, client: HttpClient) -> None:
        self.path, self.client = path, client
        self.cursor: Cursor = {}
        self.connector = ImporterConnector()

    @property
    def source(self) -> Source:
        return make_source(platform="importer", address=str(self.path), kind="person", languages=("en", "de"))

    def write(self, text: str | bytes, name: str | None = None) -> None:
        self.path = self.path.with_name(name or self.path.name)
        self.path.write_bytes(text.encode() if isinstance(text, str) else text)

    def pages(self, stop_after: int | None = None) -> Iterator[Page]:
        for number, page in enumerate(self.connector.fetch(self.source, self.cursor, self.client), start=1):
            self.cursor = page.cursor
            yield page
            if number == stop_after:
                return

    def run(self, stop_after: int | None = None) -> list[Draft | Refused]:
        return parse_all(self.connector, list(self.pages(stop_after)), self.source)


@pytest.fixture
def file(tmp_path: Path, client: HttpClient) -> File:
    return File(tmp_path / "export.csv", client)


def test_row_of_csv_becomes_a_draft(file: File) -> None:
    file.write(HEADER + row(1, 'He said ""go"",\nthen left https://x.example/a.'))
    (draft,) = drafts(file.run())
    assert (draft.platform, draft.native_id, draft.url) == ("microblog", "1", "http://m.example/1")
    assert draft.text == 'He said "go",\nthen left https://x.example/a.'
    assert draft.published_at == datetime(2021, 10, 18, 9, tzinfo=UTC)
    assert (draft.author_kind, draft.author_id, draft.author_name) == ("person", "u-1", "Ana Writer")
    assert draft.private_names == ("Ana Writer",)
    assert (draft.channel, draft.language_hint, draft.links) == ("m.example", "de", ("https://x.example/a",))


def test_row_of_json_lines_becomes_a_draft(file: File) -> None:
    full = line(
        platform="chat",
        channel="c",
        title="T",
        reply_to="7",
        repost_of=8,
        views="1,200",
        likes=3,
        author_kind="outlet",
        author="Desk",
    )
    file.write(full, "export.jsonl")
    (draft,) = drafts(file.run())
    assert (draft.platform, draft.channel, draft.title) == ("chat", "c", "T")
    assert (draft.reply_to, draft.reposted_from, draft.engagement.views, draft.engagement.likes) == ("7", "8", 1200, 3)
    assert (draft.author_kind, draft.author_name, draft.private_names) == ("outlet", "Desk", ())


def test_author_without_kind_or_id_gets_the_most_protection(file: File) -> None:
    file.write(line(id="1") + line(id="2") + line(id="3", author_name="Ana Writer"), "export.jsonl")
    first, second, third = drafts(file.run())
    assert {first.author_kind, second.author_kind, third.author_kind} == {"person"}
    assert first.author_id != second.author_id
    assert third.private_names == ("Ana Writer",)


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_columns_may_have_other_names_and_separators(file: File, separator: str) -> None:
    head = separator.join(["Post ID", "Created-At", "Full text", "Username"])
    file.write(f"\ufeff{head}\r\n" + separator.join(["7", "1634553730", "Grüße", "ana"]) + "\r\n")
    (draft,) = drafts(file.run())
    assert (draft.native_id, draft.text, draft.author_name) == ("7", "Grüße", "ana")
    assert draft.published_at == datetime(2021, 10, 18, 10, 42, 10, tzinfo=UTC)


def test_unknown_columns_are_named_once(file: File, caplog: pytest.LogCaptureFixture) -> None:
    file.write(line(id="1", mood="sad", author={"name": "x"}) + line(id="2", mood="gay"), "export.jsonl")
    assert len(drafts(file.run())) == 2
    said = [record.message for record in caplog.records if record.levelno == logging.WARNING]
    assert said == [
        "an-outlet: nothing is taken from author, mood; name them in connectors/importer.yml if they matter"
    ]


@pytest.mark.parametrize(
    ("bad", "reason", "says"),
    [
        ('{"id": "1", "text": "cut', "not-json", "its neighbours were taken"),
        ("[1, 2]", "not-json", "a list in place of an object"),
        (line(id=None), "no-id", "export ids too"),
        (line(id=" "), "no-id", "export ids too"),
        (line(id="1.40E+18"), "rounded-id", "without opening it there"),
        (line(text=""), "no-text", "unless the export lost it"),
        (line(published_at=None), "no-date", "export it too"),
        (line(published_at="2021-10-31T25:61:00Z"), "bad-date", "write ISO 8601"),
        (line(platform="Face Book"), "bad-platform", "small letters"),
        (line(author_kind="robot"), "bad-author-kind", "use one of person, outlet, official, channel"),
        ('{"a":' * 100_000, "not-json", "export the row again"),
    ],
)
def test_bad_row_of_json_lines_is_named_and_its_neighbours_are_kept(
    file: File, bad: str, reason: str, says: str
) -> None:
    file.write(line(id="a") + "\n" + bad.strip() + "\n" + line(id="b"), "export.jsonl")
    found = file.run()
    assert [draft.native_id for draft in drafts(found)] == ["a", "b"]
    (bad_one,) = refused(found)
    assert (bad_one.reason, bad_one.where) == (reason, "export.jsonl:3")
    assert says in bad_one.detail


@pytest.mark.parametrize(
    ("bad", "reason", "says"),
    [
        ("2,microblog,x\n", "column-count", "3 columns, the header has 9"),
        ('2,"open quote,x,2021-10-18,u,n,person,de,text\n', "bad-csv", "check the quotes of this line"),
        ('2,"a"b,x,2021-10-18,u,n,person,de,text\n', "bad-csv", "check the quotes of this line"),
        (row(2).replace("2021-10-18T11:00:00+02:00", "18.10.2021"), "bad-date", "'18.10.2021' is no date"),
    ],
)
@pytest.mark.parametrize("after", [1, 3, 1_500])
def test_bad_row_of_csv_is_named_and_its_neighbours_are_kept(
    file: File, bad: str, reason: str, says: str, after: int
) -> None:
    rows = "".join(row(number) for number in range(3, 3 + after))
    file.write(HEADER + row(1) + bad + rows)
    found = file.run()
    assert [draft.native_id for draft in drafts(found)] == ["1", *map(str, range(3, 3 + after))]
    (bad_one,) = refused(found)
    assert (bad_one.reason, bad_one.where) == (reason, "export.csv:3")
    assert says in bad_one.detail


def test_row_in_another_encoding_is_named_and_its_neighbours_are_kept(file: File) -> None:
    file.write((HEADER + row(1)).encode() + row(2, "Grüße").encode("latin-1") + row(3, "Grüße").encode())
    found = file.run()
    assert [draft.native_id for draft in drafts(found)] == ["1", "3"]
    (bad,) = refused(found)
    assert (bad.reason, bad.where) == ("wrong-encoding", "export.csv:3")
    assert "byte 0xfc at 2" in bad.detail
    assert "save the file as UTF-8" in bad.detail


@pytest.mark.parametrize(
    ("content", "name", "reason", "says"),
    [
        (b"", "e.csv", "empty", "export it again"),
        (b"\n \n", "e.jsonl", "empty", "export it again"),
        ((HEADER + row(1)).encode("utf-16"), "e.csv", "wrong-encoding", "UTF-16; save the file as UTF-8"),
        (b'[{"id": 1}]', "e.json", "json-array", "jq -c"),
        (b"a,b\n1,2\n", "e.csv", "missing-columns", "no column for id, published_at, text among a, b"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00", "e.csv", "missing-columns", "rename it"),
    ],
)
def test_file_that_cannot_be_used_is_one_refusal(file: File, content: bytes, name: str, reason: str, says: str) -> None:
    file.write(content, name)
    (found,) = file.run()
    assert isinstance(found, Refused)
    assert (found.reason, found.native_id) == (reason, name)
    assert says in found.detail


def test_missing_file_needs_a_person(file: File) -> None:
    with pytest.raises(Halt, match=r"export.csv cannot be read \(No such file.*put the file there or correct its path"):
        file.run()


def test_file_is_read_in_pieces_whose_rows_know_their_lines(file: File) -> None:
    rows = [line(id=str(number)) for number in range(700)]
    rows[650] = "broken\n"
    file.write("".join(rows[:10]) + "\n\n" + "".join(rows[10:]), "export.jsonl")
    pages = list(file.pages())
    assert [page.raws[0].native_id for page in pages] == ["export.jsonl:1", "export.jsonl:303", "export.jsonl:603"]
    found = parse_all(file.connector, pages, file.source)
    assert len(drafts(found)) == 699
    assert [item.where for item in refused(found)] == ["export.jsonl:653"]


@pytest.mark.parametrize("name", ["export.csv", "export.jsonl"])
def test_killed_import_goes_on_where_it_was(file: File, name: str) -> None:
    body = (
        HEADER + "".join(row(n, "two\nlines") for n in range(700))
        if name.endswith("csv")
        else "".join(line(id=str(n)) for n in range(700))
    )
    file.write(body, name)
    first = file.run(stop_after=1)
    second = file.run()
    assert [draft.native_id for draft in drafts(first + second)] == [str(number) for number in range(700)]
    assert file.run() == []


def test_changed_file_is_read_again_from_its_start(file: File) -> None:
    file.write(HEADER + row(1))
    file.run()
    file.write(HEADER + row(1) + row(2))
    assert [draft.native_id for draft in drafts(file.run())] == ["1", "2"]


@pytest.mark.parametrize("ending", [".gz", ".zst"])
def test_packed_file_is_read_like_any_other(file: File, ending: str) -> None:
    body = (HEADER + row(1) + row(2)).encode()
    file.write(gzip.compress(body) if ending == ".gz" else zstandard.compress(body), f"export.csv{ending}")
    assert [draft.native_id for draft in drafts(file.run())] == ["1", "2"]


def test_packed_file_that_is_cut_off_gives_its_rows_and_says_so(file: File) -> None:
    import random

    noise = random.Random(1)
    body = "".join(line(id=str(number), text=noise.randbytes(40).hex()) for number in range(2_000)).encode()
    file.write(gzip.compress(body)[:-5_000], "export.jsonl.gz")
    with pytest.raises(Halt, match=r"the file is damaged or cut off .*export it again"):
        file.run()
    assert file.cursor["rows"] >= 300
    assert not file.cursor["done"]


def test_text_of_a_megabyte_nul_and_surrogates_cost_no_neighbour(file: File) -> None:
    odd = '{"id": "2", "published_at": "2021-10-18T11:00:00Z", "text": "a\\u0000b \\ud800 \\u202ec"}\n'
    file.write(line(id="1") + odd + line(id="3", text="word " * 200_000) + line(id="4"), "export.jsonl")
    found = drafts(file.run())
    assert [draft.native_id for draft in found] == ["1", "2", "3", "4"]
    assert len(found[2].text) > 900_000


def test_endless_line_is_refused_and_its_neighbours_are_kept(file: File) -> None:
    file.write(line(id="1") + '{"id": "2", "text": "' + "x" * 20_000_000 + '"}\n' + line(id="3"), "export.jsonl")
    found = file.run()
    assert [draft.native_id for draft in drafts(found)] == ["1", "3"]
    assert [item.where for item in refused(found)] == ["export.jsonl:2"]


def test_letters_whose_bytes_look_like_line_ends_are_kept(file: File) -> None:
    text = "Łódź … \u2028 \x85 вход"
    file.write(HEADER + row(1, text) + row(2))
    assert [draft.text for draft in drafts(file.run())] == [text, "Some text"]


def test_whole_file_given_by_hand_is_parsed_with_its_lines(file: File) -> None:
    raw = make_raw((HEADER + row(1) + "broken\n").encode(), native_id="posts.csv", url="file:///posts.csv")
    found = list(file.connector.parse([raw], file.source))
    assert [draft.native_id for draft in drafts(found)] == ["1"]
    assert [item.where for item in refused(found)] == ["posts.csv:3"]


def test_file_of_the_web_is_fetched_politely_and_only_when_it_changed(
    web: Web, client: HttpClient, tmp_path: Path
) -> None:
    def answer(handler: Handler) -> Answer:
        same = handler.asked.headers.get("if-none-match") == '"1"'
        return Answer(status=304) if same else Answer(body=(HEADER + row(1)).encode(), headers={"ETag": '"1"'})

    web.routes["/export.csv"] = answer
    source = make_source(platform="importer", address=web.url("/export.csv?key=1"), kind="person")
    connector = ImporterConnector()
    (page,) = connector.fetch(source, {}, client)
    assert page.raws[0].native_id == "export.csv:2"
    assert len(drafts(list(connector.parse(page.raws, source)))) == 1
    assert list(connector.fetch(source, page.cursor, client)) == []


def test_bundled_sample_is_read_but_for_its_three_bad_rows(client: HttpClient) -> None:
    connector = ImporterConnector()
    found: list[Draft | Refused] = []
    for source in load_catalogue([SAMPLE]).sources:
        found += parse_all(connector, list(connector.fetch(source, {}, client)), source)
    assert {(item.native_id, item.reason) for item in refused(found)} == {
        ("mb-1017", "bad-date"), ("mb-1022", "no-text"), ("field_notes.jsonl:13", "not-json"),
    }  # fmt: skip
    assert len(drafts(found)) == 48
