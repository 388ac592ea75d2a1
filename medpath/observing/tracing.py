"""Traces of turns for an OpenTelemetry collector, where OTEL_EXPORTER_OTLP_ENDPOINT names one; else nothing is loaded.

A span holds names and times, the channel, the kinds of the replies and the id of the request. No text, no conversation.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from medpath.errors import SetupError
from medpath.observing.request_ids import current_request

# The libraries take 0.35 s and 11 MB, which nobody without a collector is to pay for.
if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span, Tracer

ENDPOINT, TRACES_ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
PROTOCOL, TRACES_PROTOCOL = "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"
# A collector that takes protobuf over HTTP takes JSON there too.
PROTOCOLS = ("http/json", "http/protobuf")
SERVICE, DISABLED = "OTEL_SERVICE_NAME", "OTEL_SDK_DISABLED"
# The kinds of OpenTelemetry for the spans that others lead to or from; all else is internal.
TURN = "turn"
SERVER_SPANS, CLIENT_SPANS = frozenset({TURN, "answering"}), frozenset({"action_call"})
TRACEPARENT = "traceparent"
LAST_SECONDS = 1.0

_tracer: Tracer | None = None
_provider: TracerProvider | None = None


def set_up_tracing(environment: Mapping[str, str], service: str) -> None:
    """Sends the spans of this process to the collector that the environment names; raises SetupError.

    `service` is what it is called unless OTEL_SERVICE_NAME says otherwise.
    """
    global _provider, _tracer
    if not _is_wanted(environment):
        return
    from opentelemetry.exporter.otlp.json.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import SERVICE_NAME, Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    name = environment.get(SERVICE) or service
    # At exit the library would wait for a collector that is away, and the launcher kill the server meanwhile.
    _provider = TracerProvider(resource=Resource.create({SERVICE_NAME: name}), shutdown_on_exit=False)
    _provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    _tracer = _provider.get_tracer("medpath")


def _is_wanted(environment: Mapping[str, str]) -> bool:
    """Whether a collector is named that can be spoken to; raises SetupError for one that cannot."""
    variable = TRACES_ENDPOINT if environment.get(TRACES_ENDPOINT) else ENDPOINT
    endpoint = environment.get(variable, "")
    if not endpoint or environment.get(DISABLED, "").lower() == "true":
        return False
    if not _is_address(endpoint):
        raise SetupError(f"{variable} is {endpoint!r}. It must be an address such as http://127.0.0.1:4318.")
    protocol = environment.get(TRACES_PROTOCOL) or environment.get(PROTOCOL) or PROTOCOLS[0]
    if protocol not in PROTOCOLS:
        raise SetupError(f"{PROTOCOL} is {protocol!r}. Medpath sends traces by {PROTOCOLS[0]}, mostly to port 4318.")
    return True


def _is_address(endpoint: str) -> bool:
    try:
        parts = urlsplit(endpoint)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


@contextmanager
def span(name: str, **about: str) -> Iterator[Span | None]:
    """A span of the present trace, which begins one where there is none; None where nobody collects.

    `about` are attributes that hold no text of people.
    """
    if _tracer is None:
        yield None
        return
    from opentelemetry.trace import SpanKind, StatusCode

    kind = SpanKind.SERVER if name in SERVER_SPANS else SpanKind.CLIENT if name in CLIENT_SPANS else SpanKind.INTERNAL
    attributes = {f"medpath.{key}": value for key, value in {**about, "request_id": current_request()}.items()}
    # The library would note what an error says, which may quote a message.
    with _tracer.start_as_current_span(
        name, kind=kind, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as begun:
        try:
            yield begun
        except BaseException as error:
            begun.set_status(StatusCode.ERROR, type(error).__name__)
            raise


def trace_headers() -> dict[str, str]:
    """The header by which the action server goes on with the present trace; empty where nobody collects."""
    headers: dict[str, str] = {}
    if _tracer is not None:
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        TraceContextTextMapPropagator().inject(headers)
    return headers


def go_on_with_trace(headers: Mapping[str, str]) -> None:
    """Goes on with the trace that a request names in `traceparent`, or with none.

    `tracestate` stays behind: it may hold any text, and whoever asks may write it.
    """
    if _tracer is not None:
        from opentelemetry.context import Context, attach
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        given = {TRACEPARENT: headers[TRACEPARENT]} if TRACEPARENT in headers else {}
        attach(TraceContextTextMapPropagator().extract(given, Context()))


def current_trace() -> str:
    """The id of the present trace in 32 hexadecimal digits; empty if there is none."""
    if _tracer is None:
        return ""
    from opentelemetry.trace import format_trace_id, get_current_span

    found = get_current_span().get_span_context()
    return format_trace_id(found.trace_id) if found.is_valid else ""


def send_last_spans() -> None:
    """Sends what is not sent yet, within a second: a collector that is away holds no server up."""
    if _provider is not None:
        # The library takes a limit of time and goes beyond it.
        sending = threading.Thread(target=_provider.force_flush, daemon=True)
        sending.start()
        sending.join(LAST_SECONDS)
