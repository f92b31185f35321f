//! Against a real nginx, which codes bodies, keeps connections and refuses what is too large.

use crate::exchange::server_has_closed;
use crate::request::{client, get, post, send, text};
use crate::support::program::nginx;
use runner::http::{Client, Response};

/// JSON that nginx codes, a body that is too large, and whose connection it was in a header.
const SERVER: &str = r#"
gzip on;
gzip_types application/json;
gzip_min_length 1;
client_max_body_size 1k;
add_header Connection-Number "$connection $connection_requests" always;
location / { default_type application/json; return 200 '{"some": "json"}'; }
"#;

fn answer(client: &Client, url: &str) -> Response {
    send(client, get(url)).unwrap().response
}

/// The number of the connection, and which of its requests this was.
fn connection(response: &Response) -> (u64, u64) {
    let value = response.headers.get("connection-number").unwrap();
    let (connection, request) = value.split_once(' ').unwrap();
    (connection.parse().unwrap(), request.parse().unwrap())
}

#[test]
fn a_body_it_codes_is_decoded() {
    let server = nginx(SERVER);
    let mut request = get(&format!("http://{}/", server.address));
    request.headers.push("Accept-Encoding", "gzip");
    let response = send(&client(), request).unwrap().response;
    assert_eq!(response.headers.get("content-encoding").as_deref(), Some("gzip"));
    assert_eq!(text(&response.content), r#"{"some": "json"}"#);
}

#[test]
fn it_sees_one_connection_used_again() {
    let server = nginx(SERVER);
    let (client, url) = (client(), format!("http://{}/", server.address));
    let (first, one) = connection(&answer(&client, &url));
    let next = answer(&client, &url);
    assert_eq!((one, connection(&next)), (1, (first, 2)));
    assert!(next.timings.is_reused);
}

#[test]
fn a_connection_it_closes_is_replaced() {
    let server = nginx(&format!("keepalive_requests 2;\n{SERVER}"));
    let (client, url) = (client(), format!("http://{}/", server.address));
    let seen: Vec<_> = (0..5).map(|_| connection(&answer(&client, &url))).collect();
    let requests: Vec<_> = seen.iter().map(|(_, request)| *request).collect();
    assert_eq!(requests, [1, 2, 1, 2, 1], "{seen:?}");
    assert_ne!(seen[1].0, seen[2].0);
}

#[test]
fn a_connection_it_closes_unasked_is_replaced() {
    let server = nginx(&format!("keepalive_timeout 1ms;\n{SERVER}"));
    let (client, url) = (client(), format!("http://{}/", server.address));
    let (first, _) = connection(&answer(&client, &url));
    assert!(server_has_closed(server.address));
    let (second, request) = connection(&answer(&client, &url));
    assert_ne!(first, second);
    assert_eq!(request, 1);
}

#[test]
fn a_body_it_refuses_has_its_answer() {
    let server = nginx(SERVER);
    let (client, url) = (client(), format!("http://{}/", server.address));
    for size in [2_000, 20_000_000] {
        let response = send(&client, post(&url, &vec![b'x'; size])).unwrap().response;
        assert_eq!((response.status, response.reason.as_str()), (413, "Request Entity Too Large"));
        assert!(text(&response.content).contains("413 Request Entity Too Large"), "{size}");
    }
    assert_eq!(answer(&client, &url).status, 200);
}
