//! `certificate`: what real TLS servers show.

use crate::program::Folder;
use crate::tls::{Authority, serve};
use rcgen::{DnType, SerialNumber};
use std::time::{Duration, SystemTime};

const DAY: u64 = 86_400;

/// A collection whose `requests` go to a server with a certificate that is valid for `days` more.
fn folder(days: u64, requests: &str) -> Folder {
    let authority = Authority::new();
    let pair = authority.issue(&["localhost", "127.0.0.1"], |params| {
        params.distinguished_name.push(DnType::CommonName, "shop");
        params.serial_number = Some(SerialNumber::from(vec![1, 0xab]));
        params.not_before = (SystemTime::now() - Duration::from_secs(DAY)).into();
        // An hour more, so that it is so many days while the test runs.
        params.not_after =
            (SystemTime::now() + Duration::from_secs(days * DAY + 3600 + 1800)).into();
    });
    let server = serve(&pair, None);
    let folder = Folder::with(&format!(
        "session: {{base_url: 'https://localhost:{}', verify: ca.pem}}\nrequests:\n{requests}",
        server.port()
    ));
    folder.write("ca.pem", authority.pem());
    folder
}

#[test]
fn a_certificate_is_looked_at_on_a_new_and_on_a_used_connection() {
    let request = "
  - url: /
    capture: {serial: {certificate: serial}}
    assert:
      certificate:
        expires_in: {gt: 20d, lt: 22d}
        subject: {contains: CN=shop}
        issuer: {contains: test CA}
        names: [localhost, 127.0.0.1]
        serial: 01ab
        not_before: {is: datetime}
        not_after: {gt: '2026', is: datetime}
        sha256: {matches: '^[0-9a-f]{64}$'}
      expr: serial == '01ab'
";
    let folder = folder(21, &format!("{request}{}", request.replace("serial: {c", "again: {c")));
    let (finished, report) = folder.report(&["-v"]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let steps = report["collections"][0]["steps"].as_array().unwrap();
    let timings =
        |index: usize| steps[index]["attempts"][0]["response"]["timings"]["reused"].clone();
    assert_eq!([timings(0), timings(1)], [false, true]);
}

#[test]
fn a_certificate_that_expires_soon_fails() {
    let folder = folder(13, "  - {url: /, assert: {certificate: {expires_in: {gt: 14d}}}}\n");
    let finished = folder.runner(&["run", "-q", "collection.yaml"]);
    assert_eq!(finished.code, Some(1), "{finished:?}");
    let expected = "
  error[F0001]: `certificate.expires_in`: expected more than 14d
   --> collection.yaml:3:54
    |
  3 |   - {url: /, assert: {certificate: {expires_in: {gt: 14d}}}}
    |                                                      ^^^ found 13d 1h
";
    assert!(finished.stdout.contains(expected), "{}", finished.stdout);
}
