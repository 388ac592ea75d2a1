"""The web channel of a running Medpath: sessions, messages, what was said, and whatever else is sent."""

from __future__ import annotations

import base64
import http.client
import json
import time
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jwt
import pytest
import requests
from on_loopback import Conversation, Running, started
from web_visitor import (
    TIMEOUT,
    Visitor,
    arrive,
    begin,
    conversation_of,
    error_code,
    project_with,
    secret_of,
)

from medpath.channels.replies import read_reply
from medpath.channels.web.sessions import DAY, LIFETIME, Sessions
from medpath.errors import SetupError
from medpath.serving.launcher import free_ports, running

QUESTION = "How many years is an internal medicine residency?"
# Picked by their ids, so that what was said before does not change the answer.
LENGTHS = {name: f"fact:{name}/duration" for name in ("pediatrics", "neurology", "dermatology", "urology", "pathology")}


@pytest.fixture
def visitor(medpath_url: str) -> Visitor:
    """A new visitor of the running Medpath."""
    return arrive(medpath_url)


# Sessions


def test_a_session_holds_for_thirty_days(medpath_url: str) -> None:
    """Whoever comes gets a token of his own; no cookie is set, nothing may be kept by a proxy."""
    first, second = begin(medpath_url), begin(medpath_url)
    assert first.status_code == second.status_code == 201
    assert first.json()["session"]["expires_in"] == LIFETIME
    assert first.json()["session"]["token"] != second.json()["session"]["token"]
    assert first.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in first.headers


@pytest.mark.parametrize("body", [b"", b"{}", b" {} ", b'{"anything": 1}'])
def test_a_session_needs_no_body(medpath_url: str, body: bytes) -> None:
    """An empty body and an empty object are the same."""
    assert requests.post(f"{medpath_url}/webhooks/web/sessions", data=body, timeout=TIMEOUT).status_code == 201


@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b"7", b"\xff\xfe\x00", b"[" * 10_000])
def test_a_session_with_another_body_is_refused(medpath_url: str, body: bytes) -> None:
    """What is no object is told, not guessed at."""
    response = requests.post(f"{medpath_url}/webhooks/web/sessions", data=body, timeout=TIMEOUT)
    assert (response.status_code, error_code(response)) == (400, "bad_request")


def _token(secret: str, **claims: Any) -> str:
    now = int(time.time())
    whole = {"sub": f"web-{'a' * 32}", "aud": "medpath-web", "iat": now, "exp": now + 60, **claims}
    return jwt.encode({name: value for name, value in whole.items() if value is not None}, secret, "HS256")


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": int(time.time()) - 1},
        {"exp": None},
        {"iat": None},
        {"iat": int(time.time()) + 10_000, "exp": int(time.time()) + 20_000},
        {"sub": None},
        {"sub": "somebody"},
        {"sub": "web-"},
        {"sub": 7},
        {"aud": "another service"},
        {"aud": None},
    ],
    ids=str,
)
def test_a_signed_token_for_something_else_is_refused(medpath_running: Running, claims: dict[str, Any]) -> None:
    """Expired tokens, those without an end, and those for other things open no conversation."""
    response = Visitor(medpath_running.url, _token(secret_of(medpath_running), **claims)).read()
    assert (response.status_code, error_code(response)) == (401, "no_session")


def test_a_forged_token_is_refused(medpath_running: Running, visitor: Visitor) -> None:
    """Nobody makes a token himself: by another secret, by no signature, or by exchanging the conversation."""
    head, claims, signature = visitor.token.split(".")
    other_claims = arrive(medpath_running.url).token.split(".")[1]
    unsigned = _encoded(b'{"alg":"none","typ":"JWT"}')
    forged = [
        _token("another secret that is long enough to sign"),
        f"{head}.{other_claims}.{signature}",
        f"{unsigned}.{claims}.",
        f"{unsigned}.{claims}.{signature}",
        f"{head}.{claims}",
        f"{head}.{claims}.",
        f"{head}.{claims}.{signature[:-4]}AAAA",
        f"{_encoded(b'[' * 4000)}.{claims}.{signature}",
        f"{_encoded(json.dumps({'alg': 'HS256', 'kid': '../../etc/passwd', 'crit': ['x']}).encode())}.{claims}.x",
        "x",
        "..",
        "null",
    ]
    for token in forged:
        response = Visitor(medpath_running.url, token).post({"id": "a", "text": QUESTION})
        assert (response.status_code, error_code(response)) == (401, "no_session"), token
    assert visitor.history() == []


