//! A server that does exactly what it is told, connection by connection.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// One thing a connection does.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Reads a request, records it, and sends these bytes.
    Answer(Vec<u8>),
    /// Reads a request's head only, records it, sends these bytes.
    AnswerEarly(Vec<u8>),
    /// Sends these bytes without having been asked.
    Say(Vec<u8>),
    /// Reads a request and resets the connection.
    Reset,
    /// Reads a request and says nothing until the client hangs up.
    Stall,
}

/// Sends these bytes when a request has come.
pub(crate) fn answer(bytes: impl AsRef<[u8]>) -> Step {
    Step::Answer(bytes.as_ref().to_vec())
}

/// A 200 with a length.
pub(crate) fn ok(body: &str) -> Step {
    answer(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()))
}

/// Requests by the number of their connection.
type Record = Vec<(usize, Vec<u8>)>;

/// A scripted server; each list of steps is one connection, closed behind its last step.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    requests: Arc<Mutex<Record>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(connections: Vec<Vec<Step>>) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        let thread = std::thread::spawn(move || {
            for (number, steps) in connections.into_iter().enumerate() {
                let Ok((mut socket, _)) = listener.accept() else { return };
                for step in steps {
                    if !act(&mut socket, step, &mut |request| {
                        seen.lock().unwrap().push((number, request))
                    }) {
                        break;
                    }
                }
            }
        });
        Server { address, requests, thread: Some(thread) }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Whether a request has come.
    pub(crate) fn has_been_asked(&self) -> bool {
        !self.requests.lock().unwrap().is_empty()
    }

    /// What was asked, by connection; waits until the script is over.
    pub(crate) fn requests(mut self) -> Vec<(usize, String)> {
        self.thread.take().unwrap().join().unwrap();
        let requests = self.requests.lock().unwrap();
        requests.iter().map(|(number, bytes)| (*number, latin1(bytes))).collect()
    }
}

fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// Does one step; false when the connection is over.
fn act(socket: &mut TcpStream, step: Step, record: &mut dyn FnMut(Vec<u8>)) -> bool {
    match step {
        Step::Say(bytes) => socket.write_all(&bytes).is_ok(),
        Step::Answer(bytes) => {
            let Some(request) = read_request(socket) else { return false };
            record(request);
            socket.write_all(&bytes).is_ok()
        }
        Step::AnswerEarly(bytes) => {
            let mut request = Vec::new();
            if !read_head(socket, &mut request) {
                return false;
            }
            record(request);
            socket.write_all(&bytes).is_ok()
        }
        Step::Reset => {
            if let Some(request) = read_request(socket) {
                record(request);
            }
            let _ = socket2::SockRef::from(&*socket).set_linger(Some(std::time::Duration::ZERO));
            false
        }
        Step::Stall => {
            if let Some(request) = read_request(socket) {
                record(request);
            }
            let _ = socket.read_to_end(&mut Vec::new());
            false
        }
    }
}

fn read_head(socket: &mut impl Read, request: &mut Vec<u8>) -> bool {
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") {
        match socket.read(&mut byte) {
            Ok(1) => request.push(byte[0]),
            _ => return false,
        }
    }
    true
}

/// A request, its body included, by its own framing.
pub(crate) fn read_request(socket: &mut impl Read) -> Option<Vec<u8>> {
    let mut request = Vec::new();
    if !read_head(socket, &mut request) {
        return None;
    }
    let head = latin1(&request).to_ascii_lowercase();
    if head.contains("transfer-encoding: chunked") {
        let mut byte = [0];
        while !request.ends_with(b"\r\n0\r\n\r\n") {
            socket.read_exact(&mut byte).ok()?;
            request.push(byte[0]);
        }
    } else if let Some((_, rest)) = head.split_once("content-length: ") {
        let length = rest.split("\r\n").next()?.parse().ok()?;
        let mut body = vec![0; length];
        socket.read_exact(&mut body).ok()?;
        request.extend_from_slice(&body);
    }
    Some(request)
}
