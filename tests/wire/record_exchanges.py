"""Records whole exchanges with Requests: tests/wire/exchanges.json, a line a case.

A case is calls of one session and what a server on loopback answers to each request that comes.
Recorded are the bytes of every request and what Requests makes of every answer. Run it with
Requests 2.34, urllib3 2.8, brotli and backports.zstd installed:

    python3 tests/wire/record_exchanges.py

Every host is the server on loopback, https:// without TLS. A digest's cnonce is blanked out.
"""

import base64
import gzip
import json
import os
import pathlib
import re
import socket
import struct
import sys
import tempfile
import threading
import zlib

import brotli
import requests
import urllib3.connection
import urllib3.connectionpool
import urllib3.filepost
import urllib3.util.connection
from backports import zstd
from urllib3.exceptions import LocationParseError
from requests.auth import HTTPDigestAuth, HTTPProxyAuth

sys.dont_write_bytecode = True
from exchange_cases import cases

HERE = pathlib.Path(__file__).parent


class CompactJson:
    """What is sent is compact, as the contract says; what comes is read as it is."""

    loads = staticmethod(json.loads)

    @staticmethod
    def dumps(value, allow_nan):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=allow_nan)


requests.models.complexjson = CompactJson
assert "zstd" in requests.utils.DEFAULT_ACCEPT_ENCODING, "install backports.zstd"


class PlainHttps(urllib3.connection.HTTPConnection):
    """https:// without its TLS."""

    default_port = 443

    def __init__(self, *args, **kwargs):
        known = ("host", "port", "timeout", "blocksize", "source_address", "socket_options", "proxy", "proxy_config")
        super().__init__(*args, **{key: value for key, value in kwargs.items() if key in known})


class Server:
    """Gives its answers one by one, on whatever connection the next request comes."""

    def __init__(self, answers):
        self.answers = list(answers)
        self.sent = []
        self.lock = threading.Lock()
        self.done = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        connection.settimeout(5)
        try:
            while True:
                request = self.read(connection)
                if request is None:
                    break
                with self.lock:
                    self.sent.append(request.decode("latin-1"))
                    answer = self.answers.pop(0) if self.answers else ""
                    is_last = not self.answers
                answer = {"say": answer} if isinstance(answer, str) else answer
                connection.sendall(answer["say"].encode("latin-1"))
                if answer.get("then") == "stall":
                    self.done.wait(5)
                if answer.get("then") == "reset":
                    # What was said has to be read before the reset overtakes it.
                    self.done.wait(0.2)
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                if is_last or answer.get("then"):
                    break
        except OSError:
            pass
        connection.close()

    @staticmethod
    def read(connection):
        data = b""
        while b"\r\n\r\n" not in data:
            more = connection.recv(65536)
            if not more:
                return None
            data += more
        head, body = data.split(b"\r\n\r\n", 1)
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
        if fields.get(b"transfer-encoding") == b"chunked":
            while not data.endswith(b"0\r\n\r\n"):
                data += connection.recv(65536)
        else:
            missing = int(fields.get(b"content-length", b"0")) - len(body)
            while missing > 0:
                more = connection.recv(65536)
                data += more
                missing -= len(more)
        return data

    def close(self):
        self.done.set()
        self.listener.close()


def upload(text):
    file = tempfile.TemporaryFile()
    file.write(text.encode())
    file.seek(0)
    return file


def data_of(data):
    kind, value = next(iter(data.items()))
    return {
        "form": lambda: [tuple(pair) for pair in value],
        "text": lambda: value,
        "file": lambda: upload(value),
        "chunks": lambda: iter([chunk.encode() for chunk in value]),
    }[kind]()


def auth_of(auth):
    if isinstance(auth, list):
        return tuple(auth)
    if auth and "digest" in auth:
        return HTTPDigestAuth(*auth["digest"])
    if auth and "proxy_basic" in auth:
        return HTTPProxyAuth(*auth["proxy_basic"])
    return auth


def arguments(call, auths):
    known = ("params", "headers", "cookies", "json", "allow_redirects", "proxies")
    kwargs = {key: call[key] for key in known if key in call}
    if isinstance(kwargs.get("params"), list):
        kwargs["params"] = [tuple(pair) for pair in kwargs["params"]]
    if "data" in call:
        kwargs["data"] = data_of(call["data"])
    if "files" in call:
        kwargs["files"] = [(name, (file["filename"], file["content"].encode())) for name, file in call["files"]]
    if "auth" in call:
        # The same auth is the same object: HTTPDigestAuth remembers its nonce.
        kwargs["auth"] = auths.setdefault(json.dumps(call["auth"]), auth_of(call["auth"]))
    if call.get("method") == "HEAD":
        # As `session.head` has it.
        kwargs.setdefault("allow_redirects", False)
    # Those that stall have their own.
    kwargs["timeout"] = call.get("timeout", 3)
    return kwargs


