"""Records what HTTPDigestAuth answers: tests/wire/digest.json, a line a challenge.

Run it with Requests 2.34 installed: python3 tests/wire/record_digest.py
"""

import json
import pathlib
import re

import requests
from requests.auth import HTTPDigestAuth
from requests.utils import parse_dict_header

R = 'Digest realm="r e", nonce="n1"'
CASES = [
    ("GET", "http://h.example/", challenge)
    for challenge in [
        R, R + ', qop="auth"', R + ", qop=auth", R + ', qop="auth,auth-int"', R + ', qop="auth-int,auth"', R + ', qop="auth-int, auth"', R + ', qop="auth-int"',
        R + ', qop=""', R + ", algorithm=MD5", R + ", algorithm=md5, qop=auth", R + ', algorithm="MD5-sess", qop="auth"', R + ", algorithm=SHA", R + ', algorithm=SHA-256, qop="auth"',
        R + ', algorithm="SHA-512", qop="auth"', R + ", algorithm=SHA-256-sess", R + ", algorithm=SHA-512-256", R + ', opaque="o p"', R + ', opaque=""', R + ', stale=FALSE, domain="/x", opaque=oo, qop="auth"',
        'Basic realm="b", ' + R + ', qop="auth"', R + ', qop="auth", Basic realm="b"', R + ", algorithm=SHA-256, " + R + ", algorithm=MD5", 'digest realm="r", nonce="n"', 'DIGEST realm="r", nonce="n"',
        'Digest realm="a \\"q\\" b", nonce="x,y"', 'Digest realm="r",nonce="n",qop="auth"', 'Digest nonce="n", realm="ü"', 'Digest realm=r, nonce=n==', 'Digest realm = "r", nonce="n"',
    ]
] + [
    (method, url, R + ', qop="auth"')
    for method, url in [
        ("POST", "http://h.example/a/b?c=d"), ("GET", "http://h.example"), ("GET", "http://h.example/a;b?c"), ("GET", "http://h.example/a b/ä?ö=%7e#f"),
        ("GET", "http://u:p@h.example:8080/x"), ("MKCOL", "http://h.example/?"),
    ]
]


def answer(method, url, challenge):
    auth = HTTPDigestAuth("Müfasa", "Circle: of Life")
    auth.init_per_thread_state()
    request = requests.Request(method, url).prepare()
    auth._thread_local.chal = parse_dict_header(re.compile("digest ", re.IGNORECASE).sub("", challenge, count=1))
    try:
        return auth.build_digest_header(method, request.url)
    except KeyError:
        return None


def main():
    lines = []
    for method, url, challenge in CASES:
        header = answer(method, url, challenge)
        cnonce = re.search('cnonce="(.*?)"', header or "")
        lines.append({"method": method, "url": url, "challenge": challenge, "cnonce": cnonce and cnonce[1], "header": header})
    path = pathlib.Path(__file__).with_name("digest.json")
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    print(len(lines), "cases")


main()
