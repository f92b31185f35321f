"""The cases of record_exchanges.py: families of calls and of what the server answers."""

import base64

A = "http://a.example"
OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
OK_HEAD = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"


def latin1(data):
    return data.decode("latin-1")


def respond(family, name, answer, **call):
    return {"family": family, "it": name, "calls": [{"url": A + "/", **call}], "answers": [answer]}


def heads():
    """Status lines and header lines."""
    lines = [
        "HTTP/1.1 200 OK", "HTTP/1.1 200", "HTTP/1.1 200 ", "HTTP/1.1 200  two  spaces ", "HTTP/1.0 200 OK", "HTTP/1.1 299 Made Up", "HTTP/1.1 600 Beyond", "HTTP/1.1 999 Far Beyond",
        "HTTP/1.1 404 Not Found", "HTTP/1.1 500 Oh", "HTTP/1.1 100", "HTTP/1.1 200 caf\xe9", "HTTP/1.1 200 \u00c3\u00a9", "HTTP/1.2 200 OK", "HTTP/1.1 200 OK\tTab", "HTTP/0.9 200 OK", "HTTP/1.1\t200 OK",
        "HTTP/1.1  200 OK", "HTTP/1.1 304 Not Modified", "HTTP/1.1 204 No Content", "HTTP/1.1 205 Reset Content", "HTTP/1.1 +200 OK", "HTTP/1.1 0200 OK", "HTTP/1.1 099 OK", "HTTP/1.1 1000 OK",
        "HTTP/1.1 20 OK", "HTTP/2 200 OK", "HTTP/2.0 200 OK", "http/1.1 200 OK", "HTTPS/1.1 200 OK", "ICY 200 OK", "HTTP/1.1 OK", "HTTP/1.1 2xx OK", " HTTP/1.1 200 OK", "HTTP/1.1 -200 OK",
    ]
    for line in lines:
        yield respond("responses", f"status line {line!r}", line + "\r\nX-A: 1\r\nContent-Length: 2\r\n\r\nhi")
    for name, extra in [
        ("one", "X-A: 1\r\n"), ("repeated", "X-A: 1\r\nB: 2\r\nx-a: 3\r\nX-a: \r\n"), ("no space", "X-A:1\r\n"), ("many spaces", "X-A: \t 1 \t\r\n"), ("no value", "X-A:\r\n"), ("colons", "X-A: a:b:c\r\n"),
        ("latin-1", "X-A: caf\xe9\r\n"), ("utf-8", "X-A: " + latin1("café €".encode()) + "\r\n"), ("control", "X-A: a\x01b\x7f\r\n"), ("folded", "X-A: 1\r\n  2\r\n\t3\r\nB: 4\r\n"),
        ("bare line feeds", "X-A: 1\nB: 2\n"), ("a line that is none", "X-A: 1\r\nnone of it\r\nB: 2\r\n"), ("name with space", "X A: 1\r\nB: 2\r\n"), ("space before the colon", "X-A : 1\r\nB: 2\r\n"),
        ("empty name", ": 1\r\nB: 2\r\n"), ("space at first", " X-A: 1\r\nB: 2\r\n"), ("latin-1 name", "X-\xe9: 1\r\nB: 2\r\n"), ("two cookies", "Set-Cookie: a=1\r\nSet-Cookie: b=2; Path=/\r\nSet-Cookie: a=3\r\n"),
        ("cookie with comma", "Set-Cookie: a=1; Expires=Wed, 09 Jun 2100 10:18:14 GMT\r\nSet-Cookie: b=2\r\n"), ("carriage return", "X-A: a\rb\r\nC: 1\r\n"), ("form feed", "X-A: a\x0cb\r\nC: 1\r\n"), ("nel", "X-A: a\x85b\r\nC: 1\r\n"), ("nul", "X-A: a\x00b\r\nC: 1\r\n"),
        ("99 lines", "".join(f"X-{i}: {i}\r\n" for i in range(98))), ("a long line", "X-A: " + "a" * 60000 + "\r\n"), ("quoted", 'X-A: "a, b", c\r\n'),
    ]:
        yield respond("responses", f"header lines: {name}", "HTTP/1.1 200 OK\r\n" + extra + "Content-Length: 2\r\n\r\nhi")


