"""Requests whose end cannot be told, sent to each port: refused at once, and the next person is answered."""

from __future__ import annotations

from contextlib import closing

import pytest
from on_loopback import Running
from raw_requests import Way, read_to_the_end

CHUNKED = "Transfer-Encoding: chunked"
HEADERS: dict[str, list[str]] = {
    "a negative length": ["Content-Length: -5"],
    "a length of minus one": ["Content-Length: -1"],
    "minus nought": ["Content-Length: -0"],
    "a signed length": ["Content-Length: +5"],
    "a length in words": ["Content-Length: many"],
    "no length": ["Content-Length:"],
    "a blank length": ["Content-Length:   "],
    "a hexadecimal length": ["Content-Length: 0x5"],
    "a fraction": ["Content-Length: 5.0"],
    "an exponent": ["Content-Length: 1e1"],
    "an underscore": ["Content-Length: 1_0"],
    "a blank in it": ["Content-Length: 1 0"],
    "other digits": ["Content-Length: \u00b2"],
    "400 digits": ["Content-Length: " + "9" * 400],
    "20 digits": ["Content-Length: " + "9" * 20],
    "a list of lengths": ["Content-Length: 5, 5"],
    "the same length twice": ["Content-Length: 5", "Content-Length: 5"],
    "two lengths": ["Content-Length: 5", "Content-Length: 6"],
    "a sound and a negative length": ["Content-Length: 5", "content-length: -5"],
    "both kinds of length": ["Content-Length: 5", CHUNKED],
    "both the other way round": [CHUNKED, "Content-Length: 5"],
    "chunked twice": [CHUNKED, CHUNKED],
    "chunked in a list": ["Transfer-Encoding: gzip, chunked"],
    "packed": ["Transfer-Encoding: gzip"],
    "identity": ["Transfer-Encoding: identity"],
    "chunked in capitals": ["Transfer-Encoding: CHUNKED"],
    "a vertical tab": ["Transfer-Encoding: \x0bchunked"],
    "quoted": ['Transfer-Encoding: "chunked"'],
    "no encoding": ["Transfer-Encoding:"],
    "chunked after a comma": ["Transfer-Encoding: ,chunked"],
    "a blank before the colon": ["Content-Length : 5"],
    "a tab before the colon": ["Transfer-Encoding\t: chunked"],
    "a folded header": ["X-Long: a", " Content-Length: 5"],
    "a header without colon": ["Content-Length"],
    "a header without name": [": 5"],
    "a bare line feed": ["X-A: b\nContent-Length: 5"],
    "a bare return": ["X-A: b\rContent-Length: 5"],
    "a null": ["X-A: b\x00"],
    "a name of other letters": ["Content\u00a0Length: 5"],
    "a second Host": ["Host: 127.0.0.1"],
    "a Host that is none": ["host: a b"],
}
BODIES: dict[str, bytes] = {
    "a negative chunk": b"-5\r\nhello\r\n0\r\n\r\n",
    "a signed chunk": b"+5\r\nhello\r\n0\r\n\r\n",
    "a chunk in words": b"five\r\nhello\r\n0\r\n\r\n",
    "a chunk with a prefix": b"0x5\r\nhello\r\n0\r\n\r\n",
    "a chunk with an underscore": b"0_5\r\nhello\r\n0\r\n\r\n",
    "a blank chunk": b" \r\nhello\r\n0\r\n\r\n",
    "a chunk without size": b"\r\nhello\r\n0\r\n\r\n",
    "a chunk that is too long": b"5\r\nhello there\r\n0\r\n\r\n",
    "a chunk that is too short": b"9\r\nhello\r\n0\r\n\r\n",
    "a chunk of many digits": b"F" * 40 + b"\r\nhello\r\n0\r\n\r\n",
    "an endless size": b"0" * 5000,
    "an endless extension": b"5;" + b"a" * 5000 + b"\r\nhello\r\n0\r\n\r\n",
    "a chunk by line feeds": b"5\nhello\n0\n\n" + b" " * 80,
    "trailers": b"5\r\nhello\r\n0\r\nX-A: b\r\n\r\n",
    "another request for a trailer": b"0\r\nGET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "a null for a size": b"\x00\r\nhello\r\n0\r\n\r\n",
}
LINES: dict[str, bytes] = {
    "no version": b"GET /\r\nHost: 127.0.0.1\r\n\r\n",
    "another version": b"GET / HTTP/1.2\r\nHost: 127.0.0.1\r\n\r\n",
    "the next version": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "another protocol": b"GET / ICY/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "two blanks": b"GET  / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "no address": b"GET HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "an address of another kind": b"CONNECT example.org:443 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "an address that is none": b"GET http:// HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "a method that is none": b"G\x00T / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "no Host": b"GET / HTTP/1.1\r\n\r\n",
    "an empty head": b"\r\n\r\n\r\n\r\n",
    "a hello of TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\xa5" * 40 + b"\r\n\r\n",
    "chunks in HTTP/1.0": b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "an endless head": b"GET / HTTP/1.1\r\nX-A: " + b"a" * 20_000,
    "an endless first line": b"GET /" + b"a" * 20_000,
    "a thousand headers": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"X-A: b\r\n" * 3000 + b"\r\n",
}


