"""Records how Requests streams: tests/wire/streams.json, a line a case.

- lines: what `iter_lines` gives of a body sent in these pieces, and of the same body in one piece;
- chunks: the bytes a generator's items go out as;
- connections: by which connection each of a session's requests came, and what the last one gave.

Run it with Requests 2.34 installed: python3 tests/wire/record_streams.py
"""

import io
import json
import pathlib
import socket
import struct
import threading
import time

import requests

requests.packages.urllib3.disable_warnings()


class Server:
    """A scripted server: each list of steps is one connection, closed behind its last step. More connections get a 200."""

    def __init__(self, connections):
        connections = connections + [[sized(b"more")] * 3] * 3
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = "http://127.0.0.1:%d/" % self.listener.getsockname()[1]
        self.requests = []
        self.ended = [threading.Event() for _ in connections]
        threading.Thread(target=self.run, args=[connections], daemon=True).start()

    def run(self, connections):
        for number, steps in enumerate(connections):
            threading.Thread(target=self.serve, args=[number, self.listener.accept()[0], steps], daemon=True).start()

    def serve(self, number, connection, steps):
        for step in steps:
            request = read_request(connection)
            if request is None:
                break
            self.requests.append((number, request))
            if step == "reset":
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                break
            if step == "stall":
                connection.recv(1)
                break
            for piece in step if isinstance(step, list) else [step]:
                if piece == "stall":
                    connection.recv(1)
                else:
                    connection.sendall(piece)
        connection.close()
        self.ended[number].set()


def read_request(connection):
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return None
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    lower = head.lower()
    if b"transfer-encoding: chunked" in lower:
        while not (b"\r\n" + body).endswith(b"\r\n0\r\n\r\n"):
            body += connection.recv(65536)
    elif b"content-length: " in lower:
        length = int(lower.split(b"content-length: ")[1].split(b"\r\n")[0])
        while len(body) < length:
            body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def chunked(pieces):
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in pieces if p) + b"0\r\n\r\n"


def sized(body):
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


def lines_of(answer, **options):
    server = Server([[answer]])
    with requests.get(server.url, stream=True) as response:
        return [line if isinstance(line, str) else line.decode("latin-1") for line in response.iter_lines(**options)]


LINES = [
    ([b"a\nb\n"], None), ([b"a\nb"], None), ([b""], None), ([b"\n"], None), ([b"a\n\n\nb\n"], None), ([b"\n\na"], None), ([b"a\r\nb\r\n"], None), ([b"a\rb\rc"], None),
    ([b"a\n\rb"], None), ([b"a\r\r\nb"], None), ([b"a\x0bb\x0cc\x1cd\x1ee\x85f"], None), ([b"\xe2\x80\xa8a\xe2\x80\xa9b\xc2\x85c"], None),
    ([b"a", b"b\nc", b"d\n"], None), ([b"a\n", b"b\n"], None), ([b"a", b"\nb"], None), ([b"a\r", b"\nb\r", b"\n"], None), ([b"a\r\n", b"b\r\n"], None), ([b"a\r", b"b"], None),
    ([b"x" * 511 + b"\r\n" + b"y" * 600], None), ([b"x" * 512 + b"\n" + b"y"], None), ([b"x" * 511 + b"\n" + b"y"], None), ([b"z" * 2000 + b"\n" + b"\n"], None),
    ([b"a b  c "], None), ([b" \n\t\n"], None), ([b"\xff\xfe\n\x00"], None),
    ([b"a|b|c"], b"|"), ([b"a|b|"], b"|"), ([b"|a"], b"|"), ([b"a||b"], b"|"), ([b"a|", b"b|"], b"|"), ([b"a", b"|b"], b"|"), ([b"a\nb|c\n"], b"|"),
    ([b"a\r\n\r\nb\r\n\r\n"], b"\r\n\r\n"), ([b"a\r\n", b"\r\nb"], b"\r\n\r\n"), ([b"aab", b"ba"], b"b"), ([b"aXYbX", b"Yc"], b"XY"), ([b"", b""], b"|"), ([b"a\0b\0"], b"\0"),
]

CHUNKS = [
    [b"hello"], [b"a", b"b", b"c"], [b"x" * 16384], [b"x" * 16385], [b"y" * 40000, b"z"], [b"a", b"", b"b"], [b""], [], [b"\r\n0\r\n\r\n."[:6]], ["text é".encode()],
]


def chunk_cases():
    for items in CHUNKS:
        server = Server([[sized(b"")]])
        requests.post(server.url, data=iter(items))
        body = server.requests[0][1].partition(b"\r\n\r\n")[2]
        yield {"items": [item.decode("latin-1") for item in items], "wire": body.decode("latin-1")}


def outcome(call):
    try:
        return call()
    except requests.RequestException as error:
        return "%s: %s" % (type(error).__name__, error.args[0] if error.args else "")


def connections(it, script, calls):
    """Each call gets the session and the server; what the last one gave is told."""
    server = Server(script)
    session = requests.Session()
    told = None
    for call in calls:
        told = outcome(lambda: call(session, server))
    told = told.split("(")[0].strip() if isinstance(told, str) and ": " in told else told
    return {"it": it, "connections": [number for number, _ in server.requests], "last": told}


