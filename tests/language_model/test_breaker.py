"""A server that fails is spared, and no minute sees more requests than it may."""

from __future__ import annotations

from medpath.language_model.breaker import FIRST_PAUSE, LONGEST_PAUSE, SLIP, Breaker, Budget

FAILURES = 3


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


def test_requests_that_fail_together_count_as_what_they_are() -> None:
    """Eight people who wait for a server that stops for a moment do not turn it off for minutes."""
    clock = Clock()
    breaker = Breaker(clock)
    assert all(breaker.may_ask() for _ in range(8))
    for _ in range(8):
        breaker.failed()
    clock.now += FIRST_PAUSE
    assert breaker.may_ask()


def test_slips_weigh_little() -> None:
    """A few messages to which a model answers nonsense do not turn it off for everybody; nothing but nonsense does."""
    breaker = Breaker(Clock())
    for _ in range(5):
        breaker.failed(SLIP)
    assert breaker.may_ask()
    for _ in range(10):
        breaker.failed(SLIP)
    assert not breaker.may_ask()


def test_a_try_that_comes_to_nothing_is_made_again() -> None:
    """Whoever goes away in the middle of it says nothing of the server."""
    clock = Clock()
    breaker = _broken(clock)
    clock.now += FIRST_PAUSE
    assert breaker.may_ask()
    breaker.let_go()
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
