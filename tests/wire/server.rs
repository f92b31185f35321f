//! The server of a recorded exchange: `record_exchanges.py` has the same one.

use serde_json::Value;
use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// Gives its answers one by one, on whatever connection the next request comes.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    script: Mutex<Script>,
    is_over: Mutex<bool>,
    over: Condvar,
}

#[derive(Default)]
struct Script {
    answers: VecDeque<Value>,
    sent: Vec<String>,
}

impl Server {
    pub(crate) fn start(answers: &Value) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared::default());
        let answers = answers.as_array().unwrap().iter().cloned().collect();
        shared.script.lock().unwrap().answers = answers;
        let of_listener = Arc::clone(&shared);
        std::thread::spawn(move || {
            for socket in listener.incoming().map_while(Result::ok) {
                if *of_listener.is_over.lock().unwrap() {
                    return;
                }
                let shared = Arc::clone(&of_listener);
                std::thread::spawn(move || shared.serve(socket));
            }
        });
        Server { address, shared }
    }

    /// What was sent, request by request; the server ends.
    pub(crate) fn end(self) -> Vec<String> {
        *self.shared.is_over.lock().unwrap() = true;
        self.shared.over.notify_all();
        // Wakes the listener, so that its thread ends.
        drop(TcpStream::connect(self.address));
        std::mem::take(&mut self.shared.script.lock().unwrap().sent)
    }
}

impl Shared {
    fn serve(&self, mut socket: TcpStream) {
        while let Some(request) = read_request(&mut socket) {
            let (answer, is_last) = self.next(request);
            let say = answer.as_str().or(answer["say"].as_str()).unwrap_or_default();
            if socket.write_all(&bytes(say)).is_err() {
                return;
            }
            match answer["then"].as_str() {
                Some("stall") => self.wait(Duration::from_secs(5)),
                Some("reset") => {
                    // What was said has to be read before the reset overtakes it.
                    self.wait(Duration::from_millis(200));
                    let linger = Some(Duration::ZERO);
                    socket2::SockRef::from(&socket).set_linger(linger).unwrap();
                    return;
                }
                _ => {}
            }
            if is_last || answer["then"].is_string() {
                return;
            }
        }
    }

    fn next(&self, request: Vec<u8>) -> (Value, bool) {
        let mut script = self.script.lock().unwrap();
        script.sent.push(request.into_iter().map(char::from).collect());
        let answer = script.answers.pop_front().unwrap_or_default();
        (answer, script.answers.is_empty())
    }

    /// Until the exchange is over, at most so long.
    fn wait(&self, longest: Duration) {
        let is_over = self.is_over.lock().unwrap();
        drop(self.over.wait_timeout_while(is_over, longest, |is_over| !*is_over));
    }
}

/// Latin-1.
fn bytes(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}

/// A request with its body, by its framing. A length that is none is of no body.
fn read_request(socket: &mut TcpStream) -> Option<Vec<u8>> {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") {
        socket.read_exact(&mut byte).ok()?;
        request.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&request).to_ascii_lowercase();
    let field = |name: &str| {
        let mut lines = head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
    };
    if field("transfer-encoding").is_some_and(|coding| coding == "chunked") {
        while !request.ends_with(b"0\r\n\r\n") {
            socket.read_exact(&mut byte).ok()?;
            request.push(byte[0]);
        }
    } else if let Some(length) = field("content-length").and_then(|text| text.parse().ok()) {
        let mut body = vec![0; length];
        socket.read_exact(&mut body).ok()?;
        request.extend(body);
    }
    Some(request)
}