def get(**options):
    return lambda session, server: session.get(server.url, **options).status_code


def post(**options):
    return lambda session, server: session.post(server.url, **options).status_code


def unread(session, server):
    server.kept = session.get(server.url, stream=True)  # Not closed, not read, not collected.
    return server.kept.status_code


def closed(session, server):
    with session.get(server.url, stream=True) as response:
        return response.status_code


def read_whole(session, server):
    return session.get(server.url, stream=True).content.decode()


def first_line(session, server):
    with session.get(server.url, stream=True) as response:
        return next(response.iter_lines()).decode()


def all_lines(session, server):
    with session.get(server.url, stream=True) as response:
        return len(list(response.iter_lines()))


def silent_lines(session, server):
    with session.get(server.url, stream=True, timeout=0.2) as response:
        return len(list(response.iter_lines()))


def wait_end(session, server):
    assert server.ended[0].wait(5)
    time.sleep(0.05)


def connection_cases():
    ok, long = sized(b"a"), sized(b"x" * 100_000)
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
    yield connections("a stream left unread keeps its connection, and the next request has a new one", [[long], [ok]], [unread, get()])
    yield connections("a stream closed unread closes its connection", [[long], [ok]], [closed, get()])
    yield connections("a stream read to its end gives its connection back", [[ok, ok]], [read_whole, get()])
    yield connections("a stream left at its first line closes its connection", [[chunked([b"a\n", b"b\n"])], [ok]], [first_line, get()])
    yield connections("a stream whose lines are read to their end gives its connection back", [[chunked([b"a\n", b"b\n"]), ok]], [all_lines, get()])
    yield connections("an empty body gives its connection back unread", [[sized(b""), ok]], [closed, get()])
    yield connections("HEAD, 204 and 304 have no body whatever their headers say", [[head, b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", ok]],
                      [lambda session, server: session.head(server.url).status_code, get(), get(), get()])
    yield connections("silence between lines is a ConnectionError", [[[b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\na\n\r\n", "stall"]]], [silent_lines])
    yield connections("a connection closed while idle is replaced", [[ok], [ok]], [get(), wait_end, get()])
    yield connections("a connection closed while idle is replaced for a POST too", [[ok], [ok]], [get(), wait_end, post(data="x")])
    yield connections("a connection that ends after the request was sent is an error, and nothing is sent again", [[ok, b""], [ok]], [get(), get()])
    yield connections("a connection that ends after a POST was sent is an error, and nothing is sent again", [[ok, b""], [ok]], [get(), post(data="x")])
    yield connections("a connection reset after the request was sent is an error, and nothing is sent again", [[ok, "reset"], [ok]], [get(), get()])
    yield connections("a body cut short closes its connection", [[b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"], [ok]], [get(), get()])


def length_cases():
    bodies = [
        ("nothing", {}), ("an empty string", {"data": ""}), ("empty bytes", {"data": b""}), ("an empty mapping", {"data": {}}), ("an empty file", {"data": io.BytesIO(b"")}), ("a file", {"data": io.BytesIO(b"abc")}),
        ("empty json", {"json": {}}), ("no json", {"json": None}), ("an empty list of files", {"files": {}}),
    ]
    for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "MKCOL"]:
        for body, options in bodies:
            if body == "a file":
                options["data"].seek(0)
            server = Server([[b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"]])
            error = outcome(lambda: requests.request(method, server.url, timeout=5, **options).status_code)
            head, _, sent = server.requests[0][1].partition(b"\r\n\r\n")
            lines = [line.decode() for line in head.split(b"\r\n") if line.lower().startswith((b"content-", b"transfer-", b"expect"))]
            yield {"method": method, "body": body, "headers": lines, "sent": sent.decode("latin-1"), "last": error}


def main():
    cases = []
    for pieces, delimiter in LINES:
        whole = b"".join(pieces)
        case = {"pieces": [piece.decode("latin-1") for piece in pieces], "delimiter": delimiter and delimiter.decode("latin-1")}
        case["in_pieces"] = lines_of(chunked(pieces), delimiter=delimiter)
        case["in_one"] = lines_of(sized(whole), delimiter=delimiter, chunk_size=max(len(whole), 1))
        case["by_512"] = lines_of(sized(whole), delimiter=delimiter)
        cases.append({"lines": case})
    utf8 = "a\u2028b\u2029c\x85d\x0be\x0cf\x1cg\n\u00e9"
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: %d\r\n\r\n%s" % (len(utf8.encode()), utf8.encode())
    cases.append({"decode_unicode": {"text": utf8, "true": lines_of(answer, decode_unicode=True), "false": lines_of(answer)}})
    cases.extend({"chunks": case} for case in chunk_cases())
    cases.extend({"connections": case} for case in connection_cases())
    cases.extend({"length": case} for case in length_cases())
    path = pathlib.Path(__file__).with_name("streams.json")
    path.write_text("".join(json.dumps(case) + "\n" for case in cases))
    print(len(cases), "cases")


main()
