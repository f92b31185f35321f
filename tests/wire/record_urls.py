"""Records what Requests makes of URLs and of Locations: tests/wire/urls.json, a line a case.

Run it with Requests 2.34 installed: python3 tests/wire/record_urls.py
"""

import json
import pathlib

import requests
from requests.adapters import HTTPAdapter
from requests.utils import requote_uri, urldefragauth
from urllib3.util.url import _encode_target, parse_url
from urllib.parse import urljoin, urlparse

URLS = """
http://example.com
http://example.com/
HTTP://EXAMPLE.com/Path
  http://example.com/lead
http://example.com:80/
https://example.com:443/
http://example.com:0/
http://example.com:/
http://example.com:00080/
http://example.com:99999/
http://example.com:65535/
http://example.com:65536/
http://example.com:123456/
http://example.com:abc/
http://example.com:-1/
http://u:p@example.com/
http://u@example.com/
http://@example.com/
http://u:p@q@example.com/
http://u%40x:p%2fq@example.com/
http://ü:é@example.com/
http://u r:p@example.com/
http://[::1]/
http://[::1]:8080/x
http://[fe80::1%25eth0]/
http://[fe80::1%eth0]/
http://[fe80::1%ab]/
http://[::ffff:1.2.3.4]/
http://[1::2::3]/
http://[::1/
http://::1/
http://127.1/
http://0x7f.1/
http://2130706433/
http://a..b/
http://example.com./x
http://.example.com/
http://*.example.com/
http://*/
http:///x
http://
http:/example.com/
http:example.com
http://?a=b
http://#x
http://bücher.example/ä?ö=ü#ß
http://BÜCHER.example/
http://straße.de/
http://☃.example/
http://日本語.jp/
http://パイ・ソン.jp/
http://xn--bcher-kva.example/
http://\u0430pple.com/
http://ex%41mple.com/
http://exa mple.com/
http://ex_ample.com/
http://a-b.com/
http://-a.com/
http://ex<mple>.com/
example.com
example.com/path
//example.com/path
/path
localhost:8080/x
127.0.0.1:8080/x
httpbin:8080/x
httpfoo://example.com/
http.example:80/
ftp://example.com/
mailto:a@b.c
unix:///x
hTTps://example.com

http://example.com/a b
http://example.com/%zz
http://example.com/%
http://example.com/%2
http://example.com/%7Euser/%41%2f%2F
http://example.com/100%/a%20b
http://example.com/a%c3%a4
http://example.com/{}|^`"<>\\x
http://example.com\\x
http://example.com/a/../b
http://example.com/a/./b/..
http://example.com/../..
http://example.com/a/%2e%2e/b
http://example.com//a//b
http://example.com/..//x
http://example.com/a;b=c;d
http://example.com/;
http://example.com?
http://example.com/?
http://example.com/#
http://example.com/?#
http://example.com?a=b
http://example.com#frag
http://example.com/?a=[1]&b={x}
http://example.com/?a=b c+d%20e
http://example.com/?a=%zz&b=%20
http://example.com/?a=100%
http://example.com/?a=%e4%f6
http://example.com/?q=ä&r=%C3%A4
http://example.com/?a=b?c/d:e@f
http://example.com/?a='b'&c="d"
http://example.com/?a&b=&=c
http://example.com/?&&a=1
http://example.com/x?a=b#frag ment/?é
http://example.com/x#a#b
http://example.com/:a@b!$&'()*+,;=~-._
http://example.com/a\tb
http://example.com/a%0ab
http://example.com/%25
http://example.com/%2525?x=%25
http://example.com/a%2Bb+c
http://[::1]:0/
http://1.2.3.4.:80/
http://example.com:80:80/
http://u:p@[::1]:80/?x
""".strip("\n").split("\n")

