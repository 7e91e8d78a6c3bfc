import asyncio
import ssl
import time
from datetime import UTC, datetime

import pytest
import trustme
from hypothesis import given, settings
from hypothesis import strategies as st

from pointsman.connectors.addresses import is_public
from pointsman.connectors.answers import outcome_of, retry_after
from pointsman.connectors.outbound import Outbound, Response
from pointsman.connectors.outcome import Done, Later, Never
from tests.connectors.fakes import Answer, Recorder, said, serving

NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def names(**addresses):
    """A resolver that knows these names only, and how often it was asked."""
    asked = []

    async def resolve(host, port):
        asked.append(host)
        found = addresses[host.replace(".", "_")]
        return [found.pop(0)] if isinstance(found, list) else [found]

    resolve.asked = asked
    return resolve


async def ask(url, *, allow_private=True, method="POST", headers=None, **options):
    outbound = Outbound(allow_private=allow_private, **options)
    try:
        return await outbound.send(method, url, content=b"{}", headers=headers or {})
    finally:
        await outbound.close()


def asked_of(answer, path="/hook", **options):
    """Ask a server that answers this; returns what we made of it, and the server."""
    server = Recorder(answer)

    async def run():
        async with serving(server) as address:
            return await ask(address + path, **options)

    return asyncio.run(run()), server


def test_an_answer_comes_back_with_its_headers():
    answer, server = asked_of(said(201, {"id": 1}, **{"X-Some": "thing"}), headers={"X-Mine": "1"})
    assert (answer.status, answer.body, answer.headers["x-some"]) == (201, b'{"id": 1}', "thing")
    assert server.requests[0].headers["x-mine"] == "1"
    assert server.requests[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308])
def test_redirects_are_not_followed(status):
    answer, server = asked_of(Answer(status, headers={"Location": "http://169.254.169.254/"}))
    assert answer == Never(f"127.0.0.1 answered {status}; redirects are not followed")
    assert len(server.requests) == 1


def test_an_answer_that_is_too_large_is_cut():
    answer, _ = asked_of(Answer(200, b"x" * 100_000), largest=1_000)
    assert (answer.status, answer.body) == (200, b"x" * 1_000)


def test_a_compressed_answer_is_not_unpacked():
    answer, _ = asked_of(Answer(200, b"\x1f\x8b bomb", {"Content-Encoding": "gzip"}))
    assert outcome_of(answer) == Done(result={"status": 200, "provider_message_id": None, "response": None})


@pytest.mark.parametrize("slow", [Answer(before_status=1), Answer(200, b"x", before_body=1)])
def test_the_time_is_for_the_whole_answer(slow):
    began = time.monotonic()
    answer, _ = asked_of(slow, timeout=0.1)
    assert answer == Later("no answer from 127.0.0.1 in time")
    assert time.monotonic() - began < 0.8


def test_a_port_where_nobody_listens_is_for_later():
    assert asyncio.run(ask("http://127.0.0.1:1/")) == Later("no connection to 127.0.0.1")


def test_a_connection_that_breaks_is_for_later():
    answer, _ = asked_of(Answer(200, b"short", {"Content-Length": "100"}), timeout=0.15)
    assert isinstance(answer, Later)


def test_what_is_no_http_is_for_later():
    async def run():
        async def talk(reader, writer):
            await reader.read(10)
            writer.write(b"SSH-2.0-nothing\r\n\r\n")
            writer.close()

        server = await asyncio.start_server(talk, "127.0.0.1", 0)
        async with server:
            return await ask(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")

    assert asyncio.run(run()) == Later("the connection to 127.0.0.1 broke")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",  # noqa: S104
        "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.0.8", "192.0.0.170", "192.0.2.1", "192.88.99.1",
        "198.18.0.1", "198.51.100.1", "203.0.113.1",
        "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::808:808",
        "64:ff9b:1::1", "2002:7f00:1::", "2002:808:808::1", "2001::1", "2001:db8::1", "3fff::1", "100::1", "fc00::1",
        "fd12::1", "fe80::1", "fe80::1%1", "fec0::1", "ff02::1", "5f00::1",
        "", "localhost", "1.2.3", "01.02.03.04",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "192.0.1.1", "2606:4700::1111", "2a00:1450:4001::1"])
