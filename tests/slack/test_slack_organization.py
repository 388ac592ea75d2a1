"""Slack: an organization that has installed the app for all its workspaces, with one token."""

from __future__ import annotations

import pytest
from on_loopback import Running
from slack_medpath import asked
from slack_messages import edit, of_organization, with_file
from slack_replies import button, read
from slack_requests import Door, Payload, app_home_opened, click, retry, slash_command
from slack_standin import ORGANIZATION, UNKNOWN, Slack

QUESTION = "How many years is an internal medicine residency?"
ANSWER = "Internal medicine residency takes 3 years"
WHERE_FROM = "where is that from"


def clicked_there(payload: Payload) -> Payload:
    """A click as it comes from an organization: the team is not told."""
    return {**payload, "team": None, "enterprise": {"id": ORGANIZATION.team}, "is_enterprise_install": True}


@pytest.mark.parametrize("workspace", ["T0INORG001", None])
def test_messages_are_answered_with_the_token_of_the_organization(
    slack: Slack, door: Door, medpath_in_slack: Running, workspace: str | None
) -> None:
    """Whichever of its workspaces they come from; each once."""
    person = slack.person("channel", ORGANIZATION)
    message = person.mentions(QUESTION)
    changed = edit(message, f"{message.text} please")
    for payload in (message.as_mention(), message.as_message(), with_file(person.says(WHERE_FROM, message.ts))):
        sent = of_organization(payload, ORGANIZATION, workspace)
        door.event(sent)
        door.event(sent, **retry(1))
        slack.reply(person, message.ts)
    assert "differentialdiagnosis.net" in read(slack.reply(person, message.ts, number=2))
    door.event(of_organization(changed.as_change(), ORGANIZATION, workspace))
    slack.reply(person, message.ts, number=3)
    calls = [call for call in slack.calls if call.body.get("channel") == person.channel]
    assert [call.team for call in calls] == [ORGANIZATION.team] * 3
    assert asked(medpath_in_slack, person) == [QUESTION, WHERE_FROM, f"{QUESTION} please"]


def test_commands_clicks_and_the_home_tab_are_answered_there(slack: Slack, door: Door) -> None:
    """Each names the organization in a way of its own."""
    person, url = slack.person("im", ORGANIZATION), slack.response_url()
    told = {
        "enterprise_id": ORGANIZATION.team,
        "is_enterprise_install": "true",
        "team_id": "T0INORG001",
    }
    door.command({**slash_command(person, QUESTION, url), **told})
    (call,) = slack.wait(lambda: slack.taken(url))
    assert ANSWER in read(call.body)
    door.event(of_organization(person.says(QUESTION).as_message(), ORGANIZATION))
    post = slack.reply(person)
    door.click(clicked_there(click(person, button(post, "feedback_good"), post, slack.response_url())))
    assert "Glad" in read(slack.reply(person, number=2))
    door.event(of_organization(app_home_opened(person), ORGANIZATION))
    slack.wait(lambda: slack.views(person))


def test_an_organization_without_a_token_is_not_answered(slack: Slack, door: Door, medpath_in_slack: Running) -> None:
    """It is acknowledged, and the log says whose token is missing."""
    stranger = slack.person("im", UNKNOWN)
    person = slack.person("im", ORGANIZATION)
    payload = of_organization(stranger.says(QUESTION).as_message(), ORGANIZATION)
    payload["authorizations"][0]["enterprise_id"] = "E0NOBODY01"
    door.event(payload)
    door.event(of_organization(person.says(QUESTION).as_message(), ORGANIZATION))
    slack.reply(person)
    assert asked(medpath_in_slack, stranger) == []
    log = medpath_in_slack.project.root / "var" / "rasa-server.log"
    assert "speaks in the Slack organization E0NOBODY01: nothing is answered there" in log.read_text(encoding="utf-8")
