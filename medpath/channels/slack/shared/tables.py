"""What is done in the outbox that servers share, each within one transaction.

Each event has an owner: the server that answers it, as long as it says so again and again. Times go by the clock of the
database.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from medpath.channels.slack.outbox_file import DAY, NAMES_KEPT_SECONDS, Content, Letter, Taken, content_of, is_kept_of
from medpath.sharing.tables import NOW
from medpath.sharing.tables import SLACK_EVENTS as EVENTS
from medpath.sharing.tables import SLACK_LETTERS as LETTERS
from medpath.sharing.tables import SLACK_POSTS as POSTS

logger = logging.getLogger(__name__)

# Longer than Slack is waited for at most, so that a server that still posts is not taken for dead.
HELD_SECONDS = 45.0
# What could not be answered, because a token is dead for instance, is tried again after this.
PUT_DOWN_SECONDS = 600.0
NOBODY = ""

WAITING = EVENTS.c.body.is_not(None)


def insert_event(connection: Connection, row: dict[str, Any], owner: str) -> int | None:
    """Keeps an event; None if one with its key was kept before."""
    values = {**row, "at": NOW, "answered": False, "owner": owner, "held_until": NOW + HELD_SECONDS}
    kept = insert(EVENTS).values(**values).on_conflict_do_nothing(index_elements=[EVENTS.c.key])
    number = connection.execute(kept.returning(EVENTS.c.number)).scalar()
    return None if number is None else int(number)


def count_waiting(connection: Connection) -> int:
    """How many events are not done."""
    return int(connection.execute(sa.select(sa.func.count()).where(WAITING)).scalar_one())


def hold(connection: Connection, owner: str) -> None:
    """Says that a server still answers what it owns."""
    mine = sa.update(EVENTS).where(WAITING, EVENTS.c.owner == owner)
    connection.execute(mine.values(held_until=NOW + HELD_SECONDS))


def take_over(connection: Connection, owner: str, most: int) -> list[Taken]:
    """Owns what nobody answers any more, in the order it came, and gives up what is older than a day."""
    if old := give_up(connection, DAY):
        logger.error("%s events of Slack's are older than a day and are not answered any more.", old)
    free = sa.select(EVENTS.c.number).where(WAITING, EVENTS.c.held_until < NOW).order_by(EVENTS.c.number).limit(most)
    mine = sa.update(EVENTS).where(EVENTS.c.number.in_(free.with_for_update(skip_locked=True)))
    mine = mine.values(owner=owner, held_until=NOW + HELD_SECONDS).returning(EVENTS.c.number)
    numbers = sorted(connection.execute(mine).scalars())
    return [taken for number in numbers if (taken := look(connection, number, owner))]


def look(connection: Connection, number: int, owner: str) -> Taken | None:
    """An event as it stands; None if it is done, or another server answers it by now."""
    mine = sa.select(EVENTS).where(EVENTS.c.number == number, EVENTS.c.owner == owner, WAITING)
    row = connection.execute(mine).first()
    if row is None:
        return None
    try:
        letters = letters_of(connection, number) if row.answered else None
        return Taken(number, row.key, row.kind, row.team, json.loads(row.body), row.at, letters)
    except (ValueError, TypeError, KeyError):
        logger.error("Event %s in the outbox of Slack cannot be read and is given up.", number)
        finish(connection, number)
        return None


def put_down(connection: Connection, number: int, owner: str) -> None:
    """Leaves what is not done to whoever looks next, after a while."""
    mine = sa.update(EVENTS).where(EVENTS.c.number == number, EVENTS.c.owner == owner, WAITING)
    connection.execute(mine.values(owner=NOBODY, held_until=NOW + PUT_DOWN_SECONDS))


def leave(connection: Connection, owner: str) -> None:
    """Leaves all that a server owns to the others at once."""
    connection.execute(sa.update(EVENTS).where(WAITING, EVENTS.c.owner == owner).values(held_until=0.0))


def place(connection: Connection, number: int, conversation: str, thread: str | None) -> None:
    """Notes to which conversation an event belongs, and in which thread it speaks to Medpath."""
    changed = sa.update(EVENTS).where(EVENTS.c.number == number)
    connection.execute(changed.values(conversation=conversation, thread=thread))


def is_spoken_to(connection: Connection, thread: str) -> bool:
    """Whether somebody has spoken to Medpath in a thread lately."""
    return connection.execute(sa.select(EVENTS.c.number).where(EVENTS.c.thread == thread).limit(1)).first() is not None


def has_earlier(connection: Connection, number: int, conversation: str) -> bool:
    """Whether a server is still about to answer what was asked in a conversation before an event."""
    earlier = sa.select(EVENTS.c.number).where(
        WAITING,
        EVENTS.c.conversation == conversation,
        EVENTS.c.number < number,
        EVENTS.c.answered.is_(False),
        EVENTS.c.owner != NOBODY,
    )
    return connection.execute(earlier.limit(1)).first() is not None


def has_letters_before(connection: Connection, letter: Letter) -> bool:
    """Whether a server is still about to post in the same place what was answered before."""
    where = sa.select(LETTERS.c.place).where(LETTERS.c.number == letter.number).scalar_subquery()
    earlier = (
        sa.select(LETTERS.c.number)
        .join(EVENTS, EVENTS.c.number == LETTERS.c.event)
        .where(LETTERS.c.place == where, LETTERS.c.number < letter.number, LETTERS.c.event != letter.event)
        .where(EVENTS.c.owner != NOBODY)
    )
    return connection.execute(earlier.limit(1)).first() is not None


def claim(connection: Connection, number: int, key: str) -> bool:
    """Whether an event may have a key; if it is taken, the event is a repetition and goes."""
    # Two servers that claim the same key: the second waits for the first.
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(key, 0))))
    if connection.execute(sa.select(EVENTS.c.number).where(EVENTS.c.key == key)).first() is None:
        connection.execute(sa.update(EVENTS).where(EVENTS.c.number == number).values(key=key))
        return True
    connection.execute(sa.delete(EVENTS).where(EVENTS.c.number == number))
    return False


def has_key(connection: Connection, beginning: str) -> bool:
    """Whether something was kept lately whose name begins so."""
    named = EVENTS.c.key.startswith(beginning, autoescape=True)
    return connection.execute(sa.select(EVENTS.c.number).where(named).limit(1)).first() is not None


def drop(connection: Connection, number: int) -> None:
    """Forgets an event that is not to be answered."""
    connection.execute(sa.delete(EVENTS).where(EVENTS.c.number == number))


def answered(
    connection: Connection, event: int, owner: str, contents: Iterable[Content], where: str
) -> tuple[Letter, ...]:
    """Keeps the answer to an event; none if it was erased, or another server answers it by now."""
    # The letters of one answer get numbers one after another among those for the same place.
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(where, 0))))
    mine = sa.update(EVENTS).where(EVENTS.c.number == event, EVENTS.c.owner == owner, WAITING)
    if not connection.execute(mine.values(answered=True)).rowcount:
        return ()
    for content in contents:
        row = {"event": event, "place": where, "content": json.dumps(asdict(content)), "mark": uuid.uuid4().hex}
        connection.execute(sa.insert(LETTERS).values(**row, begun=False))
    letters = letters_of(connection, event)
    if not letters:
        finish(connection, event)
    return letters


def letters_of(connection: Connection, event: int) -> tuple[Letter, ...]:
    """What is left of the answer to an event."""
    rows = connection.execute(sa.select(LETTERS).where(LETTERS.c.event == event).order_by(LETTERS.c.number)).all()
    return tuple(Letter(row.number, event, content_of(json.loads(row.content)), row.mark, row.begun) for row in rows)


def begun(connection: Connection, letter: Letter, owner: str) -> bool:
    """Notes that a letter is being sent; False if it was erased, or another server sends it by now."""
    mine = sa.select(EVENTS.c.number).where(EVENTS.c.number == letter.event, EVENTS.c.owner == owner)
    change = sa.update(LETTERS).where(LETTERS.c.number == letter.number, LETTERS.c.event.in_(mine)).values(begun=True)
    return bool(connection.execute(change).rowcount)


def sent(connection: Connection, letter: Letter) -> None:
    """Forgets a letter, and with the last one what was asked."""
    connection.execute(sa.delete(LETTERS).where(LETTERS.c.number == letter.number))
    if not letters_of(connection, letter.event):
        finish(connection, letter.event)


def finish(connection: Connection, event: int) -> None:
    """Forgets what was asked and answered; what stays for a while is the name."""
    connection.execute(sa.delete(LETTERS).where(LETTERS.c.event == event))
    connection.execute(sa.update(EVENTS).where(EVENTS.c.number == event).values(body=None))


def give_up(connection: Connection, age: float) -> int:
    """Forgets what was taken so many seconds ago and is not done; gives the number of events."""
    old = connection.execute(sa.select(EVENTS.c.number).where(WAITING, EVENTS.c.at < NOW - age)).scalars().all()
    return _finished(connection, old)


def erase(connection: Connection, conversation: str, before: int | None = None) -> int:
    """Forgets what is not done in a conversation, or of it what came before an event; gives the number of events."""
    waiting = sa.select(EVENTS).where(WAITING)
    if before is not None:
        waiting = waiting.where(EVENTS.c.number < before)
    rows = connection.execute(waiting).all()
    return _finished(connection, [row.number for row in rows if is_kept_of(conversation, row.kind, row.team, row.body)])


def tidy(connection: Connection) -> None:
    """Forgets the names of events that Slack does not send again, and what old messages answered."""
    before = NOW - NAMES_KEPT_SECONDS
    connection.execute(sa.delete(EVENTS).where(EVENTS.c.body.is_(None), EVENTS.c.at < before))
    connection.execute(sa.delete(POSTS).where(POSTS.c.at < before))


def note_post(connection: Connection, thread: str, question: str) -> None:
    """Keeps in mind which question is answered by the message that a thread would hang on."""
    noted = insert(POSTS).values(thread=thread, question=question, at=NOW)
    connection.execute(noted.on_conflict_do_nothing())


def post_above(connection: Connection, thread: str) -> str | None:
    """The question that is answered by what a thread hangs on, if that was posted lately."""
    return connection.execute(sa.select(POSTS.c.question).where(POSTS.c.thread == thread)).scalar()


def _finished(connection: Connection, events: Sequence[int]) -> int:
    for number in events:
        finish(connection, number)
    return len(events)
