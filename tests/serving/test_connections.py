"""Which connections a server holds when there are too many of them."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from medpath.errors import SetupError
from medpath.serving.http.connections import IN_ALL, PER_ADDRESS, Caps, Connections, Need, address_of, caps


@dataclass(eq=False)
class Client:
    """A connection of an address that is needed as much as the test says."""

    address: str
    needed: Need = Need.NOTHING_ASKED
    dropped: bool = field(default=False)

    def need(self) -> Need:
        return self.needed

    def drop(self) -> None:
        self.dropped = True


def _add(connections: Connections, address: str, *needs: Need) -> list[Client]:
    clients = [Client(address, need) for need in needs]
    assert all(connections.add(client) for client in clients)
    return clients


def test_the_oldest_that_asked_nothing_goes_first() -> None:
    """A new connection of a full address takes the place of one that has waited for longest without a request."""
    connections = Connections(Caps(10, 3))
    busy, idle, later = _add(connections, "a", Need.BEING_ANSWERED, Need.NOTHING_ASKED, Need.NOTHING_ASKED)
    assert connections.add(Client("a"))
    assert [client.dropped for client in (busy, idle, later)] == [False, True, False]
    assert len(connections) == 3


def test_one_that_has_just_asked_is_kept_longer() -> None:
    """A connection that is used again and again outlives those on which nobody asks."""
    connections = Connections(Caps(10, 2))
    used, silent = _add(connections, "a", Need.NOTHING_ASKED, Need.NOTHING_ASKED)
    connections.asked(used)
    assert connections.add(Client("a"))
    assert (used.dropped, silent.dropped) == (False, True)


def test_half_a_request_goes_before_a_whole_one() -> None:
    """What waits for its body is given up only where nothing is idle, what is being answered never."""
    connections = Connections(Caps(10, 2))
    whole, half = _add(connections, "a", Need.BEING_ANSWERED, Need.INCOMPLETE)
    assert connections.add(Client("a", Need.BEING_ANSWERED))
    assert (whole.dropped, half.dropped) == (False, True)
    assert not connections.add(Client("a"))
    assert len(connections) == 2


def test_the_address_with_the_most_makes_room() -> None:
    """Where the server is full, a newcomer costs the crowd a connection, not another single visitor."""
    connections = Connections(Caps(4, 3))
    (single,) = _add(connections, "b", Need.NOTHING_ASKED)
    crowd = _add(connections, "a", *[Need.NOTHING_ASKED] * 3)
    assert connections.add(Client("c"))
    assert not single.dropped
    assert [client.dropped for client in crowd] == [True, False, False]


def test_what_has_ended_leaves_its_place() -> None:
    """Also if it is told twice."""
    connections = Connections(Caps(4, 1))
    (first,) = _add(connections, "a", Need.BEING_ANSWERED)
    connections.remove(first)
    connections.remove(first)
    assert len(connections) == 0
    assert connections.add(Client("a"))


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::9]", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown", "unknown"),
    ],
)
def test_a_network_of_one_host_counts_as_one_address(host: str, address: str) -> None:
    """An IPv6 host has billions of addresses at its disposal."""
    assert address_of(host) == address


def test_the_caps_come_from_the_environment() -> None:
    """Behind a proxy, whose connections they all are, none are counted by address."""
    given = {IN_ALL: "50", PER_ADDRESS: "20"}
    assert caps(given, behind_proxy=False) == Caps(50, 20)
    assert caps(given, behind_proxy=True) == Caps(50, 50)


@pytest.mark.parametrize("name", [IN_ALL, PER_ADDRESS])
@pytest.mark.parametrize("text", ["many", "0", "-5", "9", "1000000"])
def test_a_cap_that_is_none_is_told_with_its_variable(name: str, text: str) -> None:
    """Whoever sets a cap wrongly reads which one."""
    with pytest.raises(SetupError, match=rf"{name} is '{text}'"):
        caps({name: text}, behind_proxy=False)
