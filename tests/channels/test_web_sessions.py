"""The tokens of the web channel and the secret they are signed with."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jwt
import pytest

from medpath.channels.web.sessions import DAY, LEEWAY, LIFETIME, NoSession, Sessions, secret
from medpath.errors import SetupError

SECRET = "0123456789abcdef0123456789abcdef"


class Clock:
    """A time that a test sets."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(clock: Clock) -> Sessions:
    return Sessions(SECRET, clock)


def test_each_session_has_a_conversation_of_its_own(sessions: Sessions) -> None:
    """Two visitors never share one."""
    names = {sessions.visitor(sessions.begin().token).conversation for _ in range(100)}
    assert len(names) == 100
    assert all(name.startswith("web-") for name in names)


def test_a_token_holds_to_its_last_second(sessions: Sessions, clock: Clock) -> None:
    """The token is good for the seconds that are told, and no longer."""
    session = sessions.begin()
    clock.now += session.expires_in - 1
    assert sessions.visitor(session.token)
    clock.now += 1
    with pytest.raises(NoSession):
        sessions.visitor(session.token)


def test_a_token_is_renewed_after_a_day(sessions: Sessions, clock: Clock) -> None:
    """Not with every message, and for the same conversation."""
    visitor = sessions.visitor(sessions.begin().token)
    assert sessions.renewed(visitor) is None
    token = sessions.begin().token
    clock.now += DAY + 1
    old = sessions.visitor(token)
    fresh = sessions.renewed(old)
    assert fresh is not None
    assert fresh.expires_in == LIFETIME
    clock.now += LIFETIME - 1
    assert sessions.visitor(fresh.token).conversation == old.conversation


def test_a_clock_that_is_set_back_ends_no_conversation(sessions: Sessions, clock: Clock) -> None:
    """Minutes are nothing; a token of a later day is none of ours."""
    token = sessions.begin().token
    clock.now -= LEEWAY
    assert sessions.renewed(sessions.visitor(token)) is None
    clock.now -= DAY
    with pytest.raises(NoSession):
        sessions.visitor(token)


def test_a_token_of_another_server_is_refused(sessions: Sessions, clock: Clock) -> None:
    """Each installation trusts only itself."""
    with pytest.raises(NoSession):
        sessions.visitor(Sessions(SECRET[::-1], clock).begin().token)


def test_no_other_algorithm_is_accepted(sessions: Sessions, clock: Clock) -> None:
    """The token does not choose how it is checked."""
    claims = jwt.decode(sessions.begin().token, options={"verify_signature": False})
    long = SECRET * 2
    with pytest.raises(NoSession):
        Sessions(long, clock).visitor(jwt.encode(claims, long, "HS512"))


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "\udcff", "." * 50, "9" * 8000, "\x00", "é.é.é"])
def test_what_is_no_token_is_refused(sessions: Sessions, token: str) -> None:
    """Whatever a header holds, it is no error of ours."""
    with pytest.raises(NoSession):
        sessions.visitor(token)


def test_a_secret_is_made_once_and_kept_to_its_owner(tmp_path: Path) -> None:
    """The file is made with its folder; the next start reads the same."""
    file = tmp_path / "var" / "web-secret"
    made = secret(None, file)
    assert len(made) == 64
    assert secret("", file) == made
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_servers_that_start_together_agree(tmp_path: Path) -> None:
    """The first secret wins."""
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: secret(None, tmp_path / "web-secret"), range(8)))
    assert len(made) == 1


def test_a_given_secret_comes_first(tmp_path: Path) -> None:
    """With a secret from the environment no file is made."""
    file = tmp_path / "web-secret"
    assert secret(SECRET, file) == SECRET
    assert not file.exists()


def test_a_short_secret_is_refused(tmp_path: Path) -> None:
    """A secret that can be tried out is none; the message says how to make one, and does not show it."""
    with pytest.raises(SetupError, match=r"MEDPATH_WEB_SECRET is 31 characters.*at least 32.*openssl") as told:
        secret(SECRET[1:], tmp_path / "web-secret")
    assert SECRET[1:] not in str(told.value)


@pytest.mark.parametrize("content", [b"", b"short\n", b"\xff\xfe" * 40])
def test_a_spoilt_file_is_told(tmp_path: Path, content: bytes) -> None:
    """The message names the file."""
    file = tmp_path / "web-secret"
    file.write_bytes(content)
    with pytest.raises(SetupError, match=r"secret in .*web-secret"):
        secret(None, file)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """The message names the variable that needs no file."""
    (tmp_path / "var").write_text("a file where the folder should be")
    with pytest.raises(SetupError, match="MEDPATH_WEB_SECRET"):
        secret(None, tmp_path / "var" / "web-secret")
