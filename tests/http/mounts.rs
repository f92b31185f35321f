//! Where an adapter's connections go, come from, how many are kept, and that two adapters share none.

use crate::request::{client, error, get, options, send, text};
use crate::support::script::{Server, ok};
use crate::support::tls::{Authority, serve};
use runner::http::{
    Address, Cipher, Client, ClientOptions, Mount, Mounts, Network, PreparedRequest, Resolved,
    TlsLimits, TlsVersion, Verify,
};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::net::UnixListener;
use std::sync::Arc;

fn mounted(prefix: &str, mount: Mount, mut request: PreparedRequest) -> PreparedRequest {
    let mut mounts = Mounts::default();
    mounts.mount(prefix, Some(Arc::new(mount)));
    request.transport.mounts = Arc::new(mounts);
    request
}

fn to(address: SocketAddr) -> Mount {
    let address = Some(Address::Ip(address.ip(), Some(address.port())));
    Mount { address, ..Mount::default() }
}

fn on(network: Network) -> Client {
    Client::new(ClientOptions { network, ..options() })
}

/// Answers requests that come over a unix socket; what was asked is read first.
fn unix_server(path: &std::path::Path, connections: usize) -> std::thread::JoinHandle<Vec<String>> {
    let listener = UnixListener::bind(path).unwrap();
    std::thread::spawn(move || {
        let serve = |_| {
            let (mut socket, _) = listener.accept().unwrap();
            let mut asked = String::new();
            while let Some(request) = crate::support::script::read_request(&mut socket) {
                asked.push_str(&String::from_utf8(request).unwrap());
                let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nunix";
                std::io::Write::write_all(&mut socket, answer).unwrap();
            }
            asked
        };
        (0..connections).map(serve).collect()
    })
}

#[test]
fn a_unix_socket_carries_requests_whatever_their_host_and_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.sock");
    let server = unix_server(&path, 1);
    let mount = Mount { address: Some(Address::Unix(path)), ..Mount::default() };
    let client = client();
    for is_reused in [false, true] {
        let request = mounted("http://app/", mount.clone(), get("http://app/v1"));
        let response = send(&client, request).unwrap().response;
        assert_eq!((&*text(&response.content), response.timings.is_reused), ("unix", is_reused));
    }
    drop(client);
    let asked = "GET /v1 HTTP/1.1\r\nHost: app\r\n\r\n";
    assert_eq!(server.join().unwrap(), [asked.repeat(2)]);
}

#[test]
fn the_command_lines_socket_goes_before_adapters_and_proxies() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.sock");
    let server = unix_server(&path, 1);
    let client = on(Network { unix_socket: Some(path), ..Network::default() });
    let mount = to(SocketAddr::from((Ipv4Addr::LOCALHOST, 1)));
    let mut request = mounted("http://", mount, get("http://anywhere/"));
    request.transport.proxies = vec![("http".to_owned(), Some("http://127.0.0.1:1".to_owned()))];
    assert_eq!(text(&send(&client, request).unwrap().response.content), "unix");
    drop(client);
    assert_eq!(server.join().unwrap().len(), 1);
}

#[test]
fn an_interruption_ends_a_read_from_a_unix_socket() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.sock");
    let listener = UnixListener::bind(&path).unwrap();
    let client = Arc::new(on(Network { unix_socket: Some(path), ..Network::default() }));
    let sender = {
        let client = Arc::clone(&client);
        std::thread::spawn(move || send(&client, get("http://app/")).unwrap_err().error.message)
    };
    let (mut socket, _) = listener.accept().unwrap();
    assert!(crate::support::script::read_request(&mut socket).is_some());
    client.shutdown();
    assert_eq!(sender.join().unwrap(), "interrupted");
}

#[test]
fn a_connection_is_not_shared_by_two_adapters() {
    let server = Server::start(vec![vec![ok("a"), ok("b")], vec![ok("c")], vec![ok("d")]]);
    let client = client();
    let mut reused = Vec::new();
    let pool = |pool| Mount { pool: Some(pool), ..Mount::default() };
    for mount in [Some(pool(1)), Some(pool(1)), Some(pool(2)), None] {
        let request = get(&server.url("/"));
        let request = match mount {
            Some(mount) => mounted("http://", mount, request),
            None => request,
        };
        reused.push(send(&client, request).unwrap().response.timings.is_reused);
    }
    assert_eq!(reused, [false, true, false, false]);
}

/// How many of two requests at once find a connection, when two came before them.
fn found_after_two_at_once(pool: usize) -> usize {
    let body = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut socket in listener.incoming().flatten() {
            std::thread::spawn(move || {
                while crate::support::script::read_request(&mut socket).is_some() {
                    let answer = format!("{body}ok");
                    std::io::Write::write_all(&mut socket, answer.as_bytes()).unwrap();
                }
            });
        }
    });
    let adapter = runner::http::adapter::HttpAdapter::new(8);
    let mount = Mount { pool: Some(pool), ..Mount::default() };
    let request = mounted("http://", mount, get(&format!("http://{address}/")));
    let open = || runner::http::Adapter::send(&adapter, &request, None, None).unwrap();
    let read = |mut response: runner::http::adapter::RawResponse| {
        std::io::copy(&mut response.body, &mut std::io::sink()).unwrap();
    };
    let (one, other) = (open(), open());
    read(one);
    read(other);
    let (one, other) = (open(), open());
    usize::from(one.timings.is_reused) + usize::from(other.timings.is_reused)
}

#[test]
fn as_many_idle_connections_are_kept_as_the_pool_says() {
    assert_eq!((found_after_two_at_once(1), found_after_two_at_once(2)), (1, 2));
}

