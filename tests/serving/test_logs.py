"""The logs of the servers: nothing is erased at a start, nothing grows without end, nobody else reads them."""

from __future__ import annotations

import os
from pathlib import Path

from medpath.serving.logs import KEPT, cut_log, last_words, open_log


def _write(log: Path, text: str) -> None:
    descriptor = open_log(log, "server")
    os.write(descriptor, f"{text}\n".encode())
    os.close(descriptor)


def test_a_start_adds_to_the_log(tmp_path: Path) -> None:
    """What an earlier start logged stays, parted by a line that says when the next one began."""
    log = tmp_path / "server.log"
    _write(log, "first")
    _write(log, "second")
    marks = [line for line in log.read_text().splitlines() if line.startswith("=== ")]
    assert len(marks) == 2
    assert all(line.endswith("the server starts") for line in marks)
    assert "first" in log.read_text()


def test_only_the_last_start_is_told(tmp_path: Path) -> None:
    """A person who reads why a server did not start is not shown what was wrong the time before."""
    log = tmp_path / "server.log"
    _write(log, "first\nsecond")
    _write(log, "third\nfourth")
    assert last_words(log) == "third\nfourth"
    assert last_words(log, 1) == "fourth"
    assert last_words(tmp_path / "none.log") == "(empty)"


def test_only_the_owner_reads_it(tmp_path: Path) -> None:
    """Also a log that another version had made for all to read, and what was cut from it."""
    log = tmp_path / "server.log"
    log.write_text("old\n")
    log.chmod(0o644)
    _write(log, "new")
    cut_log(log, largest=1)
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}


def test_a_long_log_is_cut_while_its_server_writes(tmp_path: Path) -> None:
    """The server goes on with its open log; the latest parts are kept, older ones go."""
    log = tmp_path / "server.log"
    descriptor = open_log(log, "server")
    for number in range(KEPT + 2):
        os.write(descriptor, f"part {number}\n".encode())
        cut_log(log, largest=1)
    os.write(descriptor, b"the rest\n")
    os.close(descriptor)
    assert log.read_text() == "the rest\n"
    kept = [log.with_name(f"server.log.{number}").read_text() for number in range(1, KEPT + 1)]
    assert kept == [f"part {number}\n" for number in range(KEPT + 1, 1, -1)]
    assert len(list(tmp_path.iterdir())) == KEPT + 1


def test_a_short_log_is_left_alone(tmp_path: Path) -> None:
    """Nothing is moved before it is worth it."""
    log = tmp_path / "server.log"
    _write(log, "a line")
    cut_log(log)
    assert [file.name for file in tmp_path.iterdir()] == ["server.log"]
