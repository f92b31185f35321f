"""Records what Requests' cookie jar takes and gives back: tests/wire/cookies.json, a line a case.

Run it with Requests 2.34 installed: python3 tests/wire/record_cookies.py
"""

import email.message
import json
import pathlib
import time
import types

import requests
from requests.cookies import extract_cookies_to_jar, get_cookie_header

NOW = 1_800_000_000
time.time = lambda: NOW + 0.5

# (URL that sets, Set-Cookie lines, URLs that are asked)
CASES = [
    ("http://example.com/a/b", ["x=1"], ["http://example.com/a/b", "http://example.com/a", "http://example.com/a/", "http://example.com/", "http://example.com/ab", "http://sub.example.com/a/b", "http://example.org/a/b"]),
    ("http://example.com/", ["a=1", "b=2", "a=3"], ["http://example.com/"]),
    ("http://example.com/", ["r=1; Path=/", "b=2; Path=/deep/er", "z=3; Path=/deep", "m=4; Path=/"], ["http://example.com/deep/er/x", "http://example.com/deeper", "http://example.com/deep"]),
    ("http://example.com/", ["a=1; Domain=example.com"], ["http://example.com/", "http://sub.example.com/", "http://notexample.com/"]),
    ("http://example.com/", ["a=1; Domain=.example.com"], ["http://example.com/", "http://sub.example.com/"]),
    ("http://sub.example.com/", ["a=1; Domain=example.com"], ["http://example.com/", "http://sub.example.com/", "http://other.example.com/"]),
    ("http://example.com/", ["a=1; Domain=sub.example.com"], ["http://sub.example.com/"]),
    ("http://example.com/", ["a=1; Domain=example.org"], ["http://example.org/", "http://example.com/"]),
    ("http://example.com/", ["a=1; Domain=com"], ["http://example.com/", "http://x.com/"]),
    ("http://example.co.uk/", ["a=1; Domain=uk"], ["http://example.co.uk/"]),
    ("http://example.com/", ["a=1; Domain=EXAMPLE.com"], ["http://example.com/"]),
    ("http://example.com/", ["a=1; Domain="], ["http://example.com/"]),
    ("http://example.com/", ["a=1; Domain"], ["http://example.com/"]),
    ("http://example.com/", ["a=1; Domain=ample.com"], ["http://example.com/", "http://ample.com/"]),
    ("http://localhost/", ["a=1", "b=2; Domain=localhost", "c=3; Domain=.localhost", "d=4; Domain=localhost.local", "e=5; Domain=.local"], ["http://localhost/", "http://other/", "http://localhost:8080/"]),
    ("http://127.0.0.1:8080/", ["a=1", "b=2; Domain=127.0.0.1", "c=3; Domain=0.0.1"], ["http://127.0.0.1/", "http://127.0.0.1:9090/", "http://10.0.0.1/"]),
    ("http://[::1]:8080/", ["a=1"], ["http://[::1]/"]),
    ("http://example.com/", ["a=1; Secure"], ["http://example.com/", "https://example.com/"]),
    ("https://example.com/", ["a=1; Secure", "b=2; secure=", "c=3; SECURE=x"], ["http://example.com/", "https://example.com/"]),
    ("http://example.com/", ["a=1; HttpOnly; SameSite=Lax; Priority=High"], ["http://example.com/"]),
    ("http://example.com/", ["a=1; Max-Age=100", "b=2; Max-Age=0", "c=3; Max-Age=-1", "d=4; max-age=x", "e=5; Max-Age= 5 ", "f=6; Max-Age=+7"], ["http://example.com/"]),
    ("http://example.com/", ["a=1; Expires=Wed, 01 Jan 2031 00:00:00 GMT"], ["http://example.com/"]),
    ("http://example.com/", ["a=1; Expires=Wed, 01 Jan 2020 00:00:00 GMT"], ["http://example.com/"]),
    ("http://example.com/", ["a=1; Expires=Wed, 01 Jan 2020 00:00:00 GMT; Max-Age=10"], ["http://example.com/"]),
    ("http://example.com/", ["a=1; Max-Age=10; Expires=Wed, 01 Jan 2020 00:00:00 GMT"], ["http://example.com/"]),
    ("http://example.com/", ["a=1; Max-Age=0; Expires=Wed, 01 Jan 2031 00:00:00 GMT"], ["http://example.com/"]),
    ("http://example.com/", ["a=1; Max-Age=10; Max-Age=20"], ["http://example.com/"]),
    ("http://example.com/", ["a=1; Expires=Wed, 01 Jan 2031 00:00:00 GMT; Expires=Wed, 01 Jan 2020 00:00:00 GMT"], ["http://example.com/"]),
] + [
    ("http://example.com/", [f"a=1; Expires={date}"], ["http://example.com/"])
    for date in [
        "Wednesday, 01-Jan-31 00:00:00 GMT", "Wed, 01-Jan-2031 00:00:00 GMT", "01 Jan 2031", "01 Jan 2031 10:11",
        "01-Jan-31 10:11:12 +0100", "1 Jan 2031 00:00:00 PST", "1 Jan 2031 00:00:00 AM", "1 Jan 2031 00:00:00 -08:00",
        "1 Jan 2031 00:00:00 -0800", "Jan 1 2031", "2031-01-01", "01/01/2031", "31 Feb 2031 00:00:00 GMT",
        "01 Jan 2031 25:00:00 GMT", "01 Jan 1969 00:00:00 GMT", "01 Jan 80", "01 Jan 76", "01 Jan 77", "01 Jan 78",
        "1 Jan 10000", "nonsense", "", "\"Wed, 01 Jan 2031 00:00:00 GMT\"", "Wed 01 Jan 2031 00:00:00 GMT (UTC)",
        "Wed, 29 Feb 2028 12:30:45 GMT", "Thu, 01 Mar 2029 00:00:00 Z", "Sun, 06 Nov 2044 08:49:37 UT", "32 Jan 2031",
        "1 Foo 2031", "1 13 2031", "1 12 2031", "0 Jan 2031", "Thu, 01 Jan 1970 00:00:00 GMT", "1 Jan 2031:10:11:12",
    ]
] + [
    ("http://example.com/", [line], ["http://example.com/"])
    for line in [
        "flag", "=v", "", ";", "a=", "a==b", "a = b ", "a=\"quoted\"", "a=\"q\\\"x\"", "a=b,c=d", "a=b c", "a=\u00e9",
        "a=1; Path", "a=1; Path=", "a=1; Path=x", "a=1; Path=/%7ea", "a=1; Path=/\u00e9 x", "a=1; Expires", "a=1; Version=1", "a=1; Version=2",
        "a=1; Version=x", "a=1; Version=\"1\"", "a=1; Path=/; Path=/x", "a=1;;; Path=/", "a=1; =x; Path=/", "flag; Path=/; HttpOnly",
        "a=1; Discard; Comment=x; CommentURL=y", "$a=1", "__Host-a=1", "a=1; Partitioned", "a\t=\t1", "a=1; path=/; PATH=/y", "a=\"", "domain=x; path=/",
    ]
] + [
    ("http://example.com/a/b/c", ["a=1; Version=1"], ["http://example.com/a/b/c", "http://example.com/a/b", "http://example.com/a/bc"]),
    ("http://example.com/a%2fb/c", ["a=1"], ["http://example.com/a%2Fb/x", "http://example.com/a%2fb/x"]),
    ("http://example.com", ["a=1"], ["http://example.com/x?y"]),
]

