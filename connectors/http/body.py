"""Bodies: decompressed in small pieces and counted, so that a bomb is noticed before it is in memory."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator

import zstandard

from falselight.errors import Halt, Retry

PIECE_BYTES = 64 * 1024
BOMB_RATIO = 200  # text packs 3:1 to 20:1, a page of one repeated line 100:1; gzip's limit is 1,030:1
BOMB_FROM_BYTES = 2_000_000  # below that a ratio says nothing
MAX_ZSTD_WINDOW_BYTES = 8 * 1024 * 1024  # RFC 9659: the most that a web client need support
ACCEPT_ENCODING = "gzip, deflate, zstd"

Chunks = Iterator[bytes]


def read_body(chunks: Chunks, *, encoding: str, max_bytes: int, url: str) -> bytes:
    """The whole body, decompressed. Raises Halt when it is too large or a bomb, Retry when it is cut off."""
    counted = _Counted(chunks)
    body = bytearray()
    for piece in _unpacked(counted, encoding, url):
        body += piece
        if len(body) > BOMB_FROM_BYTES and len(body) > BOMB_RATIO * counted.taken:
            raise Halt(f"{url}: {counted.taken:,} bytes unpack to more than {len(body):,}: a compression bomb; {_STOP}")
        if len(body) > max_bytes:
            raise too_large(url, max_bytes)
    return bytes(body)


def read_start(chunks: Chunks, *, encoding: str, max_bytes: int, url: str) -> bytes:
    """The first `max_bytes` of a body, decompressed; the rest is not taken."""
    body = bytearray()
    for piece in _unpacked(_Counted(chunks), encoding, url):
        body += piece
        if len(body) >= max_bytes:
            break
    return bytes(body[:max_bytes])


_STOP = "stop the source (`falselight sources stop`) and look at the address"


def too_large(url: str, max_bytes: int) -> Halt:
    """The error for a body over the limit."""
    return Halt(
        f"{url}: larger than {max_bytes:,} bytes, nothing of it was taken; if it is real, raise "
        f"FALSELIGHT_HTTP_MAX_BYTES, else {_STOP}"
    )


class _Counted:
    """An iterator over chunks that counts bytes and can be read like a file (zstandard asks for that)."""

    def __init__(self, chunks: Chunks) -> None:
        self.taken = 0
        self._chunks = chunks
        self._rest = b""

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self.taken += len(chunk)
            yield chunk

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes of the next chunk; b"" at the end."""
        if not self._rest:
            self._rest = next(self._chunks, b"")
            self.taken += len(self._rest)
        end = size if size >= 0 else len(self._rest)
        out, self._rest = self._rest[:end], self._rest[end:]
        return out


def _unpacked(chunks: _Counted, encoding: str, url: str) -> Iterator[bytes]:
    unpack = _UNPACKERS.get(encoding.strip().lower())
    if unpack is None:
        raise Halt(f"{url}: packed as {encoding!r}, but only {ACCEPT_ENCODING} were offered; tell the source's owner")
    try:
        yield from unpack(chunks)
    except (zlib.error, zstandard.ZstdError, EOFError) as error:
        raise Retry(f"{url}: the {encoding} body is damaged or cut off ({error}); asked again later") from error


def _plain(chunks: _Counted) -> Iterator[bytes]:
    yield from chunks


def _gzip(chunks: _Counted) -> Iterator[bytes]:
    return _inflate(chunks, lambda _: zlib.MAX_WBITS | 16)


def _deflate(chunks: _Counted) -> Iterator[bytes]:
    # "deflate" means zlib by RFC 9110 and raw deflate by habit of old servers; the first byte tells.
    return _inflate(chunks, lambda first: zlib.MAX_WBITS if first & 0x0F == 8 else -zlib.MAX_WBITS)


def _inflate(chunks: _Counted, window: Callable[[int], int]) -> Iterator[bytes]:
    unpacker = None
    for chunk in chunks:
        while chunk:
            if unpacker is None:
                unpacker = zlib.decompressobj(window(chunk[0]))
            yield from _pieces(unpacker, chunk)
            chunk = unpacker.unused_data
            if unpacker.eof and (not chunk.startswith(b"\x1f\x8b")):
                return  # bytes behind the end are padding, unless another gzip member begins
            if unpacker.eof:
                unpacker = None
    if unpacker is not None:
        raise EOFError("it ends in the middle")


def _pieces(unpacker: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    while True:
        piece = unpacker.decompress(data, PIECE_BYTES)
        yield piece
        data = unpacker.unconsumed_tail
        if unpacker.eof or (not data and len(piece) < PIECE_BYTES):
            return


def _zstd(chunks: _Counted) -> Iterator[bytes]:
    unpacker = zstandard.ZstdDecompressor(max_window_size=MAX_ZSTD_WINDOW_BYTES)
    with unpacker.stream_reader(chunks, read_across_frames=True) as stream:  # type: ignore[arg-type]
        while piece := stream.read(PIECE_BYTES):
            yield piece


_UNPACKERS: dict[str, Callable[[_Counted], Iterator[bytes]]] = {
    "": _plain,
    "identity": _plain,
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "zstd": _zstd,
}
