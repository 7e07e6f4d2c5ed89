"""Evidence: the bytes as received, again and again the same."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from falselight.errors import Halt
from falselight.evidence import Evidence
from falselight.post import RawItem

FETCHED = datetime(2021, 11, 8, 12, 30, 15, 123456, tzinfo=UTC)


def raw(**changes: object) -> RawItem:
    fields: dict[str, object] = {
        "source": "northgate-wire", "native_id": "http://northgate-wire.example/feed.xml?a=1&b=ü",
        "url": "http://northgate-wire.example/feed.xml", "payload": b"\x00\xff<rss/>\r\n", "content_type": "text/xml",
        "fetched_at": FETCHED, "status": 200, "headers": {"content-type": "text/xml", "etag": '"x"'},
    }  # fmt: skip
    return RawItem(**{**fields, **changes})  # type: ignore[arg-type]


def test_answers_and_files_come_back_byte_for_byte(tmp_path: Path) -> None:
    evidence = Evidence(str(tmp_path))
    items = [raw(), raw(url="file:///export.csv", native_id="export.csv", status=None, headers={}, payload=b"")]
    assert evidence.write("northgate-wire/000001", items) == ["northgate-wire/000001#0", "northgate-wire/000001#1"]
    assert evidence.read("northgate-wire/000001") == items


def test_the_file_is_a_warc_that_other_tools_read(tmp_path: Path) -> None:
    from warcio.archiveiterator import ArchiveIterator

    Evidence(str(tmp_path)).write("northgate-wire/000001", [raw()])
    with open(tmp_path / "northgate-wire/000001.warc.gz", "rb") as file:
        record = next(iter(ArchiveIterator(file, check_digests="raise")))
        assert record.content_stream().read() == raw().payload
    assert record.rec_type == "response"
    assert record.rec_headers.get_header("WARC-Payload-Digest").startswith("sha256:")


def test_the_same_items_give_the_same_record_ids(tmp_path: Path) -> None:
    ids = []
    for folder in ("a", "b"):
        Evidence(str(tmp_path / folder)).write("s/000001", [raw()])
        import gzip

        ids.append(
            [
                line
                for line in gzip.decompress((tmp_path / folder / "s/000001.warc.gz").read_bytes()).splitlines()
                if b"Record-ID" in line
            ]
        )
    assert ids[0] == ids[1] != []


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    evidence = Evidence(str(tmp_path))
    evidence.write("s/000001", [raw(payload=b"x" * 5000)])
    path = tmp_path / "s/000001.warc.gz"
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(Halt, match=r"000001.*damaged"):
        evidence.read("s/000001")


def test_missing_evidence_says_why_it_may_be_gone(tmp_path: Path) -> None:
    with pytest.raises(Halt, match="retention"):
        Evidence(str(tmp_path)).read("s/000009")