@pytest.fixture(params=["web", "rest", "action"])
def way(request: pytest.FixtureRequest, medpath_running: Running) -> Way:
    return Way(request.param, medpath_running)


@pytest.mark.parametrize("fault", HEADERS)
def test_headers_that_leave_the_end_open_are_refused(way: Way, fault: str) -> None:
    """The body is not looked at, the connection ends, and whoever comes next is answered."""
    refused = way.send(way.head(*HEADERS[fault]) + b"hello there, this is more than was promised")
    assert refused.status == 400
    assert b"connection: close" in refused.answer.lower()
    assert refused.answer.count(b"HTTP/1.1 ") == 1
    way.ask()


@pytest.mark.parametrize("fault", BODIES)
def test_broken_chunks_are_refused(way: Way, fault: str) -> None:
    """Where a chunk does not say how long it is, nothing of the rest is taken for another request."""
    head = way.head(CHUNKED, *way.credentials())
    refused = way.send(head + BODIES[fault])
    assert refused.status == 400
    assert refused.answer.count(b"HTTP/1.1 ") == 1
    way.ask()


@pytest.mark.parametrize("fault", LINES)
def test_heads_that_are_none_are_refused(way: Way, fault: str) -> None:
    """Bytes of other protocols, and heads without an end, get one refusal."""
    refused = way.send(LINES[fault])
    assert refused.status in (400, 413)
    assert refused.answer.count(b"HTTP/1.1 ") == 1
    way.ask()


def test_a_sound_request_before_a_malformed_one_is_answered(way: Way) -> None:
    """Both in one packet: the first gets its answer, the second its refusal."""
    with closing(way.connect()) as connection:
        connection.sendall(way.head("Content-Length: 2") + b"{}" + way.head("Content-Length: -2") + b"{}")
        answer = read_to_the_end(connection)
    assert answer.count(b"HTTP/1.1 ") == 2
    assert answer.count(b"HTTP/1.1 400") >= 1


def test_sound_requests_in_one_connection_are_answered_one_by_one(way: Way) -> None:
    """Lengths, chunks, and one after the other in one packet are read as before."""
    secret = way.credentials()
    bodies = [
        ("Content-Length: 2", b"{}"),
        (CHUNKED, b"2;a=b\r\n{}\r\n0\r\n\r\n"),
        (CHUNKED, b"1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"),
    ]
    requests = [way.head(length, *secret) + body for length, body in bodies]
    with closing(way.connect()) as connection:
        connection.sendall(b"".join(requests) + way.head("Connection: close", method="GET"))
        answer = read_to_the_end(connection)
    assert answer.count(b"HTTP/1.1 ") == 4


def test_a_request_that_comes_byte_by_byte_is_answered(way: Way) -> None:
    """Networks cut requests wherever they like."""
    whole = way.head(CHUNKED, "Connection: close", *way.credentials()) + b"2\r\n{}\r\n0\r\n\r\n"
    with closing(way.connect()) as connection:
        for byte in whole:
            connection.sendall(bytes([byte]))
        assert read_to_the_end(connection).startswith(b"HTTP/1.1 4")
