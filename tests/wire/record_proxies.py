"""Records which proxy Requests takes: tests/wire/proxies.json, a line a case.

Run it with Requests 2.34 installed: python3 tests/wire/record_proxies.py
"""

import json
import os
import pathlib

import requests
from requests.utils import prepend_scheme_if_needed, select_proxy
from urllib3.util import parse_url

P, Q = "http://p.example:3128", "http://q.example:1"
ENV = {"http_proxy": P, "https_proxy": Q}
CASES = [
    # url, environment, the request's proxies, the session's
    ("http://h.example/", {}, {}, {}),
    ("http://h.example/", ENV, {}, {}),
    ("https://h.example/", ENV, {}, {}),
    ("https://h.example/", {"HTTP_PROXY": P}, {}, {}),
    ("http://h.example/", {"HTTP_PROXY": P}, {}, {}),
    ("http://h.example/", {"HTTP_PROXY": P, "http_proxy": Q}, {}, {}),
    ("http://h.example/", {"HTTP_PROXY": P, "http_proxy": ""}, {}, {}),
    ("http://h.example/", {"Http_Proxy": P}, {}, {}),
    ("http://h.example/", {"HTTP_PROXY": P, "REQUEST_METHOD": "GET"}, {}, {}),
    ("http://h.example/", {"http_proxy": P, "REQUEST_METHOD": "GET"}, {}, {}),
    ("http://h.example/", {"all_proxy": P}, {}, {}),
    ("http://h.example/", {"ALL_PROXY": P, "http_proxy": Q}, {}, {}),
    ("http://h.example/", {}, {"http": P}, {}),
    ("http://h.example/", {}, {"https": P}, {}),
    ("http://h.example/", {}, {"all": P}, {}),
    ("http://h.example/", {}, {"all": P, "http": Q}, {}),
    ("http://h.example/", {}, {"http": P, "http://h.example": Q}, {}),
    ("http://h.example:8080/", {}, {"http": P, "http://h.example": Q}, {}),
    ("http://h.example/", {}, {"http": P, "all://h.example": Q}, {}),
    ("http://h.example/", {}, {"all": P, "all://h.example": Q}, {}),
    ("http://h.example/", {}, {"all": P, "all://other.example": Q}, {}),
    ("http://h.example/", ENV, {"http": Q}, {}),
    ("http://h.example/", ENV, {"http": None}, {}),
    ("http://h.example/", {}, {}, {"http": P}),
    ("http://h.example/", ENV, {}, {"http": Q}),
    ("http://h.example/", {}, {"http": Q}, {"http": P}),
    ("http://h.example/", {}, {"http": None}, {"http": P}),
    ("http://h.example/", ENV, {"all": Q}, {}),
    ("http://h.example/", ENV, {"no_proxy": "h.example"}, {}),
    ("http://h.example/", {**ENV, "no_proxy": "h.example"}, {"no_proxy": "x.example"}, {}),
    ("http://h.example/", {**ENV, "no_proxy": "h.example"}, {"http": Q}, {}),
    ("http://h.example/", {**ENV, "no_proxy": "h.example"}, {}, {"http": Q}),
] + [
    (url, {**ENV, name: value}, {}, {})
    for name, value, url in [
        ("no_proxy", "h.example", "http://h.example/"), ("NO_PROXY", "h.example", "http://h.example/"), ("no_proxy", ".h.example", "http://h.example/"),
        ("no_proxy", "example", "http://h.example/"), ("no_proxy", "ample", "http://h.example/"), ("no_proxy", "*", "http://h.example/"),
        ("no_proxy", "*.example", "http://h.example/"), ("no_proxy", "x, h.example ,y", "http://h.example/"), ("no_proxy", "h.example:8080", "http://h.example:8080/"),
        ("no_proxy", "h.example:8080", "http://h.example/"), ("no_proxy", "h.example:80", "http://h.example/"), ("no_proxy", "H.EXAMPLE", "http://h.example/"),
        ("no_proxy", "10.0.0.0/8", "http://10.1.2.3/"), ("no_proxy", "10.0.0.0/8", "http://11.1.2.3/"), ("no_proxy", "10.0.0.0/33", "http://10.1.2.3/"),
        ("no_proxy", "10.0.0.0/0", "http://11.1.2.3/"), ("no_proxy", "192.168.1.5/32", "http://192.168.1.5/"), ("no_proxy", "127.0.0.1", "http://127.0.0.1:8000/"),
        ("no_proxy", "127.0.0.1:8000", "http://127.0.0.1:8000/"), ("no_proxy", "127.0.0.0/8", "http://127.1/"), ("no_proxy", "0.1", "http://127.0.0.1/"),
        ("no_proxy", "::1", "http://[::1]/"), ("no_proxy", "[::1]", "http://[::1]/"), ("no_proxy", "localhost", "http://localhost:5000/"), ("no_proxy", "", "http://h.example/"),
        ("no_proxy", "10.0.0.0/8,h.example", "http://h.example/"), ("no_proxy", "x.h.example", "http://h.example/"), ("no_proxy", "h.example", "http://u:p@h.example/"),
    ]
] + [
    ("http://h.example/", {}, {"http": proxy}, {})
    for proxy in [
        "p.example:3128", "localhost:3128", "1.2.3.4:80", "u:p@p.example:1", "http://u:p%40@p.example", "https://p.example", "socks5://p.example",
        "socks5h://u:p@p.example:1080", "http://", "http:///x", "", "http://p.example/path?x", "ftp://p.example", "//p.example:1", "http://[::1]:3128", "http://p.example:99999",
    ]
]


def chosen(url, environment, given, defaults):
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name == "REQUEST_METHOD":
            del os.environ[name]
    os.environ.update(environment)
    session = requests.Session()
    session.proxies = defaults
    url = requests.Request("GET", url).prepare().url
    proxies = session.merge_environment_settings(url, dict(given), None, None, None)["proxies"]
    proxy = select_proxy(url, proxies)
    if not proxy:
        return None
    try:
        parsed = parse_url(prepend_scheme_if_needed(proxy, "http"))
        if not parsed.host or parsed.scheme not in ("http", "https", "socks4", "socks4a", "socks5", "socks5h"):
            return {"error": "InvalidProxyURL"}
    except Exception:
        return {"error": "InvalidProxyURL"}
    adapter = requests.adapters.HTTPAdapter()
    return {
        "scheme": parsed.scheme, "netloc": "@".join(filter(None, [parsed.auth, parsed.netloc])),
        "authorization": adapter.proxy_headers(proxy).get("Proxy-Authorization"),
    }


def main():
    lines = [
        {"url": url, "env": env, "given": given, "session": defaults, "is": chosen(url, env, given, defaults)}
        for url, env, given, defaults in CASES
    ]
    path = pathlib.Path(__file__).with_name("proxies.json")
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    print(len(lines), "cases")


main()
