"""Sanic's side of a connection, with strict framing, an end to all waiting, and a place among the others.

Sanic is held at 21.12 by Rasa; its classes Http and HttpProtocol are extended where it takes whatever comes.
"""

from __future__ import annotations

import asyncio
from typing import Any

from httptools import HttpParserInvalidURLError, parse_url
from sanic.exceptions import InvalidUsage, PayloadTooLarge, RequestTimeout, SanicException
from sanic.http import HTTP_CONTINUE, Http, Stage
from sanic.server.protocols.http_protocol import HttpProtocol

from medpath.serving.http.connections import Need, address_of
from medpath.serving.http.framing import (
    LONGEST_CHUNK_LINE,
    LONGEST_HEAD,
    Malformed,
    address_in,
    check_head,
    chunk_size,
)

# For the head of a request, and from there to the end of its body.
HEAD_SECONDS = 10.0
BODY_SECONDS = 20.0
# A proxy lets go of its connections after 60 seconds by custom; it must never find one closed.
IDLE_SECONDS = 75.0
# What a handler may wait for its turn, and a response for its reader.
HANDLER_SECONDS = 300.0
RESPONSE_SECONDS = 60.0
LAST_LOOK_SECONDS = 0.1
# A refused client may still be sending; if it met a closed connection it would never read why it was refused.
LINGER_SECONDS = 1.0

END_OF_HEAD = b"\r\n\r\n"
FULL = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 5\r\nConnection: close\r\n\r\n"


# By name, because Sanic's metaclass gives its classes no others than those that are listed.
OWN_ATTRIBUTES = ("_deadline", "_end", "_has_asked", "_late", "_lingers", "address", "refused")


class GuardedHttp(Http):
    """Reads requests only as far as it is sure where they end."""

    protocol: GuardedProtocol
    request_body: str | bool | None
    request_bytes_left: int
    expecting_continue: bool

    async def http1(self) -> None:
        """Handles requests until the connection ends."""
        try:
            await super().http1()
        except (InvalidUsage, PayloadTooLarge, RequestTimeout):
            return  # of a body that nobody asked for, after the response

    async def http1_request_header(self) -> None:
        """Reads the head of a request once it is there as a whole and sound."""
        head = await self._head()
        try:
            check_head(head)
            await super().http1_request_header()
        except SanicException:
            self.protocol.refused = True
            raise
        except Exception as error:  # Malformed, or whatever Sanic makes of an address that it cannot read
            self.protocol.refused = True
            self.url = _readable(address_in(head))
            raise InvalidUsage("This is no request.") from error
        self.protocol.head_has_come()

    async def read(self) -> bytes | None:
        """The next part of the body; None at its end."""
        try:
            if self.request_body == "chunked" and self.request_bytes_left == 0:
                return await self._chunked()
            return await super().read()
        except (InvalidUsage, PayloadTooLarge, RequestTimeout):
            # Where the next request begins is not known.
            self.keep_alive = False
            self.request_body = None
            self.protocol.refused = True
            raise

    async def _head(self) -> bytes:
        self.protocol.allow(HEAD_SECONDS)
        while (end := self.recv_buffer.find(END_OF_HEAD)) < 0 and len(self.recv_buffer) < LONGEST_HEAD:
            await self._receive_more()
        if not 0 <= end < LONGEST_HEAD:
            self.protocol.refused = True
            raise PayloadTooLarge("The head of this request is too long.")
        return bytes(self.recv_buffer[:end])

    async def _chunked(self) -> bytes | None:
        """Begins a chunk. Sanic leaves the end of the line before it, of the head or of a chunk, in the buffer."""
        if self.expecting_continue:
            self.expecting_continue = False
            await self._send(HTTP_CONTINUE)
        try:
            await self._expect_line_end()
            size = chunk_size(await self._line())
            if size:
                self.request_bytes_left = size
                self.request_bytes += size
                return await super().read()
            await self._expect_line_end()  # trailers are read by nobody here
        except Malformed as error:
            raise InvalidUsage(str(error)) from None
        self.request_body = None
        return None

    async def _expect_line_end(self) -> None:
        while len(self.recv_buffer) < 2:
            await self._receive_more()
        if not self.recv_buffer.startswith(b"\r\n"):
            raise Malformed("A chunk does not end where it should.")
        del self.recv_buffer[:2]

    async def _line(self) -> bytes:
        while (end := self.recv_buffer.find(b"\r\n")) < 0 and len(self.recv_buffer) < LONGEST_CHUNK_LINE:
            await self._receive_more()
        if not 0 <= end <= LONGEST_CHUNK_LINE:
            raise Malformed("The size of a chunk cannot be read.")
        line = bytes(self.recv_buffer[:end])
        del self.recv_buffer[: end + 2]
        return line


