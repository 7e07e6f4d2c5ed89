"""Servers that are too large, too slow, broken or malicious."""

from __future__ import annotations

import gzip
import ssl
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
import zstandard

from connectors.http import HttpClient
from connectors.http.network import is_public
from falselight.errors import Halt, Retry
from tests.servers.http import Answer, Handler, Web, serve

MEGA = 1_000_000


def _packed(encoding: str, data: bytes) -> bytes:
    if encoding == "gzip":
        return gzip.compress(data)
    if encoding == "deflate":
        return zlib.compress(data)
    if encoding == "raw deflate":
        packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        return packer.compress(data) + packer.flush()
    return zstandard.compress(data)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "raw deflate", "zstd"])
def test_packed_answers_are_unpacked(web: Web, client: HttpClient, encoding: str) -> None:
    text = " ".join(str(number) for number in range(100_000)).encode()
    name = encoding.removeprefix("raw ")
    web.routes["/feed"] = Answer(body=_packed(encoding, text), headers={"Content-Encoding": name})
    assert client.get(web.url("/feed")).payload == text


def test_gzip_of_several_members_is_whole(web: Web, client: HttpClient) -> None:
    body = gzip.compress(b"one ") + gzip.compress(b"two") + b"\x00\x00"
    web.routes["/feed"] = Answer(body=body, headers={"Content-Encoding": "gzip"})
    assert client.get(web.url("/feed")).payload == b"one two"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "zstd"])
