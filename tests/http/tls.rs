//! TLS: whom we trust, what we say when we do not, and who we are.

use crate::request::{client, error, get, send, text};
use crate::support::script::{Server, Step};
use crate::support::tls::{Authority, Pair, self_signed, serve};
use runner::http::{Cert, CookieJar, Environment, PreparedRequest, Request, Verify, prepare};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const TRUST_HELP: &str = "trust its CA with `verify: ca.pem`, or with `verify: system` if this machine does; or do not verify with `verify: false` (`-k`)";

/// A GET from `host` at the server's port.
fn at(host: &str, server: SocketAddr, verify: Verify) -> PreparedRequest {
    let mut request = get(&format!("https://{host}:{}/", server.port()));
    request.transport.verify = verify;
    request
}

fn file(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn a_bundle_is_a_file_or_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new();
    let bundle = file(
        folder.path(),
        "ca.pem",
        &format!("# ours\n{}{}", Authority::new().pem(), authority.pem()),
    );
    file(folder.path(), "notes.txt", "no certificate");
    let server = serve(&authority.issue(&["localhost", "127.0.0.1"], |_| ()), None);
    for path in [bundle.as_path(), folder.path()] {
        for host in ["localhost", "127.0.0.1"] {
            let request = at(host, server, Verify::Bundle(path.to_owned()));
            assert_eq!(text(&send(&client(), request).unwrap().response.content), "secure");
        }
    }
}

#[test]
fn a_connection_is_not_shared_across_settings() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new();
    let bundle = file(folder.path(), "ca.pem", &authority.pem());
    let server = serve(&authority.issue(&["localhost"], |_| ()), None);
    let client = client();
    let mut reused = Vec::new();
    for verify in [Verify::Off, Verify::Off, Verify::Bundle(bundle)] {
        let response = send(&client, at("localhost", server, verify)).unwrap().response;
        reused.push((response.timings.is_reused, response.timings.tls.is_some()));
    }
    assert_eq!(reused, [(false, true), (true, false), (false, true)]);
}

#[test]
fn a_response_has_the_servers_certificate_on_a_reused_connection_too() {
    let pair = Authority::new().issue(&["localhost"], |_| ());
    let server = serve(&pair, None);
    let client = client();
    for is_reused in [false, true] {
        let response = send(&client, at("localhost", server, Verify::Off)).unwrap().response;
        assert_eq!(response.timings.is_reused, is_reused);
        assert_eq!(response.peer_certificate.as_deref(), Some(pair.certificate.der().as_ref()));
    }
    let plain = Server::start(vec![vec![Step::Say(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec())]]);
    assert_eq!(send(&client, get(&plain.url("/"))).unwrap().response.peer_certificate, None);
}

#[test]
fn an_unknown_ca_is_told() {
    let server = serve(&Authority::new().issue(&["localhost"], |_| ()), None);
    let failure = send(&client(), at("localhost", server, Verify::Default)).unwrap_err();
    assert_eq!(
        failure.error.to_string(),
        "SSLError: the server's certificate was issued by a CA that is not trusted, or by itself"
    );
    assert_eq!(failure.error.help.as_deref(), Some(TRUST_HELP));
}

#[test]
fn a_wrong_host_is_told_with_the_names_there_are() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new();
    let bundle = file(folder.path(), "ca.pem", &authority.pem());
    let server = serve(&authority.issue(&["a.test", "b.test", "10.0.0.1"], |_| ()), None);
    assert_eq!(
        error(at("localhost", server, Verify::Bundle(bundle))),
        "SSLError: the server's certificate is not for `localhost` but for `a.test`, `b.test`, `10.0.0.1`"
    );
}

#[test]
fn an_expired_certificate_is_told_with_its_date() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new();
    let bundle = file(folder.path(), "ca.pem", &authority.pem());
    let expired = authority.issue(&["localhost"], |params| {
        params.not_before = rcgen::date_time_ymd(2019, 1, 1);
        params.not_after = rcgen::date_time_ymd(2020, 2, 3);
    });
    assert_eq!(
        error(at("localhost", serve(&expired, None), Verify::Bundle(bundle))),
        "SSLError: the server's certificate expired on 2020-02-03 00:00 UTC"
    );
}

#[test]
fn a_self_signed_certificate_in_the_bundle_is_trusted_for_its_names_alone() {
    let folder = tempfile::tempdir().unwrap();
    let pair = self_signed(&["localhost"]);
    let bundle = file(folder.path(), "ca.pem", &pair.certificate.pem());
    let server = serve(&pair, None);
    let request = at("localhost", server, Verify::Bundle(bundle.clone()));
    assert_eq!(send(&client(), request).unwrap().response.status, 200);
    assert_eq!(
        error(at("127.0.0.1", server, Verify::Bundle(bundle))),
        "SSLError: the server's certificate is not for `127.0.0.1` but for `localhost`"
    );
    let other = file(folder.path(), "other.pem", &self_signed(&["localhost"]).certificate.pem());
    assert!(
        error(at("localhost", server, Verify::Bundle(other)))
            .starts_with("SSLError: the server's certificate")
    );
}

