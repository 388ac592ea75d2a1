"""Slack's events as a bad day delivers them: each question has to get exactly one answer, and the right one.

    uv run --no-sync python benchmarks/slack_events.py [--events 500] [--seed 0]

Starts Medpath and the stand-in for Slack of the tests. Direct messages, group messages and mentions (each of which
arrives as app_mention and as message), files, replies sent to the channel too, edits, and joins, bots' messages and
talk that nobody may answer are delivered with retries and duplicates, shuffled, eight at a time. Prints how many were
answered once, twice or not at all, and the milliseconds until the acknowledgement and until the reply; ends with code 1
if anything went wrong.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent / "tests"
sys.path[:0] = [str(TESTS), str(TESTS / "slack")]

from on_loopback import Conversation  # noqa: E402 (the stand-in is the one of the tests)
from slack_medpath import connected, http  # noqa: E402
from slack_mixture import FILE_ALONE, Mixture, mixture  # noqa: E402
from slack_replies import read, words  # noqa: E402
from slack_requests import Door  # noqa: E402
from slack_standin import Slack  # noqa: E402

from medpath.channels.incoming import NO_FILES  # noqa: E402

QUESTIONS = (
    "How many years is an internal medicine residency?",
    "When is Match Day?",
    "Compare MD and DO",
    "How much do residents make?",
    "do i need step 3 before residency",
    "When is the AAP National Conference?",
    "Which residencies take four years in total?",
    "who won the world cup",
)
# A reply is looked for by its first letters: lists and tables look different in Slack.
COMPARED = 40
PATIENCE = 600.0


def wrong_answers(slack: Slack, mixed: Mixture, expected: dict[str, str]) -> list[str]:
    """The questions whose answer is not the one that REST gives."""
    return [
        f"{question!r} in {channel}: {read(post)[:200]!r}"
        for (channel, thread), question in mixed.questions.items()
        for post in slack.posts(channel, thread)
        if expected[question] not in words(read(post))
    ]


def report(slack: Slack, mixed: Mixture, taken: Sequence[float], seconds: float, wrong: Sequence[str]) -> int:
    """Prints the figures and the first faults; gives the exit code."""
    counted = mixed.answers(slack)
    times = Counter(counted[place] for place in mixed.questions)
    uncalled = sum(number for place, number in counted.items() if place not in mixed.questions)
    cuts = [1000 * cut for cut in statistics.quantiles(taken, n=100, method="inclusive")]
    print(f"{len(mixed.deliveries)} deliveries, {len(mixed.questions)} questions in {len(mixed.channels)} channels")
    print(f"answered once: {times[1]}, not: {times[0]}, more than once: {times.total() - times[0] - times[1]}")
    print(f"answers to what was to be ignored or at a wrong place: {uncalled}; wrong answers: {len(wrong)}")
    print(f"milliseconds to the acknowledgement: p50 {cuts[49]:.0f}, p99 {cuts[98]:.0f}, most {1000 * max(taken):.0f}")
    print(f"all answered after {seconds:.1f} s; refused by Slack: {len(slack.faults)}")
    for fault in [*slack.faults, *wrong][:10]:
        print(" ", fault)
    return 1 if times[1] != len(mixed.questions) or uncalled or wrong or slack.faults else 0


def main() -> int:
    """Starts both, delivers the events and waits for the answers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Slack() as slack, connected(Path(folder), http(slack)) as medpath:
        rest = Conversation(medpath.url)
        expected = {question: words(rest.ask(question).body)[:COMPARED] for question in QUESTIONS}
        expected[FILE_ALONE] = words(NO_FILES)[:COMPARED]
        mixed = mixture(slack, QUESTIONS, given.events, given.seed)
        began = time.perf_counter()
        taken = mixed.send(Door(medpath.url))
        slack.wait(lambda: mixed.all_answered(slack), PATIENCE)
        seconds = time.perf_counter() - began
        # Whatever should not have been answered had come before this.
        last = mixture(slack, QUESTIONS, 1)
        last.send(Door(medpath.url))
        slack.wait(lambda: last.all_answered(slack))
        mixed.questions |= last.questions
        mixed.channels |= last.channels
        return report(slack, mixed, taken, seconds, wrong_answers(slack, mixed, expected))


if __name__ == "__main__":
    sys.exit(main())
