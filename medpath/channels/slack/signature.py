"""Whether Slack has signed a request, found out before anything of it is read."""

from __future__ import annotations

import re
from collections.abc import Mapping

from slack_sdk.signature import SignatureVerifier

# Seconds since 1970: ten digits until the year 2286.
_TIME = re.compile(r"[0-9]{1,12}")


def is_signed(body: bytes, headers: Mapping[str, str], secret: str) -> bool:
    """Whether the body was signed with the secret within the last minutes.

    https://docs.slack.dev/authentication/verifying-requests-from-slack
    """
    time, signature = headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
    if not _TIME.fullmatch(time) or not signature.isascii():
        return False
    try:
        return SignatureVerifier(secret).is_valid(body, time, signature)
    except UnicodeDecodeError:  # Slack signs texts alone
        return False
