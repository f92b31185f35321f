"""Records what Requests tries again: tests/wire/retries.json, a line a case.

Run it with Requests 2.34 installed: python3 tests/wire/record_retries.py

A case is what an adapter's `retries` is given as (`HTTPAdapter(max_retries=Retry(...))`), a
method, and what the server does with one request after the other: a status, a status with its
`Retry-After`, `close` (no answer), `reset`, `silent` (until the read timeout). Recorded are how
many requests came, the pauses slept, and the outcome: a status or an exception.
"""

import json
import pathlib
import socket
import struct
import threading
import time

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

IDEMPOTENT = list(Retry.DEFAULT_ALLOWED_METHODS)


def case(script, method="GET", body=None, **retries):
    return {"script": script, "method": method, "body": body, "retries": retries}


THREE = dict(attempts=3)
CASES = [
    # Without retries.
    case([503, 200]),
    case([[503, "1"], 200]),
    case(["close", 200]),
    # A number, as HTTPAdapter(max_retries=2).
    case([503, 200], number=2),
    case([[503, "1"], 200], number=2),
    case([[429, "1"], [413, "2"], 200], number=2),
    case([[429, "1"], [413, "2"], [503, "3"]], number=2),
    case([[500, "1"], 200], number=2),
    case([[503, "1"], 200], method="POST", number=2),
    case(["close", "close", 200], number=2),
    case(["reset", 200], number=2),
    case(["close", "close", "close"], number=2),
    case(["close", 200], method="POST", body="x", number=2),
    case(["close", 200], method="PUT", body="x", number=2),
    case(["silent", 200], number=2),
    case(["silent", 200], method="POST", body="x", number=2),
    case([200], number=0),
    case(["close", 200], number=0),
    # Statuses.
    case([503, 200], on=[503], **THREE),
    case([503, 502, 200], on=[502, 503], **THREE),
    case([503, 503, 503], on=[503], **THREE),
    case([503, 500], on=[503], **THREE),
    case([404, 200], on=[503], **THREE),
    case([503, 200], method="POST", on=[503], **THREE),
    case([503, 200], method="post", on=[503], methods=["POST"], **THREE),
    case([503, 200], method="PATCH", on=[503], methods=None, **THREE),
    case([503, 200], on=[503], methods=["POST"], **THREE),
    case([503], on=[503], attempts=1),
    case([[503, "1"]], attempts=1),
    case([302, 200], on=[302], **THREE),
    # Errors.
    case(["close", 200], on=[503], **THREE),
    case(["close", 200], on=["read"], **THREE),
    case(["close", 503, 200], on=["read", 503], **THREE),
    case(["close", "close", 503], on=["read", 503], **THREE),
    case(["close", 200], method="POST", on=["read"], methods=None, **THREE),
    case(["refused"], on=["read"], **THREE),
    case(["refused"], on=["connect"], **THREE),
    case(["refused"], method="POST", on=["connect"], backoff=0.5, attempts=4),
    case(["refused"], backoff=0.5, number=3),
    # Pauses.
    case([503, 503, 503, 503, 200], on=[503], backoff=0.5, attempts=5),
    case([503, 503, 503, 503, 200], on=[503], backoff=30, attempts=5),
    case([503, 503, 200], on=[503], backoff=0, attempts=5),
    case([503, [503, "7"], 503, 200], on=[503], backoff=0.5, attempts=5),
    case([503, [503, "0"], 503, 200], on=[503], backoff=0.5, attempts=5),
    case([[500, "7"], 200], on=[500], **THREE),
    case([[503, "99999"], 200], on=[503], **THREE),
    case([[503, " 3 "], 200], on=[503], **THREE),
    case([[503, "Wed, 21 Oct 2015 07:28:00 GMT"], 503, 200], on=[503], backoff=1, **THREE),
    case([[503, "Wed, 21 Oct 2099 07:28:00 GMT"], 200], on=[503], **THREE),
    case([[503, "soon"], 200], on=[503], **THREE),
    case([[503, "-1"], 200], on=[503], **THREE),
    case([[503, "1.5"], 200], on=[503], **THREE),
    case([[503, ""], 200], on=[503], **THREE),
    case([[503, ""], 200], **THREE),
    case([[503, "7"], 503, 200], on=[503], backoff=1, respect_retry_after=False, **THREE),
    case([[429, "7"], 200], respect_retry_after=False, **THREE),
    case([[503, "soon"], 200], on=[503], respect_retry_after=False, **THREE),
]


def adapter(retries):
    if "number" in retries and "backoff" not in retries:
        return HTTPAdapter(max_retries=retries["number"])
    if not retries:
        return HTTPAdapter()
    on = retries.get("on")
    number = retries.get("number", retries.get("attempts", 1) - 1)
    # `read=False` is what HTTPAdapter has by default; `connect=False` would let urllib3's own
    # exception through.
    never = {"connect": 0, "read": False, "other": 0}
    errors = {} if on is None else {
        name: None if name in on else no for name, no in never.items()
    }
    return HTTPAdapter(max_retries=Retry(
        total=number,
        **errors,
        status_forcelist=[status for status in on or [] if isinstance(status, int)],
        allowed_methods=retries.get("methods", IDEMPOTENT),
        backoff_factor=retries.get("backoff", 0),
        respect_retry_after_header=retries.get("respect_retry_after", True),
    ))


def read_request(connection):
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return None
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
            while len(body) < length:
                body += connection.recv(65536)
    return data


def act(connection, step):
    """Does one step; whether the connection goes on."""
    if step == "close":
        return False
    if step == "reset":
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False
    if step == "silent":
        connection.recv(1)
        return False
    status, after = step if isinstance(step, list) else (step, None)
    lines = [f"HTTP/1.1 {status} Said", "Content-Length: 2"]
    if after is not None:
        lines.append(f"Retry-After: {after}")
    connection.sendall(("\r\n".join(lines) + "\r\n\r\nhi").encode())
    return True


def serve(listener, script, count):
    script = list(script)
    while script:
        connection, _ = listener.accept()
        while script and read_request(connection) is not None:
            count.append(1)
            if not act(connection, script.pop(0)):
                break
        connection.close()


def run(one):
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    count, slept = [], []
    if one["script"] == ["refused"]:
        listener.close()
    else:
        threading.Thread(target=serve, args=(listener, one["script"], count), daemon=True).start()
    session = requests.Session()
    session.trust_env = False
    session.mount("http://", adapter(one["retries"]))
    real = time.sleep
    time.sleep = lambda seconds: slept.append(round(seconds, 3) if seconds < 1e6 else "long")
    try:
        response = session.request(
            one["method"], f"http://127.0.0.1:{port}/", data=one["body"],
            timeout=(5, 0.3), allow_redirects=False,
        )
        outcome = response.status_code
    except requests.RequestException as error:
        outcome = type(error).__name__
    finally:
        time.sleep = real
    return {**one, "requests": len(count), "slept": slept, "outcome": outcome}


if __name__ == "__main__":
    path = pathlib.Path(__file__).with_name("retries.json")
    path.write_text("".join(json.dumps(run(one)) + "\n" for one in CASES))