@pytest.mark.parametrize("given", [None, "", "Bearer", "Bearer ", "Basic YTpi", "Bearer a b", "Bearer \xff", "Token x"])
def test_without_a_token_nothing_is_asked_or_read(medpath_url: str, given: str | None) -> None:
    """Each way to leave the token out is told in the same way."""
    headers = {} if given is None else {"Authorization": given.encode("latin-1")}
    for method in ("GET", "POST"):
        response = requests.request(method, f"{medpath_url}/webhooks/web/messages", headers=headers, timeout=TIMEOUT)
        assert (response.status_code, error_code(response)) == (401, "no_session")
        assert response.headers["WWW-Authenticate"] == "Bearer"


def test_after_a_day_a_fresh_token_for_the_same_conversation_comes_along(medpath_running: Running) -> None:
    """Whoever comes back within thirty days never loses his conversation."""
    secret = secret_of(medpath_running)
    yesterday = Sessions(secret, now=lambda: time.time() - DAY - 60).begin()
    before = Visitor(medpath_running.url, yesterday.token)
    session = before.post({"id": "a", "text": QUESTION}).json()["session"]
    after = Visitor(medpath_running.url, session["token"])
    assert session["expires_in"] == LIFETIME
    assert session["token"] != yesterday.token
    assert after.history() == before.history() != []
    assert "session" not in after.post({"id": "b", "text": "thanks"}).json()


# Messages and replies


def test_a_reply_holds_what_the_rest_channel_says(visitor: Visitor, conversation: Conversation) -> None:
    """The web shows the same answer as every other channel, in parts."""
    reply, expected = visitor.ask(QUESTION), read_reply(conversation.say(QUESTION)[0])
    assert reply["kind"] == expected.kind == "answer"
    assert (reply["text"], reply["body"]) == (expected.text, expected.body)
    assert reply["warnings"] == list(expected.warnings)
    assert reply["facts"] == list(expected.facts)
    assert [source["url"] for source in reply["sources"]] == [source.url for source in expected.sources]
    assert reply["buttons"] == [{"title": button.title, "payload": button.payload} for button in expected.buttons]
    assert (reply["table"], reply["pictures"]) == (None, [])


def test_an_overview_has_its_points_in_a_table_without_a_head(visitor: Visitor) -> None:
    """A heading and a text a row, each source once, and questions to go on with."""
    reply = visitor.ask("Tell me about residency")
    assert reply["kind"] == "overview"
    assert reply["table"]["columns"] == ["", ""]
    assert 4 <= len(reply["table"]["rows"]) <= 7
    shown = [(source["url"], source["check"]) for source in reply["sources"]]
    assert len(set(shown)) == len(shown)
    assert all(button["title"].endswith("?") for button in reply["buttons"])


def test_a_comparison_has_its_table(visitor: Visitor) -> None:
    """Rows and columns travel as such."""
    table = visitor.ask("Compare neurology and dermatology")["table"]
    assert len(table["columns"]) == 3
    assert all(len(row) == 3 for row in table["rows"])


def test_a_tapped_button_is_shown_by_its_title(visitor: Visitor) -> None:
    """The payload is asked, the title is what the person sees afterwards."""
    button = visitor.ask(QUESTION)["buttons"][0]
    picked = visitor.ask(button["payload"], shown=button["title"])
    assert f"fact:{picked['facts'][0]}" == button["payload"]
    assert visitor.questions() == [QUESTION, button["title"]]


