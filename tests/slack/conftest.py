"""The stand-in for Slack and a Medpath that is connected to it over HTTP, one for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from on_loopback import Running
from slack_medpath import connected, http, read_manifest
from slack_requests import Door
from slack_standin import Slack


@pytest.fixture(scope="session")
def slack_at_work() -> Iterator[Slack]:
    """The stand-in, which grants what the manifest asks for."""
    with Slack(scopes=read_manifest()["oauth_config"]["scopes"]["bot"]) as slack:
        yield slack


@pytest.fixture(scope="session")
def medpath_in_slack(slack_at_work: Slack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A Medpath that takes Slack's requests over HTTP."""
    with connected(tmp_path_factory.mktemp("slack"), http(slack_at_work)) as medpath:
        yield medpath


@pytest.fixture
def slack(slack_at_work: Slack) -> Iterator[Slack]:
    """The stand-in; it may not have to refuse anything."""
    yield slack_at_work
    assert slack_at_work.faults == []


@pytest.fixture
def door(medpath_in_slack: Running) -> Door:
    """Where the Medpath takes Slack's requests."""
    return Door(medpath_in_slack.url)