def framings():
    ok = "HTTP/1.1 200 OK\r\n"
    for name, answer in [
        ("length", ok + "Content-Length: 5\r\n\r\nhello"), ("length with spaces", ok + "Content-Length:   5  \r\n\r\nhello"), ("length plus", ok + "Content-Length: +5\r\n\r\nhello"), ("length twice", ok + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello"),
        ("length listed twice", ok + "Content-Length: 5, 5\r\n\r\nhello"), ("lengths in conflict", ok + "Content-Length: 5\r\nContent-Length: 4\r\n\r\nhello"), ("length of words", ok + "Content-Length: five\r\n\r\nhello"),
        ("length negative", ok + "Content-Length: -5\r\n\r\nhello"), ("length empty", ok + "Content-Length: \r\n\r\nhello"), ("length hex", ok + "Content-Length: 0x5\r\n\r\nhello"), ("length underscore", ok + "Content-Length: 0_5\r\n\r\nhello"),
        ("length zero", ok + "Content-Length: 0\r\n\r\n"), ("length leading zeros", ok + "Content-Length: 0005\r\n\r\nhello"), ("length shorter than what comes", ok + "Content-Length: 3\r\n\r\nhello"), ("until the end", ok + "\r\nhello"), ("until the end, empty", ok + "\r\n"),
        ("until the end, 1.0", "HTTP/1.0 200 OK\r\n\r\nhello"), ("until the end, keep-alive", ok + "Connection: keep-alive\r\n\r\nhello"), ("close", ok + "Connection: close\r\nContent-Length: 5\r\n\r\nhello"),
        ("chunked", ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"), ("chunked, several", ok + "Transfer-Encoding: chunked\r\n\r\n1\r\nh\r\n3\r\nell\r\n1\r\no\r\n0\r\n\r\n"), ("chunked, upper case", ok + "Transfer-Encoding: CHUNKED\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
        ("chunked, extensions", ok + 'Transfer-Encoding: chunked\r\n\r\n5;a=b;c="d"\r\nhello\r\n0;last\r\n\r\n'), ("chunked, trailers", ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-T: 1\r\nY: 2\r\n\r\n"), ("chunked, leading zeros", ok + "Transfer-Encoding: chunked\r\n\r\n0005\r\nhello\r\n000\r\n\r\n"),
        ("chunked, spaces", ok + "Transfer-Encoding: chunked\r\n\r\n 5 \r\nhello\r\n0\r\n\r\n"), ("chunked, hex", ok + "Transfer-Encoding: chunked\r\n\r\nA\r\n0123456789\r\nb\r\n0123456789a\r\n0\r\n\r\n"), ("chunked, bare line feeds", ok + "Transfer-Encoding: chunked\r\n\r\n5\nhello\n0\n\n"),
        ("chunked, empty", ok + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), ("chunked, no end", ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n"), ("chunked, prefix 0x", ok + "Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n"), ("chunked, plus", ok + "Transfer-Encoding: chunked\r\n\r\n+5\r\nhello\r\n0\r\n\r\n"), ("chunked and length", ok + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
        ("chunked, 1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"), ("transfer identity", ok + "Transfer-Encoding: identity\r\nContent-Length: 5\r\n\r\nhello"), ("transfer gzip, chunked", ok + "Transfer-Encoding: gzip, chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
        ("transfer-encoding twice", ok + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
        ("204 with a length", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n"), ("304 with a length", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"), ("204 chunked", "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n"), ("205 with a body", "HTTP/1.1 205 Reset Content\r\nContent-Length: 2\r\n\r\nhi"),
        ("100 first", "HTTP/1.1 100 Continue\r\n\r\n" + OK), ("100 with headers first", "HTTP/1.1 100 Continue\r\nX-A: 1\r\n\r\n" + OK), ("103 first", "HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n" + OK), ("102, then 100", "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + OK),
        ("101", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nraw"),
    ]:
        yield respond("responses", f"framing: {name}", answer)
    for name, answer in [("length", ok + "Content-Length: 5\r\n\r\n"), ("chunked", ok + "Transfer-Encoding: chunked\r\n\r\n"), ("nothing", ok + "\r\n"), ("coding", ok + "Content-Encoding: gzip\r\nContent-Length: 99\r\n\r\n"), ("a type", ok + "Content-Type: text/html\r\n\r\n")]:
        yield respond("responses", f"HEAD: {name}", answer, method="HEAD")


def charsets():
    for kind, body in [
        ("text/plain", "café".encode("latin-1")), ("text/plain", "café".encode()), ("text/html; charset=utf-8", "café".encode()), ("text/html; charset=UTF-8", "café €".encode()), ('text/html; charset="utf-8"', "café".encode()),
        ("text/html; charset='utf-8'", "café".encode()), ("text/html;charset=utf-8", "café".encode()), ("text/html; Charset=utf-8", "café".encode()), ("text/html; charset = utf-8", "café".encode()), ("text/html; charset=", "café".encode()),
        ("text/html; charset", "café".encode()), ("text/html; charset=utf-8; charset=latin-1", "café".encode()), ("text/html; a=b; charset=latin1", "café".encode("latin-1")), ("text/plain; charset=iso-8859-15", "€".encode("iso-8859-15")),
        ("text/plain; charset=windows-1252", "“€”".encode("cp1252")), ("text/plain; charset=windows-1251", "привет".encode("cp1251")), ("text/plain; charset=koi8-r", "привет".encode("koi8-r")), ("text/plain; charset=shift_jis", "日本語".encode("shift_jis")),
        ("text/plain; charset=euc-jp", "日本語".encode("euc-jp")), ("text/plain; charset=gb2312", "中文".encode("gb2312")), ("text/plain; charset=gbk", "中文".encode("gbk")), ("text/plain; charset=gb18030", "中文".encode("gb18030")), ("text/plain; charset=big5", "中文".encode("big5")), ("text/plain; charset=euc-kr", "한국".encode("euc-kr")),
        ("text/plain; charset=us-ascii", b"plain"), ("text/plain; charset=us-ascii", "café".encode()), ("text/plain; charset=utf-16", "hé".encode("utf-16")), ("text/plain; charset=utf-16le", "hé".encode("utf-16-le")), ("text/plain; charset=utf-16be", "hé".encode("utf-16-be")), ("text/plain; charset=utf-16", "hé".encode("utf-16-be")),
        ("text/plain; charset=utf-32", "hé".encode("utf-32")), ("text/plain; charset=nonesuch", "café".encode()), ("text/plain; charset=utf-8", b"\xff\xfe bad"), ("text/plain; charset=utf-8", "\ufeffbom".encode()), ("text/plain; charset=utf-8-sig", "\ufeffbom".encode()), ("text/plain", "\ufeffbom".encode()), ("text/plain; charset=iso-8859-1", bytes(range(0x80, 0xA0))),
        ("application/json", '{"a": "é"}'.encode()), ("application/json", '{"a": "é"}'.encode("utf-16")), ("application/json", '{"a": "é"}'.encode("utf-16-le")), ("application/json", '{"a": "é"}'.encode("utf-16-be")), ("application/json", '{"a": "é"}'.encode("utf-32")), ("application/json", '{"a": "é"}'.encode("utf-32-le")), ("application/json", '{"a": "é"}'.encode("utf-32-be")),
        ("application/json", '\ufeff{"a": 1}'.encode()), ("application/json; charset=latin-1", '{"a": "é"}'.encode("latin-1")), ("application/json; charset=utf-8", '{"a": "é"}'.encode()), ("application/vnd.api+json", '{"a": "é"}'.encode()), ("text/json", '{"a": "é"}'.encode()), ("text/plain", '{"a": "é"}'.encode()), ("application/json", b""), ("application/json", b" "), ("application/json", b"{"), ("application/json", b"[1, 2.0, 1e3, 12345678901234567890]"), ("application/json", b"NaN"), ("application/json", b'{"a": 1, "a": 2}'), ("application/json", b'"\\ud83d\\ude00"'), ("application/json", b"nul"), ("application/json", b"null"),
        ("application/octet-stream", b"\x00\xff"), ("application/xml", '<?xml version="1.0" encoding="utf-8"?><a>é</a>'.encode()), ("application/x-www-form-urlencoded", b"a=b"), ("TEXT/PLAIN", "café".encode("latin-1")), ("text", b"x"), ("", "café".encode()), ("application/text", b"x"), ("image/svg+xml; charset=utf-8", "é".encode()), ("multipart/form-data; boundary=charset=x", b"x"),
    ]:
        body_name = latin1(body)
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        yield respond("responses", f"charset: {kind!r} {body_name!r}", head + body_name)
    for body in ["café".encode(), b"", b"plain", '{"a": "é"}'.encode()]:
        yield respond("responses", f"charset: no type {latin1(body)!r}", f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n" + latin1(body))


def codings(code):
    text = b"hello, hello, hello"
    gzip, zlib, deflate, br, zstd = (code[name](text) for name in ["gzip", "zlib", "deflate", "br", "zstd"])
    for name, coding, body in [
        ("gzip", "gzip", gzip), ("upper case", "GZIP", gzip), ("x-gzip", "x-gzip", gzip), ("deflate is zlib", "deflate", zlib), ("deflate raw", "deflate", deflate), ("br", "br", br), ("zstd", "zstd", zstd), ("identity", "identity", text), ("none", "", text), ("unknown", "snappy", text), ("utf-8", "utf-8", text),
        ("gzip, gzip", "gzip, gzip", code["gzip"](gzip)), ("deflate, gzip", "deflate, gzip", code["gzip"](zlib)), ("gzip, br", "gzip, br", code["br"](gzip)), ("zstd, gzip", "zstd, gzip", code["gzip"](zstd)), ("gzip,gzip without space", "gzip,gzip", code["gzip"](gzip)), ("identity, gzip", "identity, gzip", gzip), ("gzip, identity", "gzip, identity", gzip), ("gzip, unknown", "gzip, snappy", gzip), ("unknown, gzip", "snappy, gzip", gzip),
        ("empty body of gzip", "gzip", b""), ("empty body of deflate", "deflate", b""), ("empty body of br", "br", b""), ("empty body of zstd", "zstd", b""), ("gzip cut", "gzip", gzip[:-10]), ("gzip without its checksum", "gzip", gzip[:-8]), ("gzip with a wrong checksum", "gzip", gzip[:-8] + b"\0\0\0\0" + gzip[-4:]), ("zlib cut", "deflate", zlib[:-6]), ("raw cut", "deflate", deflate[:-2]), ("br cut", "br", br[:-2]), ("zstd cut", "zstd", zstd[:-2]),
        ("two members of gzip", "gzip", gzip + code["gzip"](b" more")), ("gzip and rubbish", "gzip", gzip + b"rubbish"), ("gzip and zeros", "gzip", gzip + b"\0\0\0\0"), ("two frames of zstd", "zstd", zstd + code["zstd"](b" more")), ("zlib and rubbish", "deflate", zlib + b"rubbish"), ("not gzip", "gzip", text), ("not deflate", "deflate", text), ("not br", "br", text), ("not zstd", "zstd", text), ("one byte of gzip", "gzip", b"\x1f"), ("gzip of nothing", "gzip", code["gzip"](b"")), ("six codings", "gzip, gzip, gzip, gzip, gzip, gzip", text),
    ]:
        yield respond("responses", f"coding: {name}", f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {len(body)}\r\n\r\n" + latin1(body))
    yield respond("responses", "coding: two lines", f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Encoding: gzip\r\n\r\n" + latin1(code["gzip"](gzip)))
    yield respond("responses", "coding: gzip in chunks", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n" + "".join(f"1\r\n{latin1(gzip[i:i + 1])}\r\n" for i in range(len(gzip))) + "0\r\n\r\n")
    yield respond("responses", "coding: gzip until the end", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + latin1(gzip))
    yield respond("responses", "coding: gzip of an error", f"HTTP/1.1 500 Oh\r\nContent-Encoding: gzip\r\nContent-Length: {len(gzip)}\r\n\r\n" + latin1(gzip))


def to(location, status=302, extra="", body=""):
    return f"HTTP/1.1 {status} Go\r\nLocation: {location}\r\n{extra}Content-Length: {len(body)}\r\n\r\n{body}"


def chain(name, answers, session=None, **call):
    case = {"family": "redirects", "it": name, "calls": [{"url": A + "/start", **call}], "answers": answers}
    return {**case, "session": session} if session else case


def redirects():
    bodies = {
        "nothing": {}, "form": {"data": {"form": [["a", "b"]]}}, "json": {"json": {"a": 1}}, "file": {"data": {"file": "content"}},
    }
    for status in [300, 301, 302, 303, 304, 305, 307, 308]:
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]:
            for kind, body in bodies.items():
                if kind != "nothing" and method not in ("POST", "PUT", "DELETE") or kind == "json" and method != "POST":
                    continue
                last = OK_HEAD if method == "HEAD" else OK
                yield chain(f"{status} {method} {kind}", [to("/next", status), last], method=method, **body)
    for status in [302, 303, 307]:
        yield chain(f"{status} HEAD, asked to follow", [to("/next", status), OK_HEAD], method="HEAD", allow_redirects=True)
        yield chain(f"{status} GET, asked not to", [to("/next?a=b#c", status, body="old")], allow_redirects=False)
        yield chain(f"{status} POST, asked not to", [to("http://b.example/x", status)], method="POST", allow_redirects=False)
    yield chain("305 GET, asked not to", [to("/next", 305)], allow_redirects=False)
    yield chain("302 GET to another host, asked not to", [to(latin1("//b.example/ä b?c".encode()), body="old")], allow_redirects=False, url=A + "/start#frag")
    yield chain("302 without a place, asked not to", ["HTTP/1.1 302 Go\r\nContent-Length: 0\r\n\r\n"], allow_redirects=False)
    yield chain("300 without a place", ["HTTP/1.1 300 Go\r\nContent-Length: 0\r\n\r\n"])
    yield chain("302 without a place", ["HTTP/1.1 302 Go\r\nContent-Length: 2\r\n\r\nhi"])
    yield chain("200 with a place", [to("/next", 200, body="hi")])
    yield chain("201 with a place", [to("/next", 201, body="hi")])
    yield chain("307 of a multipart body", [to("/next", 307), OK], method="POST", files=[["f", {"filename": "a.txt", "content": "x"}]], headers={"Content-Type": "multipart/form-data; boundary=x"})
    yield chain("307 of chunks", [to("/next", 307), OK], method="POST", data={"chunks": ["a", "b"]})
    yield chain("303 of chunks", [to("/next", 303), OK], method="POST", data={"chunks": ["a", "b"]})
    yield chain("own lengths and types go with the body", [to("/next", 303), OK], method="POST", data={"text": "x"}, headers={"Content-Type": "a/b", "X-Keep": "1", "Transfer-Encoding": "x"})
    for location in [
        "/x", "x", "../x", "../../x", "./x", "?y=2", "#z", "", "//b.example/x", "//b.example", "http://b.example/x#f", "HTTP://B.example/X", "https://a.example/x", "http://b.example?x", "x;y=z", ";y", "x;", "/a//b", "a//b", "/a/./b/../c/.", "..", ".",
        "/\xe4 b", "/\u00c3\u00a4", latin1("/€/é?ü=ß".encode()), "/%7Ex/%zz", "/%7Ex/%2f", "/a|b[c]{d}", "/a?b c=[d]", "http://b.example:8080/", "http://a.example:80/", "https://a.example:443/", "http://A.EXAMPLE/", "http://xn--bcher-kva.example/", latin1("http://bücher.example/ü".encode()), "http://exa mple.com/", "mailto:a@b.c", "ftp://x/", "http:///x", "http://[::1/", "http:x", "http:/x", "x:y", ":80/x", "/a\tb",
        "http://u:p@a.example/", "http://u:p@b.example/", "http://host:99999/", "http://host:abc/", "http://", "https://", "javascript:x", "/x y?q=a b#f g", "/x\"<>`", "/100%", "/x#", "?", "/?", "/'", "/\\x", "\\x", "//", "///x", "http://b.example/%2e%2e/x", "http://[::1]:80/x", "http://1.2.3.4/",
    ]:
        yield chain(f"to {location!r}", [to(location), OK])
    for start, location in [("/start#frag", "/x"), ("/start#frag", "/x#new"), ("/start#frag", "http://b.example/x"), ("/start#frag", "?q"), ("/start?q=1#frag", "#other"), ("/start?q=1", "x"), ("/a/b/c?q=1", "../x?r=2"), ("/start;p?q", "?r"), ("/start#fr%20ag", "/x#"), ("", "x"), ("/a/", "b")]:
        yield chain(f"from {start!r} to {location!r}", [to(location), OK], url=A + start)
    yield chain("a fragment is carried over many hops", [to("/1"), to("/2#new"), to("/3"), OK], url=A + "/start#frag")
    yield chain("each hop is in the history", [to("/1", 301, body="one"), to("/2", 302, body="two"), to("/3", 307, body="three"), OK])
    yield chain("params are not sent again", [to("/next"), OK], params={"a": "b"})
    yield chain("params of the session are not sent again", [to("/next"), OK], session={"params": {"a": "b"}})
    for limit, hops in [(0, 1), (1, 1), (1, 2), (2, 2), (2, 3), (3, 1)]:
        yield chain(f"a limit of {limit}, {hops} redirects", [to(f"/{i}") for i in range(hops)] + [OK], session={"max_redirects": limit})
    yield chain("the limit is 30: 30 redirects", [to(f"/{i}") for i in range(30)] + [OK])
    yield chain("the limit is 30: 31 redirects", [to(f"/{i}") for i in range(31)] + [OK])
    yield chain("a redirect to itself", [to("/start")] * 4, session={"max_redirects": 3})
    yield chain("a body with a wrong coding is passed over", [to("/next", 302, "Content-Encoding: gzip\r\n", "hi"), OK])
    yield chain("a body in chunks is passed over", ["HTTP/1.1 302 Go\r\nLocation: /next\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", OK])
    yield chain("a body cut short is passed over", [{"say": "HTTP/1.1 302 Go\r\nLocation: /next\r\nContent-Length: 9\r\n\r\nhi", "then": "close"}, OK])
    yield chain("two places", ["HTTP/1.1 302 Go\r\nLocation: /one\r\nLocation: /two\r\nContent-Length: 0\r\n\r\n", OK])
    for start, target in [
        ("http://a.example/", "http://a.example/x"), ("http://a.example/", "http://b.example/x"), ("http://a.example/", "http://a.example:8080/x"), ("http://a.example/", "http://a.example:80/x"), ("http://a.example:80/", "http://a.example/x"), ("http://a.example/", "https://a.example/x"), ("http://a.example:80/", "https://a.example:443/x"),
        ("http://a.example:8080/", "https://a.example/x"), ("http://a.example/", "https://a.example:8443/x"), ("https://a.example/", "http://a.example/x"), ("https://a.example/", "https://a.example:443/x"), ("https://a.example:443/", "https://a.example/x"), ("http://a.example/", "http://sub.a.example/x"), ("http://a.example/", "http://A.example/x"), ("https://a.example/", "https://b.example/x"),
    ]:
        yield chain(f"auth from {start} to {target}", [to(target), OK], url=start, auth=["u", "p"])
        yield chain(f"own Authorization from {start} to {target}", [to(target), OK], url=start, headers={"Authorization": "Token t", "X-Other": "1"})
    yield chain("session auth to another host", [to("http://b.example/"), OK], session={"auth": ["u", "p"]})
    yield chain("URL credentials to the same host", [to("/x"), OK], url="http://u:p@a.example/")
    yield chain("URL credentials to another host", [to("http://b.example/"), OK], url="http://u:p@a.example/")
    yield chain("there and back again", [to("http://b.example/"), to("http://a.example/"), OK], auth=["u", "p"])
    yield chain("own Host", [to("/x"), OK], headers={"Host": "own.example"})
    yield chain("own Host to another host", [to("http://b.example/"), OK], headers={"Host": "own.example"})
    yield chain("cookies of a hop", [to("/x", 302, "Set-Cookie: a=1; Path=/\r\nSet-Cookie: b=2; Path=/y\r\n"), OK])
    yield chain("cookies of each hop", [to("/1", 302, "Set-Cookie: a=1\r\n"), to("/2", 302, "Set-Cookie: b=2\r\n"), to("/3", 302, "Set-Cookie: a=; Max-Age=0\r\n"), OK])
    yield chain("cookies of a hop to another host", [to("http://b.example/", 302, "Set-Cookie: a=1; Path=/\r\n"), to("http://a.example/", 302, "Set-Cookie: c=3\r\n"), OK])
    yield chain("cookies of the session", [to("/x"), OK], session={"cookies": {"s": "1"}})
    yield chain("cookies of the request", [to("/x"), OK], cookies={"r": "1"})
    yield chain("cookies of the request to another host", [to("http://b.example/x"), OK], cookies={"r": "1"})
    yield chain("cookies of both, one replaced by a hop", [to("/x", 302, "Set-Cookie: r=new; Path=/\r\n"), OK], cookies={"r": "1"}, session={"cookies": {"s": "1"}})
    yield chain("own Cookie header", [to("/x", 302, "Set-Cookie: a=1\r\n"), OK], headers={"Cookie": "own=1"})
    yield chain("own Cookie header to another host", [to("http://b.example/"), OK], headers={"Cookie": "own=1"})
    yield chain("a secure cookie is kept from http", [to("http://a.example/x", 302, "Set-Cookie: a=1; Secure; Path=/\r\n"), OK], url="https://a.example/")
    proxy = {"http": "http://proxy.example:3128", "https": None}
    yield chain("a proxy on every hop", [to("/x"), to("http://b.example/y"), OK], proxies={"http": "http://proxy.example:3128"})
    yield chain("a proxy with credentials on every hop", [to("/x"), OK], proxies={"http": "http://u:p@proxy.example:3128"})
    yield chain("a proxy for one host", [to("http://b.example/y"), to("http://a.example/z"), OK], proxies={"http://b.example": "http://u:p@proxy.example:3128"})
    yield {**chain("no_proxy on a hop", [to("http://b.example/y"), OK]), "env": {"http_proxy": "http://u:p@proxy.example:3128", "no_proxy": "b.example"}}
    yield {**chain("no_proxy on the first hop", [to("http://b.example/y"), OK]), "env": {"http_proxy": "http://u:p@proxy.example:3128", "no_proxy": "a.example"}}
    yield {**chain("own Proxy-Authorization", [to("/x"), OK]), "calls": [{"url": A, "headers": {"Proxy-Authorization": "mine"}}]}


def errors():
    for name, answer in [
        ("closed without a word", ""), ("closed in the status line", "HTTP/1.1 20"), ("closed in the head", "HTTP/1.1 200 OK\r\nContent-Le"), ("closed behind the status line", "HTTP/1.1 200 OK\r\n"), ("reset at once", {"say": "", "then": "reset"}), ("reset in the head", {"say": "HTTP/1.1 200 OK\r\nA: ", "then": "reset"}), ("reset in the body", {"say": "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab", "then": "reset"}), ("reset in a chunk", {"say": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nab", "then": "reset"}),
        ("a body too short", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab"), ("a body that never begins", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"), ("a chunk too short", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nab"), ("no last chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"), ("no chunk at all", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
        ("a chunk's size of words", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nab\r\n0\r\n\r\n"), ("a chunk's size empty", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\nab\r\n0\r\n\r\n"), ("a chunk's size negative", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\nab\r\n0\r\n\r\n"), ("a chunk longer than its size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabcd\r\n0\r\n\r\n"), ("a chunk's size without end", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + "1" * 70000),
        ("ssh", "SSH-2.0-OpenSSH_9.6\r\n"), ("smtp", "220 smtp ready\r\n"), ("html", "<html>hello</html>"), ("binary", "\x00\x01\x02\x03\r\n\r\n"), ("tls alert", "\x15\x03\x01\x00\x02\x02\x16"), ("an empty line", "\r\n\r\n"), ("http/2 settings", "\x00\x00\x12\x04\x00\x00\x00\x00\x00"),
        ("100 header lines", "HTTP/1.1 200 OK\r\n" + "A: b\r\n" * 100 + "\r\n"), ("101 header lines", "HTTP/1.1 200 OK\r\n" + "A: b\r\n" * 101 + "\r\n"), ("a header line too long", "HTTP/1.1 200 OK\r\nA: " + "b" * 70000 + "\r\n\r\n"), ("a status line too long", "HTTP/1.1 200 " + "b" * 70000 + "\r\n\r\n"), ("gzip that is none", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nno gzip"), ("gzip cut, in chunks", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n\x1f\x8b\r\n0\r\n\r\n"),
        ("an interim response alone", "HTTP/1.1 100 Continue\r\n\r\n"), ("stalls at once", {"say": "", "then": "stall"}), ("stalls in the status line", {"say": "HTTP/1.1 2", "then": "stall"}), ("stalls in the head", {"say": "HTTP/1.1 200 OK\r\nA: b\r\n", "then": "stall"}), ("stalls in the body", {"say": "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab", "then": "stall"}), ("stalls in a chunk", {"say": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nab", "then": "stall"}),
    ]:
        more = {"timeout": 0.5} if "stall" in str(answer) else {}
        yield respond("errors", name, answer, **more)
    for name, answers in [("refused behind a redirect", [to("http://refused.example/")]), ("unknown behind a redirect", [to("http://unknown.invalid/")]), ("nothing behind a redirect", [to("/x"), ""]), ("stalls behind a redirect", [to("/x"), {"say": "", "then": "stall"}])]:
        yield {"family": "errors", "it": name, "calls": [{"url": A, "timeout": 0.5}], "answers": answers}
    for url in [
        "http://refused.example/", "http://unknown.invalid/", "https://refused.example/", "a.example", "/path", "", "ftp://a.example/", "mailto:a@b", "foo:bar", "http://", "http:///x", "https://?", "http://[::1", "http://a.example:99999/", "http://a.example:x/", "http://.a.example/", "http://*.example/", "http://a b.example/", "//a.example/", "http:a.example", "://a.example", "http//a.example", "data:,x", "file:///etc/passwd", "HTTP://A.example/", "http://a..example/", "http://" + "a" * 64 + ".example/",
    ]:
        yield {"family": "errors", "it": f"to {url!r}", "calls": [{"url": url}], "answers": [OK]}
    for headers in [{"X": "a\nb"}, {"X": "a\r\nB: c"}, {"X": " a"}, {"X": "\ta"}, {"X": "a "}, {"X\n": "a"}, {"X:": "a"}, {" X": "a"}, {"": "a"}, {"X Y": "a"}, {"X": "\x00"}, {"X": "a\x00b"}, {"X": "é"}, {"X": "€"}, {"X": "a\rb"}, {"X": ""}]:
        yield {"family": "errors", "it": f"header {headers!r}", "calls": [{"url": A, "headers": headers}], "answers": [OK]}
    for proxy in ["http://", "http:///x", "ftp://p.example", "http://p.example:99999", "http://refused.example:1", "http://unknown.invalid:1", "p.example:3128", "http://p.example:x"]:
        yield {"family": "errors", "it": f"proxy {proxy!r}", "calls": [{"url": A, "proxies": {"http": proxy}}], "answers": [OK]}
    for name, answer in [("407", "HTTP/1.1 407 Who\r\nContent-Length: 0\r\n\r\n"), ("502", "HTTP/1.1 502 Bad\r\nContent-Length: 0\r\n\r\n"), ("nothing", ""), ("no HTTP", "220 hello\r\n"), ("nothing and resets", {"say": "", "then": "reset"}), ("half a body", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab"), ("nothing and stalls", {"say": "", "then": "stall"})]:
        yield {"family": "errors", "it": f"a proxy that says {name}", "calls": [{"url": A, "proxies": {"http": "http://p.example:1"}, "timeout": 0.5}], "answers": [answer]}


def auth():
    def case(name, answers=(OK,), session=None, env=None, home=None, calls=None, **call):
        made = {"family": "auth", "it": name, "calls": calls or [{"url": A + "/x", **call}], "answers": list(answers), "session": session, "env": env, "home": home}
        return {key: value for key, value in made.items() if value is not None}

    for user, password in [("u", "p"), ("u", ""), ("", "p"), ("ü", "ß"), ("u:v", "p:q"), ("u ", " p"), ("€", "x")]:
        yield case(f"basic {user!r} {password!r}", auth=[user, password])
    for url in ["http://u:p@a.example/", "http://u@a.example/", "http://:p@a.example/", "http://u:@a.example/", "http://u%40v:p%3aq@a.example/", "http://%C3%BC:%C3%9F@a.example/", "http://%FC:x@a.example/", "http://ü:ß@a.example/", "http://u:p:q@a.example/", "http://u%:p@a.example/", "http://u+v:p%20q@a.example/", "http://u;v:p&q@a.example/", "http://@a.example/", "http://:@a.example/"]:
        yield case(f"in the URL: {url}", url=url)
    netrc = "machine a.example login nu password np\n"
    own = {"Authorization": "Token own"}
    for name, more in [
        ("netrc alone", {}), ("netrc and own header", {"headers": own}), ("netrc and auth", {"auth": ["u", "p"]}), ("netrc, own header and auth", {"auth": ["u", "p"], "headers": own}), ("netrc and URL", {"url": "http://u:p@a.example/"}), ("netrc, URL and auth", {"url": "http://u:p@a.example/", "auth": ["x", "y"]}), ("netrc, URL and own header", {"url": "http://u:p@a.example/", "headers": own}),
        ("netrc and session's auth", {"session": {"auth": ["s", "t"]}}), ("netrc and session's header", {"session": {"headers": own}}), ("netrc and session's auth, untrusted", {"session": {"auth": ["s", "t"], "trust_env": False}}), ("netrc, untrusted", {"session": {"trust_env": False}}), ("netrc of another host", {"url": "http://b.example/"}), ("netrc and a port", {"url": "http://a.example:8080/"}), ("netrc and upper case", {"url": "http://A.EXAMPLE/"}),
        ("netrc on a redirect", {"answers": [to("/y"), OK]}), ("netrc to another host", {"answers": [to("http://b.example/"), OK]}), ("netrc on a redirect, auth given", {"auth": ["u", "p"], "answers": [to("/y"), OK]}), ("netrc on a redirect, own header", {"headers": own, "answers": [to("/y"), OK]}),
    ]:
        yield case(name, home={".netrc": netrc}, **more)
    yield case("netrc of a redirect's host", [to("http://b.example/"), OK], home={".netrc": "machine b.example login b password c\n"})
    yield case("netrc of a redirect's host, own header", [to("http://b.example/"), OK], home={".netrc": "machine b.example login b password c\n"}, headers=own)
    yield case("URL and own header", url="http://u:p@a.example/", headers=own)
    yield case("URL and session's auth", url="http://u:p@a.example/", session={"auth": ["s", "t"]})
    yield case("session's auth and own header", session={"auth": ["s", "t"]}, headers=own)
    yield case("session's header and auth", session={"headers": own}, auth=["u", "p"])
    for name, text in [
        ("default", "default login d password e\n"), ("default last", "machine b.example login x password y\ndefault login d password e\n"), ("default first", "default login d password e\nmachine a.example login x password y\n"), ("comments", "# hello\nmachine a.example # here\nlogin u password p\n"), ("many lines", "machine\n a.example\n login\n u\n password\n p\n"), ("one line", "machine a.example login u password p machine b.example login v password q"),
        ("quoted", 'machine a.example login "u v" password "p q"\n'), ("escaped", 'machine a.example login u\\ v password p\\"q\n'), ("hash in a password", "machine a.example login u password p#q\n"), ("hash at first", "machine a.example login u password #pq\n"), ("account", "machine a.example login u account acc password p\n"), ("account alone", "machine a.example account acc password p\n"), ("user", "machine a.example user u password p\n"), ("password first", "machine a.example password p login u\n"), ("macdef", "macdef init\n echo machine a.example login no password no\n\nmachine a.example login u password p\n"),
        ("macdef in a machine", "machine a.example login u password p\nmacdef init\n x\n\nmachine b.example login v password q\n"), ("no password", "machine a.example login u\n"), ("no login", "machine a.example password p\n"), ("twice", "machine a.example login u password p\nmachine a.example login v password q\n"), ("rubbish", "rubbish\n"), ("rubbish behind", "machine a.example login u password p\nrubbish\n"), ("empty", ""), ("non-ascii", "machine a.example login ü password ß\n"), ("tabs", "machine\ta.example\tlogin\tu\tpassword\tp\n"), ("crlf", "machine a.example login u password p\r\n"), ("empty quotes", 'machine a.example login "" password p\n'),
    ]:
        yield case(f"netrc: {name}", home={".netrc": text})
    yield case("netrc: _netrc", home={"_netrc": netrc})
    yield case("netrc: both", home={".netrc": "machine a.example login dot password p\n", "_netrc": netrc})
    yield case("netrc: NETRC", env={"NETRC": "elsewhere"}, home={"elsewhere": netrc, ".netrc": "machine a.example login home password p\n"})
    yield case("netrc: NETRC names none", env={"NETRC": "missing"}, home={".netrc": netrc})
    for name, proxies, headers, env in [
        ("in its URL", {"http": "http://u:p@p.example:1"}, {}, None), ("in its URL, encoded", {"http": "http://u%40v:p%3a%C3%BC@p.example:1"}, {}, None), ("in its URL, without password", {"http": "http://u@p.example:1"}, {}, None), ("in its URL, and own header", {"http": "http://u:p@p.example:1"}, {"Proxy-Authorization": "mine"}, None), ("own header", {"http": "http://p.example:1"}, {"Proxy-Authorization": "mine"}, None), ("from the environment", None, {}, {"HTTP_PROXY": "http://u:p@p.example:1"}), ("empty password", {"http": "http://u:@p.example:1"}, {}, None),
    ]:
        more = {"proxies": proxies} if proxies else {}
        yield case(f"proxy credentials: {name}", headers=headers, env={"http_proxy": env["HTTP_PROXY"]} if env else None, **more)
    yield case("proxy and host credentials", auth=["u", "p"], proxies={"http": "http://v:q@p.example:1"})
    challenge = 'HTTP/1.1 401 Who\r\nWWW-Authenticate: Digest realm="r", nonce="n1"%s\r\nContent-Length: 2\r\n\r\nno'
    digest = {"digest": ["u", "p"]}
    for name, answers, more in [
        ("answered", [challenge % "", OK], {}), ("answered with qop", [challenge % ', qop="auth"', OK], {}), ("asked for nothing", [OK], {}), ("refused twice", [challenge % "", challenge % ""], {}), ("not asked for", ['HTTP/1.1 401 Who\r\nWWW-Authenticate: Basic realm="r"\r\nContent-Length: 0\r\n\r\n'], {}), ("401 without a challenge", ["HTTP/1.1 401 Who\r\nContent-Length: 0\r\n\r\n"], {}), ("403 with a challenge", [(challenge % "").replace("401", "403"), OK], {}),
        ("500 with a challenge", [(challenge % "").replace("401", "500")], {}), ("a body", [challenge % "", OK], {"method": "POST", "data": {"text": "body"}}), ("a form", [challenge % "", OK], {"method": "POST", "data": {"form": [["a", "b"]]}}), ("a file is rewound", [challenge % "", OK], {"method": "PUT", "data": {"file": "content"}}), ("a query", [challenge % "", OK], {"url": A + "/p?q=1"}), ("cookies of the refusal", [(challenge % "").replace("Content", "Set-Cookie: a=1\r\nContent"), OK], {}),
        ("a redirect behind", [challenge % "", to("/y"), OK], {}), ("a redirect before", [to("/y"), challenge % "", OK], {}), ("a redirect to another host", [challenge % "", to("http://b.example/"), OK], {}), ("a redirect to another host that asks", [to("http://b.example/"), challenge % "", OK], {}), ("two challenges", ['HTTP/1.1 401 Who\r\nWWW-Authenticate: Basic realm="b"\r\nWWW-Authenticate: Digest realm="r", nonce="n1"\r\nContent-Length: 0\r\n\r\n', OK], {}), ("a refusal that closes", [(challenge % "").replace("Content", "Connection: close\r\nContent"), OK], {}),
        ("own header", [challenge % "", OK], {"headers": own}), ("HEAD", [(challenge % "")[:-2], OK_HEAD], {"method": "HEAD"}), ("sha-256", [challenge % ", algorithm=SHA-256", OK], {}), ("opaque", [challenge % ', opaque="o"', OK], {}), ("auth-int", [challenge % ', qop="auth-int"', OK], {}), ("an unknown algorithm", [challenge % ", algorithm=X", OK], {}),
    ]:
        yield case(f"digest: {name}", answers, auth=digest, **more)
    qop = challenge % ', qop="auth"'
    yield case("digest: the nonce is used again", [qop, OK, OK, OK], calls=[{"url": A + path, "auth": digest} for path in ["/1", "/2", "/3"]])
    yield case("digest: a new nonce begins anew", [qop, OK, qop.replace("n1", "n2"), OK, OK], calls=[{"url": A + path, "auth": digest} for path in ["/1", "/2", "/3"]])
    yield case("digest: of the session", [qop, OK, OK], session={"auth": digest}, calls=[{"url": A + "/1"}, {"url": A + "/2"}])
    yield case("digest: another host", [qop, OK, OK], calls=[{"url": A + "/1", "auth": digest}, {"url": "http://b.example/", "auth": digest}])


def sessions():
    def case(name, session, calls, answers=None, env=None):
        calls = [{"url": A + "/x", **call} for call in calls]
        made = {"family": "sessions", "it": name, "session": session, "calls": calls, "answers": answers or [OK] * len(calls)}
        return {**made, "env": env} if env else made

    for session, call in [
        ({"a": "1"}, {"b": "2"}), ({"a": "1", "b": "2"}, {"c": "3", "a": "9"}), ({"a": "1"}, {"a": None}), ({"a": None}, {}), ({"a": None}, {"b": "1"}), ({"a": "1"}, {"A": "2"}), ({"a": ["1", "2"]}, {"b": ["3"]}), ({"a": ["1", "2"]}, {"a": ["3"]}), ({"a": ""}, {"b": "1"}), ({}, {"b": "1"}), ({"a": "1"}, {}), ({"a": "1"}, [["b", "1"]]), ({"a": "1"}, "b=1"), ({"a": "1"}, ""),
    ]:
        yield case(f"params {session} {call}", {"params": session}, [{"params": call}])
    yield case("params and the URL's own", {"params": {"s": "1"}}, [{"url": A + "/x?u=0", "params": {"r": "2"}}])
    for session, call in [
        ({"X-A": "1"}, {"X-B": "2"}), ({"X-A": "1"}, {"x-a": "2"}), ({"X-A": "1"}, {"x-a": None}), ({"X-A": None}, {}), ({"Accept": "a/b"}, {"X": "1"}), ({"accept": "a/b"}, {}), ({"User-Agent": "me"}, {"accept-encoding": "br"}), ({"X-A": "1", "X-B": "2", "X-C": "3"}, {"X-B": "9", "X-0": "0"}), ({"Authorization": "s"}, {"authorization": "r"}), ({"Connection": "close"}, {}), ({"Accept": None, "Connection": None}, {}), ({"X": ""}, {}), ({"Host": "own.example"}, {}), ({"Content-Type": "a/b"}, {}), ({"Cookie": "s=1"}, {}),
    ]:
        yield case(f"headers {session} {call}", {"headers": session}, [{"headers": call}])
    yield case("Content-Type of the session with json", {"headers": {"Content-Type": "a/b"}}, [{"method": "POST", "json": {"a": 1}}])
    yield case("cookies of a request are not kept", {}, [{"cookies": {"from-my": "browser"}}, {}])
    yield case("cookies of a request beside the session's", {"cookies": {"s": "1"}}, [{"cookies": {"r": "2"}}, {}])
    yield case("cookies of a request over the session's", {"cookies": {"s": "1", "t": "2"}}, [{"cookies": {"s": "9"}}, {}])
    yield case("cookies a server sets are kept", {}, [{}, {}], ["HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nContent-Length: 0\r\n\r\n", OK])
    yield case("cookies a server deletes are gone", {"cookies": {"s": "1"}}, [{}, {}, {}], ["HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 200 OK\r\nSet-Cookie: a=; Max-Age=0\r\nContent-Length: 0\r\n\r\n", OK])
    yield case("cookies stay at their host", {}, [{}, {"url": "http://b.example/"}, {}], ["HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nContent-Length: 0\r\n\r\n", OK, OK])
    yield case("cookies stay at their path", {}, [{"url": A + "/a/b"}, {"url": A + "/a/c"}, {"url": A + "/d"}], ["HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nContent-Length: 0\r\n\r\n", OK, OK])
    yield case("a request's cookie that the server sets again", {}, [{"cookies": {"a": "mine"}}, {}], ["HTTP/1.1 200 OK\r\nSet-Cookie: a=theirs; Path=/\r\nContent-Length: 0\r\n\r\n", OK])
    yield case("auth of the session", {"auth": ["u", "p"]}, [{}, {"auth": ["v", "q"]}, {}])
    yield case("proxies of the session", {"proxies": {"http": "http://p.example:1"}}, [{}, {"proxies": {"http": "http://u:p@q.example:2"}}, {}])
    yield case("proxies of the session by host", {"proxies": {"http": "http://p.example:1", "http://b.example": "http://u:p@q.example:2"}}, [{}, {"url": "http://b.example/"}])
    yield case("proxies of the environment, untrusted", {"trust_env": False}, [{}], env={"http_proxy": "http://p.example:1"})
    yield case("proxies of the environment", {}, [{}, {"url": "http://b.example/"}], env={"http_proxy": "http://p.example:1", "no_proxy": "b.example"})
    yield case("the environment goes before the session's proxies", {"proxies": {"http": "http://u:p@q.example:2"}}, [{}], env={"http_proxy": "http://p.example:1"})
    yield case("max_redirects of the session", {"max_redirects": 1}, [{}, {}], [to("/1"), OK, to("/1"), to("/2"), OK])
    yield case("a body of each kind in a row", {}, [{"method": "POST", "json": {"a": 1}}, {"method": "POST", "data": {"text": "t"}}, {}, {"method": "DELETE"}, {"method": "PUT"}])
    yield case("a failure in between", {}, [{}, {}, {}], [OK, {"say": "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab", "then": "close"}, OK])
    yield case("errors are answers", {}, [{}, {}], ["HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno", "HTTP/1.1 503 Oh\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"])


def links():
    for value in [
        '<https://api.example/?page=2>; rel="next", <https://api.example/?page=9>; rel="last"', "<a>; rel=front; type=\"image/jpeg\"", "<a>", "<a>;", "<a>; rel=next,<b>;   rel=\"back\"", '<a>; title="x, y"; rel=next', '<a>; title="x; y"; rel=next', "<a?x=1>; rel=next, <b>; bad; rel=prev", "<a>; x=y=z; rel=next", "", " ", " ' ",
        "a; rel=next", "<a>; rel='next'", "<a>; REL=next", "<a>; rel=\"next prev\"", "<a>; rel=next; rel=prev", "<a>; rel=next, <b>; rel=next", "<a>; rel", "<a>; rel=", '<a>; rel=""', "<a,b>; rel=next", "<a>; rel=next,<b,c>; rel=prev", "<a;b>; rel=next", "<a>;rel=next;", "<a> ; rel = next", "<a>; rel=next,", "<a>,<b>", "<a>, , <b>", ",<a>; rel=next",
        "<a>; url=b; rel=next", "< a >; rel=next", "<<a>>; rel=next", "<a>; rel=next , <b>; rel=prev", "<a>; rel=next;title*=UTF-8''x%20y", "<a>; rel=\xe9", "<a>; =b; rel=next", "<a>; a=b; a=c", "<?page=2>; rel=next", "<>; rel=next", "<a>\t; rel=next", "<a>; rel=\"ne'xt\"",
    ]:
        yield respond("links", f"Link: {value}", f"HTTP/1.1 200 OK\r\nLink: {value}\r\nContent-Length: 0\r\n\r\n")
    yield respond("links", "two lines", 'HTTP/1.1 200 OK\r\nLink: <a>; rel=next\r\nLink: <b>; rel=prev\r\nContent-Length: 0\r\n\r\n')
    yield respond("links", "no line", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


def cases(code):
    for made in [heads(), framings(), charsets(), codings(code), redirects(), errors(), auth(), sessions(), links()]:
        yield from made