/// The outcome of a GET that shows `cert` to a server that wants one of the authority's.
fn shown(cert: Option<Cert>, authority: &Authority) -> Result<u16, String> {
    let server = serve(&authority.issue(&["localhost"], |_| ()), Some(authority));
    let mut request = at("localhost", server, Verify::Off);
    request.transport.cert = cert;
    send(&client(), request)
        .map(|exchange| exchange.response.status)
        .map_err(|failure| failure.error.to_string())
}

#[test]
fn a_client_certificate_is_shown_from_one_file_or_two() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new();
    let Pair { certificate, key } = authority.issue(&["me"], |_| ());
    let both =
        file(folder.path(), "both.pem", &format!("{}{}", key.serialize_pem(), certificate.pem()));
    let cert = file(folder.path(), "cert.pem", &certificate.pem());
    let key = file(folder.path(), "key.pem", &key.serialize_pem());
    assert_eq!(shown(Some(Cert { cert: both, key: None }), &authority), Ok(200));
    assert_eq!(shown(Some(Cert { cert: cert.clone(), key: Some(key) }), &authority), Ok(200));
    assert_eq!(
        shown(None, &authority),
        Err("SSLError: the server asks for a client certificate".to_owned())
    );
    let pair = Authority::new().issue(&["me"], |_| ());
    let stranger = file(folder.path(), "stranger.pem", &pair.pem());
    let refused = shown(Some(Cert { cert: stranger.clone(), key: None }), &authority).unwrap_err();
    assert!(
        refused.starts_with("SSLError: the server does not accept the client certificate: "),
        "{refused}"
    );
    assert_eq!(
        shown(Some(Cert { cert: cert.clone(), key: Some(stranger) }), &authority),
        Err(format!(
            "SSLError: cannot use the client certificate `{}`: the key does not belong to it",
            cert.display()
        ))
    );
}

#[test]
fn unusable_files_are_told_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new();
    let missing = folder.path().join("none.pem");
    let cert = file(folder.path(), "cert.pem", &authority.issue(&["me"], |_| ()).certificate.pem());
    let locked = file(
        folder.path(),
        "locked.pem",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
    );
    let said = |cert: &Path, key: Option<&Path>| {
        shown(Some(Cert { cert: cert.to_owned(), key: key.map(Path::to_owned) }), &authority)
            .unwrap_err()
    };
    assert_eq!(
        said(&missing, None),
        format!(
            "SSLError: cannot use the client certificate `{}`: no such file or directory",
            missing.display()
        )
    );
    assert_eq!(
        said(&cert, None),
        format!(
            "SSLError: cannot use the client key `{}`: it holds no private key",
            cert.display()
        )
    );
    assert_eq!(
        said(&cert, Some(&locked)),
        format!("SSLError: cannot use the client key `{}`: it is encrypted", locked.display())
    );
    let server = serve(&authority.issue(&["localhost"], |_| ()), None);
    assert_eq!(
        error(at("localhost", server, Verify::Bundle(missing.clone()))),
        format!(
            "SSLError: cannot read the CA bundle `{}`: no such file or directory",
            missing.display()
        )
    );
    assert_eq!(
        error(at("localhost", server, Verify::Bundle(locked.clone()))),
        format!("SSLError: the CA bundle `{}` holds no certificate", locked.display())
    );
}

#[test]
fn a_server_without_tls_is_told() {
    let server = Server::start(vec![vec![Step::Say(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec())]]);
    let url = server.url("/").replace("http:", "https:");
    assert_eq!(error(get(&url)), "SSLError: the server does not speak TLS on this port");
}

/// A failure's words and what to try.
fn told(request: PreparedRequest) -> (String, Option<String>) {
    let error = send(&client(), request).unwrap_err().error;
    (error.to_string(), error.help)
}

fn words(message: &str, help: &str) -> (String, Option<String>) {
    (message.to_owned(), Some(help.to_owned()))
}