#[test]
fn a_resolved_name_stays_the_certificates() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new();
    let bundle = folder.path().join("ca.pem");
    std::fs::write(&bundle, authority.pem()).unwrap();
    let server = serve(&authority.issue(&["api.test"], |_| ()), None);
    let mut request = mounted("https://api.test/", to(server), get("https://api.test/"));
    request.transport.verify = Verify::Bundle(bundle);
    assert_eq!(text(&send(&client(), request).unwrap().response.content), "secure");
}

#[test]
fn an_address_without_a_port_keeps_the_urls() {
    let server = Server::start(vec![vec![ok("here")]]);
    let mount = Mount {
        address: Some(Address::Ip(IpAddr::V4(Ipv4Addr::LOCALHOST), None)),
        ..Mount::default()
    };
    let url = format!("http://api.test:{}/", server.address.port());
    let request = mounted("http://api.test", mount, get(&url));
    assert_eq!(text(&send(&client(), request).unwrap().response.content), "here");
}

#[test]
fn the_command_line_knows_addresses_of_names() {
    let server = Server::start(vec![vec![ok("named")], vec![ok("any")]]);
    let port = server.address.port();
    let resolved =
        |host: &str| Resolved { host: host.to_owned(), port, addresses: vec![server.address] };
    let network = |host| Network { resolve: [resolved(host)].into(), ..Network::default() };
    let url = format!("http://Api.test:{port}/");
    assert_eq!(text(&send(&on(network("api.test")), get(&url)).unwrap().response.content), "named");
    assert_eq!(text(&send(&on(network("*")), get(&url)).unwrap().response.content), "any");
}

#[test]
fn offline_reaches_this_machine_alone() {
    let server = Server::start(vec![vec![ok("here")]]);
    let client = on(Network { is_offline: true, ..Network::default() });
    assert_eq!(text(&send(&client, get(&server.url("/"))).unwrap().response.content), "here");
    for (url, host) in [("http://192.0.2.1/", "192.0.2.1"), ("https://api.test/", "api.test")] {
        let failure = send(&client, get(url)).unwrap_err();
        assert_eq!(
            failure.error.to_string(),
            format!("ConnectionError: `{host}` is not this machine, and the run is `--offline`")
        );
        assert_eq!(
            failure.error.help.as_deref(),
            Some("run without `--offline`, or say where the host is with `--resolve`")
        );
    }
}

/// A GET over TLS within limits; the version and the suite the server saw.
fn over_tls(limits: TlsLimits, server: SocketAddr) -> Result<String, String> {
    let mount = Mount { tls: limits, ..Mount::default() };
    let mut request = get(&format!("https://localhost:{}/", server.port()));
    request.transport.verify = Verify::Off;
    send(&client(), mounted("https://", mount, request))
        .map(|exchange| text(&exchange.response.content).to_owned())
        .map_err(|failure| failure.error.to_string())
}

#[test]
fn versions_and_suites_are_those_that_are_given() {
    let pair = Authority::new().issue(&["localhost"], |_| ());
    let server = crate::support::tls::serve_telling(
        &pair,
        &[&rustls::version::TLS12, &rustls::version::TLS13],
    );
    let ciphers = |names: &[&str]| names.iter().map(|name| Cipher::find(name).unwrap()).collect();
    let said = |min, max, names: &[&str]| {
        over_tls(TlsLimits { min, max, ciphers: ciphers(names) }, server).unwrap()
    };
    assert_eq!(said(None, None, &[]), "TLSv1_3 TLS13_AES_256_GCM_SHA384");
    let older = Some(TlsVersion::V1_2);
    assert_eq!(said(None, older, &[]), "TLSv1_2 TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
    assert_eq!(
        said(None, older, &["ECDHE-ECDSA-CHACHA20-POLY1305"]),
        "TLSv1_2 TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"
    );
    // Suites of TLS 1.2 alone leave those of 1.3 as they are.
    assert_eq!(
        said(None, None, &["ECDHE-ECDSA-CHACHA20-POLY1305"]),
        "TLSv1_3 TLS13_AES_256_GCM_SHA384"
    );
    assert_eq!(
        said(Some(TlsVersion::V1_3), None, &["TLS_AES_128_GCM_SHA256"]),
        "TLSv1_3 TLS13_AES_128_GCM_SHA256"
    );
}

#[test]
fn a_version_the_server_does_not_speak_is_told() {
    let pair = Authority::new().issue(&["localhost"], |_| ());
    let older = crate::support::tls::serve_telling(&pair, &[&rustls::version::TLS12]);
    let newer = crate::support::tls::serve_telling(&pair, &[&rustls::version::TLS13]);
    let min = TlsLimits { min: Some(TlsVersion::V1_3), ..TlsLimits::default() };
    let max = TlsLimits { max: Some(TlsVersion::V1_2), ..TlsLimits::default() };
    let refused = "SSLError: the server speaks no TLS version we speak";
    assert_eq!(over_tls(min, older).unwrap_err(), refused);
    assert_eq!(over_tls(max, newer).unwrap_err(), refused);
}

#[test]
fn an_address_of_another_kind_cannot_be_come_from() {
    let bind = Some(SocketAddr::from(([0, 0, 0, 0, 0, 0, 0, 1], 0)));
    let request =
        mounted("http://", Mount { bind, ..Mount::default() }, get("http://127.0.0.1:1/"));
    assert_eq!(
        error(request),
        "ConnectionError: could not connect to `127.0.0.1:1`: cannot come from `::1`: it is no address of the same kind"
    );
}
