"""The action server as a process of its own: python -m medpath.serving.action_server PORT [HOST]."""

from __future__ import annotations

import logging
import os
import sys

from medpath.answering.question import Question
from medpath.answering.service import answerer
from medpath.errors import MedpathError
from medpath.language_model.service import language_model
from medpath.observing.logs import set_up_logs
from medpath.observing.tracing import set_up_tracing
from medpath.project import find_project
from medpath.serving.discreet_logs import keep_texts_out_of_logs
from medpath.serving.environment import LOOPBACK, be_quiet, end_with_parent
from medpath.serving.memory import collect_rarely, keep_level
from medpath.serving.observed_requests import send_spans_at_the_end
from medpath.serving.private_files import write_for_owner

BACKLOG = 512


def serve(port: int, host: str = LOOPBACK) -> None:
    """Loads the knowledge, then serves the actions; ends with a clear message if it cannot."""
    be_quiet()
    write_for_owner()
    collect_rarely()
    end_with_parent()
    keep_texts_out_of_logs()
    sys.path.insert(0, str(find_project().root))
    from medpath.serving.action_app import make_app

    try:
        set_up_logs(os.environ, "actions", logging.BASIC_FORMAT)
        set_up_tracing(os.environ, "medpath-actions")
        language_model()
        answerer().answer(Question("warming up"))
        app = make_app("actions")
        keep_level(app)
        send_spans_at_the_end(app)
        app.run(host, port, backlog=BACKLOG)
    except MedpathError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    serve(int(sys.argv[1]), *sys.argv[2:])
