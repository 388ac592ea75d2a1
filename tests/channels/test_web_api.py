"""The server keeps to docs/web-api.yml, whatever is sent to it."""

from __future__ import annotations

import schemathesis
from hypothesis import HealthCheck, settings
from on_loopback import REPOSITORY
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from web_visitor import arrive

REFUSED = {
    "checks": {"negative_data_rejection": {"expected-statuses": [400, 401, 413]}},
    # Each request gets a visitor's token: one for which it was left out would count as wrong although it is not.
    "generation": {"with-security-parameters": False},
}

schema = schemathesis.openapi.from_path(
    REPOSITORY / "docs" / "web-api.yml", config=schemathesis.Config.from_dict(REFUSED)
)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]


@schema.parametrize()
@settings(max_examples=30, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_documented(case: schemathesis.Case, medpath_url: str) -> None:
    """A visitor of his own sends each request, so that the limits for one do not hide the rest."""
    case.call_and_validate(base_url=medpath_url, headers=arrive(medpath_url).authorization, checks=CHECKS)


@schema.parametrize()
@settings(max_examples=5, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_answers_without_a_session_are_documented_too(case: schemathesis.Case, medpath_url: str) -> None:
    """The same holds for whoever has no token, or comes from another site."""
    case.call_and_validate(base_url=medpath_url, headers={"Authorization": "Bearer x"}, checks=CHECKS[:-1])
    case.call_and_validate(base_url=medpath_url, headers={"Origin": "https://evil.example"}, checks=CHECKS[:-1])
