"""How much is sent to the schedulers for a site: ``python -m tests.bench.wire ALIGNAK_INI`` prints the bytes.

The arbiter's own client pushes what the planner made to somebody who counts.
"""

from __future__ import annotations

import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from alignak.api.roles import endpoint
from alignak.config.compile import load
from alignak.config.environment import read_environment
from alignak.dispatch.planner import plan
from alignak.messages.control import PushConfiguration
from alignak.model.topology import Role
from alignak.net.client import Client
from alignak.system.files import DiskFiles


class _Counter(BaseHTTPRequestHandler):
    """Takes what is pushed and counts it."""

    received = 0
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Take a body."""
        _Counter.received += len(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.wfile.write(b"true")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def bytes_pushed(environment: str) -> int:
    """Return the bytes of all pushes to schedulers."""
    files = DiskFiles()
    config = load(read_environment(environment, files), files).config
    assert config is not None, "the configuration has errors"
    with ThreadingHTTPServer(("127.0.0.1", 0), _Counter) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        client = Client(f"http://127.0.0.1:{server.server_address[1]}/")
        for conf in plan(config).configurations.values():
            if conf.conf_part is not None:
                client.call(endpoint(Role.SCHEDULER, "push_configuration"), PushConfiguration(conf))
        client.close()
        server.shutdown()
    return _Counter.received


if __name__ == "__main__":
    print(bytes_pushed(sys.argv[1]))