# Cookies set in turn, then what is sent.
SEQUENCES = [
    ("http://example.com/", [["a=1", "b=2", "c=3"], ["b=; Max-Age=0"], ["b=4"]]),
    ("http://example.com/", [["a=1"], ["a=2", "a=; Max-Age=0"]]),
    ("http://example.com/", [["a=1; Path=/", "b=2; Path=/x", "c=3; Path=/"], ["a=9; Path=/"]]),
    ("http://example.com/", [["a=1"], ["a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/"]]),
    ("http://example.com/", [["a=1; Domain=example.com"], ["a=2"], ["a=; Max-Age=0"]]),
    ("http://example.com/", [["a=1", "b=2"], ["a=; Version=2; Max-Age=0", "b=3; Version=2"]]),
]


def asked(url):
    request = requests.Request("GET", url).prepare()
    return request


def extract(jar, url, lines):
    message = email.message.Message()
    for line in lines:
        message["Set-Cookie"] = line
    response = types.SimpleNamespace(_original_response=types.SimpleNamespace(msg=message))
    extract_cookies_to_jar(jar, asked(url), response)


def show(jar):
    return [
        {"name": c.name, "value": c.value, "domain": c.domain, "domain_specified": c.domain_specified, "path": c.path,
         "secure": bool(c.secure), "expires": c.expires}
        for c in jar
    ]


def main():
    lines = []
    for url, set_cookies, urls in CASES:
        jar = requests.cookies.RequestsCookieJar()
        extract(jar, url, set_cookies)
        lines.append({"url": url, "set": [set_cookies], "jar": show(jar), "sent": {u: get_cookie_header(jar, asked(u)) for u in urls}})
    for url, turns in SEQUENCES:
        jar = requests.cookies.RequestsCookieJar()
        for turn in turns:
            extract(jar, url, turn)
        lines.append({"url": url, "set": turns, "jar": show(jar), "sent": {url: get_cookie_header(jar, asked(url))}})
    path = pathlib.Path(__file__).with_name("cookies.json")
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    print(len(lines), "cases")


main()