def test_several_questions_get_several_replies(visitor: Visitor) -> None:
    """Each question of a message is answered by a reply of its own, live and in the history."""
    replies = visitor.say("how long is IM residency and how much do residents make?")
    assert len(replies) == 2
    assert [message["reply"] for message in visitor.history() if message["from"] == "medpath"] == replies


def test_the_history_is_what_was_said(visitor: Visitor) -> None:
    """Questions with their ids and the replies as they were sent, oldest first, with times in UTC."""
    assert visitor.history() == []
    first = visitor.ask(QUESTION, "first-id")
    second = visitor.ask("and pediatrics?", "second_id")
    said = visitor.history()
    assert [(entry["from"], entry.get("id")) for entry in said] == [
        ("person", "first-id"),
        ("medpath", None),
        ("person", "second_id"),
        ("medpath", None),
    ]
    assert [entry["reply"] for entry in said if entry["from"] == "medpath"] == [first, second]
    times = [entry["time"] for entry in said]
    assert times == sorted(times)
    assert all(moment.endswith("Z") for moment in times)


def test_the_history_shows_the_text_as_it_was_written(visitor: Visitor) -> None:
    """Lines and slashes that Rasa must not see are there for the person who wrote them."""
    visitor.say("/How many years\nis an internal medicine residency?")
    assert visitor.questions() == ["/How many years\nis an internal medicine residency?"]


def test_the_same_id_asks_once(visitor: Visitor) -> None:
    """A message that is sent again gets the first replies, even if its text has changed."""
    first = visitor.say(QUESTION, "same")
    assert visitor.say(QUESTION, "same") == first
    assert visitor.say("when is match day", "same") == first
    assert visitor.questions() == [QUESTION]


def test_the_same_id_at_once_asks_once(visitor: Visitor) -> None:
    """An impatient page that sends one message eight times gets one answer eight times."""
    replies = visitor.ask_at_once([("same", QUESTION)] * 8)
    assert all(reply == replies[0] for reply in replies)
    assert visitor.questions() == [QUESTION]


def test_messages_of_one_visitor_at_once_are_all_answered(visitor: Visitor) -> None:
    """Five questions that are sent without waiting get each its own answer."""
    replies = visitor.ask_at_once(list(LENGTHS.items()))
    told = {entry["id"]: entry["text"] for entry in visitor.history() if entry["from"] == "person"}
    assert told == LENGTHS
    assert [f"fact:{reply['facts'][0]}" for reply in replies] == list(LENGTHS.values())


def test_two_visitors_never_see_each_other(medpath_running: Running) -> None:
    """Neither what was said nor an id of a message leads from one conversation into another."""
    one, other = arrive(medpath_running.url), arrive(medpath_running.url)
    assert conversation_of(one, medpath_running) != conversation_of(other, medpath_running)
    first = one.ask(LENGTHS["pediatrics"], "same")
    second = other.ask(LENGTHS["neurology"], "same")
    assert first["facts"] != second["facts"]
    assert one.questions() == [LENGTHS["pediatrics"]]
    assert other.questions() == [LENGTHS["neurology"]]
    assert one.ask("where is that from")["facts"] == first["facts"][:1]


