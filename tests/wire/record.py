"""Records the bytes Requests puts on the wire: tests/wire/golden.json, a line a call.

Every call goes over a real socket to a server on loopback, whatever its host is. Run it with
Requests 2.34, urllib3 2.7, brotli and backports.zstd installed:

    python3 tests/wire/record.py

What is made repeatable: the multipart boundary. What is changed on purpose, as the contract says:
`json` is dumped as compact UTF-8.
"""

import base64
import json
import os
import pathlib
import socket
import threading

import requests
import urllib3.filepost
import urllib3.util.connection

BOUNDARY = "0123456789abcdef0123456789abcdef"
urllib3.filepost.choose_boundary = lambda: BOUNDARY
for name in list(os.environ):
    if name.lower().endswith("_proxy") or name in ("NETRC", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        del os.environ[name]
os.environ["HOME"] = "/nonexistent"


class CompactJson:
    @staticmethod
    def dumps(value, allow_nan):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=allow_nan)


requests.models.complexjson = CompactJson
assert "zstd" in requests.utils.DEFAULT_ACCEPT_ENCODING, "install backports.zstd"


def b64(data):
    return {"base64": base64.b64encode(data).decode()}


H = "http://h.example"
URLS = [
    H, H + "/", H + "/a b/ä?ö=ü#frag", H + "/%7Ea/%zz", H + "/a%2fb", H + "/x?a=[1]&b={2}", H + "/../a/./b", H + "/?", H + "?q",
    "http://h.example:8080/", "http://h.example:80/", "http://H.EXAMPLE/Path", "http://u:p@h.example/", "http://u%40x:p%3Aq@h.example/",
    "http://user@h.example/", "http://:p@h.example/", "http://bücher.example/", "http://[::1]/", "http://[::1]:8080/x", "http://127.0.0.1:9/", "http://h.example./x",
    H + "/a;b=c?d;e", H + "//double//slash", H + "/100%", H + "/?a=100%", H + "/'(x)'!*~", H + "/?a=b+c&d=e%20f", H + "/{x}|y^z`\"<>",
    "h.example/x", "ftp://h.example/", "http://", "http://h.example:99999/", "http://*.example/", "mailto:x@y",
]
PARAMS = [
    {"a": "b"}, {"a": ["1", "2"]}, {"a": None, "b": "c"}, {"a": ""}, {"ä": "ö ü"}, {"a": "b&c=d"}, {"a": []}, [["b", "1"], ["a", "2"], ["b", "3"]],
    "raw=1&x=y z", "a=%41", "", {"q": "~-._!*'()"}, {"a": "+/?#[]@:"}, {"a": "%"}, {"a": "\r\n\t"}, {"": "x"}, {"é": ["ß", "€"]},
]
CALLS = [{"url": url} for url in URLS]
CALLS += [{"url": H + "/p?x=1#f", "params": params} for params in PARAMS]
CALLS += [{"url": H, "params": {"a": "b"}}, {"url": H + "/?", "params": {"a": "b"}}]
CALLS += [{"method": m, "url": H} for m in ["get", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "MKCOL", "foo", "a b", "GET\r\nX: y"]]
CALLS += [
    {"url": H, "headers": headers}
    for headers in [
        {"X-Test": "1"}, {"accept": "text/html"}, {"ACCEPT": None}, {"user-agent": "me/1.0"}, {"Accept-Encoding": None}, {"accept-encoding": "br"},
        {"Connection": "close"}, {"Connection": None}, {"X-A": "1", "Accept": "2", "X-B": "3"}, {"X-Empty": ""}, {"X": "trailing "}, {"X": " leading"},
        {"X": "\tlead"}, {"X": "a\r\nB: c"}, {"X": "a\nb"}, {"X:Y": "1"}, {" X": "1"}, {"": "1"}, {"X Y": "1"}, {"X-Latin": "é"}, {"Host": "other.example"},
        {"X-One": "1", "Host": "other.example", "X-Two": "2"}, {"Cookie": "own=1"}, {"Content-Length": "5"}, {"Authorization": "Token x"}, {"content-type": "text/plain"},
    ]
]
CALLS += [
    {"url": H, "session": {"headers": {"X-S": "1", "Accept": "s/s", "X-T": "2"}}, "headers": headers}
    for headers in [{}, {"x-s": "9"}, {"X-S": None}, {"X-N": "3", "x-t": "4"}, {"accept": None, "Accept-Encoding": None}]
]
CALLS += [
    {"url": H, "session": {"headers": {"Accept": None}}}, {"url": H, "session": {"headers": {"accept": None}}, "headers": {"ACCEPT": "x/y"}},
    {"url": H, "session": {"params": {"s": "1", "t": "2"}}, "params": {"t": "3", "u": "4"}}, {"url": H, "session": {"params": {"s": "1"}}, "params": {"s": None}},
    {"url": H, "session": {"params": {"s": "1"}}, "params": "raw"}, {"url": H, "session": {"params": {"s": "1"}}, "params": [["a", "b"]]},
    {"url": H + "?u=0", "session": {"params": {"s": "1"}}}, {"url": H, "session": {"params": {"s": ["1", "2"]}}, "params": {"t": ["3"]}},
    {"url": H, "session": {"auth": ["su", "sp"]}}, {"url": H, "session": {"auth": ["su", "sp"]}, "auth": ["u", "p"]},
    {"url": "http://x:y@h.example/", "session": {"auth": ["su", "sp"]}}, {"url": "http://x:y@h.example/", "auth": ["u", "p"]},
]
CALLS += [
    {"url": H, "auth": auth, "headers": headers}
    for auth, headers in [
        (["u", "p"], {}), (["u", ""], {}), (["", ""], {}), (["ü", "ß"], {}), (["u:x", "p:y"], {}), (["u", "p"], {"Authorization": "mine"}),
        (["u", "p"], {"authorization": "mine", "X-After": "1"}),
    ]
]
CALLS += [
    {"url": H + "/path", "cookies": cookies, **more}
    for cookies, more in [
        ({"a": "b"}, {}), ({"a": "1", "b": "2"}, {}), ({"a": "x y;z"}, {}), ({"a": ""}, {}), ({"a": "\"q\""}, {}), ({"a": "\"q\\\"r\""}, {}), ({"a": "é"}, {}),
        ({"a": "1"}, {"headers": {"Cookie": "own=1"}}), ({"a": "1"}, {"headers": {"X-Z": "1"}}), ({"a": "2", "c": "3"}, {"session": {"cookies": {"a": "1", "b": "1"}}}),
        ({}, {"session": {"cookies": {"s": "1"}}}), ({"a": "1"}, {"method": "POST", "data": {"text": "x"}, "auth": ["u", "p"]}),
    ]
]
FORMS = [
    [["a", "b"]], [["a", "1"], ["a", "2"]], [["ä", "ö ü"]], [["a", ""]], [["", ""]], [["a b", "c&d=e"]], [["x", "~-._!*'()/+"]], [["e", "€\r\n"]], [],
]
CALLS += [{"method": "POST", "url": H, "data": {"form": form}} for form in FORMS]
CALLS += [
    {"method": "POST", "url": H, **more}
    for more in [
        {"data": {"text": "plain"}}, {"data": {"text": ""}}, {"data": {"text": "ünï"}}, {"data": b64(b"\x00\xff")}, {"data": b64(b"")}, {"data": {"text": "a=b"}, "headers": {"Content-Type": "text/x"}},
        {"data": {"form": [["a", "b"]]}, "headers": {"content-type": "own/type"}}, {"data": {"text": "abc"}, "headers": {"Content-Length": "99"}}, {"data": {"text": "abc"}, "headers": {"content-length": "99", "X": "1"}},
        {"json": {"a": 1}}, {"json": {}}, {"json": []}, {"json": 0}, {"json": False}, {"json": ""}, {"json": "ü€"}, {"json": {"b": [1, 2.5, None, True], "a": {"n": "x"}}}, {"json": None},
        {"json": {"a": 1}, "data": {"form": [["k", "v"]]}}, {"json": {"a": 1}, "data": {"form": []}}, {"json": {"a": 1}, "data": {"text": ""}}, {"json": {"a": 1}, "headers": {"Content-Type": "application/vnd.x+json"}},
        {"data": {"chunks": ["first", "second"]}}, {"data": {"chunks": []}}, {"data": {"chunks": ["a"]}, "headers": {"X": "1"}}, {"data": {"file": "file content"}}, {"data": {"file": ""}},
        {"data": {"file": "x" * 40000}}, {"data": {"chunks": ["a"]}, "auth": ["u", "p"]}, {"data": {"file": "abc"}, "auth": ["u", "p"]}, {"data": {"file": "abc"}, "headers": {"Content-Type": "own/type", "Transfer-Encoding": "x"}},
    ]
]
CALLS += [
    {"method": m, "url": H, "data": {"text": "body"}} for m in ["GET", "DELETE", "HEAD", "PUT", "PATCH", "OPTIONS"]
] + [{"method": m, "url": H, "json": {"a": 1}} for m in ["GET", "DELETE"]] + [{"method": "GET", "url": H, "data": {"form": [["a", "b"]]}}]
F = {"filename": "r.csv", "content": "some,data\n"}
CALLS += [
    {"method": "POST", "url": H, **more}
    for more in [
        {"files": [["f", F]]}, {"files": [["f", {**F, "content_type": "text/csv"}]]}, {"files": [["f", {**F, "content_type": "text/csv", "headers": {"Expires": "0", "X-Y": "z"}}]]},
        {"files": [["f", {"filename": None, "content": "x"}]]}, {"files": [["f", F], ["f", {**F, "filename": "two.csv"}]]}, {"files": [["b", F], ["a", F]]},
        {"files": [["f", {**F, "filename": "ü \"q\"\r\n.txt"}]]}, {"files": [["fü\"x", F]]}, {"files": [["f", {**F, "filename": "a\\b/c.txt"}]]}, {"files": [["f", {**F, "content": ""}]]},
        {"files": [["f", {**F, "filename": ""}]]}, {"files": [["f", F]], "data": {"form": [["k", "v"], ["k", "w"], ["ü", "ö\r\n"]]}}, {"files": [["f", F]], "json": {"a": 1}},
        {"files": [["f", F]], "headers": {"Content-Type": "own/type"}}, {"files": [["f", {**F, "headers": {"Content-Type": "x/y", "content-type": "z/z", "X-Empty": ""}}]]},
        {"files": [["f", {**F, "content_type": "", "headers": {"A": "1"}}]]}, {"files": [], "data": {"form": [["a", "b"]]}}, {"files": [["f", F]], "data": {"text": "no"}}, {"files": [["f", {**F, "content_type": "text/ü"}]]},
        {"files": [["f", {"filename": "s.bin", "stream": "streamed"}], ["g", F]], "data": {"form": [["k", "v"]]}},
    ]
]


