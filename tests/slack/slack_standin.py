"""A stand-in for Slack: its Web API, response URLs and Socket Mode on loopback, in a thread of its own.

It knows the tokens of its workspaces, refuses what Slack would refuse, and keeps every call. What it had to refuse
stands in `faults`, as nothing that Medpath sends may be refused.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, TypeVar

from aiohttp import web
from slack_limits import IN_VIEW, faults_of
from slack_requests import APP, Payload, Person, Workspace, new_id, new_ts
from slack_sockets import Sockets
from slack_troubles import Troubles

FIRST = Workspace("T0FIRST001", "xoxb-first", "U0BOTFIRST", "B0FIRST001")
SECOND = Workspace("T0SECOND01", "xoxb-second", "U0BOTSECND", "B0SECOND01")
# Has installed the app for all its workspaces.
ORGANIZATION = Workspace("E0ORGANIZ1", "xoxb-organization", "W0BOTORGAN", "B0ORGANIZ1")
UNKNOWN = Workspace("T0UNKNOWN1", "xoxb-unknown", "U0BOTUNKN1", "B0UNKNOWN1")
INSTALLED = (FIRST, SECOND, ORGANIZATION)
APP_TOKEN = "xapp-1-A0MEDPATH01-medpath"

JSON, FORMS = "application/json", ("application/x-www-form-urlencoded", "multipart/form-data")
# A form holds these as JSON.
STRUCTURED = ("blocks", "view", "files", "channels")
LONGEST_TEXT = 40_000
USES_OF_A_RESPONSE_URL = 5
# A test that waits longer than this for a reply has failed.
PATIENCE = 60.0
SCOPES = {"chat.postMessage": "chat:write", "chat.postEphemeral": "chat:write", "chat.update": "chat:write"} | {
    "files.getUploadURLExternal": "files:write",
    "files.completeUploadExternal": "files:write",
    "reactions.add": "reactions:write",
    "users.info": "users:read",
}

REFUSED, IN_TROUBLE = 0, 500

Found = TypeVar("Found")


class Refused(Exception):
    """What Slack answers with instead of doing it: an error such as invalid_blocks, and why."""

    def __init__(self, error: str, why: Any = "") -> None:
        super().__init__(f"{error}: {why}")
        self.error = error


class Revoked(Refused):
    """The same for a token that a test has revoked, which is nobody's fault."""


@dataclass(frozen=True)
class Call:
    """A call that Slack has taken: the team of the token, the arguments, when.

    One that it has put off has status 429, one that it has refused 0, one that met with a trouble 500.
    """

    method: str
    team: str
    body: Payload
    at: float
    status: int = 200


@dataclass
class Limit:
    """Puts off the next calls of a method."""

    method: str
    times: int
    seconds: int
    puts_off: dict[str, float] = field(default_factory=dict)