# Messages that cannot be read


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"When is Match Day?",
        b"\xff\xfe\x00\x01",
        b"\x00" * 1000,
        b"null",
        b"7",
        b'"text"',
        b"[]",
        b"[" * 10_000,
        b"{}",
        b'{"id": "a"}',
        b'{"text": "hi"}',
        b'{"id": 7, "text": "hi"}',
        b'{"id": null, "text": "hi"}',
        b'{"id": "", "text": "hi"}',
        b'{"id": "a b", "text": "hi"}',
        b'{"id": "a\\n", "text": "hi"}',
        b'{"id": "../a", "text": "hi"}',
        b'{"id": "' + b"a" * 65 + b'", "text": "hi"}',
        b'{"id": "\xc3\xa9", "text": "hi"}',
        b'{"id": "a", "text": null}',
        b'{"id": "a", "text": 7}',
        b'{"id": "a", "text": ["hi"]}',
        b'{"id": "a", "text": ""}',
        b'{"id": "a", "text": " \\n"}',
        b'{"id": "a", "text": "\\u0000\\u200b"}',
        b'{"id": "a", "text": "\\ud800"}',
        b'{"id": "a", "text": "hi", "shown": 7}',
        b'{"id": "a", "text": "hi", "shown": "' + b"x" * 201 + b'"}',
    ],
    ids=lambda body: body[:40].decode(errors="replace") or "empty",
)
def test_what_is_no_message_is_told(visitor: Visitor, body: bytes) -> None:
    """A body that does not keep to the interface is refused, and nothing of it is kept."""
    response = visitor.post(body)
    assert (response.status_code, error_code(response)) == (400, "bad_request")
    assert visitor.history() == []


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"id": "a", "text": "x" * 6001}).encode(),
        json.dumps({"id": "a", "text": "hi", "more": "x" * 49_152}).encode(),
        b" " * 49_153,
        b"x" * 200_000,
    ],
    ids=["text", "body", "blanks", "huge"],
)
def test_what_is_too_long_is_told(visitor: Visitor, body: bytes) -> None:
    """More than 6,000 characters or 48 KiB are refused, and the conversation goes on."""
    response = visitor.post(body)
    assert (response.status_code, error_code(response)) == (413, "too_long")
    assert visitor.ask(QUESTION)["kind"] == "answer"


def test_a_body_without_a_length_is_limited_too(visitor: Visitor) -> None:
    """A chunked body is counted while it is read."""
    response = requests.post(
        f"{visitor.url}/webhooks/web/messages",
        data=(b" " * 1000 for _ in range(120)),
        headers=visitor.authorization,
        timeout=TIMEOUT,
    )
    assert (response.status_code, error_code(response)) == (413, "too_long")


def test_the_longest_text_is_read(visitor: Visitor) -> None:
    """The limit that is told is the one that holds, in characters."""
    body = json.dumps({"id": "a", "text": "🙂" * 6000}, ensure_ascii=False).encode()
    assert visitor.post(body).status_code == 200


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (
            "How\\u0000many\\u0007years is an internal medicine residency?",
            "Howmanyyears is an internal medicine residency?",
        ),
        ("when is match day\\ud800", "when is match day\ufffd"),
        ("\\u202eyad hctam si nehw", "yad hctam si nehw"),
        ("👩🏽‍⚕️ ¿Cuántos años? 内科", "👩🏽‍⚕️ ¿Cuántos años? 内科"),
        ("<script>alert(1)</script> when is match day", "<script>alert(1)</script> when is match day"),
        ("'; DROP TABLE events; --", "'; DROP TABLE events; --"),
        ("/restart", "/restart"),
    ],
)
def test_odd_texts_are_answered_and_kept(visitor: Visitor, sent: str, shown: str) -> None:
    """Control characters, half characters and code harm neither the answer nor the history."""
    response = visitor.post(f'{{"id": "a", "text": "{sent}"}}'.encode())
    assert response.status_code == 200
    assert response.json()["replies"][0]["kind"] != "error"
    assert visitor.questions() == [shown]


@pytest.mark.parametrize("path", ["", "/", "/nothing", "/messages/a", "/sessions/../messages/x", "/webhook", "/%2e%2e"])
def test_unknown_addresses_are_told(medpath_url: str, path: str) -> None:
    """Under the channel's address even what is not there answers in its shape."""
    for method in ("GET", "POST", "DELETE"):
        response = requests.request(method, f"{medpath_url}/webhooks/web{path}", timeout=TIMEOUT)
        assert (response.status_code, error_code(response)) == (404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "messages", {"GET", "POST", "OPTIONS"}),
        ("PUT", "messages", {"GET", "POST", "OPTIONS"}),
        ("BREW", "messages", {"GET", "POST", "OPTIONS"}),
        ("GET", "sessions", {"POST", "OPTIONS"}),
    ],
)
def test_other_methods_are_told(medpath_url: str, method: str, path: str, allowed: set[str]) -> None:
    """The error names the methods that there are."""
    response = requests.request(method, f"{medpath_url}/webhooks/web/{path}", timeout=TIMEOUT)
    assert (response.status_code, error_code(response)) == (405, "method")
    assert set(response.headers["Allow"].split(", ")) == allowed


