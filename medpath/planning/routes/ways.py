"""Which trainings lead to a target, in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from medpath.planning.tables.records import Tables, Training


@dataclass(frozen=True)
class Way:
    """A residency and the fellowships after it; `before` is a whole residency that somebody does first.

    `finished` fellowships lie behind. `residency` is None where no target is known.
    """

    residency: Training | None
    fellowships: tuple[Training, ...] = ()
    before: Training | None = None


def ways_to(
    target: Training | None,
    current: Training | None,
    via: Training | None,
    tables: Tables,
    also: frozenset[str] = frozenset(),
) -> list[Way]:
    """The ways to a target, the usual one first.

    `current` is the residency or fellowship that somebody is in or has finished; he goes on from it where he can. A
    longer way is one of them where it begins with a residency that he considers `also`.
    """
    if target is None:
        return [_way(current, None, via, tables) if current else Way(None)]
    direct = _way(target, current, via, tables)
    longer = [_way(tables.trainings[other], current, via, tables) for other in target.other_ways]
    if own := [way for way in longer if via is not None and way.residency == via]:
        return own  # he goes through the residency that the longer way begins with
    if current is not None:
        fitting = [way for way in [direct, *longer] if way.residency == residency_of(current, tables)]
        return fitting[:1] or [direct]
    detour = [replace(direct, before=via)] if via and not via.is_fellowship and via != direct.residency else []
    chosen = longer if target.both_ways else [way for way in longer if way.residency and way.residency.id in also]
    return [direct, *chosen, *detour]


def serves(training: Training, wanted: Training) -> bool:
    """Whether a fellowship takes people who come from a training."""
    names = {training.id, *training.serves_as}
    return bool(names & set(wanted.after)) or (wanted.after_any and not training.is_fellowship)


def chain_before(fellowship: Training, current: Training | None, via: Training | None, tables: Tables) -> Training:
    """What comes before a fellowship: what somebody has or wants already if it serves, else the usual."""
    own = [training for training in (current, via) if training is not None]
    own += [residency_of(training, tables) for training in own if training.is_fellowship]
    fitting = (training for training in own if training != fellowship and serves(training, fellowship))
    return next(fitting, tables.trainings[fellowship.after[0]])


def _way(target: Training, current: Training | None, via: Training | None, tables: Tables) -> Way:
    fellowships: list[Training] = []
    here = target
    while here.is_fellowship:
        fellowships.insert(0, here)
        here = chain_before(here, current, via, tables)
    if via is not None and via.is_fellowship and via != current and fellowships == [target] and serves(here, via):
        fellowships.insert(0, via)  # wanted first, though nothing asks for it
    return Way(here, tuple(fellowships))


def residency_of(training: Training, tables: Tables) -> Training:
    """The residency at the bottom of a training's usual chain; itself if it is one."""
    *_, last = _down(training, tables)
    return last


def _down(training: Training, tables: Tables) -> Iterator[Training]:
    yield training
    while training.is_fellowship:
        training = tables.trainings[training.after[0]]
        yield training
