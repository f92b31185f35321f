//! Through real proxies: tinyproxy and microsocks.

use crate::request::{client, error, get, send, text};
use crate::support::program::{free_address, microsocks, tinyproxy};
use crate::support::script::{Server, answer, ok};
use crate::support::tls::{Authority, serve};
use runner::http::{PreparedRequest, Verify};

/// The request by way of this proxy.
fn by(proxy: &str, mut request: PreparedRequest) -> PreparedRequest {
    request.transport.proxies = vec![("all".to_owned(), Some(proxy.to_owned()))];
    request
}

#[test]
fn plain_http_goes_in_absolute_form() {
    let proxy = tinyproxy(Some(("me", "secret")));
    let server = Server::start(vec![vec![ok("through")]]);
    let url = format!("http://me:secret@{}", proxy.address);
    let response = send(&client(), by(&url, get(&server.url("/a?b#c")))).unwrap().response;
    assert_eq!(text(&response.content), "through");
    let requests = server.requests();
    assert!(requests[0].1.starts_with("GET /a?b HTTP/1."), "{requests:?}");
}

#[test]
fn the_proxy_is_sent_exactly_this() {
    let proxy = Server::start(vec![vec![ok(""), ok("")]]);
    let client = client();
    let url = format!("http://me:p%40ss@{}", proxy.address);
    for (host, line) in [("a.test", None), ("b.test", Some("given"))] {
        let mut request = by(&url, get(&format!("http://{host}/x?y#z")));
        if let Some(value) = line {
            request.headers.push("proxy-authorization", value);
            request.headers.push("Last", "1");
        }
        send(&client, request).unwrap();
    }
    assert_eq!(
        proxy.requests(),
        [
            (0, "GET http://a.test/x?y HTTP/1.1\r\nHost: a.test\r\nProxy-Authorization: Basic bWU6cEBzcw==\r\n\r\n".to_owned()),
            (0, "GET http://b.test/x?y HTTP/1.1\r\nHost: b.test\r\nproxy-authorization: Basic bWU6cEBzcw==\r\nLast: 1\r\n\r\n".to_owned()),
        ]
    );
}

#[test]
fn https_goes_through_a_tunnel() {
    let proxy = tinyproxy(Some(("me", "secret")));
    let server = serve(&Authority::new().issue(&["127.0.0.1"], |_| ()), None);
    let client = client();
    let url = format!("http://me:secret@{}", proxy.address);
    let mut reused = Vec::new();
    for _ in 0..2 {
        let mut request = by(&url, get(&format!("https://{server}/")));
        request.transport.verify = Verify::Off;
        let response = send(&client, request).unwrap().response;
        reused.push((text(&response.content), response.timings.is_reused));
    }
    assert_eq!(reused, [("secure".to_owned(), false), ("secure".to_owned(), true)]);
}

#[test]
fn a_refused_tunnel_is_a_proxy_error() {
    let proxy = Server::start(vec![vec![answer("HTTP/1.1 407 Who Are You\r\n\r\n")]]);
    let url = format!("http://u:p@{}", proxy.address);
    assert_eq!(
        error(by(&url, get("https://[::1]:8443/"))),
        "ProxyError: the proxy refused a tunnel to `[::1]:8443`: 407 Who Are You"
    );
    assert_eq!(
        proxy.requests(),
        [(0, "CONNECT [::1]:8443 HTTP/1.0\r\nProxy-Authorization: Basic dTpw\r\n\r\n".to_owned())]
    );
}

#[test]
fn a_dead_proxy_is_a_proxy_error() {
    let dead = free_address();
    for url in ["http://a.test/", "https://a.test/"] {
        assert_eq!(
            error(by(&format!("http://{dead}"), get(url))),
            format!(
                "ProxyError: cannot use the proxy: could not connect to `{dead}`: connection refused"
            )
        );
    }
}

#[test]
fn every_socks_goes_there() {
    let proxy = microsocks(None);
    for scheme in ["socks5", "socks5h"] {
        let server = Server::start(vec![vec![ok("a"), ok("b")]]);
        let client = client();
        let url = format!("{scheme}://{}", proxy.address);
        let by_name = server.url("/").replace("127.0.0.1", "localhost");
        let first = send(&client, by(&url, get(&by_name))).unwrap().response;
        let second = send(&client, by(&url, get(&by_name))).unwrap().response;
        assert_eq!(
            (text(&first.content).as_str(), first.timings.is_reused),
            ("a", false),
            "{scheme}"
        );
        assert_eq!(
            (text(&second.content).as_str(), second.timings.is_reused),
            ("b", true),
            "{scheme}"
        );
    }
}

#[test]
fn socks_asks_for_a_user() {
    let proxy = microsocks(Some(("me", "secret")));
    let server = Server::start(vec![vec![ok("in")]]);
    let response = send(
        &client(),
        by(&format!("socks5://me:secret@{}", proxy.address), get(&server.url("/"))),
    );
    assert_eq!(text(&response.unwrap().response.content), "in");
    let target = free_address();
    let refused = |login: &str| {
        error(by(&format!("socks5://{login}{}", proxy.address), get(&format!("http://{target}/"))))
    };
    assert_eq!(
        refused(""),
        format!(
            "ConnectionError: the SOCKS proxy did not connect to `{target}`: it wants a user and password"
        )
    );
    assert_eq!(
        refused("me:wrong@"),
        format!(
            "ConnectionError: the SOCKS proxy did not connect to `{target}`: the user or password was not accepted"
        )
    );
}

#[test]
fn socks_tells_why_not() {
    let proxy = microsocks(None);
    let target = free_address();
    assert_eq!(
        error(by(&format!("socks5://{}", proxy.address), get(&format!("http://{target}/")))),
        format!(
            "ConnectionError: the SOCKS proxy did not connect to `{target}`: connection refused"
        )
    );
}

#[test]
fn socks_4_sends_an_address_or_a_name() {
    use std::io::{Read, Write};
    for (scheme, expected) in [
        ("socks4", &b"\x04\x01\x00\x50\x7f\x00\x00\x01me\x00"[..]),
        ("socks4a", &b"\x04\x01\x00\x50\x00\x00\x00\x01me\x00localhost\x00"[..]),
    ] {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let thread = std::thread::spawn(move || {
            let (mut socket, _) = listener.accept().unwrap();
            let mut request = vec![0; expected.len()];
            socket.read_exact(&mut request).unwrap();
            socket.write_all(b"\x00\x5a\x00\x00\x00\x00\x00\x00").unwrap();
            crate::support::script::read_request(&mut socket).unwrap();
            socket.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap();
            request
        });
        let host = if scheme == "socks4" { "127.0.0.1" } else { "localhost" };
        let request = by(&format!("{scheme}://me:x@{address}"), get(&format!("http://{host}:80/")));
        assert_eq!(send(&client(), request).unwrap().response.status, 204);
        assert_eq!(thread.join().unwrap(), expected);
    }
}

#[test]
fn an_unknown_proxy_scheme_is_refused() {
    let shown = error(by("ftp://127.0.0.1:1", get("http://a.test/")));
    assert!(shown.starts_with("Invalid"), "{shown}");
}
