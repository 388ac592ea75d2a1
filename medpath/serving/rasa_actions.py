"""What happens when Rasa's own command starts the actions: Medpath's guarded server takes the place of rasa-sdk's."""

from __future__ import annotations

import argparse
import contextlib
import sys

RASAS_PORT = 5055


def take_over() -> None:
    """Serves the actions until it is stopped, on the port that `rasa run actions` was given; does not return."""
    from medpath.serving.action_server import serve

    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("-p", "--port", type=int, default=RASAS_PORT)
    port = parser.parse_known_args()[0].port
    print(f"medpath: the actions run in Medpath's own server, on loopback, port {port} (Ctrl-C stops it).", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        serve(port)
    sys.exit(0)
