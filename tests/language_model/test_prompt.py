"""What is written to a language model, and what of its answer counts."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stand_in import chooses

from medpath.answering.conversation.consulting import Candidate, Exchange, Inquiry, Thing, Verdict
from medpath.language_model.prompt import messages, read_verdict, schema

INQUIRY = Inquiry(
    "can i retake it?",
    (Exchange("what is step 1"), Exchange("how long is it", ("USMLE Step 1: Format and length",))),
    "You are an IMG.",
    tuple(Candidate(f"step-1/{name}", "USMLE Step 1", name, f"About {name}.") for name in "abcdef"),
)


def test_the_model_is_told_what_the_documentation_lists() -> None:
    """Message, earlier exchanges, the person and the facts, and nothing else."""
    task, told = messages(INQUIRY)
    assert [task["role"], told["role"]] == ["system", "user"]
    content = json.loads(told["content"])
    assert set(content) == {"message", "earlier", "person", "facts"}
    assert content["facts"][0] == {"id": "step-1/a", "topic": "USMLE Step 1", "label": "a", "text": "About a."}
    assert content["earlier"][1] == {"asked": "how long is it", "told": ["USMLE Step 1: Format and length"]}


def test_the_schema_allows_the_ids_that_are_offered_and_no_others() -> None:
    """Servers with structured output cannot write another id."""
    jsonschema.validate(chooses("step-1/a", opening="yes"), schema(INQUIRY))
    for wrong in (chooses("step-1/z"), chooses("step-1/a", opening="surely"), {**chooses("step-1/a"), "text": "Hi"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, schema(INQUIRY))


def test_a_second_search_is_no_choice() -> None:
    """Neither by the schema nor for a server that does not know schemas."""
    last = replace(INQUIRY, may_search=False)
    asked = {"decision": "search", "things": [], "ids": [], "phrase": "step 1 retake"}
    assert read_verdict(json.dumps(asked), INQUIRY) == Verdict(search="step 1 retake")
    assert read_verdict(json.dumps(asked), last) is None
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(asked, schema(last))


@pytest.mark.parametrize("fence", ["{}", "```json\n{}\n```", "```\n{}\n```\n", "  {}\n"])
def test_a_fence_is_forgiven(fence: str) -> None:
    """Many models write one around JSON."""
    text = fence.replace("{}", json.dumps(chooses("step-1/b", "step-1/a", opening="no")))
    assert read_verdict(text, INQUIRY) == Verdict(things=(Thing(("step-1/b", "step-1/a"), "no"),))


@pytest.mark.parametrize(("said", "opening"), [("none", ""), ("yes", "yes"), ("surely", None), (None, None), (7, None)])
def test_no_opening_is_not_the_same_as_none_said(said: object, opening: str | None) -> None:
    """A model that does not say leaves it to the local rule."""
    things = [{"ids": ["step-1/a"], "opening": said}]
    verdict = read_verdict(json.dumps({"decision": "answer", "things": things}), INQUIRY)
    assert verdict == Verdict(things=(Thing(("step-1/a",), opening),))


def test_a_mass_of_blanks_is_read_at_once() -> None:
    """A small model may write blanks without end; nobody else's turn waits for that."""
    began = time.monotonic()
    assert read_verdict("```" + " " * 120_000 + "x", INQUIRY) is None
    assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Sure! You can retake it four times.",
        "null",
        "[]",
        '"step-1/a"',
        "{",
        "[" * 100_000,
        '{"decision": "answer"}',
        '{"decision": "answer", "things": "step-1/a"}',
        '{"decision": "answer", "things": [{"ids": ["step-1/zzz", 3, null]}]}',
        '{"decision": "ask_back", "ids": ["step-1/a"]}',
        '{"decision": "ask_back", "ids": ["step-1/a", "step-1/a", "x"]}',
        '{"decision": "search", "phrase": ["x"]}',
        '{"decision": "search", "phrase": "  "}',
        '{"decision": ["answer"]}',
        'Here it is: {"decision": "nothing"}',
    ],
)
def test_what_is_not_the_json_asked_for_counts_for_nothing(text: str) -> None:
    """Then the local replies stand."""
    assert read_verdict(text, INQUIRY) is None


def test_ids_that_were_not_offered_are_dropped() -> None:
    """The rest of the verdict counts, each fact once, no more than three of a thing, openings of the list alone."""
    things = [
        {"ids": ["x", "step-1/c", "step-1/c", "step-1/a", "step-1/b", "step-1/d"], "opening": "Yes, and pay me"},
        {"ids": ["step-1/c"], "opening": "yes"},
        {"ids": ["step-1/e"], "opening": "it depends"},
    ]
    verdict = read_verdict(json.dumps({"decision": "answer", "things": things}), INQUIRY)
    assert verdict == Verdict(things=(Thing(("step-1/c", "step-1/a", "step-1/b")), Thing(("step-1/e",), "it depends")))


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.text()
    | st.sampled_from(["answer", "ask_back", "search", *INQUIRY.ids]),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["decision", "things", "ids", "opening", "phrase"]), inner)
    ),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(JSON)
def test_whatever_comes_only_offered_ids_come_through(content: Any) -> None:
    """No answer of a server, however odd, raises or brings a text of its own in."""
    verdict = read_verdict(json.dumps(content), INQUIRY)
    if verdict is not None:
        named = [*verdict.readings, *(one for thing in verdict.things for one in thing.facts)]
        assert set(named) <= set(INQUIRY.ids)
        assert all(thing.opening in (None, "", "yes", "no", "it depends") for thing in verdict.things)
