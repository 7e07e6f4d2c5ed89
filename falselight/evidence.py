"""Evidence: the bytes as received, as WARC 1.1 files on any fsspec URL, so that parsing can be repeated and proven.

The only store that holds unmasked text; own retention; every read is audited by the caller (privacy).
"""

from __future__ import annotations

import base64
import hashlib
import io
import uuid
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote, unquote

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

from falselight.errors import Halt
from falselight.files import BatchFiles, write_whole
from falselight.post import RawItem

SUFFIX = ".warc.gz"
_NAMESPACE = uuid.UUID("6f1d2f0c-5f0e-4a53-9a62-0b6f0b8f3c11")  # ours, so that record ids are stable over repeated runs


class _Writer(WARCWriter):  # type: ignore[misc]  # warcio has no types
    """warcio's writer with SHA-256 digests; its own are SHA-1."""

    @staticmethod
    def _create_digester() -> Digester:
        return Digester("sha256")


class Evidence(BatchFiles):
    """WARC files by batch name; an evidence id is `<batch name>#<record number>`."""

    suffix = SUFFIX

    def write(self, name: str, raws: Sequence[RawItem]) -> list[str]:
        """Write one batch whole and return the evidence id of each item, in order."""
        out = io.BytesIO()
        writer = _Writer(out, gzip=True, warc_version="WARC/1.1")
        for number, raw in enumerate(raws):
            writer.write_record(_record(writer, raw, uuid.uuid5(_NAMESPACE, f"{name}#{number}")))
        write_whole(self.fs, self.path(name), out.getvalue())
        return [evidence_id(name, number) for number in range(len(raws))]

    def read(self, name: str) -> list[RawItem]:
        """The items of a batch as they were received. Raises Halt naming the file where it is missing or damaged."""
        path = self.path(name)
        try:
            packed = self.fs.cat_file(path)
            return [_raw(record) for record in ArchiveIterator(io.BytesIO(packed))]
        except FileNotFoundError as error:
            raise Halt(f"evidence {path} is not there: erased, past its retention, or never written") from error
        except Exception as error:  # warcio raises bare exceptions of several kinds on damaged files
            raise Halt(f"evidence {path} is damaged ({error}); restore it from the backup") from error


def evidence_id(name: str, number: int) -> str:
    """Id of one record of a batch."""
    return f"{name}#{number}"


def _record(writer: WARCWriter, raw: RawItem, record_id: uuid.UUID):  # type: ignore[no-untyped-def]
    headers = {
        "WARC-Record-ID": f"<urn:uuid:{record_id}>",
        "WARC-Date": raw.fetched_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "X-Falselight-Source": raw.source,
        "X-Falselight-Native-ID": quote(raw.native_id, safe="/:?=&"),
        "X-Falselight-Content-Type": raw.content_type,
    }
    payload = io.BytesIO(raw.payload)
    if raw.status is None:
        return writer.create_warc_record(raw.url, "resource", payload=payload, warc_headers_dict=headers)
    http = StatusAndHeaders(f"{raw.status} -", list(raw.headers.items()), protocol="HTTP/1.1")
    return writer.create_warc_record(raw.url, "response", payload=payload, http_headers=http, warc_headers_dict=headers)


def _raw(record) -> RawItem:  # type: ignore[no-untyped-def]
    head = record.rec_headers
    http = record.http_headers
    payload = record.raw_stream.read()
    _check_digest(payload, head.get_header("WARC-Payload-Digest"))
    return RawItem(
        source=head.get_header("X-Falselight-Source"),
        native_id=unquote(head.get_header("X-Falselight-Native-ID")),
        url=head.get_header("WARC-Target-URI"),
        payload=payload,
        content_type=head.get_header("X-Falselight-Content-Type"),
        fetched_at=datetime.fromisoformat(head.get_header("WARC-Date")),
        status=int(http.get_statuscode()) if http else None,
        headers={name.lower(): value for name, value in http.headers} if http else {},
    )


def _check_digest(payload: bytes, written: str) -> None:
    # warcio's own check passes over a record that is cut off inside its last compressed block.
    if (found := _digest(payload)) != written:
        raise ValueError(f"payload digest is {found}, written was {written}")


def _digest(payload: bytes) -> str:
    return "sha256:" + base64.b32encode(hashlib.sha256(payload).digest()).decode()
