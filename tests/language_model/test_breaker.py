"""A server that fails is spared, and no minute sees more requests than it may."""

from __future__ import annotations

from medpath.language_model.breaker import FAILURES, FIRST_PAUSE, LONGEST_PAUSE, Breaker, Budget


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def _broken(clock: Clock) -> Breaker:
    breaker = Breaker(clock)
    for _ in range(FAILURES):
        assert breaker.may_ask()
        breaker.failed()
    return breaker


def test_failures_in_a_row_open_it() -> None:
    """One answer in between, and it goes on."""
    breaker = Breaker(Clock())
    for _ in range(10):
        for _ in range(FAILURES - 1):
            breaker.failed()
        breaker.succeeded()
        assert breaker.may_ask()
    assert not _broken(Clock()).may_ask()


def test_after_a_pause_one_request_tries() -> None:
    """If it is answered all go through again."""
    clock = Clock()
    breaker = _broken(clock)
    clock.now += FIRST_PAUSE
    assert [breaker.may_ask() for _ in range(3)] == [True, False, False]
    breaker.succeeded()
    assert breaker.may_ask()


def test_pauses_grow_to_a_bound() -> None:
    """A server that stays away is tried ever more rarely."""
    clock = Clock()
    breaker = _broken(clock)
    waited = 0.0
    for _ in range(8):
        began = clock.now
        while not breaker.may_ask():
            clock.now += 1
        assert clock.now - began >= waited
        waited = clock.now - began
        breaker.failed()
    assert waited == LONGEST_PAUSE


def test_a_minute_has_its_budget() -> None:
    """What is over it is refused; a minute later it is whole again."""
    clock = Clock()
    budget = Budget(2, clock)
    assert [budget.spend() for _ in range(3)] == [True, True, False]
    clock.now += 61
    assert budget.spend()