PARAMS = [
    ("http://example.com", {"a": "b"}),
    ("http://example.com/?x=1", {"a": "b c"}),
    ("http://example.com/?", {"a": "ä&=+/?#%"}),
    ("http://example.com/p#f", {"a": ["1", "2"], "b": None, "c": []}),
    ("http://example.com/", [("b", "1"), ("a", "2"), ("b", "3")]),
    ("http://example.com/", "a=b c&d=%zz"),
    ("http://example.com/", "ä=100%"),
    ("http://example.com/", "a=b#c"),
    ("http://example.com/", ""),
    ("http://example.com/", {"": ""}),
    ("http://example.com/", {"a": ""}),
    ("http://example.com/", {"~._-": "~._-!*'()"}),
    ("http://example.com/?a=%41", {"b": "%41"}),
]

JOINS = [
    ("http://example.com/a/b?q=1#frag", location)
    for location in """
/x
x
../x
../../../x
./x
?y=2
#z
//other.example/x
//other.example
http://other.example/x#f
HTTP://OTHER.example/X
https://example.com
http://other.example?x
x;y=z
;y=z
x;
/a//b
a//b
/a/./b/../c/.
..
.
/ä b
/%7Ex/%zz
/%7Ex/%2f
/a|b[c]{d}
/a?b c=[d]
http://bücher.example/ü
http://exa mple.com/
mailto:a@b.c
ftp://x/
http:///x
http://[::1/
http:x
http:/x
 /lead
/tail 
/a\tb
http://host:99999/
http://host:abc/
http://host:/
http://u:p@host/
http://
x:y
:80/x
1.2.3.4:80/x
""".strip("\n").split("\n")
] + [
    ("http://example.com", "x"),
    ("http://example.com", "?x"),
    ("http://example.com/a;b/c;d?q", "?x"),
    ("http://example.com/a;b/c;d?q", "e"),
    ("https://u:p@example.com:8443/a/", "../b"),
    ("http://example.com/a/b/", "c"),
]


def view(url):
    """What the adapter makes of a finished URL."""
    request = requests.PreparedRequest()
    request.method, request.url = "GET", url
    session = requests.Session()
    session.get_adapter(url)
    adapter = HTTPAdapter()
    try:
        host, _ = adapter.build_connection_pool_key_attributes(request, True)
    except ValueError as error:
        raise requests.exceptions.InvalidURL(str(error))
    if host["host"] is None:
        raise requests.exceptions.InvalidURL("no host")
    name = urlparse(url).hostname
    try:
        name.encode("idna")
    except UnicodeError as error:
        raise requests.exceptions.InvalidURL(str(error))
    return {
        "url": url,
        "host": name,
        "port": host["port"],
        "target": _encode_target(request.path_url),
        "absolute": parse_url(urldefragauth(url)).url,
    }


def prepared(url, params=None):
    request = requests.Request("GET", url, params=params)
    return view(requests.Session().prepare_request(request).url)


def joined(base, location):
    """`resolve_redirects`, its lines about the URL."""
    base = requests.Request("GET", base).prepare().url
    url = location
    fragment = urlparse(base).fragment
    if url.startswith("//"):
        url = ":".join([urlparse(base).scheme, url])
    parsed = urlparse(url)
    if parsed.fragment == "" and fragment:
        parsed = parsed._replace(fragment=fragment)
    url = parsed.geturl()
    url = requote_uri(url) if parsed.netloc else urljoin(base, requote_uri(url))
    return view(url)


def attempt(make, *args):
    try:
        return make(*args)
    except requests.exceptions.RequestException as error:
        return {"error": type(error).__name__}
    except ValueError as error:
        return {"error": "InvalidURL", "raised": type(error).__name__}


def main():
    lines = []
    for url in URLS:
        url = url.replace("\\t", "\t").replace("\\u0430", "\u0430")
        lines.append({"written": url, "is": attempt(prepared, url)})
    for url, params in PARAMS:
        if isinstance(params, dict):
            written = [[k, [v] if isinstance(v, str) else v or []] for k, v in params.items()]
        else:
            written = params
        lines.append({"written": url, "params": written, "is": attempt(prepared, url, params)})
    for base, location in JOINS:
        location = location.replace("\\t", "\t")
        lines.append({"base": base, "location": location, "is": attempt(joined, base, location)})
    path = pathlib.Path(__file__).with_name("urls.json")
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    print(len(lines), "cases")


main()
