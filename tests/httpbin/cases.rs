//! What both servers are asked.

/// A request and how far its answers must be the same.
pub(super) struct Case {
    /// Method and target.
    pub(super) line: &'static str,
    /// Beside `Host`, `Connection` and, with a body that is not chunked, `Content-Length`.
    pub(super) headers: &'static [&'static str],
    pub(super) body: &'static [u8],
    pub(super) look: Look,
}

/// What of an answer is compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Look {
    /// Everything.
    All,
    /// Everything, the body decoded; its coded length is the coder's affair.
    Coded,
    /// Everything but the values of `ETag` and `Last-Modified`.
    Random,
    /// Status, headers and the body's length.
    Length,
    /// Status and headers.
    Head,
}

impl Case {
    pub(super) fn method(&self) -> &'static str {
        self.line.split(' ').next().unwrap()
    }

    pub(super) fn path(&self) -> &'static str {
        let target = self.line.split(' ').nth(1).unwrap();
        target.split('?').next().unwrap()
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = format!("{} HTTP/1.1\r\nConnection: close\r\n", self.line).into_bytes();
        let has = |name: &str| self.headers.iter().any(|header| header.starts_with(name));
        if !has("Host:") {
            bytes.extend_from_slice(b"Host: server.test:8080\r\n");
        }
        if !self.body.is_empty() && !has("Transfer-Encoding:") {
            bytes.extend_from_slice(format!("Content-Length: {}\r\n", self.body.len()).as_bytes());
        }
        for header in self.headers {
            bytes.extend_from_slice(header.as_bytes());
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(self.body);
        bytes
    }
}

const fn get(line: &'static str) -> Case {
    with(line, &[])
}

