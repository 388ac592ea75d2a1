"""Whether something that servers share can be reached, so that nobody waits again and again for what is away."""

from __future__ import annotations

import logging
import time

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 3.0


class Reach:
    """Remembers when something could not be reached: for a pause after that it is not tried again.

    `without` is the end of a sentence: what happens as long as it is away.
    """

    def __init__(self, name: str, without: str, pause: float = PAUSE_SECONDS) -> None:
        self._name, self._without, self._pause = name, without, pause
        self._next: float | None = None

    @property
    def is_due(self) -> bool:
        """Whether it may be tried: it was reached last, or has been left in peace for the pause."""
        return self._next is None or time.monotonic() >= self._next

    def failed(self, error: BaseException) -> None:
        """Notes that it could not be reached, and says so once."""
        if self._next is None:
            logger.error("%s cannot be reached (%s): %s", self._name, type(error).__name__, self._without)
        self._next = time.monotonic() + self._pause

    def succeeded(self) -> None:
        """Notes that it was reached, and says so where it had been away."""
        if self._next is not None:
            logger.warning("%s can be reached again.", self._name)
        self._next = None
