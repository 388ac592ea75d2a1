"""The static files of the chat: the demo page, the launcher and what it loads."""

from __future__ import annotations

import gzip
import hashlib
import http.client
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from on_loopback import Running, make_project, started

from medpath.serving.launcher import free_ports
from medpath.serving.pages import find_asset

LAUNCHER = b"(() => { /* the launcher */ })();"
PAGE = b"<!doctype html><title>Medpath</title>"
PICTURE = b"\x89PNG\r\n\x1a\n"
TIMEOUT = 30


@pytest.fixture(scope="module")
def medpath(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A Medpath with a folder of its own for the built files, which is not there yet."""
    project = make_project(tmp_path_factory.mktemp("pages"))
    linked = project.root / "web"
    linked.unlink(missing_ok=True)
    linked.mkdir()
    with started(project, free_ports()) as running:
        yield running


@pytest.fixture
def built(medpath: Running) -> Iterator[Path]:
    """The folder with some built files."""
    folder = medpath.project.web_files
    (folder / "images").mkdir(parents=True)
    files = {
        "index.html": PAGE,
        "widget.js": LAUNCHER,
        "chat.js": b"export const chat = 1;\n" * 500,
        "chat.css": b"p { color: red }",
        "images/map.png": PICTURE,
        ".hidden.js": b"",
        "notes.txt": b"",
        "csp.json": b"{}",
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    yield folder
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    folder.rmdir()


def get(medpath: Running, path: str, **headers: str) -> requests.Response:
    return requests.get(medpath.url + path, headers=headers, timeout=TIMEOUT)


def raw_status(medpath: Running, path: str) -> int:
    """The status for a path exactly as it is written here."""
    address = urlsplit(medpath.url)
    with closing(http.client.HTTPConnection(address.hostname or "", address.port, timeout=TIMEOUT)) as connection:
        connection.request("GET", path)
        return connection.getresponse().status


def test_what_is_not_built_is_told(medpath: Running) -> None:
    """Whoever opens the page reads how to build it."""
    response = get(medpath, "/")
    assert response.status_code == 404
    assert response.headers["Content-Type"].startswith("text/plain")
    assert "make web" in response.text
    assert "make run" in response.text
    assert get(medpath, "/widget.js").status_code == 404


@pytest.mark.usefixtures("built")
def test_the_page_may_load_nothing_but_its_own(medpath: Running) -> None:
    """The policy of the demo page names this server alone."""
    response = get(medpath, "/")
    assert response.content == PAGE
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    policy = dict(part.split(" ", 1) for part in response.headers["Content-Security-Policy"].split("; "))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "font-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'self'",
    }
    assert "Access-Control-Allow-Origin" not in response.headers


def test_inline_styles_are_allowed_by_their_hash(medpath: Running, built: Path) -> None:
    """The build notes the hashes; what is no hash does not get into the policy."""
    digest = "'sha256-" + "A" * 43 + "='"
    noted = {"style": [digest, "'unsafe-inline'", "x; script-src *", 7]}
    (built / "csp.json").write_text(json.dumps(noted))
    assert f"style-src 'self' {digest};" in get(medpath, "/").headers["Content-Security-Policy"]
    for content in ("[]", "{", '{"style": 7}'):
        (built / "csp.json").write_text(content)
        assert "style-src 'self';" in get(medpath, "/").headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/widget.js", "text/javascript; charset=utf-8"),
        ("/widget/widget.js", "text/javascript; charset=utf-8"),
        ("/widget/chat.js", "text/javascript; charset=utf-8"),
        ("/widget/chat.css", "text/css; charset=utf-8"),
        ("/widget/images/map.png", "image/png"),
    ],
)
def test_built_files_may_be_loaded_by_any_site(medpath: Running, built: Path, path: str, content_type: str) -> None:
    """Each comes with its type, and browsers do not guess another."""
    response = get(medpath, path)
    assert response.status_code == 200
    assert response.content == (built / path.removeprefix("/widget/").removeprefix("/")).read_bytes()
    assert response.headers["Content-Type"] == content_type
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_a_known_file_is_not_sent_again(medpath: Running, built: Path) -> None:
    """Browsers ask with the ETag; a file that was built anew is sent."""
    etag = get(medpath, "/widget.js").headers["ETag"]
    same = get(medpath, "/widget.js", **{"If-None-Match": f'"other", {etag}'})
    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", etag)
    (built / "widget.js").write_bytes(LAUNCHER + b"// mended")
    assert get(medpath, "/widget.js", **{"If-None-Match": etag}).content == LAUNCHER + b"// mended"


@pytest.mark.usefixtures("built")
def test_text_is_sent_compressed(medpath: Running) -> None:
    """Whoever can read gzip gets it, under an ETag of its own; pictures stay as they are."""
    zipped = get(medpath, "/widget/chat.js", **{"Accept-Encoding": "gzip, br"})
    plain = get(medpath, "/widget/chat.js", **{"Accept-Encoding": "identity"})
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert zipped.content == plain.content
    assert int(zipped.headers["Content-Length"]) < int(plain.headers["Content-Length"])
    assert zipped.headers["ETag"] != plain.headers["ETag"]
    assert zipped.headers["Vary"] == "Accept-Encoding"
    picture = get(medpath, "/widget/images/map.png", **{"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in picture.headers


@pytest.mark.usefixtures("built")
def test_head_sends_no_body(medpath: Running) -> None:
    """Monitors ask by HEAD."""
    for path in ("/", "/widget.js"):
        response = requests.head(medpath.url + path, timeout=TIMEOUT)
        assert (response.status_code, response.content) == (200, b"")


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize(
    "path",
    [
        "/widget/",
        "/widget/nothing.js",
        "/widget/images",
        "/widget/csp.json",
        "/widget/notes.txt",
        "/widget/.hidden.js",
        "/widget/index.html",
        "/widget/images/../index.html",
        "/widget/../../credentials.yml",
        "/widget/..%2f..%2fvar%2fweb-secret",
        "/widget/%2e%2e/%2e%2e/var/web-secret",
        "/widget//etc/hostname",
        "/widget/%2fetc%2fhostname",
        "/widget/chat.js%00.png",
        "/widget/" + "a" * 300 + ".js",
        "/widget/\\..\\..\\credentials.yml",
        "/index.html",
        "/chat.js",
        "/web/dist/chat.js",
        "/var/web-secret",
    ],
)
def test_nothing_else_is_served(medpath: Running, path: str) -> None:
    """Only built files of known types, by their own names."""
    assert raw_status(medpath, path) == 404


def test_a_link_does_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    """What is linked from elsewhere was not built."""
    (tmp_path / "dist").mkdir()
    outside = tmp_path / "outside.js"
    outside.write_text("secret")
    (tmp_path / "dist" / "linked.js").symlink_to(outside)
    for name in ("linked.js", "../outside.js", str(outside)):
        assert find_asset(tmp_path / "dist", name) is None


def test_the_etag_follows_from_the_content(tmp_path: Path) -> None:
    """Two servers that were built alike agree, so that a browser may change between them."""
    (tmp_path / "chat.js").write_bytes(LAUNCHER)
    asset = find_asset(tmp_path, "chat.js")
    assert asset is not None
    assert hashlib.sha256(LAUNCHER).hexdigest().startswith(asset.etag)
    assert asset.compressed is not None
    assert gzip.decompress(asset.compressed) == LAUNCHER
