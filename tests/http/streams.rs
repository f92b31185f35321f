//! Bodies read line by line and not read at all; connections given back, closed and replaced as
//! the recording of Requests has it: `tests/wire/record_streams.py`.

use crate::exchange::server_has_closed;
use crate::request::{client, get, post, request, send, text};
use crate::support::script::{Server, Step, answer, ok};
use runner::http::{
    Body, Chunks, Client, CookieJar, Digesting, Exchange, Failure, Flow, Keep, LineRules, LineSink,
    PreparedRequest, Sink, Timeout,
};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// What Requests was seen to do.
fn recorded(kind: &str) -> Vec<Value> {
    let lines = include_str!("../wire/streams.json").lines();
    let cases = lines.map(|line| serde_json::from_str::<Value>(line).unwrap());
    cases.filter_map(|case| case.get(kind).cloned()).collect()
}

/// By which connection each request of a session came, in Requests.
fn connections(it: &str) -> Vec<u64> {
    let case = recorded("connections").into_iter().find(|case| case["it"] == it);
    let case = case.unwrap_or_else(|| panic!("nothing recorded of `{it}`"));
    case["connections"].as_array().unwrap().iter().map(|it| it.as_u64().unwrap()).collect()
}

/// By which connection each request came here.
fn asked(server: Server) -> Vec<u64> {
    server.requests().iter().map(|(number, _)| *number as u64).collect()
}

/// Reads lines by these rules.
fn lines(
    client: &Client,
    request: PreparedRequest,
    rules: LineRules,
) -> Result<Exchange, Box<Failure>> {
    let each = |_, _: &_| Flow::On;
    let sink = LineSink { rules, each: &each, save: None, digest: Digesting::Unwanted };
    client.send(request, &mut CookieJar::default(), &Sink::Lines(sink))
}

/// The lines that were read, as JSON.
fn read(exchange: &Exchange) -> String {
    let lines = exchange.response.content.lines.as_ref().unwrap();
    lines.all.as_ref().unwrap().to_json()
}

fn chunked(pieces: &[&str]) -> Step {
    let mut wire = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_owned();
    for piece in pieces {
        wire.push_str(&format!("{:x}\r\n{piece}\r\n", piece.len()));
    }
    answer(wire + "0\r\n\r\n")
}

fn at_most(max: u64) -> LineRules {
    LineRules { max: Some(max), ..LineRules::default() }
}

#[test]
fn every_item_without_a_length_is_the_chunk_that_requests_sends() {
    let cases = recorded("chunks");
    assert!(cases.len() > 8, "{} cases", cases.len());
    for case in cases {
        let bytes = |text: &Value| -> Vec<u8> {
            text.as_str().unwrap().chars().map(|c| u8::try_from(c).unwrap()).collect()
        };
        let server = Server::start(vec![vec![ok("")]]);
        let mut request = request("POST", &server.url("/"));
        request.headers.push("Transfer-Encoding", "chunked");
        let items = case["items"].as_array().unwrap().iter().map(bytes).collect();
        request.body = Body::Stream(Arc::new(Chunks(items)));
        send(&client(), request).unwrap();
        let sent = server.requests().remove(0).1;
        let body = sent.split_once("\r\n\r\n").unwrap().1;
        assert_eq!(body, case["wire"].as_str().unwrap(), "{}", case["items"]);
    }
}