class Slack:
    """Slack as the app sees it; used in a `with` statement. `scopes` are those granted to the app, None for all."""

    def __init__(self, workspaces: Sequence[Workspace] = INSTALLED, scopes: Sequence[str] | None = None) -> None:
        self.calls: list[Call] = []
        self.faults: list[str] = []
        self.files: dict[str, bytes] = {}
        self.troubles = Troubles()
        self.sockets = Sockets(self.told, self.faults)
        self._scopes = scopes
        self._workspaces = {workspace.token: workspace for workspace in workspaces}
        self._homes: dict[str, str] = {}
        self._limits: list[Limit] = []
        self._changed = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="slack", daemon=True)
        self._runner: web.AppRunner | None = None
        self.address = ""

    def __enter__(self) -> Slack:
        self._thread.start()
        self.sockets.loop = self._loop
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def api_url(self) -> str:
        """What SLACK_API_URL is set to."""
        return f"http://{self.address}/api/"

    def person(self, kind: str = "im", workspace: Workspace = FIRST) -> Person:
        """Someone new, in a channel of a kind that is new too."""
        letter = {"im": "D", "mpim": "G", "group": "G", "channel": "C"}[kind]
        person = Person(workspace, new_id(letter), kind, new_id("U"))
        self._homes[person.channel] = workspace.team
        return person

    def response_url(self) -> str:
        """A fresh address for the answer to a command or a click."""
        return f"http://{self.address}/actions/{new_id('R')}"

    def limit(self, method: str, times: int, seconds: int = 1) -> None:
        """Answers the next calls of a method with 429; none of them may be sent again within so many seconds."""
        self._limits.append(Limit(method, times, seconds))

    def taken(self, method: str) -> list[Call]:
        """The calls of a method, or to a response URL, that were done, oldest first."""
        return [call for call in self.calls if call.method == method and call.status == 200]

    def posts(self, channel: str, thread: str = "") -> list[Payload]:
        """The messages of the bot in a channel, or in one thread of it."""
        bodies = [call.body for call in self.taken("chat.postMessage")]
        return [body for body in bodies if body["channel"] == channel and body.get("thread_ts", "") == thread]

    def reply(self, person: Person, thread: str = "", number: int = 1) -> Payload:
        """Waits for so many messages of the bot in a channel or thread and gives the last of them."""
        return self.wait(lambda: self.posts(person.channel, thread)[number - 1 :])[0]

    def views(self, person: Person) -> list[Payload]:
        """The App Home that a person was given."""
        return [call.body["view"] for call in self.taken("views.publish") if call.body["user_id"] == person.user]

    def told(self) -> None:
        """Lets those who wait look again."""
        with self._changed:
            self._changed.notify_all()

    def wait(self, look: Callable[[], Found], patience: float = PATIENCE) -> Found:
        """Waits until `look` gives something and gives that."""
        with self._changed:
            assert self._changed.wait_for(look, patience), f"nothing came; refused: {self.faults}"
        return look()

    async def _start(self) -> None:
        application = web.Application(client_max_size=2**24)
        application.router.add_route("*", "/api/{method}", self._api)
        application.router.add_post("/upload/{file}", self._upload)
        application.router.add_post("/actions/{name}", self._respond)
        application.router.add_get("/link/", self.sockets.link)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.address = f"127.0.0.1:{self._runner.addresses[0][1]}"

    async def _stop(self) -> None:
        assert self._runner is not None
        await self.sockets.close()
        await self._runner.cleanup()

    async def _api(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        try:
            body = await _arguments(request)
            team = self._team_of(request, method)
            if trouble := self.troubles.met(method):
                self._keep(Call(method, team, body, time.monotonic(), IN_TROUBLE))
                return trouble.answer()
            if put_off := self._put_off(method, body):
                self._keep(Call(method, team, body, time.monotonic(), 429))
                return web.json_response(
                    {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(put_off)}
                )
            answer = self._do(method, team, body)
        except Refused as refused:
            if not isinstance(refused, Revoked):
                self.faults.append(f"{method}: {refused}")
            self._keep(Call(method, "", {}, time.monotonic(), REFUSED))
            return web.json_response({"ok": False, "error": refused.error})
        # With the ts that Slack gives a message.
        self._keep(Call(method, team, {**body, "ts": answer["ts"]} if "ts" in answer else body, time.monotonic()))
        if self.troubles.loses(method) and request.transport:
            request.transport.close()
        return web.json_response({"ok": True, **answer})

    def _team_of(self, request: web.Request, method: str) -> str:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if method == "apps.connections.open" and token not in self.troubles.revoked:
            if token != APP_TOKEN:
                raise Refused("not_allowed_token_type", token)
            return ""
        if revoked := self.troubles.revoked.get(token):
            raise Revoked(revoked, token)
        if token not in self._workspaces:
            raise Refused("invalid_auth", token)
        scope = SCOPES.get(method)
        if scope and self._scopes is not None and scope not in self._scopes:
            raise Refused("missing_scope", scope)
        return self._workspaces[token].team

    def _put_off(self, method: str, body: Payload) -> int:
        """The seconds that a call has to wait, or 0."""
        said = json.dumps(body, sort_keys=True)
        for limit in self._limits:
            early = limit.puts_off.get(said, 0.0) - time.monotonic()
            if early > 0:
                self.faults.append(f"{method} was sent again {early:.2f} s before the end of Retry-After")
            if limit.method == method and limit.times:
                limit.times -= 1
                limit.puts_off[said] = time.monotonic() + limit.seconds
                return limit.seconds
        return 0

    def _do(self, method: str, team: str, body: Payload) -> Payload:
        known: dict[str, Callable[[str, Payload], Payload]] = {
            "auth.test": self._auth_test,
            "api.test": lambda team, body: {},
            "chat.postMessage": self._post_message,
            "chat.postEphemeral": self._post_ephemeral,
            "chat.update": self._post_message,
            "views.publish": self._publish,
            "reactions.add": lambda team, body: {},
            "files.getUploadURLExternal": self._upload_url,
            "files.completeUploadExternal": self._complete_upload,
            "apps.connections.open": lambda team, body: {"url": self.sockets.new_url(self.address)},
            "conversations.open": self._conversation,
            "conversations.info": self._conversation,
            "conversations.replies": self._replies,
            "conversations.history": self._replies,
            "users.info": lambda team, body: {"user": {"id": body["user"], "team_id": team, "is_bot": False}},
        }
        if method not in known:
            raise Refused("unknown_method", method)
        return known[method](team, body)

    def _auth_test(self, team: str, body: Payload) -> Payload:
        mine = next(workspace for workspace in self._workspaces.values() if workspace.team == team)
        who = {"user": "medpath", "user_id": mine.bot_user, "bot_id": mine.bot}
        told = {"url": "https://example.slack.com/", "team": "Example", "team_id": team, "app_id": APP, **who}
        return {**told, "enterprise_id": team, "is_enterprise_install": True} if mine == ORGANIZATION else told

    def _post_message(self, team: str, body: Payload) -> Payload:
        channel = self._channel_of(team, body)
        _check_message(body)
        return {"channel": channel, "ts": new_ts(), "message": {"text": body["text"], "type": "message"}}

    def _post_ephemeral(self, team: str, body: Payload) -> Payload:
        self._channel_of(team, body)
        _check_message(body)
        if not body.get("user"):
            raise Refused("user_not_in_channel", body)
        return {"message_ts": new_ts()}

    def _publish(self, team: str, body: Payload) -> Payload:
        view = body.get("view") or {}
        faults = list(faults_of(view.get("blocks"), IN_VIEW))
        if view.get("type") != "home" or not body.get("user_id") or faults:
            raise Refused("invalid_arguments", faults or body)
        return {"view": {**view, "id": new_id("V")}}

    def _upload_url(self, team: str, body: Payload) -> Payload:
        if not body.get("filename") or not str(body.get("length", "")).isdecimal():
            raise Refused("invalid_arguments", body)
        file = new_id("F")
        return {"upload_url": f"http://{self.address}/upload/{file}?length={body['length']}", "file_id": file}

    def _complete_upload(self, team: str, body: Payload) -> Payload:
        files = body.get("files") or []
        if body.get("channel_id"):
            self._channel_of(team, {"channel": body["channel_id"]})
        if not files or any(file["id"] not in self.files for file in files):
            raise Refused("file_not_found", files)
        return {"files": files}

    def _conversation(self, team: str, body: Payload) -> Payload:
        return {"channel": {"id": self._channel_of(team, body)}}

    def _replies(self, team: str, body: Payload) -> Payload:
        channel = self._channel_of(team, body)
        posts = [post for post in self.posts(channel, str(body.get("ts", ""))) if post["ts"] > body.get("oldest", "")]
        shown = set() if body.get("include_all_metadata") == "1" else {"metadata"}
        told = [{"type": "message", **{key: post[key] for key in post.keys() - shown}} for post in posts]
        return {"messages": told, "has_more": False}

    def _channel_of(self, team: str, body: Payload) -> str:
        channel = str(body.get("channel"))
        if self._homes.get(channel) != team:
            raise Refused("channel_not_found", f"{channel} in {team}")
        return channel

    async def _upload(self, request: web.Request) -> web.Response:
        content = await request.read()
        if str(len(content)) != request.query["length"]:
            self.faults.append(f"a file of {len(content)} bytes instead of {request.query['length']}")
        self.files[request.match_info["file"]] = content
        return web.Response(text=f"OK - {len(content)}")

    async def _respond(self, request: web.Request) -> web.Response:
        url = f"http://{self.address}{request.path}"
        if trouble := self.troubles.met("response_url"):
            return trouble.answer()
        try:
            if request.content_type != JSON:
                raise Refused("invalid_payload", request.content_type)
            body = json.loads(await request.read())
            _check_message(body)
            if len(self.taken(url)) >= USES_OF_A_RESPONSE_URL:
                raise Refused("used_url", url)
        except Refused as refused:
            self.faults.append(f"response_url: {refused}")
            self.told()
            return web.Response(text=refused.error, status=404)
        self._keep(Call(url, "", body, time.monotonic()))
        return web.Response(text="ok")

    def _keep(self, call: Call) -> None:
        self.calls.append(call)
        self.told()


async def _arguments(request: web.Request) -> Payload:
    """The arguments of a call, from the address and the body."""
    arguments = _fields(request.query)
    if request.method != "POST":
        return arguments
    content = await request.read()
    if not content and request.content_type not in (JSON, *FORMS):
        return arguments
    if request.content_type == JSON:
        if request.charset not in (None, "utf-8"):
            raise Refused("invalid_charset", request.charset)
        return {**arguments, **json.loads(content or b"{}")}
    if request.content_type not in FORMS:
        raise Refused("invalid_post_type", request.content_type)
    return {**arguments, **_fields(await request.post())}


def _fields(form: Mapping[str, Any]) -> Payload:
    return {key: json.loads(text) if key in STRUCTURED else str(text) for key, text in form.items()}


def _check_message(body: Payload) -> None:
    """Raises Refused if a message lacks its text or has blocks that Slack does not take."""
    text = body.get("text")
    if not isinstance(text, str) or not text.strip():
        raise Refused("no_text", body)
    if len(text) > LONGEST_TEXT:
        raise Refused("msg_too_long", len(text))
    if "blocks" in body and (faults := list(faults_of(body["blocks"]))):
        raise Refused("invalid_blocks", faults)
