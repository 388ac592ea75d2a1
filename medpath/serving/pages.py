"""The static files of the chat on web pages: the demo page at /, the script tag's /widget.js and what it loads."""

from __future__ import annotations

import functools
import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

from sanic import Sanic, response
from sanic.exceptions import NotFound
from sanic.request import Request
from sanic.response import HTTPResponse

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
COMPRESSED = frozenset({".css", ".html", ".js", ".svg"})
PAGE = "index.html"
PAGE_HEADERS = {"Referrer-Policy": "same-origin", "X-Frame-Options": "SAMEORIGIN"}
# This code is public and holds no secret: pages of any site may load it.
FILE_HEADERS = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
HASH = re.compile(r"'sha(256|384|512)-[A-Za-z0-9+/]+={0,2}'")
NOT_BUILT = (
    "The chat for web pages is not built yet. In the folder of Medpath, run `make web`, or stop Medpath and start it "
    "again with `make run`, which builds it too. Then reload this page.\n"
)


@dataclass(frozen=True)
class Asset:
    """A built file: its bytes, plain and compressed (None where that saves nothing), its type and its ETag."""

    body: bytes
    compressed: bytes | None
    type: str
    etag: str


def add_pages(app: Sanic, folder: Path) -> None:
    """Serves the demo page and the built files of a folder, which may be built later."""

    async def page(request: Request) -> HTTPResponse:
        asset = find_asset(folder, PAGE)
        if asset is None:
            return response.text(NOT_BUILT, 404)
        return _sent(request, asset, {"Content-Security-Policy": _policy(folder), **PAGE_HEADERS})

    async def file(request: Request, name: str = "widget.js") -> HTTPResponse:
        asset = find_asset(folder, name)
        if asset is None or asset.type == TYPES[".html"]:  # a page belongs under its policy
            raise NotFound("There is no such file.")
        return _sent(request, asset, FILE_HEADERS)

    for handler, path, name in (
        (page, "/", "page"),
        (file, "/widget.js", "launcher"),
        (file, "/widget/<name:path>", "file"),
    ):
        app.add_route(handler, path, {"GET", "HEAD"}, name=name)


def find_asset(folder: Path, name: str) -> Asset | None:
    """The file of this name in the folder; None if there is none, or it is hidden, elsewhere or of no known type."""
    try:
        root = folder.resolve(strict=True)
        path = (root / name).resolve(strict=True)
        hidden = path.name.startswith(".")
        if hidden or path.suffix not in TYPES or not path.is_relative_to(root) or not path.is_file():
            return None
        found = path.stat()
    except (OSError, ValueError, RuntimeError):
        return None
    return _read(path, found.st_mtime_ns, found.st_size)


@functools.lru_cache(maxsize=64)
def _read(path: Path, changed: int, size: int) -> Asset:
    """Reads a file; time and size are there so that a file built anew is read again."""
    body = path.read_bytes()
    compressed = gzip.compress(body, mtime=0) if path.suffix in COMPRESSED else None
    return Asset(body, compressed, TYPES[path.suffix], hashlib.sha256(body).hexdigest()[:32])


def _sent(request: Request, asset: Asset, headers: dict[str, str]) -> HTTPResponse:
    zipped = asset.compressed is not None and "gzip" in request.headers.get("accept-encoding", "")
    etag = f'"{asset.etag}{"-gzip" if zipped else ""}"'
    headers = {
        **headers,
        "ETag": etag,
        "Cache-Control": "no-cache",  # may be kept, but is asked for again: an update reaches every page at once
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    if etag in request.headers.get("if-none-match", ""):
        return response.empty(304, headers)
    if zipped:
        headers["Content-Encoding"] = "gzip"
    return response.raw(asset.compressed if zipped else asset.body, headers=headers, content_type=asset.type)


def _policy(folder: Path) -> str:
    """What the demo page may load: files of this server alone, and the inline styles whose hashes the build noted."""
    styles = " ".join(["'self'", *_style_hashes(folder / "csp.json")])
    return (
        f"default-src 'none'; script-src 'self'; style-src {styles}; img-src 'self' data:; connect-src 'self'; "
        "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )


def _style_hashes(file: Path) -> list[str]:
    """The hashes that the build noted; anything else in the file is left out of the policy."""
    try:
        noted = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    styles = noted.get("style") if isinstance(noted, dict) else None
    return [entry for entry in styles if HASH.fullmatch(str(entry))] if isinstance(styles, list) else []
