"""The Rasa server as a process of its own: python -m medpath.serving.rasa_server PORT."""

from __future__ import annotations

import sys

from medpath.project import find_project
from medpath.serving.environment import be_quiet, collect_rarely, end_with_parent, keep_rasa_quiet
from medpath.serving.without_tensorflow import forgo_tensorflow

LOOPBACK = "127.0.0.1"
TURN_SECONDS = 30


def serve(port: int) -> None:
    """Serves the trained model on loopback until it is stopped."""
    be_quiet()
    collect_rarely()
    end_with_parent()
    forgo_tensorflow()
    import rasa.core.run
    from rasa.core.utils import AvailableEndpoints

    from medpath.serving.action_calls import KeptEndpoint, check_quickly

    keep_rasa_quiet()
    check_quickly()
    project = find_project()
    endpoints = AvailableEndpoints.read_endpoints(str(project.root / "endpoints.yml"))
    endpoints.action = KeptEndpoint.like(endpoints.action)
    rasa.core.run.serve_application(
        model_path=str(project.rasa_model),
        interface=LOOPBACK,
        port=port,
        credentials=str(project.root / "credentials.yml"),
        endpoints=endpoints,
        enable_api=False,
        response_timeout=TURN_SECONDS,
    )


if __name__ == "__main__":
    serve(int(sys.argv[1]))