def without_nan(value):
    """NaN is none in the JSON we write."""
    return "NaN" if value != value else value


def seen(response):
    try:
        parsed = {"is": without_nan(response.json())}
    except requests.exceptions.JSONDecodeError:
        parsed = {"error": "JSONDecodeError"}
    return {
        "status": response.status_code,
        "reason": response.reason,
        "version": response.raw.version,
        "ok": response.ok,
        "headers": [list(pair) for pair in response.headers.items()],
        "encoding": response.encoding,
        "apparent": response.apparent_encoding,
        "text": response.text,
        "content": response.content.decode("latin-1"),
        "json": parsed,
        "url": response.url,
        "next": response.next.url if response.next else None,
        "history": [[hop.status_code, hop.url, text_of(hop)] for hop in response.history],
        "cookies": [[cookie.name, cookie.value] for cookie in response.cookies],
        "links": [[key, link] for key, link in response.links.items()],
    }


def text_of(hop):
    """What a hop's body is; Requests passes over one that breaks off, until it is looked at."""
    try:
        return hop.text
    except requests.exceptions.RequestException:
        return ""


def blank(text):
    """A digest's answer depends on its random cnonce."""
    return re.sub(r'((?:cnonce|response)=")[0-9a-f]+"', r'\1…"', text)


def kind_of(error):
    if isinstance(error, requests.exceptions.RequestException):
        return {"error": type(error).__name__}
    return {"error": "RequestException", "raised": type(error).__name__}


def perform(case):
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name in ("NETRC", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
            del os.environ[name]
    os.environ.update(case.get("env", {}))
    with tempfile.TemporaryDirectory() as home:
        os.environ["HOME"] = home
        for name, text in case.get("home", {}).items():
            (pathlib.Path(home) / name).write_text(text, encoding="utf-8")
        if "NETRC" in os.environ:
            os.environ["NETRC"] = os.path.join(home, os.environ["NETRC"])
        return exchange(case)


def exchange(case):
    server = Server(case["answers"])
    connect = urllib3.util.connection.real_connect

    def to_loopback(address, *args, **kwargs):
        try:
            address[0].encode("idna")
        except UnicodeError:
            # As create_connection does before it asks for an address.
            raise LocationParseError(address[0])
        if address[0] == "refused.example":
            raise ConnectionRefusedError(111, "refused")
        if address[0] == "unknown.invalid":
            raise socket.gaierror(-2, "unknown")
        return connect(("127.0.0.1", server.port), *args, **kwargs)

    urllib3.util.connection.create_connection = to_loopback
    session = requests.Session()
    defaults = case.get("session", {})
    session.headers.update(defaults.get("headers", {}))
    for key in ("params", "proxies", "max_redirects", "trust_env"):
        if key in defaults:
            setattr(session, key, defaults[key])
    auths = {}
    if "auth" in defaults:
        session.auth = auth_of(defaults["auth"])
    session.cookies.update(defaults.get("cookies", {}))
    got = []
    for call in case["calls"]:
        try:
            got.append(seen(session.request(call.get("method", "GET"), call["url"], **arguments(call, auths))))
        except (requests.exceptions.RequestException, ValueError, UnicodeError) as error:
            got.append(kind_of(error))
    server.close()
    return {"sent": [blank(text) for text in server.sent], "got": got}


def main():
    urllib3.util.connection.real_connect = urllib3.util.connection.create_connection
    urllib3.filepost.choose_boundary = lambda: "0123456789abcdef0123456789abcdef"
    urllib3.connectionpool.HTTPSConnectionPool.ConnectionCls = PlainHttps
    urllib3.connectionpool.HTTPSConnectionPool._validate_conn = lambda *_: None
    codings = {
        "gzip": lambda data: gzip.compress(data, mtime=0),
        "zlib": zlib.compress,
        "deflate": lambda data: zlib.compress(data)[2:-4],
        "br": brotli.compress,
        "zstd": zstd.compress,
    }
    lines = []
    for case in cases(codings):
        lines.append({**case, "is": perform(case)})
    names = [(line["family"], line["it"]) for line in lines]
    twice = {name for name in names if names.count(name) > 1}
    assert not twice, twice
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (HERE / "exchanges.json").write_text(text)
    for family in sorted({line["family"] for line in lines}):
        print(family, sum(line["family"] == family for line in lines))
    print(len(lines), "exchanges,", sum(len(line["calls"]) for line in lines), "calls")


main()
