"""Who a visitor of the web channel is: a random conversation, named in a token that only this server can sign."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import jwt

from medpath.errors import SetupError
from medpath.secret_file import secret_in

SECRET = "MEDPATH_WEB_SECRET"  # noqa: S105 (the name of the variable that holds it)
SHORTEST_SECRET = 32
DAY = 24 * 60 * 60
LIFETIME = 30 * DAY
RENEWED_AFTER = DAY
# The clock may have been set back since a token was signed: by hand, or to that of the network.
LEEWAY = 15 * 60

_ALGORITHM = "HS256"
_AUDIENCE = "medpath-web"
_CONVERSATION = re.compile(r"web-[0-9a-f]{32}")


class NoSession(Exception):
    """A token that is missing, forged, expired or for something else."""


@dataclass(frozen=True)
class Session:
    """What a visitor is given: the token, and the seconds that it holds."""

    token: str
    expires_in: int

    def as_json(self) -> dict[str, Any]:
        """The session as it goes out."""
        return asdict(self)


@dataclass(frozen=True)
class Visitor:
    """Who sent a request: the conversation, and the token's age in seconds."""

    conversation: str
    age: float


class Sessions:
    """Makes and reads tokens; `now` gives the time in seconds since 1970."""

    def __init__(self, secret: str, now: Callable[[], float] = time.time) -> None:
        self._secret = secret
        self._now = now

    def begin(self) -> Session:
        """A session with a conversation of its own, which nobody can guess."""
        return self._sign(f"web-{uuid.uuid4().hex}")

    def visitor(self, token: str) -> Visitor:
        """Whom a token names; raises NoSession for any token that this server has not signed for today."""
        try:
            claims = jwt.decode(
                token,
                self._secret,
                algorithms=[_ALGORITHM],
                audience=_AUDIENCE,
                # Checked below against `now`.
                options={"require": ["sub", "iat", "exp"], "verify_exp": False, "verify_iat": False},
            )
            conversation, began, ends = str(claims["sub"]), float(claims["iat"]), float(claims["exp"])
        # Before it checks the signature, PyJWT reads a header that may be nested deeply or hold half a character.
        except (jwt.InvalidTokenError, ValueError, TypeError, RecursionError) as error:
            raise NoSession from error
        if not began - LEEWAY <= self._now() < ends or not _CONVERSATION.fullmatch(conversation):
            raise NoSession
        return Visitor(conversation, self._now() - began)

    def renewed(self, visitor: Visitor) -> Session | None:
        """A fresh token for the same conversation if the visitor's is more than a day old."""
        return self._sign(visitor.conversation) if visitor.age > RENEWED_AFTER else None

    def _sign(self, conversation: str) -> Session:
        now = int(self._now())
        claims = {"sub": conversation, "aud": _AUDIENCE, "iat": now, "exp": now + LIFETIME}
        return Session(jwt.encode(claims, self._secret, _ALGORITHM), LIFETIME)


def secret(given: str | None, file: Path) -> str:
    """The secret that the environment gives, or else the one in a file, which is made when there is none.

    Raises SetupError if it is too short or the file cannot be used.
    """
    if given:
        return _checked(given, f"{SECRET} is")
    try:
        return _checked(secret_in(file), f"The secret in {file} is")
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError(
            f"The secret in {file} cannot be used ({error}). Mend or remove it, or set {SECRET}."
        ) from error


def _checked(text: str, subject: str) -> str:
    if len(text) < SHORTEST_SECRET:
        raise SetupError(
            f"{subject} {len(text)} characters long. It must have at least {SHORTEST_SECRET}; "
            "make one with: openssl rand -hex 32"
        )
    return text
