"""Records what Requests does around hooks: tests/wire/hooks.json, a line a case.

Two kinds: `edits` of a prepared request, with the bytes that went out; `calls` of httpbin, with
what each response hook saw (its name, the status, the path, how long the history was). Run it with
Requests 2.34, urllib3 2.8 and httpbin installed:

    python3 tests/wire/record_hooks.py

What is changed on purpose, as the contract says: a new body has its Content-Length recomputed, and
a header that is not there is removed without a KeyError. Without a User-Agent urllib3 sends its
own, and we send none.
"""

import json
import os
import pathlib
import socket
import threading
import urllib.parse
import wsgiref.simple_server

import requests
import urllib3.util.connection
from requests.auth import HTTPDigestAuth

for name in list(os.environ):
    if name.lower().endswith("_proxy") or name in ("NETRC", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        del os.environ[name]
os.environ["HOME"] = "/nonexistent"

POST = {"method": "POST", "data": {"form": [["k", "v"]]}}
EDITS = [
    ({}, [{"set_header": {"X-A": "1"}}]),
    ({}, [{"set_header": {"accept": "text/plain"}}]),
    ({}, [{"remove_header": "Accept-Encoding"}]),
    ({}, [{"remove_header": "X-None"}]),
    ({}, [{"remove_header": ["Accept", "connection"]}]),
    ({}, [{"set_header": {"Host": "other.example"}}]),
    ({}, [{"set_header": {"Accept-Encoding": "br"}}]),
    ({}, [{"set_method": "PUT"}]),
    ({}, [{"set_method": "POST"}]),
    ({}, [{"set_method": "patch"}]),
    ({}, [{"set_method": "DELETE"}]),
    ({}, [{"set_body": "hello"}]),
    ({}, [{"set_body": "héllo"}]),
    ({}, [{"set_url": "http://other.example:8080/b?c=d"}]),
    (POST, [{"set_url": "http://other.example/b"}]),
    (POST, [{"remove_header": "Content-Type"}]),
    (POST, [{"remove_header": "Content-Length"}]),
    (POST, [{"set_body": "No, I want exactly this as the body."}]),
    (POST, [{"set_body": "x"}, {"set_body": "longer"}]),
    (POST, [{"set_method": "PUT"}, {"set_header": {"Content-Type": "text/plain"}}, {"set_body": "t"}]),
    ({"method": "POST"}, []),
    ({"method": "POST"}, [{"set_body": "t"}]),
    ({"headers": {"X-A": "1", "X-B": "2"}}, [{"set_header": {"x-a": "3"}}, {"set_header": {"X-C": "4"}}]),
    ({"auth": ["u", "p"]}, [{"remove_header": "Authorization"}]),
    ({"auth": ["u", "p"]}, [{"set_header": {"Authorization": "Own x"}}]),
]
REPLY = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def read_request(connection):
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, body = data.split(b"\r\n\r\n", 1)
    low = head.lower()
    if b"transfer-encoding: chunked" in low:
        while not body.endswith(b"0\r\n\r\n"):
            body += connection.recv(65536)
    elif b"content-length: " in low:
        length = int(low.split(b"content-length: ")[1].split(b"\r\n")[0])
        while len(body) < length:
            body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def wire(call, edits):
    """The bytes of a request that is prepared, edited and sent, whatever its host, to us."""
    server = socket.create_server(("127.0.0.1", 0))
    real = urllib3.util.connection.create_connection
    urllib3.util.connection.create_connection = lambda address, *args, **kwargs: real(server.getsockname(), *args, **kwargs)
    got = []

    def serve():
        connection, _ = server.accept()
        got.append(read_request(connection))
        connection.sendall(REPLY)
        connection.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        session = requests.Session()
        session.headers["User-Agent"] = "UA"
        session.headers["Accept-Encoding"] = "gzip, deflate, br, zstd"
        arguments = dict(call)
        if "auth" in call:
            arguments["auth"] = tuple(call["auth"])
        if "data" in call:
            arguments["data"] = call["data"]["form"]
        prepared = session.prepare_request(requests.Request(**{"method": "GET", "url": "http://h.example/a", **arguments}))
        for edit in edits:
            [(key, value)] = edit.items()
            if key == "remove_header":
                for header in value if isinstance(value, list) else [value]:
                    prepared.headers.pop(header, None)
            elif key == "set_header":
                prepared.headers.update(value)
            elif key == "set_body":
                prepared.body = value.encode()
                prepared.prepare_content_length(prepared.body)
            else:
                setattr(prepared, key.removeprefix("set_"), value)
        session.send(prepared)
    finally:
        urllib3.util.connection.create_connection = real
    thread.join(5)
    return got[0].decode()


def httpbin():
    from httpbin import app

    class Quiet(wsgiref.simple_server.WSGIRequestHandler):
        def log_message(self, *args):
            pass

    server = wsgiref.simple_server.make_server("127.0.0.1", 0, app, handler_class=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


DIGEST = "/digest-auth/auth/u/p"
ON_DIGEST = "/redirect-to?url=" + urllib.parse.quote(DIGEST, safe="")
OFF_DIGEST = "/redirect-to?url=%2Fget"
# url, auth, the session's hooks, the request's (None: not given), edits by hook name and status.
CALLS = [
    ("/get", False, [], ["r"], {}),
    ("/get", False, [], ["r", "q"], {}),
    ("/status/500", False, [], ["r"], {}),
    ("/redirect/2", False, [], ["r"], {}),
    ("/redirect/1", False, ["s"], None, {}),
    ("/redirect/1", False, ["s"], ["r"], {}),
    ("/redirect/1", False, ["s"], [], {}),
    ("/redirect/1", False, [], [], {}),
    (DIGEST, True, [], ["r"], {}),
    (DIGEST, True, ["s"], None, {}),
    ("/digest-auth/auth/u/wrong", True, [], ["r"], {}),
    (ON_DIGEST, True, [], ["r"], {}),
    (OFF_DIGEST, True, [], ["r"], {}),
    ("/status/401", True, [], ["r"], {}),
    ("/redirect/2", False, [], ["r"], {"r": {"302": {"status": 200}}}),
    ("/status/204", False, [], ["r"], {"r": {"204": {"status": 302, "headers": {"Location": "/get"}}}}),
    ("/redirect/1", False, [], ["r"], {"r": {"302": {"headers": {"Location": "/status/201"}}}}),
    ("/redirect/1", False, [], ["r", "q"], {"r": {"200": {"status": 299}}}),
]


def call(base, url, auth, session_hooks, request_hooks, edits):
    seen = []

    def hook(name):
        def see(response, **_):
            path = response.url.removeprefix(base)
            seen.append([name, response.status_code, path, len(response.history)])
            edit = edits.get(name, {}).get(str(response.status_code), {})
            response.status_code = edit.get("status", response.status_code)
            response.headers.update(edit.get("headers", {}))

        return see

    session = requests.Session()
    session.hooks = {"response": [hook(name) for name in session_hooks]}
    given = {} if request_hooks is None else {"hooks": {"response": [hook(name) for name in request_hooks]}}
    response = session.get(base + url, auth=HTTPDigestAuth("u", "p") if auth else None, **given)
    return {"seen": seen, "status": response.status_code, "history": len(response.history)}


def main():
    lines = [{"call": c, "edits": e, "wire": wire(c, e)} for c, e in EDITS]
    base = httpbin()
    for url, auth, session_hooks, request_hooks, edits in CALLS:
        case = {"url": url, "digest": auth, "session": session_hooks, "request": request_hooks, "replace": edits}
        lines.append({**case, **call(base, url, auth, session_hooks, request_hooks, edits)})
    path = pathlib.Path(__file__).with_name("hooks.json")
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    print(len(lines), "cases")


main()
