"""How a request is framed: where its head and its body end (RFC 9112), read strictly.

What can be read in two ways is refused: a proxy in front might read it in the other one, and take what follows for
another request.
"""

from __future__ import annotations

import re
from collections import defaultdict

LONGEST_HEAD = 8 * 1024
LONGEST_CHUNK_LINE = 64

_METHOD = re.compile(rb"[A-Za-z]{1,20}")
_TARGET = re.compile(rb"(?:/|https?://)[!-~]*|\*")
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
_UNREADABLE = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_LENGTH = re.compile(rb"[0-9]{1,15}")
_HOST = re.compile(rb"[A-Za-z0-9._~%!$&'()*+,;=-]*(?::[0-9]{0,5})?|\[[0-9A-Fa-f:.]{2,45}\](?::[0-9]{0,5})?")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})(?:[ \t]*;[\t -~]*)?")


_ADDRESS = re.compile(rb"[A-Za-z]+ (/[!-~]*) ")


class Malformed(Exception):
    """A request whose beginning and end cannot be told for sure; the message says what is wrong with it."""


def check_head(head: bytes) -> None:
    """Raises Malformed unless the head of a request, without the empty line that ends it, can be read in one way."""
    line, *lines = head.split(b"\r\n")
    version = _version(line)
    headers: defaultdict[bytes, list[bytes]] = defaultdict(list)
    for entry in lines:
        name, value = _header(entry)
        headers[name].append(value)
    _check_host(headers[b"host"], needed=version == b"HTTP/1.1")
    _check_body(headers[b"content-length"], headers[b"transfer-encoding"], version)


def chunk_size(line: bytes) -> int:
    """The size of a chunk by its first line, without the line's end; raises Malformed."""
    found = _CHUNK.fullmatch(line)
    if found is None:
        raise Malformed("The size of a chunk cannot be read.")
    return int(found[1], 16)


def address_in(head: bytes) -> str | None:
    """The path that a head asks for, also where the rest of it cannot be read; None if there is none."""
    found = _ADDRESS.match(head)
    return found[1].decode("ascii") if found else None


def _version(line: bytes) -> bytes:
    parts = line.split(b" ")
    if len(parts) != 3 or not _METHOD.fullmatch(parts[0]) or not _TARGET.fullmatch(parts[1]):
        raise Malformed("The first line is no request.")
    if parts[2] not in (b"HTTP/1.0", b"HTTP/1.1"):
        raise Malformed("Only HTTP/1.0 and HTTP/1.1 are spoken here.")
    return parts[2]


def _header(line: bytes) -> tuple[bytes, bytes]:
    name, colon, value = line.partition(b":")
    if not colon or not _NAME.fullmatch(name) or _UNREADABLE.search(value):
        raise Malformed("A header cannot be read.")
    return name.lower(), value.strip(b" \t")


def _check_host(hosts: list[bytes], needed: bool) -> None:
    if len(hosts) > 1 or (needed and not hosts):
        raise Malformed("There must be one Host.")
    if hosts and not _HOST.fullmatch(hosts[0]):
        raise Malformed("The Host cannot be read.")


def _check_body(lengths: list[bytes], encodings: list[bytes], version: bytes) -> None:
    if encodings and (lengths or version != b"HTTP/1.1"):
        raise Malformed("A request is either chunked, which HTTP/1.1 alone knows, or has a Content-Length.")
    # Sanic knows the word in small letters only; all others are what nobody sends.
    if encodings and encodings != [b"chunked"]:
        raise Malformed("The only Transfer-Encoding known here is chunked.")
    if len(lengths) > 1 or (lengths and not _LENGTH.fullmatch(lengths[0])):
        raise Malformed("There must be one Content-Length, and it must be a number.")
