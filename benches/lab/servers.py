"""A local nginx, and the server of `floor.rs` that waits and reads bodies. Both count."""

import json
import socket
import subprocess
import time
import urllib.request

SMALL = 300


def free_port():
    """A port nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def small():
    """300 bytes of JSON."""
    text = '{"user":{"login":"octokit","id":1},"labels":["bug","help"],"body":"'
    return text + "x" * (SMALL - len(text) - 2) + '"}'


def large(size=10_000):
    """About `size` bytes of JSON: a list of items."""
    items, data = [], ""
    while len(data) < size:
        number = len(items)
        owner = {"login": f"u{number}", "admin": number % 2 == 0}
        items.append({"id": number, "name": f"item {number}", "price": number * 1.5,
                      "tags": ["a", "b"], "owner": owner})
        data = json.dumps({"user": {"login": "octokit", "id": 1}, "items": items})
    return data


class Server:
    """A server process; asked how many requests it has had."""

    def __init__(self, command, port):
        self.port = port
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        ends = time.monotonic() + 10
        while time.monotonic() < ends:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.02)
        raise RuntimeError(f"{command[0]} does not answer")

    def url(self, path=""):
        """A URL of this server."""
        return f"http://127.0.0.1:{self.port}{path}"

    def ask(self):
        """What `/count` says."""
        with urllib.request.urlopen(self.url("/count")) as answer:
            return answer.read().decode()

    def stop(self):
        """Ends it."""
        self.process.terminate()
        self.process.wait()


class Nginx(Server):
    """nginx with the files of a folder."""

    def __init__(self, folder):
        port = free_port()
        (folder / "item.json").write_text(small())
        (folder / "large.json").write_text(large())
        temporary = "client_body proxy fastcgi uwsgi scgi".split()
        paths = "".join(f"{name}_temp_path {folder}/{name};" for name in temporary)
        (folder / "nginx.conf").write_text(
            f"daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log;\n"
            f"events {{ worker_connections 4096; }}\n"
            f"http {{ access_log off; types {{ application/json json; }}\n"
            f"keepalive_requests 100000000; sendfile on; {paths}\n"
            f"server {{ listen 127.0.0.1:{port}; root {folder};"
            f" location /count {{ stub_status; }} }} }}\n"
        )
        super().__init__(["nginx", "-c", str(folder / "nginx.conf")], port)

    def count(self):
        """How many requests it has had; this question is one of them."""
        return int(self.ask().split("requests")[1].split()[2]) - 1

    counts_itself = 1


class Delay(Server):
    """Answers after some microseconds, reads bodies to their end."""

    def __init__(self, floor, microseconds):
        port = free_port()
        super().__init__([floor, "serve", str(port), str(microseconds)], port)

    def count(self):
        """How many requests it has had."""
        return int(self.ask().split()[0])

    def taken(self):
        """How many bytes of bodies it has read."""
        return int(self.ask().split()[1])

    counts_itself = 0