def _readable(address: str | None) -> str | None:
    """The address if Sanic can make a request of it, which it needs in order to answer."""
    try:
        parse_url((address or "").encode())
    except HttpParserInvalidURLError:
        return None
    return address


class GuardedProtocol(HttpProtocol):
    """One connection: it has its place among the others, and every wait for its client ends."""

    __slots__ = OWN_ATTRIBUTES

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.address = ""
        self.refused = False
        self.keep_alive_timeout = IDLE_SECONDS
        self._http: GuardedHttp | None = None
        self._has_asked = False
        self._deadline = 0.0
        self._end: asyncio.TimerHandle | None = None
        self._late = False
        self._lingers = False

    def connection_made(self, transport: Any) -> None:
        """Takes its place, or ends at once where there is none."""
        peer = transport.get_extra_info("peername")
        self.address = address_of(peer[0]) if isinstance(peer, tuple) else ""
        if self.app.ctx.connections.add(self):
            super().connection_made(transport)
        else:
            self._lingers = True
            transport.write(FULL)
            transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        """Leaves its place."""
        self.app.ctx.connections.remove(self)
        super().connection_lost(error)

    def data_received(self, data: bytes) -> None:
        """Takes what the client has sent, unless it has been refused."""
        if not self._lingers:
            super().data_received(data)

    async def receive_more(self) -> None:
        """Waits for more from the client; raises RequestTimeout when its time is over."""
        # A body that nobody has read is still coming after the response, and has no more time than any other.
        asking = self._http is not None and (self._http.stage is not Stage.IDLE or bool(self._http.request_body))
        if not asking:
            self.allow(IDLE_SECONDS if self._has_asked else HEAD_SECONDS)
        # Not by a task that waits: what comes before the task begins would not be noticed.
        self.transport.resume_reading()
        self._data_received.clear()
        self._late = False
        self._end = self.loop.call_at(self._deadline, self._end_the_wait)
        try:
            await self._data_received.wait()
        finally:
            if self._end is not None:
                self._end.cancel()
        if self._late:
            self.refused = asking
            raise RequestTimeout("The rest of this request did not come in time.")

    def _end_the_wait(self) -> None:
        if self.loop.time() - self._deadline > LAST_LOOK_SECONDS:
            # The server itself was late: what has come in time may not have been read yet.
            self.allow(LAST_LOOK_SECONDS)
            self._end = self.loop.call_at(self._deadline, self._end_the_wait)
        else:
            self._late = True
            self._data_received.set()

    def allow(self, seconds: float) -> None:
        """Gives the client so long from now on."""
        self._deadline = self.loop.time() + seconds

    def head_has_come(self) -> None:
        """Begins the time of the body, of which all may be there already."""
        self._has_asked = True
        self.app.ctx.connections.asked(self)
        self.allow(BODY_SECONDS)

    def check_timeouts(self) -> None:
        """Ends what takes too long; Sanic calls this now and then."""
        handling = self._http is not None and self._http.stage is Stage.HANDLER
        self.response_timeout = HANDLER_SECONDS if handling else RESPONSE_SECONDS
        super().check_timeouts()

    def need(self) -> Need:
        """How much this connection is needed."""
        if not self._http:  # Sanic's word for: neither a handler nor a response is under way
            return Need.NOTHING_ASKED
        return Need.INCOMPLETE if self._http.request_body else Need.BEING_ANSWERED

    def drop(self) -> None:
        """Ends the connection at once."""
        self.transport.abort()

    def close(self, timeout: float | None = None) -> None:
        """Ends the connection; a refused client is given the time to read why."""
        if self.refused and self.transport and not self.transport.is_closing() and not self._lingers:
            self._linger()
        else:
            super().close(timeout)

    def _linger(self) -> None:
        self._lingers = True
        self.transport.resume_reading()
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.loop.call_later(LINGER_SECONDS, self.abort)

    def _setup_connection(self) -> None:
        super()._setup_connection()
        self._http = GuardedHttp(self)