class Recorder:
    """Takes one request and answers it."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.seen = []
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            connection, _ = self.listener.accept()
            connection.settimeout(0.3)
            self.seen.append(self.read(connection))
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            connection.close()

    @staticmethod
    def read(connection):
        data = b""
        while b"\r\n\r\n" not in data:
            data += connection.recv(65536)
        head = data.split(b"\r\n\r\n")[0].lower()
        length = [line.split(b":")[1] for line in head.split(b"\r\n") if line.startswith(b"content-length:")]
        missing = int(length[0]) - (len(data) - len(head) - 4) if length else 1
        try:
            while missing > 0 and (length or b"transfer-encoding: chunked" in head) and not (not length and data.endswith(b"\r\n0\r\n\r\n")):
                more = connection.recv(65536)
                if not more:
                    break
                data += more
                missing -= len(more) if length else 0
        except TimeoutError:
            pass
        return data


def data_of(data):
    if data is None:
        return None
    kind, value = next(iter(data.items()))
    if kind == "form":
        return [tuple(pair) for pair in value]
    if kind == "base64":
        return base64.b64decode(value)
    if kind == "chunks":
        return iter([chunk.encode() for chunk in value])
    if kind == "file":
        import tempfile

        file = tempfile.TemporaryFile()
        file.write(value.encode())
        file.seek(0)
        return file
    return value


def file_of(spec):
    import io

    content = spec["content"].encode() if "content" in spec else io.BytesIO(spec["stream"].encode())
    return (spec["filename"], content, spec.get("content_type"), spec.get("headers"))


def call(recorder, given):
    session = requests.Session()
    defaults = given.get("session", {})
    session.headers.update(defaults.get("headers", {}))
    session.params = defaults.get("params", {})
    session.auth = tuple(defaults["auth"]) if "auth" in defaults else None
    session.cookies.update(defaults.get("cookies", {}))
    kwargs = {key: given[key] for key in ("params", "headers", "cookies", "json") if key in given}
    if isinstance(kwargs.get("params"), list):
        kwargs["params"] = [tuple(pair) for pair in kwargs["params"]]
    if "auth" in given:
        kwargs["auth"] = tuple(given["auth"])
    if "data" in given:
        kwargs["data"] = data_of(given["data"])
    if "files" in given:
        kwargs["files"] = [(field, file_of(spec)) for field, spec in given["files"]]
    recorder.seen.clear()
    try:
        session.request(given.get("method", "GET"), given["url"], timeout=3, **kwargs)
    except requests.exceptions.RequestException as error:
        if not recorder.seen:
            return {"error": type(error).__name__}
    except (ValueError, UnicodeError, NotImplementedError) as error:
        return {"error": "RequestException", "raised": type(error).__name__}
    return {"wire": recorder.seen[0].decode("latin-1")}


def main():
    recorder = Recorder()
    connect = urllib3.util.connection.create_connection
    urllib3.util.connection.create_connection = lambda address, *args, **kwargs: connect(
        ("127.0.0.1", recorder.port), *args, **kwargs
    )
    lines = [{"call": given, "is": call(recorder, given)} for given in CALLS]
    path = pathlib.Path(__file__).with_name("golden.json")
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    print(len(lines), "calls")


main()
