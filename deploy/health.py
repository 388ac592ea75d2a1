"""Tells by its exit code whether the worker on a port of this container is well: python -IS health.py PORT.

A program of its own, because the image has no curl and Medpath's own modules would take a second to load.
"""

import sys
import urllib.request

SECONDS = 5

try:
    with urllib.request.urlopen(f"http://127.0.0.1:{int(sys.argv[1])}/health", timeout=SECONDS) as answer:
        sys.exit(answer.status != 200)
except OSError as error:
    sys.exit(f"The worker does not answer: {error}")