def test_a_request_that_is_none_is_told(medpath_url: str) -> None:
    """A head that cannot be read is the sender's fault and named so."""
    address = urlsplit(medpath_url)
    with closing(http.client.HTTPConnection(address.hostname or "", address.port, timeout=TIMEOUT)) as connection:
        connection.putrequest("POST", "/webhooks/web/sessions")
        connection.putheader("Content-Length", "many")
        connection.endheaders()
        response = connection.getresponse()
        assert response.status == 400
        assert json.load(response)["error"]["code"] == "bad_request"


# Pages of other sites


ALLOWED = "https://www.school.example"
ALSO_ALLOWED = "http://localhost:8000"


@pytest.fixture(scope="module")
def strict_url(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A Medpath that two other sites may use, with small limits."""
    project = project_with(
        tmp_path_factory.mktemp("strict"),
        allowed_origins=[ALLOWED + "/"],
        messages_per_minute=3,
        histories_per_minute=3,
        sessions_per_minute=40,
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEDPATH_WEB_ORIGINS", f" {ALSO_ALLOWED} ,")
        with started(project, free_ports()) as medpath:
            yield medpath.url


def test_a_page_of_the_same_server_may_ask(medpath_url: str) -> None:
    """The page that this server serves needs no permission and gets no header of one."""
    response = begin(medpath_url, Origin=medpath_url)
    assert response.status_code == 201
    assert "Access-Control-Allow-Origin" not in response.headers
    assert response.headers["Vary"] == "Origin"


def test_a_page_behind_a_proxy_may_ask(medpath_url: str) -> None:
    """A proxy that ends TLS passes on the host that the browser asked."""
    assert begin(medpath_url, Origin="https://localhost", Host="localhost").status_code == 201
    assert begin(medpath_url, Origin="https://localhost:443", Host="localhost").status_code == 201
    assert begin(medpath_url, Origin="https://localhost:444", Host="localhost").status_code == 403


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "",
        "*",
        "file://",
        "chrome-extension://abc",
        f"{ALLOWED}.evil.example",
        "http://www.school.example",
        f"{ALLOWED}:8443",
        "https://school.example",
        "http://[",
        "http://localhost:8000@evil.example",
        f"{ALLOWED}, https://evil.example",
    ],
)
def test_other_pages_are_refused(strict_url: str, origin: str) -> None:
    """Neither a session nor a message for a page that is not listed, whatever token it has."""
    token = arrive(strict_url).authorization
    for method, path in (("POST", "sessions"), ("GET", "messages"), ("POST", "messages")):
        response = requests.request(
            method,
            f"{strict_url}/webhooks/web/{path}",
            headers={"Origin": origin, **token},
            json={"id": "a", "text": "hi"} if method == "POST" else None,
            timeout=TIMEOUT,
        )
        assert (response.status_code, error_code(response)) == (403, "origin")
        assert set(response.json()) == {"error"}


@pytest.mark.parametrize("origin", ["https://evil.example", "https://evil.example:8443", "null"])
def test_a_page_that_is_not_listed_can_read_why(strict_url: str, origin: str) -> None:
    """Its browser shows it the refusal, with the origin to list, and asks with the headers of a conversation."""
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    preflight = requests.options(f"{strict_url}/webhooks/web/messages", headers=asked, timeout=TIMEOUT)
    assert (preflight.status_code, preflight.text) == (204, "")
    refused = Visitor(strict_url, "x").post({"id": "a", "text": "hi"}, Origin=origin)
    for response in (preflight, refused):
        assert response.headers["Access-Control-Allow-Origin"] == origin
        assert response.headers["Vary"] == "Origin"
        assert "Access-Control-Allow-Credentials" not in response.headers
    told = refused.json()["error"]["message"]
    assert origin == "null" or f"list {origin} in MEDPATH_WEB_ORIGINS" in told


def test_without_a_list_no_other_page_may_ask(medpath_url: str) -> None:
    """Out of the box the channel is for its own pages."""
    assert begin(medpath_url, Origin=ALLOWED).status_code == 403


@pytest.mark.parametrize("origin", [ALLOWED, ALSO_ALLOWED])
@pytest.mark.parametrize("path", ["sessions", "messages"])
def test_a_preflight_of_a_listed_page_is_answered(strict_url: str, origin: str, path: str) -> None:
    """Browsers ask this first; they are told the methods and headers, never that cookies may come along."""
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    response = requests.options(f"{strict_url}/webhooks/web/{path}", headers=asked, timeout=TIMEOUT)
    assert response.status_code == 204
    assert response.headers["Access-Control-Allow-Origin"] == origin
    assert response.headers["Access-Control-Allow-Methods"] == "GET, POST"
    assert response.headers["Access-Control-Allow-Headers"] == "authorization, content-type"
    assert "Access-Control-Allow-Credentials" not in response.headers


def test_a_listed_page_can_read_errors_too(strict_url: str) -> None:
    """Without the header a page could not tell that its session has ended, or when to try again."""
    response = Visitor(strict_url, "x").post({"id": "a", "text": "hi"}, Origin=ALLOWED)
    assert (response.status_code, error_code(response)) == (401, "no_session")
    assert response.headers["Access-Control-Allow-Origin"] == ALLOWED
    assert response.headers["Access-Control-Expose-Headers"] == "Retry-After, X-Request-ID"
    assert response.headers["Vary"] == "Origin"


# Limits


def _assert_too_fast(response: requests.Response) -> None:
    assert (response.status_code, error_code(response)) == (429, "too_fast")
    assert 1 <= int(response.headers["Retry-After"]) <= 61


def test_too_many_messages_are_refused(strict_url: str) -> None:
    """The fourth message of a minute has to wait; another visitor does not."""
    hasty, calm = arrive(strict_url), arrive(strict_url)
    for text in ("hello", "thanks", "bye"):
        hasty.say(text)
    _assert_too_fast(hasty.post({"id": "a", "text": QUESTION}))
    assert calm.ask(QUESTION)["kind"] == "answer"
    assert QUESTION not in hasty.questions()


def test_too_many_histories_are_refused(strict_url: str) -> None:
    """Reading is limited too."""
    reader = arrive(strict_url)
    for _ in range(3):
        reader.history()
    _assert_too_fast(reader.read())


def test_too_many_sessions_are_refused(tmp_path: Path) -> None:
    """New conversations of one address are limited; those that exist go on."""
    with started(project_with(tmp_path, sessions_per_minute=2), free_ports()) as medpath:
        first = arrive(medpath.url)
        arrive(medpath.url)
        _assert_too_fast(begin(medpath.url))
        assert first.ask(QUESTION)["kind"] == "answer"


# Setting up


@pytest.mark.parametrize(
    ("settings", "environment", "told"),
    [
        ({}, {"MEDPATH_WEB_SECRET": "short"}, r"MEDPATH_WEB_SECRET is 5 characters long.*at least 32"),
        ({"allowed_origins": ["*"]}, {}, r"credentials\.yml.*allowed_origins: '\*' is no origin"),
    ],
)
def test_a_wrong_setting_is_told_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any, environment: dict[str, str], told: str
) -> None:
    """Whoever starts a Medpath that is set up wrongly reads what to mend."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SetupError, match=told), running(project_with(tmp_path, **settings), free_ports()):
        pass


def test_the_secret_of_the_tokens_is_kept_to_its_owner(medpath_running: Running) -> None:
    """Nobody else on the machine can read what tokens are signed with."""
    assert medpath_running.project.web_secret.stat().st_mode & 0o777 == 0o600
