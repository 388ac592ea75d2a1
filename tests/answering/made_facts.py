"""A hand-made knowledge of eight facts, and what is built from it."""

from __future__ import annotations

from dataclasses import replace

from medpath.knowledge.records import Fact, Hub, Knowledge, Source, Topic

MATCH_DAY = Fact(
    id="main-match/match-day",
    topic="main-match",
    aspect="dates",
    label="Match Day",
    text="Match Day 2026 falls on 20 March 2026.",
    sources=("nrmp-calendar",),
    as_of="2025-09",
    changes="yearly",
    check="official",
    questions=("When is Match Day?", "what date do the results come out", "match day 2026", "on which day do I match"),
    period="2026 Match",
    formerly=("main-match/day",),
)
FEE = Fact(
    id="main-match/registration-fee",
    topic="main-match",
    aspect="cost",
    label="registration fee",
    text="Registration for the Main Match costs 70 dollars.",
    sources=("nrmp-fees",),
    as_of="2025",
    changes="yearly",
    check="secondary",
    questions=("What does the Match cost?", "nrmp fee", "how much do I pay to register", "price of registering"),
)
STEP_1_LENGTH = Fact(
    id="step-1/duration",
    topic="step-1",
    aspect="duration",
    label="length of the exam",
    text="Step 1 takes one day of eight hours.",
    sources=("usmle-step-1",),
    as_of="undated",
    changes="yearly",
    check="official",
    questions=("How long is Step 1?", "step 1 hours", "does step 1 take a whole day", "duration of the exam"),
)
STEP_1_SCORES = Fact(
    id="step-1/no-scores",
    topic="step-1",
    aspect="misconception",
    label="no three-digit scores",
    text="Step 1 has no numeric score since January 2022; it is passed or failed.",
    sources=("usmle-step-1",),
    as_of="2022-01",
    changes="rarely",
    check="official",
    questions=("Is 240 good on Step 1?", "step 1 score", "what is a high score", "average of the test"),
)
STEP_1_STUDY = Fact(
    id="step-1/study-advice",
    topic="step-1",
    aspect="preparation",
    label="how to study",
    text="Most students work through one question bank before Step 1.",
    sources=("usmle-step-1",),
    as_of="undated",
    changes="rarely",
    check="general",
    questions=("How do I study for Step 1?", "question bank or book", "prepare for the exam", "best way to revise"),
)
TEXAS_BOARD = Fact(
    id="license-texas/board",
    topic="license-texas",
    aspect="contact",
    label="licensing board",
    text="The Texas Medical Board licenses physicians in Texas.",
    sources=("tmb",),
    as_of="2026-01-15",
    changes="rarely",
    check="official",
    questions=("Who licenses doctors in Texas?", "texas board name", "whom to ask in Texas", "who issues the license"),
)
TEXAS_IMG = Fact(
    id="license-texas/img-training",
    topic="license-texas",
    aspect="requirements",
    label="training for IMGs",
    text="Texas asks international graduates for two years of training.",
    sources=("tmb",),
    as_of="2026-01-15",
    changes="when announced",
    check="official",
    questions=(
        "How much training does Texas want?",
        "texas years",
        "residency years for Texas",
        "training needed there",
    ),
    audience="img",
)
OHIO_BOARD = Fact(
    id="license-ohio/board",
    topic="license-ohio",
    aspect="contact",
    label="licensing board",
    text="The State Medical Board of Ohio licenses physicians in Ohio.",
    sources=("ohio-board",),
    as_of="2026-01",
    changes="rarely",
    check="official",
    questions=("Who licenses doctors in Ohio?", "ohio board name", "whom to ask in Ohio", "ohio license office"),
)

SOURCES = (
    Source("nrmp-calendar", "NRMP", "Match Calendar", "https://www.nrmp.org/calendar"),
    Source("nrmp-fees", "NRMP", "Match Fees", "https://www.nrmp.org/fees"),
    Source("usmle-step-1", "USMLE", "Step 1", "https://www.usmle.org/step-1"),
    Source("tmb", "Texas Medical Board", "Physicians", "https://www.tmb.state.tx.us"),
    Source("ohio-board", "State Medical Board of Ohio", "Physicians", "https://med.ohio.gov"),
)


HUBS = (
    Hub("the-match", "the Match", "main-match", "Ask https://www.nrmp.org."),
    Hub("usmle", "USMLE", "step-1", "Ask https://www.usmle.org."),
    Hub("licensing", "medical license", "license-texas", "Ask the board (https://www.fsmb.org)."),
)


def topic(name: str, kind: str, hub: str, aliases: tuple[str, ...], *facts: Fact) -> Topic:
    """A topic with the id that its facts give."""
    return Topic(facts[0].topic, name, kind, hub, aliases, facts)


def eight_facts() -> Knowledge:
    """Two states, an exam and the Match; "the board" names both states."""
    names = ("Texas", "Texas medical license", "Lone Star board", "the board")
    texas = topic("Medical license: Texas", "state", "licensing", names, TEXAS_BOARD, TEXAS_IMG)
    topics = (
        topic("Main Residency Match (NRMP)", "process", "the-match", ("the match", "match"), MATCH_DAY, FEE),
        topic("USMLE Step 1", "exam", "usmle", ("step 1",), STEP_1_LENGTH, STEP_1_SCORES, STEP_1_STUDY),
        replace(texas, formerly=("texas",)),
        topic("Medical license: Ohio", "state", "licensing", ("Ohio", "Ohio medical license", "the board"), OHIO_BOARD),
    )
    sources = {source.id: source for source in SOURCES}
    hubs = {hub.id: hub for hub in HUBS}
    return Knowledge(hubs, topics, sources, {"the board": ("license-ohio", "license-texas")})
