"""What the metrics tell of Slack."""

from __future__ import annotations

import time
from typing import Any

from on_loopback import Running
from scraping import Figures, figure, figures, scrape
from slack_replies import read
from slack_requests import Door, retry
from slack_standin import Slack

QUESTION, ANSWER = "How many years is an internal medicine residency?", "Internal medicine residency takes 3 years"
PATIENCE_SECONDS = 20.0


def looked_at(medpath: Running) -> Figures:
    return figures(scrape(medpath.ports.rasa).text)


def settled(medpath: Running) -> Figures:
    """The figures once nothing waits in the outbox."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while figure(found := looked_at(medpath), "medpath_slack_outbox"):
        assert time.monotonic() < ends, "events still wait in the outbox"
        time.sleep(0.05)
    return found


def test_what_slack_sends_again_and_takes_is_counted(medpath_in_slack: Running, slack: Slack, door: Door) -> None:
    """By its reason, of which nobody can make up any number, and only where it is signed."""
    before = settled(medpath_in_slack)
    person = slack.person()
    message = person.says(QUESTION).as_message()
    door.event(message)
    assert ANSWER in read(slack.reply(person))
    door.event(message, **retry(1))
    door.event(message, **retry(2, "my narwhal"))
    door.knock(b"{}", {**retry(3, "ssl_error"), "Content-Type": "application/json"})
    after = settled(medpath_in_slack)

    def rise(name: str, **labels: Any) -> float:
        return figure(after, name, **labels) - figure(before, name, **labels)

    assert rise("medpath_slack_retries_total", reason="http_timeout") == 1
    assert rise("medpath_slack_retries_total", reason="other") == 1
    assert rise("medpath_slack_retries_total", reason="ssl_error") == 0
    assert rise("medpath_slack_deliveries_total", outcome="sent") == 1
    assert rise("medpath_turns_total", channel="slack", outcome="answered") == 1
    assert rise("medpath_replies_total", channel="slack", kind="answer") == 1