def test_bomb_is_noticed_long_before_it_has_unpacked(web: Web, client: HttpClient, encoding: str) -> None:
    bomb = _packed(encoding, b"\x00" * 60 * MEGA)
    web.routes["/feed"] = Answer(body=bomb, headers={"Content-Encoding": encoding})
    tracemalloc.start()
    with pytest.raises(Halt, match=r"a compression bomb; stop the source .* and look at the address"):
        client.get(web.url("/feed"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 30 * MEGA


def test_body_of_sixty_megabytes_is_refused_whether_announced_or_not(web: Web, client: HttpClient) -> None:
    written = []

    def endless(handler: Handler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(60):
            handler.wfile.write(b"<item/>" * (MEGA // 7))
            written.append(MEGA)
        handler.close_connection = True

    web.routes |= {"/announced": Answer(body=b"x", headers={"Content-Length": str(60 * MEGA)}), "/endless": endless}
    for path in ("/announced", "/endless"):
        with pytest.raises(Halt, match=rf"{path}: larger than 20,000,000 bytes.*raise FALSELIGHT_HTTP_MAX_BYTES"):
            client.get(web.url(path))
    assert sum(written) < 60 * MEGA


def test_body_that_unpacks_over_the_limit_is_refused(web: Web, make_client) -> None:
    import random

    noise = random.Random(1).randbytes(2 * MEGA)
    web.routes["/feed"] = Answer(body=gzip.compress(noise), headers={"Content-Encoding": "gzip"})
    with pytest.raises(Halt, match="larger than 1,000,000 bytes"):
        make_client(max_bytes=MEGA).get(web.url("/feed"))


@pytest.mark.parametrize(
    "body", [gzip.compress(b"some text" * 900)[:-20], b"this is not gzip"], ids=["cut off", "no gzip"]
)
def test_damaged_packing_is_for_later(web: Web, client: HttpClient, body: bytes) -> None:
    web.routes["/feed"] = Answer(body=body, headers={"Content-Encoding": "gzip"})
    with pytest.raises(Retry, match=r"gzip body is damaged or cut off .*asked again later"):
        client.get(web.url("/feed"))


def test_packing_that_was_not_offered_needs_a_person(web: Web, client: HttpClient) -> None:
    web.routes["/feed"] = Answer(body=b"\x0b\x02\x80", headers={"Content-Encoding": "br"})
    with pytest.raises(Halt, match="packed as 'br', but only gzip, deflate, zstd were offered; tell"):
        client.get(web.url("/feed"))


def test_silent_server_is_for_later(web: Web, make_client) -> None:
    web.routes["/feed"] = lambda handler: time.sleep(3)
    start = time.monotonic()
    with pytest.raises(Retry, match=r"too slow \(ReadTimeout; limits: 0.3 s a step"):
        make_client(timeout_seconds=0.3).get(web.url("/feed"))
    assert time.monotonic() - start < 2


@pytest.mark.parametrize("part", ["head", "body"])
def test_server_that_drips_bytes_meets_the_limit_of_the_whole_answer(web: Web, make_client, part: str) -> None:
    def drip(handler: Handler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + (b"\r\n" if part == "body" else b""))
        for _ in range(60):
            handler.wfile.write(b"X-A: b\r\n")
            handler.wfile.flush()
            time.sleep(0.05)

    web.routes["/feed"] = drip
    start = time.monotonic()
    with pytest.raises(Retry, match=r"too slow .* 0.6 s in all"):
        make_client(timeout_seconds=1, total_seconds=0.6).get(web.url("/feed"))
    assert time.monotonic() - start < 2


def test_reset_connection_and_half_a_body_are_for_later(web: Web, client: HttpClient) -> None:
    def half(handler: Handler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")
        handler.close_connection = True

    web.routes |= {"/reset": lambda handler: handler.reset(), "/half": half}
    for path in ("/reset", "/half"):
        with pytest.raises(Retry, match=rf"{path}: the connection failed .*asked again later"):
            client.get(web.url(path))


def test_answer_that_is_no_http_is_for_later(web: Web, client: HttpClient) -> None:
    def noise(handler: Handler) -> None:
        handler.wfile.write(b"\x16\x03\x01\x02\x00\x01\x00\xfc nonsense\r\n\r\n")
        handler.close_connection = True

    web.routes["/feed"] = noise
    with pytest.raises(Retry, match="the connection failed"):
        client.get(web.url("/feed"))


def test_closed_port_and_unknown_host_are_for_later(client: HttpClient) -> None:
    with serve() as gone:
        address = gone.url("/feed")
    with pytest.raises(Retry, match="the connection failed"):
        client.get(address)
    with pytest.raises(Retry, match=r"no-such-host.invalid: no address found .*check the host's spelling"):
        client.get("http://no-such-host.invalid/feed")


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def secure(authority: trustme.CA) -> Iterator[Web]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("right.example").configure_cert(context)
    with serve(tls=context) as running:
        running.routes["/feed"] = Answer(body=b"x")
        yield running


def test_trusted_certificate_is_accepted_for_its_name_only(
    secure: Web, authority: trustme.CA, tmp_path: Path, make_client
) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    resolve = {"right.example": secure.address, "wrong.example": secure.address}
    client = make_client(verify=str(tmp_path / "ca.pem"), resolve=resolve)
    assert client.get(secure.url("/feed", "right.example")).payload == b"x"
    with pytest.raises(Halt, match=r"certificate cannot be trusted \(.*wrong.example.*\); compare it in a browser"):
        client.get(secure.url("/feed", "wrong.example"))


def test_unknown_authority_is_named(secure: Web, make_client) -> None:
    with pytest.raises(Halt, match=r"certificate cannot be trusted \(.*issuer.*\)"):
        make_client(resolve={"right.example": secure.address}).get(secure.url("/feed", "right.example"))


def test_https_address_of_a_plain_server_needs_a_person(web: Web, client: HttpClient) -> None:
    with pytest.raises(Halt, match=r"no secure connection .*check scheme and port"):
        client.get(f"https://{web.address}/feed")


def test_way_back_from_https_to_http_is_refused(secure: Web, web: Web, make_client) -> None:
    secure.routes["/feed"] = Answer(status=301, headers={"Location": web.url("/feed")})
    client = make_client(verify=False, resolve={"right.example": secure.address})
    with pytest.raises(Halt, match="leads from https to http"):
        client.get(secure.url("/feed", "right.example"))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"]
)
def test_own_machine_is_never_asked(web: Web, make_client, host: str) -> None:
    port = web.address.rsplit(":", 1)[1]
    with pytest.raises(Halt, match=r"is not public; nothing was asked there\. Correct"):
        make_client(allow_private=False).get(f"http://{host}:{port}/feed")
    assert web.asked == []


@pytest.mark.parametrize("target", ["http://127.0.0.1:{port}/admin", "http://169.254.169.254/latest/meta-data/"])
def test_redirect_into_the_own_network_is_refused(web: Web, make_client, target: str) -> None:
    client = make_client(allow_private=False, resolve={"public.example": web.address})
    location = target.format(port=web.address.rsplit(":", 1)[1])
    web.routes["/feed"] = Answer(status=302, headers={"Location": location})
    with pytest.raises(Halt, match="not public"):
        client.get(web.url("/feed", "public.example"))
    assert web.paths() == ["/feed"]


@pytest.mark.parametrize(
    "address",
    ["10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255",
     "::1", "::", "fe80::1", "fe80::1%eth0", "fd00::1", "fec0::1", "ff02::1", "::ffff:10.0.0.1", "64:ff9b::a00:1",
     "2002:7f00:1::", "2001:db8::1"],
)  # fmt: skip
def test_private_address_in_any_disguise_is_seen(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2a00:1450:4001:82f::200e", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_address_is_seen(address: str) -> None:
    assert is_public(address)