def test_addresses_that_are_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0", "localhost", "LOCALHOST", "localhost.",
        "[::1]", "[::ffff:127.0.0.1]", "[::]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
        "169.254.169.254", "\uff11\uff12\uff17.0.0.1",
    ],
)  # fmt: skip
def test_spellings_of_private_addresses_are_refused_without_a_request(host):
    server = Recorder()

    async def run():
        async with serving(server) as address:
            return await ask(f"http://{host}:{address.rpartition(':')[2]}/", allow_private=False)

    answer = asyncio.run(run())
    # Some spellings are no host for the system either, which is as good.
    assert isinstance(answer, Never | Later)
    assert "no answer" not in answer.reason
    assert server.requests == []


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "::1", "::ffff:10.0.0.1", "169.254.169.254"])
def test_names_of_private_addresses_are_refused(address):
    answer = asyncio.run(ask("http://hooks.example/", allow_private=False, resolve_name=names(hooks_example=address)))
    assert answer == Never("hooks.example is not a public address")


def test_one_private_address_spoils_the_name():
    async def resolve(host, port):
        return ["93.184.216.34", "127.0.0.1"]

    answer = asyncio.run(ask("http://hooks.example/", allow_private=False, resolve_name=resolve))
    assert answer == Never("hooks.example is not a public address")


def test_the_connection_goes_to_the_address_that_was_checked():
    server = Recorder()
    resolve = names(hooks_example=["127.0.0.1", "10.255.255.1"])

    async def run():
        async with serving(server) as address:
            port = address.rpartition(":")[2]
            return await ask(f"http://hooks.example:{port}/", resolve_name=resolve), port

    answer, port = asyncio.run(run())
    assert answer.status == 200
    assert resolve.asked == ["hooks.example"]
    assert server.requests[0].headers["host"] == f"hooks.example:{port}"


def test_the_next_address_is_tried_when_one_takes_no_connection():
    async def resolve(host, port):
        return ["::1", "127.0.0.1"]

    async def run():
        async with serving(Recorder()) as address:
            return await ask(f"http://hooks.example:{address.rpartition(':')[2]}/", resolve_name=resolve)

    assert asyncio.run(run()).status == 200


@pytest.mark.parametrize("error", [OSError("no such name"), UnicodeError("label too long")])
def test_a_name_that_cannot_be_resolved_is_no_crash(error):
    async def resolve(host, port):
        raise error

    answer = asyncio.run(ask("http://nowhere.example/", resolve_name=resolve))
    assert isinstance(answer, Later | Never)


@pytest.mark.parametrize(("name", "status"), [("hooks.example", 200), ("other.example", None)])
def test_tls_verifies_the_name_and_not_the_address(name, status):
    authority = trustme.CA()
    own, theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("hooks.example").configure_cert(own)
    authority.configure_trust(theirs)
    resolve = names(hooks_example="127.0.0.1", other_example="127.0.0.1")

    async def run():
        async with serving(Recorder(), tls=own) as address:
            return await ask(f"https://{name}:{address.rpartition(':')[2]}/", resolve_name=resolve, tls=theirs)

    answer = asyncio.run(run())
    assert answer == Later(f"no connection to {name}") if status is None else answer.status == status


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://example.com/", "the URL must start with http:// or https://"),
        ("file:///etc/passwd", "the URL must start with http:// or https://"),
        ("//example.com", "the URL must start with http:// or https://"),
        ("example.com", "the URL must start with http:// or https://"),
        ("http://", "the URL must start with http:// or https://"),
        ("", "the URL must start with http:// or https://"),
        ("http://user:secret@example.com/", "the URL must not hold a name or password"),
        ("http://user@example.com/", "the URL must not hold a name or password"),
        ("http://example.com:0/", "the URL has no usable port"),
        ("http://example.com:99999/", "the URL has no usable port"),
        ("http://example.com:x/", "the URL cannot be read"),
        ("http://exa\nmple.com/", "the URL cannot be read"),
        ("http://example.com/\0", "the URL cannot be read"),
        ("http://[::1/", "the URL cannot be read"),
        ("http://example.com/" + "a" * 100_000, "the URL cannot be read"),
    ],
)
def test_urls_that_are_refused(url, reason):
    assert asyncio.run(ask(url)) == Never(reason)


