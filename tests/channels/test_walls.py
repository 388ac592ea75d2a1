"""Who may not ask over REST or the web: pages of other sites, other names for this machine, borrowed conversations."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
from on_loopback import Conversation, make_project, started

from medpath.channels.callers import HOSTS, read_hosts
from medpath.errors import SetupError
from medpath.serving.launcher import free_ports

TIMEOUT = 60
NAMED = "chat.school.example"
FOREIGN_HOSTS = ["evil.example", "evil.example:5005", f"{NAMED}.evil.example", "127.0.0.1.evil.example", "192.0.2.1"]


@pytest.fixture(scope="module")
def named_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Medpath that is known by a name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(HOSTS, f" {NAMED.upper()} , www.school.example")
        with started(make_project(tmp_path_factory.mktemp("named")), free_ports()) as medpath:
            yield medpath.url


def ask_over_rest(url: str, sender: str = "somebody", **headers: str) -> requests.Response:
    """Asks a question over REST with headers of one's own."""
    asked = {"sender": sender, "message": "When is Match Day?"}
    return requests.post(f"{url}/webhooks/rest/webhook", json=asked, headers=headers, timeout=TIMEOUT)


def begin(url: str, **headers: str) -> requests.Response:
    """Asks for a session of the web channel."""
    return requests.post(f"{url}/webhooks/web/sessions", headers=headers, timeout=TIMEOUT)


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
def test_another_name_for_this_machine_is_refused(medpath_url: str, host: str) -> None:
    """A page whose name was made to point here is of the same origin to its browser, and is told by that name."""
    for headers in ({"Host": host}, {"Host": host, "Origin": f"http://{host}"}):
        refused, no_session = ask_over_rest(medpath_url, **headers), begin(medpath_url, **headers)
        assert refused.status_code == no_session.status_code == 403
        assert HOSTS in refused.json()["error"]
        assert no_session.json()["error"]["code"] == "host"


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:5005", "127.0.0.1", "127.0.0.1:80", "[::1]:5005", "127.1.2.3"]
)
def test_the_names_of_loopback_are_known(medpath_url: str, host: str) -> None:
    """Whoever asks from this machine need not set anything up."""
    assert ask_over_rest(medpath_url, Host=host).status_code == 200
    assert begin(medpath_url, Host=host).status_code == 201


def test_a_name_that_was_set_up_is_known(named_url: str) -> None:
    """Behind a proxy that passes the name on; its pages may ask too."""
    for host in (NAMED, f"{NAMED}:8443", "www.school.example"):
        assert begin(named_url, Host=host, Origin=f"https://{host}").status_code == 201
    assert begin(named_url, Host="evil.example").status_code == 403


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "", "http://localhost:1", "http://127.0.0.1"])
def test_pages_of_other_sites_do_not_ask_over_rest(medpath_url: str, origin: str) -> None:
    """The REST channel knows no tokens: whatever page a person has open could speak for him."""
    assert ask_over_rest(medpath_url, Origin=origin).status_code == 403


@pytest.mark.parametrize("channel", ["web", "slack"])
def test_conversations_of_other_channels_are_not_open_to_rest(medpath_url: str, channel: str) -> None:
    """Nobody reads what a visitor or a member of a workspace has told, by taking the name of his conversation."""
    for sender in (f"{channel}-0123", f" {channel.upper()}-0123"):
        refused = ask_over_rest(medpath_url, sender)
        assert refused.status_code == 400
        assert f"{channel}-" in refused.json()["error"]
    assert Conversation(medpath_url, f"{channel}master").say("hello")


@pytest.mark.parametrize(
    "entry", ["*", "*.school.example", "https://school.example", "school.example:80", "a/b", "me@a"]
)
def test_what_is_no_host_is_told(entry: str) -> None:
    """Each with the variable that holds it."""
    with pytest.raises(SetupError, match=HOSTS):
        read_hosts({HOSTS: f"school.example,{entry}"})
