"""What all HTTP servers of Medpath share: how requests are framed, how long they may take, how many come at once.

Sanic 21.12, which Rasa and its action server are built on, believes whatever length a request names, waits for the
rest of one as long as a byte comes now and then, and takes connections until no descriptor is left.
"""

from medpath.serving.http.framing import Malformed
from medpath.serving.http.server import GuardedSanic

__all__ = ["GuardedSanic", "Malformed"]
