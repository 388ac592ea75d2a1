"""The real nginx with the files of deploy/nginx on loopback, in front of workers that a test brings along."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from checked import DEPLOY, found

NGINX = DEPLOY / "nginx"
HERE = Path(__file__).parent
# In the files, by what each is for.
PLAIN, SECURE, OWN = "8080", "8443", "8081"
WAIT_SECONDS = 10.0


@dataclass(frozen=True)
class Answer:
    """What came back: status, headers by their names in small letters, body."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Proxy:
    """A running nginx: its ports by those of the files, its folder, and its process."""

    ports: Mapping[str, int]
    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """Where the public reaches it."""
        return f"https://localhost:{self.ports[SECURE]}"

    @property
    def certificate(self) -> Path:
        return self.folder / "conf" / "tls" / "tls.crt"

    def ask(
        self,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        port: str = SECURE,
        source: str = "127.0.0.1",
    ) -> Answer:
        """Sends a request from an address of loopback, a POST if there is a body; follows no redirect."""
        if port == SECURE:
            context = ssl.create_default_context(cafile=str(self.certificate))
            connection = http.client.HTTPSConnection(
                "localhost", self.ports[port], timeout=30, source_address=(source, 0), context=context
            )
        else:
            connection = http.client.HTTPConnection("localhost", self.ports[port], timeout=30)
        with contextlib.closing(connection):
            connection.request("GET" if body is None else "POST", path, body, dict(headers or {}))
            answer = connection.getresponse()
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())

    def log(self) -> str:
        """What it has logged of requests."""
        return (self.folder / "access.log").read_text()


@dataclass
class Workers:
    """Stand-ins for Rasa servers."""

    ports: list[int] = field(default_factory=list)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def add(self, seconds: float = 0.0) -> int:
        """Starts one more that takes so long for an answer; gives its port."""
        port = free_port()
        self.ports.append(port)
        command = [sys.executable, str(HERE / "standin_worker.py"), str(port), str(seconds)]
        self.processes.append(subprocess.Popen(command))
        wait_for(port)
        return port

    def end(self) -> None:
        """Kills what is left of them."""
        for process in self.processes:
            process.kill()
            process.wait()


@contextmanager
def proxy(folder: Path, workers: Sequence[int], changes: Mapping[str, str] | None = None) -> Iterator[Proxy]:
    """An nginx in front of workers on these ports; `changes` replace words of the configuration, such as a time."""
    nginx = found("nginx", "apt-get install nginx-light")
    ports = {name: free_port() for name in (PLAIN, SECURE, OWN)}
    lay_out(folder, ports, workers, changes or {})
    # As root it would give its workers to another user, who may not look into the folder of the tests.
    options = "daemon off;" + (" user root;" if os.geteuid() == 0 else "")
    command = [nginx, "-p", str(folder), "-c", "conf/nginx.conf", "-e", "stderr", "-g", options]
    check = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert check.returncode == 0, check.stderr
    with (folder / "error.log").open("wb") as log:
        process = subprocess.Popen(command, stderr=log)
    try:
        wait_for(ports[SECURE])
        yield Proxy(ports, folder, process)
    finally:
        process.terminate()
        process.wait(WAIT_SECONDS)


def lay_out(folder: Path, ports: Mapping[str, int], workers: Sequence[int], changes: Mapping[str, str]) -> None:
    """Puts the configuration into a folder as the compose file mounts it, with ports and paths that a test may use."""
    conf = folder / "conf"
    shutil.copytree(NGINX, conf / "medpath")
    shutil.move(conf / "medpath" / "nginx.conf", conf / "nginx.conf")
    make_certificate(conf / "tls")
    servers = "".join(f"    server 127.0.0.1:{port} max_fails=2 fail_timeout=10s;\n" for port in workers)
    for file in [conf / "nginx.conf", *(conf / "medpath").iterdir()]:
        text = file.read_text()
        text = re.sub(r"^resolver .*\n", "", text, flags=re.MULTILINE)
        text = re.sub(r"^    server rasa:.*\n", servers, text, flags=re.MULTILINE)
        text = re.sub(r"listen (127\.0\.0\.1:)?(\d+)", lambda one: f"listen 127.0.0.1:{ports[one[2]]}", text)
        text = text.replace(" /tmp/", f" {folder}/").replace("/dev/stdout", f"{folder}/access.log")
        for old, new in changes.items():
            text = text.replace(old, new)
        file.write_text(text)


def make_certificate(folder: Path) -> None:
    """A certificate for localhost that signs itself."""
    folder.mkdir()
    openssl = found("openssl", "apt-get install openssl")
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", str(folder / "tls.key")]
    command = [openssl, "req", "-x509", *key, "-days", "2", "-out", str(folder / "tls.crt"), *subject]
    subprocess.run(command, check=True, capture_output=True)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for(port: int) -> None:
    """Returns as soon as somebody listens on a port."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert time.monotonic() < deadline, f"nobody listens on port {port}"
        time.sleep(0.02)