#[test]
fn every_certificate_that_cannot_be_trusted_is_told_with_what_to_try() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new();
    let bundle = Verify::Bundle(file(folder.path(), "ca.pem", &authority.pem()));
    let early = authority.issue(&["localhost"], |params| {
        params.not_before = rcgen::date_time_ymd(2090, 1, 1);
        params.not_after = rcgen::date_time_ymd(2099, 1, 1);
    });
    assert_eq!(
        told(at("localhost", serve(&early, None), bundle.clone())),
        words(
            "SSLError: the server's certificate is not valid before 2090-01-01 00:00 UTC",
            "check this machine's clock"
        )
    );
    let late = authority.issue(&["localhost"], |params| {
        params.not_before = rcgen::date_time_ymd(2019, 1, 1);
        params.not_after = rcgen::date_time_ymd(2020, 2, 3);
    });
    assert_eq!(
        told(at("localhost", serve(&late, None), bundle.clone())),
        words(
            "SSLError: the server's certificate expired on 2020-02-03 00:00 UTC",
            "renew the certificate, or do not verify with `verify: false` (`-k`)"
        )
    );
    let other = authority.issue(&["a.test"], |_| ());
    assert_eq!(
        told(at("localhost", serve(&other, None), bundle.clone())),
        words(
            "SSLError: the server's certificate is not for `localhost` but for `a.test`",
            "use a name it has, or do not verify with `verify: false` (`-k`)"
        )
    );
    let alone = serve(&self_signed(&["localhost"]), None);
    assert_eq!(
        told(at("localhost", alone, Verify::Default)),
        words("SSLError: the server's certificate is a CA's own and not trusted", TRUST_HELP)
    );
}

#[test]
fn what_is_wrong_with_files_is_told_with_what_to_try() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new();
    let server = serve(&authority.issue(&["localhost"], |_| ()), Some(&authority));
    let missing = folder.path().join("none.pem");
    let empty = file(folder.path(), "notes.pem", "no certificate");
    let (_, help) = told(at("localhost", server, Verify::Bundle(missing)));
    assert_eq!(
        help.as_deref(),
        Some(
            "`verify` takes true, false, `system`, or the path of a PEM file or a folder of them; `REQUESTS_CA_BUNDLE` and `CURL_CA_BUNDLE` name one too"
        )
    );
    let (_, help) = told(at("localhost", server, Verify::Bundle(empty)));
    assert_eq!(
        help.as_deref(),
        Some("it should hold blocks that begin with `-----BEGIN CERTIFICATE-----`")
    );
    assert_eq!(
        told(at("localhost", server, Verify::Off)),
        words(
            "SSLError: the server asks for a client certificate",
            "give one with `cert: client.pem` or `cert: [cert.pem, key.pem]`"
        )
    );
    let pair = authority.issue(&["me"], |_| ());
    let cert = file(folder.path(), "cert.pem", &pair.certificate.pem());
    let locked = file(
        folder.path(),
        "locked.pem",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
    );
    let with = |key: Option<PathBuf>| {
        let mut request = at("localhost", server, Verify::Off);
        request.transport.cert = Some(Cert { cert: cert.clone(), key });
        told(request).1.unwrap()
    };
    assert_eq!(
        with(Some(locked.clone())),
        format!(
            "write it without a passphrase: `openssl pkey -in {} -out key.pem`",
            locked.display()
        )
    );
    assert_eq!(
        with(None),
        "put the key into the same PEM file, or write `cert: [cert.pem, key.pem]`"
    );
}

#[test]
fn a_server_that_speaks_plain_http_is_told_with_what_to_try() {
    let server = Server::start(vec![vec![Step::Say(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec())]]);
    assert_eq!(
        told(get(&server.url("/").replace("http:", "https:"))),
        words(
            "SSLError: the server does not speak TLS on this port",
            "use `http://` if it serves plain HTTP there"
        )
    );
}

#[test]
fn a_folder_as_openssl_hashes_it_is_read_too() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new();
    file(folder.path(), "5ed36f99.0", &authority.pem());
    let server = serve(&authority.issue(&["localhost"], |_| ()), None);
    let request = at("localhost", server, Verify::Bundle(folder.path().to_owned()));
    assert_eq!(send(&client(), request).unwrap().response.status, 200);
}

/// What Requests verified against, recorded by `tests/wire/record_verify.py`.
const VERIFIED: &str = include_str!("../wire/verify.json");

#[test]
fn what_is_verified_against_is_what_requests_takes() {
    let verify = |value: &serde_json::Value| match value {
        serde_json::Value::Bool(true) => Some(Verify::Default),
        serde_json::Value::Bool(false) => Some(Verify::Off),
        serde_json::Value::String(path) => Some(Verify::Bundle(path.into())),
        _ => None,
    };
    for line in VERIFIED.lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let request = Request {
            url: "https://h.example/".to_owned(),
            verify: verify(&case["request"]),
            ..Request::default()
        };
        let session = Request {
            verify: verify(&case["session"]),
            trust_env: case["trust_env"].as_bool(),
            ..Request::default()
        };
        let variables = serde_json::from_value(case["env"].clone()).unwrap();
        let environment = Environment::new(Arc::new(variables));
        let jar = CookieJar::default();
        let now = std::time::SystemTime::now();
        let prepared = prepare(&request, &session, &jar, &environment, now).unwrap();
        assert_eq!(Some(prepared.transport.verify), verify(&case["verify"]), "{line}");
    }
}
