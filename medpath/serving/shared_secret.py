"""The secret by which the action server knows the Rasa server: whoever has it may run actions."""

from __future__ import annotations

import functools
import hmac
import os
import secrets
from collections.abc import Mapping

VARIABLE = "MEDPATH_ACTIONS_SECRET"
HEADER = "x-medpath-secret"


@functools.lru_cache(maxsize=1)
def _made() -> str:
    return secrets.token_hex(32)


def secret_for_children() -> dict[str, str]:
    """The variable that both servers are started with: what the environment gives, or one made for this process."""
    return {VARIABLE: os.environ.get(VARIABLE) or _made()}


def headers(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What a call of an action server with this environment carries; nothing where no secret was agreed upon."""
    secret = environment.get(VARIABLE)
    return {HEADER: secret} if secret else {}


def is_known(given: str | None) -> bool:
    """Whether a caller has the secret of this process; anybody has where there is none."""
    secret = os.environ.get(VARIABLE)
    if not secret:
        return True
    return hmac.compare_digest((given or "").encode("utf-8", "replace"), secret.encode())
