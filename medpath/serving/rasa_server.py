"""The Rasa server as a process of its own: python -m medpath.serving.rasa_server PORT [HOST ACTIONS]."""

from __future__ import annotations

import os
import sys

from medpath.errors import MedpathError
from medpath.observing.logs import set_up_logs
from medpath.observing.tracing import set_up_tracing
from medpath.project import Project, find_project
from medpath.serving.discreet_logs import keep_texts_out_of_logs
from medpath.serving.environment import LOOPBACK, be_quiet, end_with_parent, keep_rasa_quiet
from medpath.serving.memory import collect_rarely, keep_level
from medpath.serving.private_files import write_for_owner
from medpath.serving.without_tensorflow import forgo_tensorflow

TURN_SECONDS = 30
LARGEST_REQUEST = 2**20


def serve(port: int, host: str = LOOPBACK, actions: str | None = None) -> None:
    """Serves the trained model until it is stopped; ends with a clear message if it cannot.

    `actions` is the URL of an action server, if not of the one on this machine that MEDPATH_ACTIONS_PORT names.
    """
    be_quiet()
    write_for_owner()
    # Rasa's 100 connections that wait to be accepted are too few for a class that opens the page at the same time.
    os.environ.setdefault("SANIC_BACKLOG", "2048")
    collect_rarely()
    end_with_parent()
    forgo_tensorflow()
    import rasa.core.run
    from rasa.core.utils import AvailableEndpoints

    from medpath.serving.action_calls import KeptEndpoint, check_quickly, local_url
    from medpath.serving.conversation_keeping import use_store_itself
    from medpath.serving.launcher import configured_ports
    from medpath.serving.reading_lanes import read_in_lanes
    from medpath.sharing.locks import conversation_locks

    keep_rasa_quiet()
    keep_texts_out_of_logs()
    check_quickly()
    use_store_itself()
    read_in_lanes()
    project = find_project()
    try:
        set_up_logs(os.environ, "rasa", "%(message)s")
        set_up_tracing(os.environ, "medpath-rasa")
    except MedpathError as error:
        sys.exit(str(error))
    endpoints = AvailableEndpoints.read_endpoints(str(project.root / "endpoints.yml"))
    endpoints.action = KeptEndpoint.at(actions or local_url(configured_ports().actions), endpoints.action)
    _replace_rasas_pages(project)
    try:
        endpoints.lock_store = conversation_locks() or endpoints.lock_store
        rasa.core.run.serve_application(
            model_path=str(project.rasa_model),
            interface=host,
            port=port,
            credentials=str(project.root / "credentials.yml"),
            endpoints=endpoints,
            enable_api=False,
            response_timeout=TURN_SECONDS,
        )
    except MedpathError as error:
        sys.exit(str(error))


def _replace_rasas_pages(project: Project) -> None:
    """Puts our pages and errors where Rasa has none of use."""
    import rasa.core.run
    import rasa.server
    from sanic import Sanic

    from medpath.channels.web.refusals import answer_errors
    from medpath.observing.turns import begin_at_zero
    from medpath.serving.conversation_keeping import keep_conversations
    from medpath.serving.health import add_health
    from medpath.serving.http import GuardedSanic
    from medpath.serving.metrics_page import add_metrics
    from medpath.serving.observed_requests import observe_requests, send_spans_at_the_end
    from medpath.serving.pages import add_pages
    from medpath.serving.safe_headers import add_safe_headers

    def add_ours(app: Sanic) -> None:
        app.config.REQUEST_MAX_SIZE = LARGEST_REQUEST  # Sanic would hold 100 MB of each request in memory
        answer_errors(app)
        add_health(app)
        add_metrics(app)
        add_pages(app, project.web_files)
        add_safe_headers(app)
        observe_requests(app)
        begin_at_zero()
        keep_conversations(app, project)
        keep_level(app)
        send_spans_at_the_end(app)

    rasa.core.run.Sanic = GuardedSanic
    # Rasa registers "/" for a line with its version.
    rasa.server.add_root_route = add_ours
    # sanic_cors would answer the preflights of all pages, before the web channel can ask where they come from.
    rasa.server.configure_cors = lambda app, cors_origins=None: None


if __name__ == "__main__":
    serve(int(sys.argv[1]), *sys.argv[2:])
