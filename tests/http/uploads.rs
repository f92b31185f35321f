//! Bodies going out: streams with and without a length, short ones, and servers that do not wait.

use crate::request::{client, error, post, request, send};
use crate::support::script::{Server, Step, ok};
use runner::http::{Body, Chunks, PreparedRequest, Upload};
use std::io::{self, Read};
use std::sync::Arc;

/// So many bytes, said to be so many.
#[derive(Debug)]
struct Zeros {
    said: u64,
    real: u64,
}

impl Upload for Zeros {
    fn open(&self, _: Option<std::time::Instant>) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(io::repeat(b'0').take(self.real)))
    }

    fn length(&self) -> Option<u64> {
        Some(self.said)
    }

    fn describe(&self) -> String {
        "`@zeros`".to_owned()
    }
}

fn zeros(url: &str, said: u64, real: u64) -> PreparedRequest {
    let mut request = request("PUT", url);
    request.headers.push("Content-Length", said.to_string());
    request.body = Body::Stream(Arc::new(Zeros { said, real }));
    request
}

#[test]
fn a_stream_of_known_length_goes_out_whole() {
    let server = Server::start(vec![vec![ok("")]]);
    send(&client(), zeros(&server.url("/"), 200_000, 200_000)).unwrap();
    let request = server.requests().remove(0).1;
    assert!(request.ends_with(&format!("\r\n\r\n{}", "0".repeat(200_000))));
}

#[test]
fn each_item_without_a_length_is_a_chunk() {
    let server = Server::start(vec![vec![ok("")]]);
    let mut request = request("POST", &server.url("/"));
    request.headers.push("Transfer-Encoding", "chunked");
    request.body = Body::Stream(Arc::new(Chunks(vec![b"hello".to_vec(), vec![b'x'; 17]])));
    send(&client(), request).unwrap();
    let body = server.requests().remove(0).1;
    assert_eq!(
        body.split_once("\r\n\r\n").unwrap().1,
        "5\r\nhello\r\n11\r\nxxxxxxxxxxxxxxxxx\r\n0\r\n\r\n"
    );
}

#[test]
fn a_stream_shorter_than_its_length_fails() {
    let server = Server::start(vec![vec![ok("")]]);
    assert_eq!(
        error(zeros(&server.url("/"), 10, 4)),
        "RequestException: the body `@zeros` ended after 4 of 10 bytes"
    );
}

#[test]
fn a_stream_longer_than_its_length_is_cut_there() {
    let server = Server::start(vec![vec![ok("a"), ok("b")]]);
    let client = client();
    send(&client, zeros(&server.url("/"), 4, 10)).unwrap();
    send(&client, post(&server.url("/"), b"next")).unwrap();
    let bodies: Vec<_> = server
        .requests()
        .into_iter()
        .map(|(_, request)| request.split_once("\r\n\r\n").unwrap().1.to_owned())
        .collect();
    assert_eq!(bodies, ["0000", "next"]);
}

#[test]
fn an_answer_before_the_body_has_gone_out_is_taken() {
    let refusal = b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno".to_vec();
    let server = Server::start(vec![vec![Step::AnswerEarly(refusal)], vec![ok("")]]);
    let client = client();
    let response = send(&client, zeros(&server.url("/"), 50_000_000, 50_000_000)).unwrap().response;
    assert_eq!((response.status, &*response.content.bytes), (413, &b"no"[..]));
    assert!(!send(&client, post(&server.url("/"), b"")).unwrap().response.timings.is_reused);
}
