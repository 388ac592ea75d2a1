"""A Sanic application behind the guards of this package."""

from __future__ import annotations

import os
from typing import Any

from sanic import Sanic

from medpath.serving.http.connections import Connections, caps
from medpath.serving.http.protocol import GuardedProtocol


class GuardedSanic(Sanic):
    """Serves as Sanic does, by GuardedProtocol."""

    def run(self, *given: Any, **options: Any) -> None:
        """As Sanic.run; raises SetupError for caps in the environment that are none."""
        config = self.config
        behind_proxy = bool(config.PROXIES_COUNT or config.REAL_IP_HEADER or config.FORWARDED_SECRET)
        self.ctx.connections = Connections(caps(os.environ, behind_proxy))
        super().run(*given, protocol=GuardedProtocol, **options)