const fn with(line: &'static str, headers: &'static [&'static str]) -> Case {
    send(line, headers, b"")
}

const fn send(line: &'static str, headers: &'static [&'static str], body: &'static [u8]) -> Case {
    Case { line, headers, body, look: Look::All }
}

const fn look(look: Look, case: Case) -> Case {
    Case { line: case.line, headers: case.headers, body: case.body, look }
}

const FORM: &[&str] = &["Content-Type: application/x-www-form-urlencoded"];
const JSON: &[&str] = &["Content-Type: application/json"];
const TEXT: &[&str] = &["Content-Type: text/plain"];
const PARTS: &[&str] = &["Content-Type: multipart/form-data; boundary=xyz"];
const MULTIPART: &[u8] = b"--xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n\
    --xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n2\r\nlines\r\n\
    --xyz\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f.txt\"\r\n\
    Content-Type: text/plain\r\n\r\ntext\r\n\
    --xyz\r\nContent-Disposition: form-data; name=\"f\"; filename=\"g.txt\"\r\n\r\nsecond\r\n\
    --xyz\r\nContent-Disposition: form-data; name=\"b\"; filename=\"b.bin\"\r\n\
    Content-Type: image/png\r\n\r\n\xff\x00\xfe\r\n\
    --xyz\r\nContent-Disposition: form-data; name=\"e\"; filename=\"\"\r\n\r\n\r\n--xyz--\r\n";

pub(super) const CASES: &[Case] = &[
    // The request shown back.
    get("GET /get"),
    get("GET /get?a=1&b=2&b=3&c&d=&=e&&%C3%A9=%ff&plus=a+b%2Bc"),
    get("GET /get?q=%22quoted%22&slash=%2F&amp=%26&hash=%23&space=%20&percent=%25&low=%2f"),
    get("GET /get?a;b=c:d@e,f[g]=h"),
    get("HEAD /get"),
    get("OPTIONS /get"),
    get("POST /get"),
    get("DELETE /get"),
    get("FOO /get"),
    get("GET //get"),
    get("GET /get/"),
    get("GET http://other.test/get?a=b"),
    with("GET /get", &["Host: ExAmple.COM:80"]),
    with("GET /get", &["Host: [::1]:8080"]),
    with("GET /get", &["X-A: 1", "x-a: 2", "x-UPPER-9a-case: v", "X_Under: 1", "Accept: */*"]),
    with("GET /get", &["X-Text: caf\u{e9} \u{2603}", "X-Empty:", "Accept-Encoding: gzip, br"]),
    with("GET /get", &["X-Forwarded-For: 1.2.3.4, 5.6.7.8", "Via: x", "X-Request-Id: 7"]),
    with("GET /get?show_env=1", &["X-Forwarded-For: 1.2.3.4", "Via: x", "X-Request-Id: 7"]),
    with("GET /get", &["X-Forwarded-Proto: https"]),
    with("GET /get", &["X-Forwarded-Ssl: on"]),
    with("GET /get", &["Origin: http://page.test"]),
    with("OPTIONS /post", &["Origin: http://page.test", "Access-Control-Request-Headers: x-a"]),
    get("OPTIONS /anything"),
    get("OPTIONS /nope"),
    get("POST /post"),
    send("POST /post", FORM, b"a=1&b=2&b=3&c&d=%ff&e=%E2%98%83+x"),
    send("POST /post", FORM, b"raw=\xff"),
    send("POST /post", &["Content-Type: application/x-www-form-urlencoded; charset=utf-8"], b"a=1"),
    send("POST /post?a=1", JSON, br#"{"b": [1, 1.0, 1e5, -0.5], "a": {"z": null, "y": true}}"#),
    send("POST /post", JSON, "{\"é\": \"😀\", \"big\": 123456789012345678901234567890}".as_bytes()),
    send("POST /post", JSON, br#"[1e-7, 1e16, 123456.789e3, 0.1, "\u00e9\n\u007f"]"#),
    send("POST /post", JSON, br#"{"a": 1, "a": 2} "#),
    send("POST /post", JSON, b"\"text\""),
    send("POST /post", JSON, b"{not json"),
    send("POST /post", JSON, b"[]"),
    send("POST /post", JSON, b"0"),
    send("POST /post", TEXT, b"42"),
    send("POST /post", TEXT, "smörgås".as_bytes()),
    send("POST /post", &["Content-Type: application/octet-stream"], b"a\xff\x00b"),
    send("POST /post", &[], b"no type"),
    send("POST /post", PARTS, MULTIPART),
    send("POST /post", &["Content-Type: multipart/form-data; boundary=\"xyz\""], MULTIPART),
    send("POST /post", PARTS, b"--xyz--\r\n"),
    send("POST /post", PARTS, b"broken"),
    send(
        "POST /post",
        &["Content-Type: Multipart/Form-Data; charset=utf-8;boundary=xyz"],
        b"--xyz \r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--xyzzy\r\n--xyz--",
    ),
    send("POST /post", &["Content-Type: multipart/form-data"], b"--xyz--\r\n"),
    send(
        "POST /post",
        &["Content-Type: text/plain", "Transfer-Encoding: chunked"],
        b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n",
    ),
    send(
        "POST /post",
        &["Content-Type: application/x-www-form-urlencoded", "Transfer-Encoding: chunked"],
        b"3\r\na=1\r\n0\r\n\r\n",
    ),
    send("PUT /put", JSON, br#"{"a": 1}"#),
    send("PATCH /patch", TEXT, b"patched"),
    send("DELETE /delete", FORM, b"a=b"),
    get("DELETE /delete"),
    get("GET /post"),
    get("HEAD /post"),
    get("GET /anything"),
    get("TRACE /anything"),
    send("GET /anything", JSON, b"{\"a\": 1}"),
    send("PUT /anything/a%20b/c%2Fd/%C3%A9/%25?x=y", FORM, b"f=g"),
    get("GET /anything/a;b=c/d:e@f/g,h/~i/%5Bj%5D/"),
    get("GET /anything/%ff"),
    get("GET /anything//double"),
    get("GET /anything/"),
    get("GET /get//"),
    get("GET /anything///a%25b//?c=%20d"),
    get("PROPFIND /anything"),
    get("GET /nope"),
    get("POST /nope"),
    // Parts of the request.
    get("GET /headers"),
    with("GET /headers", &["User-Agent: test/1.0", "Accept-Language: en"]),
    get("GET /ip"),
    with("GET /user-agent", &["User-Agent: test/1.0"]),
    get("GET /user-agent"),
    // Cookies.
    get("GET /cookies"),
    with("GET /cookies", &["Cookie: a=b; c=\"q w\"; d; e=; =f; a=again; g=h=i; j=\"x\\\"\\054y\""]),
    with("GET /cookies", &["Cookie: __utma=1; x=caf\u{e9}; b ad=1; ok=2"]),
    with("GET /cookies?show_env", &["Cookie: __utma=1; x=y"]),
    with("GET /cookies", &["Cookie: a=1", "Cookie: b=2"]),
    get("GET /cookies/set?a=b&c=d%20e&a=again&f="),
    get("GET /cookies/set"),
    get("GET /cookies/set/name/value"),
    get("GET /cookies/set/n/a;b,c%22d%5Ce%C3%A9"),
    get("GET /cookies/delete?a&b=c"),
    // Redirects.
    get("GET /redirect/0"),
    get("GET /redirect/1"),
    get("GET /redirect/3"),
    get("GET /redirect/3?absolute=True"),
    get("GET /redirect/x"),
    get("HEAD /redirect/2"),
    get("GET /relative-redirect/1"),
    get("GET /relative-redirect/5"),
    get("GET /absolute-redirect/1"),
    get("GET /absolute-redirect/2"),
    with("GET /absolute-redirect/2", &["Host: a.test"]),
    get("GET /redirect-to?url=http://a.test/b?c=d"),
    get("GET /redirect-to?URL=/get&status_code=307"),
    get("POST /redirect-to?url=%2Fa%20b%C3%A9%3Fx%3D%5By&status_code=308"),
    get("GET /redirect-to?url=/get&status_code=200"),
    get("GET /redirect-to?url=/get&status_code=x"),
    get("GET /redirect-to"),
    // Statuses.
    get("GET /status/200"),
    get("POST /status/201"),
    get("GET /status/204"),
    get("GET /status/299"),
    get("GET /status/301"),
    get("GET /status/304"),
    get("GET /status/305"),
    get("GET /status/308"),
    get("GET /status/400"),
    get("GET /status/401"),
    get("GET /status/402"),
    get("GET /status/406"),
    get("GET /status/407"),
    look(Look::Head, get("GET /status/418")),
    get("PUT /status/451"),
    get("PATCH /status/500"),
    get("DELETE /status/503"),
    get("HEAD /status/404"),
    get("GET /status/999"),
    get("GET /status/abc"),
    get("GET /status/200.5"),
    get("GET /status/,"),
    get("GET /status/200:0,404:1"),
    get("GET /status/202,202:0.5"),
    get("GET /status/200:x,404"),
    // Authentication.
    get("GET /basic-auth/user/pass"),
    with("GET /basic-auth/user/pass", &["Authorization: Basic dXNlcjpwYXNz"]),
    with("GET /basic-auth/user/pass", &["Authorization: basic dXNlcjpwYXNz"]),
    with("GET /basic-auth/user/other", &["Authorization: Basic dXNlcjpwYXNz"]),
    with("GET /basic-auth/user/pass", &["Authorization: Basic !!!"]),
    get("GET /basic-auth//user/pass"),
    get("GET /hidden-basic-auth/user/pass"),
    with("GET /hidden-basic-auth/user/pass", &["Authorization: Basic dXNlcjpwYXNz"]),
    get("GET /bearer"),
    with("GET /bearer", &["Authorization: Bearer to ken"]),
    with("GET /bearer", &["Authorization: bearer token"]),
    get("GET /digest-auth/auth/user/pass"),
    get("GET /digest-auth/none/user/pass/SHA-256"),
    get("GET /digest-auth/auth-int/user/pass/SHA-512/2"),
    get("GET /digest-auth/auth/user/pass/other"),
    with("GET /digest-auth/auth/user/pass", &["Authorization: Basic dXNlcjpwYXNz"]),
    with(
        "GET /digest-auth/auth/user/pass?require-cookie=1",
        &["Authorization: Digest username=\"user\", nonce=\"n\"", "Cookie: a=b"],
    ),
    with(
        "GET /digest-auth/auth/user/pass",
        &[
            "Authorization: Digest username=\"user\", nonce=\"n\", response=\"r\"",
            "Cookie: last_nonce=n",
        ],
    ),
    with(
        "GET /digest-auth/auth/user/pass/MD5/3",
        &[
            "Authorization: Digest username=\"user\", nonce=\"n\", response=\"r\"",
            "Cookie: stale_after=0",
        ],
    ),
    with(
        "GET /digest-auth/auth/user/pass",
        &["Authorization: Digest username=\"user\", nonce=\"n\", response=\"r\""],
    ),
    // Formats and codings.
    get("GET /json"),
    get("GET /html"),
    look(Look::Head, get("GET /xml")),
    get("GET /robots.txt"),
    look(Look::Head, get("GET /deny")),
    look(Look::Head, get("GET /encoding/utf8")),
    look(Look::Head, get("GET /forms/post")),
    look(Look::Head, get("GET /")),
    look(Look::Coded, get("GET /gzip")),
    look(Look::Coded, get("GET /deflate")),
    look(Look::Coded, get("GET /brotli")),
    look(Look::Head, get("GET /image")),
    look(Look::Head, with("GET /image", &["Accept: image/*"])),
    look(Look::Head, with("GET /image", &["Accept: image/jpeg, image/webp"])),
    with("GET /image", &["Accept: text/html"]),
    look(Look::Head, get("GET /image/png")),
    look(Look::Head, get("GET /image/jpeg")),
    look(Look::Head, get("GET /image/webp")),
    look(Look::Head, get("GET /image/svg")),
    // Made as asked.
    get("GET /base64/SFRUUEJJTiBpcyBhd2Vzb21l"),
    get("GET /base64/4pyT"),
    get("GET /base64/a!Gk="),
    get("GET /base64/abc"),
    get("GET /stream/3?a=b"),
    get("GET /stream/0"),
    get("HEAD /stream/2"),
    look(Look::Length, get("GET /stream/200")),
    look(Look::Length, get("GET /bytes/10")),
    get("GET /bytes/1000?seed=5"),
    get("GET /bytes/10?SEED=-12345678901"),
    get("GET /bytes/0"),
    look(Look::Length, get("GET /bytes/999999")),
    get("GET /bytes/x"),
    get("GET /bytes/5?seed=x"),
    get("GET /stream-bytes/2000?seed=1&chunk_size=7"),
    look(Look::Length, get("GET /stream-bytes/20000")),
    get("GET /drip?duration=0&numbytes=5"),
    get("GET /drip?duration=0.1&numbytes=4&code=206&delay=0.1"),
    get("GET /drip?numbytes=0"),
    get("GET /drip?duration=x"),
    get("GET /delay/0"),
    send("POST /delay/0.05", FORM, b"a=b"),
    get("GET /delay/abc"),
    get("GET /delay/-1"),
    look(Look::Length, get("GET /uuid")),
    get("GET /links/3"),
    get("GET /links/3/1"),
    get("GET /links/0/0"),
    get("GET /links/500/2"),
    get("GET /range/10"),
    with("GET /range/100", &["Range: bytes=10-29"]),
    with("GET /range/100", &["Range: bytes=90-"]),
    with("GET /range/100", &["Range: bytes=-5"]),
    with("GET /range/100", &["Range: bytes=-500"]),
    with("GET /range/100", &["Range: bytes=50-200"]),
    with("GET /range/100", &["Range: bytes=200-"]),
    with("GET /range/100", &["Range: bytes=1-2,5-6"]),
    with("GET /range/100", &["Range: lines=1-2"]),
    with("HEAD /range/100", &["Range: bytes=0-4"]),
    get("GET /range/0"),
    get("GET /range/200000"),
    get("GET /range/30?chunk_size=7&duration=0.01"),
    get("GET /response-headers?a=1&a=2&b=3"),
    get("POST /response-headers?Content-Type=text/plain&x=caf%C3%A9"),
    get("GET /response-headers?set-cookie=a%3Db&SET-COOKIE=c%3Dd"),
    get("GET /response-headers"),
    get("GET /response-headers?a=%0d%0ab"),
    // Caching.
    look(Look::Random, get("GET /cache")),
    with("GET /cache", &["If-None-Match: x"]),
    with("GET /cache", &["If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT"]),
    get("GET /cache/60"),
    get("GET /cache/007"),
    get("GET /etag/tag"),
    with("GET /etag/tag", &["If-None-Match: \"other\", W/\"tag\""]),
    with("GET /etag/tag", &["If-None-Match: *"]),
    with("GET /etag/tag", &["If-None-Match: \"other\""]),
    with("GET /etag/tag", &["If-Match: \"other\""]),
    with("GET /etag/tag", &["If-Match: \"tag\""]),
];
