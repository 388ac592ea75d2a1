"""The bad days of the stand-in: calls that fail for a while, answers that get lost, tokens that are revoked."""

from __future__ import annotations

from dataclasses import dataclass, field

from aiohttp import web


@dataclass
class Trouble:
    """What the next calls of a method are answered with: an error of Slack's by name, or a status with some HTML."""

    method: str
    times: int
    what: str | int

    def answer(self) -> web.Response:
        if isinstance(self.what, int):
            return web.Response(status=self.what, text="<html>upstream error</html>", content_type="text/html")
        return web.json_response({"ok": False, "error": self.what})


@dataclass
class Troubles:
    """All that is wrong at present; `revoked` gives the error for a token."""

    revoked: dict[str, str] = field(default_factory=dict)
    _failing: list[Trouble] = field(default_factory=list)
    _losing: dict[str, int] = field(default_factory=dict)

    def fail(self, method: str, what: str | int, times: int = 1) -> None:
        """Does none of the next calls of a method."""
        self._failing.append(Trouble(method, times, what))

    def end(self) -> None:
        """Does everything again."""
        self._failing.clear()

    def lose(self, method: str, times: int = 1) -> None:
        """Does the next calls of a method, but hangs up without a word."""
        self._losing[method] = times

    def met(self, method: str) -> Trouble | None:
        """The trouble of a call, which is over after so many times."""
        for trouble in self._failing:
            if trouble.method == method and trouble.times:
                trouble.times -= 1
                return trouble
        return None

    def loses(self, method: str) -> bool:
        """Whether the answer to a call gets lost."""
        left = self._losing.get(method, 0)
        self._losing[method] = max(0, left - 1)
        return left > 0
