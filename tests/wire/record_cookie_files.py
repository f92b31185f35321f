"""Records the files MozillaCookieJar writes: tests/wire/cookie_files.json, a line a case.

Run it with Python alone: python3 tests/wire/record_cookie_files.py
"""

import email.message
import http.cookiejar
import json
import pathlib
import tempfile
import time
import urllib.request

NOW = 1_800_000_000
CASES = [
    [],
    [("http://h.example/", "a=1")],
    [("http://h.example/a/b", "a=1; Max-Age=60"), ("http://h.example/", "b=2; Path=/; Secure")],
    [("http://www.h.example/", "a=1; Domain=h.example; Max-Age=60"), ("http://h.example/", "a=2; Max-Age=60")],
    [("http://h.example/", "a=1; HTTPOnly; Max-Age=60"), ("http://h.example/", "b=2; HTTPOnly")],
    [("http://localhost/", "a=1"), ("http://127.0.0.1:8000/", "b=2; Max-Age=60")],
    [("http://h.example/", "a"), ("http://h.example/", "b="), ("http://h.example/", 'c="q d"')],
    [("http://h.example/", "a=1; Expires=Wed, 21 Oct 2099 07:28:00 GMT; SameSite=Lax")],
    [("http://h.example/", "a=1; Max-Age=60"), ("http://h.example/", "a=; Max-Age=0")],
    [("http://b.example/", "a=1"), ("http://a.example/x/y", "b=1"), ("http://b.example/", "c=1; Path=/z"), ("http://b.example/", "d=1")],
]


class Response:
    def __init__(self, line):
        self.message = email.message.Message()
        self.message["Set-Cookie"] = line

    def info(self):
        return self.message


def run(case):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "jar")
        jar = http.cookiejar.MozillaCookieJar(path)
        for url, line in case:
            jar.extract_cookies(Response(line), urllib.request.Request(url))
        jar.save(ignore_discard=True)
        asked = sorted({url for url, _ in case} | {"https://h.example/a/b", "http://b.example/z"})
        return {"set": case, "asked": asked, "file": path.read_text()}


if __name__ == "__main__":
    time.time = lambda: NOW
    path = pathlib.Path(__file__).with_name("cookie_files.json")
    path.write_text("".join(json.dumps(run(case)) + "\n" for case in CASES))