#[test]
fn lines_read_to_their_end_give_the_connection_back() {
    let server = Server::start(vec![vec![chunked(&["a\n", "b\n"]), ok("next")]]);
    let client = client();
    let exchange = lines(&client, get(&server.url("/")), LineRules::default()).unwrap();
    assert_eq!(read(&exchange), r#"["a","b"]"#);
    send(&client, get(&server.url("/"))).unwrap();
    let it = "a stream whose lines are read to their end gives its connection back";
    assert_eq!(asked(server), connections(it));
}

#[test]
fn lines_left_before_their_end_close_the_connection() {
    let server = Server::start(vec![vec![chunked(&["a\n", "b\n"])], vec![ok("next")]]);
    let client = client();
    let exchange = lines(&client, get(&server.url("/")), at_most(1)).unwrap();
    assert_eq!(read(&exchange), r#"["a"]"#);
    assert_eq!(text(&exchange.response.content), "a\n");
    send(&client, get(&server.url("/"))).unwrap();
    let it = "a stream left at its first line closes its connection";
    assert_eq!(asked(server), connections(it));
}

#[test]
fn an_endless_stream_ends_with_its_last_line() {
    let begin = answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\na\nb\n\r\n");
    let server = Server::start(vec![vec![begin, Step::Stall]]);
    let exchange = lines(&client(), get(&server.url("/")), at_most(2)).unwrap();
    assert_eq!(read(&exchange), r#"["a","b"]"#);
    assert_eq!(asked(server), [0], "the server was let go of");
}

#[test]
fn an_endless_stream_ends_when_its_time_is_over() {
    let begin = answer("HTTP/1.1 200 OK\r\n\r\na\nb\nhalf");
    let server = Server::start(vec![vec![begin, Step::Stall]]);
    let rules = LineRules { time: Some(Duration::from_millis(50)), ..LineRules::default() };
    let exchange = lines(&client(), get(&server.url("/")), rules).unwrap();
    assert_eq!((read(&exchange).as_str(), exchange.response.content.size), (r#"["a","b"]"#, 4));
}

#[test]
fn silence_between_lines_is_an_error_that_tells_what_came_before() {
    let begin = answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\na\n\r\n");
    let server = Server::start(vec![vec![begin, Step::Stall]]);
    let mut request = get(&server.url("/"));
    request.transport.timeout =
        Timeout { read: Some(Duration::from_millis(50)), ..Timeout::default() };
    let failure = lines(&client(), request, LineRules::default()).unwrap_err();
    assert_eq!(failure.error.to_string(), "ConnectionError: no more of the body for 50ms");
    let last = recorded("connections")
        .into_iter()
        .find(|case| case["it"] == "silence between lines is a ConnectionError");
    assert!(last.unwrap()["last"].as_str().unwrap().starts_with("ConnectionError: "));
    let response = failure.response.unwrap();
    assert_eq!((response.status, text(&response.content).as_str()), (200, "a\n"));
}

#[test]
fn lines_that_are_not_kept_are_counted() {
    let server = Server::start(vec![vec![ok(&"line\n".repeat(20_000))]]);
    let rules = LineRules { keep: Keep::Beginning(10), ..LineRules::default() };
    let exchange = lines(&client(), get(&server.url("/")), rules).unwrap();
    let content = exchange.response.content;
    let read = content.lines.as_ref().unwrap();
    assert_eq!((read.count, read.all.is_none()), (20_000, true));
    assert_eq!((text(&content).as_str(), content.size), ("line\nline\n", 100_000));
}

#[test]
fn a_body_left_unread_closes_its_connection_and_the_next_has_a_new_one() {
    let server = Server::start(vec![vec![ok(&"x".repeat(100_000))], vec![ok("b")]]);
    let client = client();
    let sent = client.send(get(&server.url("/")), &mut CookieJar::default(), &Sink::Unread);
    assert_eq!(sent.unwrap().response.status, 200);
    assert_eq!(text(&send(&client, get(&server.url("/"))).unwrap().response.content), "b");
    assert_eq!(asked(server), connections("a stream closed unread closes its connection"));
}

/// Requests closes these connections; there is nothing to read, so ours serve again.
#[test]
fn a_body_of_nothing_left_unread_gives_its_connection_back() {
    let empty = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    let none = "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n";
    let same = "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n";
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
    let steps = [empty, none, same, head].map(answer).into_iter().chain([ok("last")]);
    let server = Server::start(vec![steps.collect()]);
    let client = client();
    for method in ["GET", "GET", "GET", "HEAD"] {
        let request = request(method, &server.url("/"));
        client.send(request, &mut CookieJar::default(), &Sink::Unread).unwrap();
    }
    assert_eq!(text(&send(&client, get(&server.url("/"))).unwrap().response.content), "last");
    assert_eq!(asked(server), [0; 5]);
}

#[test]
fn a_body_cut_short_closes_its_connection() {
    let short = answer("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
    let server = Server::start(vec![vec![short], vec![ok("b")]]);
    let client = client();
    send(&client, get(&server.url("/"))).unwrap_err();
    assert_eq!(text(&send(&client, get(&server.url("/"))).unwrap().response.content), "b");
    assert_eq!(asked(server), connections("a body cut short closes its connection"));
}

#[test]
fn a_connection_closed_while_idle_is_replaced_for_a_post_too() {
    let server = Server::start(vec![vec![ok("a")], vec![ok("b")]]);
    let client = client();
    send(&client, get(&server.url("/"))).unwrap();
    assert!(server_has_closed(server.address));
    let response = send(&client, post(&server.url("/"), b"x")).unwrap().response;
    assert_eq!(text(&response.content), "b");
    let it = "a connection closed while idle is replaced for a POST too";
    assert_eq!(asked(server), connections(it));
}

/// What a second request of a client ends in when the server breaks after it was sent.
fn broken(second: Step, request: impl Fn(&str) -> PreparedRequest) -> (String, Vec<u64>) {
    let server = Server::start(vec![vec![ok("a"), second]]);
    let client = client();
    send(&client, get(&server.url("/"))).unwrap();
    let error = send(&client, request(&server.url("/"))).unwrap_err().error.to_string();
    (error, asked(server))
}

#[test]
fn a_request_that_was_sent_is_never_sent_again() {
    let posted = |url: &str| post(url, b"x");
    let ended = "ConnectionError: the server closed the connection without a response".to_owned();
    let it =
        "a connection that ends after the request was sent is an error, and nothing is sent again";
    assert_eq!(broken(answer(""), get), (ended.clone(), connections(it)));
    let it = "a connection that ends after a POST was sent is an error, and nothing is sent again";
    assert_eq!(broken(answer(""), posted), (ended, connections(it)));
    let it = "a connection reset after the request was sent is an error, and nothing is sent again";
    let (error, asked) = broken(Step::Reset, get);
    assert!(error.starts_with("ConnectionError: "), "{error}");
    assert_eq!(asked, connections(it));
}