async def loopback(host, port):
    return ["127.0.0.1"]


@settings(deadline=None)
@given(st.text() | st.builds("{}://{}{}".format, st.sampled_from(["http", "https"]), st.text(), st.text()))
def test_no_url_makes_it_raise(url):
    answer = asyncio.run(ask(url, allow_private=False, resolve_name=loopback, tls=NO_TLS))
    assert isinstance(answer, Never)


@pytest.mark.parametrize(
    "headers",
    [
        {"X": "a\r\nX-Injected: 1"},
        {"X": "a\nb"},
        {"X": "\0"},
        {"X": "☎"},
        {"X\r\nY": "1"},
        {"": "1"},
        {"Host": "internal"},
        {"Content-Length": "1"},
        {"Transfer-Encoding": "chunked"},
        {"connection": "close"},
    ],
)
def test_headers_that_are_refused(headers):
    answer, server = asked_of(Answer(), headers=headers)
    assert isinstance(answer, Never)
    assert server.requests == []


def test_no_cookie_is_kept():
    server = Recorder(Answer(headers={"Set-Cookie": "session=1"}))

    async def run():
        outbound = Outbound(allow_private=True)
        async with serving(server) as address:
            for _ in range(2):
                await outbound.post(address + "/", json={}, headers={})
            await outbound.close()

    asyncio.run(run())
    assert all("cookie" not in request.headers for request in server.requests)


def test_what_is_no_json_is_never_sent():
    async def run():
        outbound = Outbound(allow_private=True)
        return await outbound.post("http://127.0.0.1:1/", json=float("nan"), headers={})

    assert asyncio.run(run()) == Never("the request cannot be written as JSON")


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_statuses_for_later(status):
    answer, _ = asked_of(Answer(status))
    assert outcome_of(answer) == Later(f"answered {status}")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 422])
def test_statuses_for_never(status):
    answer, _ = asked_of(Answer(status, b"with the secrets of somebody else"))
    assert outcome_of(answer) == Never(f"answered {status}")


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0), ("7", 7), (" 120 ", 120), ("3601", 3600), ("9" * 400, 3600), ("-1", None), ("soon", None), ("", None),
        ("٣", None), ("Tue, 31 Mar 2026 12:00:30 GMT", 30), ("Tue, 31 Mar 2026 11:00:00 GMT", 0),
        ("Tue, 31 Mar 2027 12:00:00 GMT", 3600), ("Tue, 31 Mar 2026 99:00:00 GMT", None),
        ("Tue, 31 Mar 99999999 12:00:00 GMT", None),
    ],
)  # fmt: skip
def test_retry_after_is_seconds_or_a_date(header, seconds):
    answer = Response(status=429, body=b"", headers={"retry-after": header})
    assert retry_after(answer, datetime(2026, 3, 31, 12, tzinfo=UTC)) == seconds


def test_a_busy_server_says_when_to_come_back():
    answer, _ = asked_of(Answer(429, headers={"Retry-After": "9"}))
    assert outcome_of(answer) == Later("answered 429", 9)


def test_reasons_are_one_short_printable_line():
    assert Never("a\r\nb\0" + "c" * 1000).reason == "a  b " + "c" * 495
