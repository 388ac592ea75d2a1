"""How many connections a server holds, in all and of one address, and which has to go for a new one."""

from __future__ import annotations

import ipaddress
import resource
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from medpath.errors import SetupError

IN_ALL, PER_ADDRESS = "MEDPATH_CONNECTIONS", "MEDPATH_CONNECTIONS_PER_ADDRESS"
# For the database, logs, the action server and Slack.
OTHER_DESCRIPTORS = 200
FEWEST = 10
IPV6_NETWORK = 64


class Need(IntEnum):
    """How much a connection is needed: one that has asked nothing is the first to go."""

    NOTHING_ASKED = 0
    INCOMPLETE = 1
    BEING_ANSWERED = 2


class Connection(Protocol):
    """What is counted: one connection of a client."""

    address: str

    def need(self) -> Need:
        """How much it is needed now."""

    def drop(self) -> None:
        """Ends it at once; what counts it is told already."""


@dataclass(frozen=True)
class Caps:
    """The most connections in all and of one address."""

    in_all: int = 4000
    per_address: int = 3000


class Connections:
    """The open connections by address, those first that have been without a request for longest."""

    def __init__(self, caps: Caps) -> None:
        self._caps = caps
        self._of: dict[str, OrderedDict[Connection, None]] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, connection: Connection) -> bool:
        """Takes a new connection in, where need be for the one that is needed least; False if there is no room.

        Room is made among those of its own address, or of the address that holds the most. Among equals that one
        goes which has been without a request for longest.
        """
        own = self._of.get(connection.address, OrderedDict())
        if len(own) >= self._caps.per_address:
            crowded = own
        elif self._count >= self._caps.in_all:
            crowded = max(self._of.values(), key=len)
        else:
            self._put(connection)
            return True
        given_up = min(crowded, key=lambda one: one.need())
        if given_up.need() is Need.BEING_ANSWERED:
            return False
        self.remove(given_up)
        given_up.drop()
        self._put(connection)
        return True

    def asked(self, connection: Connection) -> None:
        """Notes that a request has come in a connection."""
        own = self._of.get(connection.address)
        if own is not None and connection in own:
            own.move_to_end(connection)

    def remove(self, connection: Connection) -> None:
        """Forgets a connection that has ended; one that is not there is none."""
        own = self._of.get(connection.address)
        if own is None or connection not in own:
            return
        del own[connection]
        self._count -= 1
        if not own:
            del self._of[connection.address]

    def _put(self, connection: Connection) -> None:
        self._of.setdefault(connection.address, OrderedDict())[connection] = None
        self._count += 1


def caps(environment: Mapping[str, str], behind_proxy: bool) -> Caps:
    """The caps that the environment names, within what the descriptors of this process allow; raises SetupError.

    Behind a proxy all connections are the proxy's, so that none are counted by address.
    """
    in_all = min(_number(environment, IN_ALL, Caps.in_all), max(FEWEST, _descriptors() - OTHER_DESCRIPTORS))
    per_address = min(_number(environment, PER_ADDRESS, Caps.per_address), in_all * 3 // 4)
    return Caps(in_all, in_all if behind_proxy else per_address)


def address_of(host: str) -> str:
    """What counts as one address: an IPv4 address, or the network that an IPv6 host is given as a whole."""
    try:
        address = ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, IPV6_NETWORK), strict=False))


def _number(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name) or str(default)
    if not text.isdecimal() or not FEWEST <= int(text) <= 100_000:
        raise SetupError(f"{name} is {text!r}. It must be a number from {FEWEST} to 100000.")
    return int(text)


def _descriptors() -> int:
    """How many descriptors this process may have, after asking for as many as it is allowed to ask for."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = Caps.in_all + OTHER_DESCRIPTORS
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return 1_000_000 if soft == resource.RLIM_INFINITY else soft
