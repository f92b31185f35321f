//! A server that answers as it is told and writes down what it was asked, in order.

use crate::script::read_request;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

/// What a request is answered with.
pub(crate) enum Reply {
    /// These bytes.
    Bytes(Vec<u8>),
    /// Nothing, until the client hangs up.
    Silence,
}

/// A 200 with these header lines and this body.
pub(crate) fn ok(headers: &str, body: &str) -> Reply {
    status("200 OK", headers, body)
}

/// A response with this status line, header lines and body.
pub(crate) fn status(status: &str, headers: &str, body: &str) -> Reply {
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\n\r\n");
    Reply::Bytes(format!("{head}{body}").into_bytes())
}

type Handler = Arc<dyn Fn(&str) -> Reply + Send + Sync>;

/// A server; its threads end when their clients hang up.
pub(crate) struct Site {
    pub(crate) address: SocketAddr,
    log: Arc<Mutex<Vec<String>>>,
    arrivals: Receiver<String>,
}

impl Site {
    /// Answers every request, its bytes as text, by `handler`.
    pub(crate) fn start(handler: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Site {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let log = Arc::new(Mutex::new(Vec::new()));
        let (sender, arrivals) = channel();
        let (handler, record): (Handler, _) = (Arc::new(handler), Arc::clone(&log));
        std::thread::spawn(move || {
            for socket in listener.incoming() {
                let Ok(socket) = socket else { return };
                let (handler, record, sender) =
                    (Arc::clone(&handler), Arc::clone(&record), sender.clone());
                std::thread::spawn(move || serve(socket, &handler, &record, &sender));
            }
        });
        Site { address, log, arrivals }
    }

    /// Answers everything with an empty 200.
    pub(crate) fn friendly() -> Site {
        Site::start(|_| ok("", ""))
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Every request so far, in the order they came.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }

    /// The paths of every request so far, in the order they came.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.requests().iter().map(|request| path(request)).collect()
    }

    /// Waits for the next request that has not been waited for.
    pub(crate) fn next_path(&self) -> String {
        path(&self.arrivals.recv().unwrap())
    }
}

/// The target in the request line.
pub(crate) fn path(request: &str) -> String {
    request.split(' ').nth(1).unwrap_or_default().to_owned()
}

fn serve(
    mut socket: TcpStream,
    handler: &Handler,
    log: &Mutex<Vec<String>>,
    arrivals: &Sender<String>,
) {
    while let Some(bytes) = read_request(&mut socket) {
        let request: String = bytes.iter().map(|byte| char::from(*byte)).collect();
        log.lock().unwrap().push(request.clone());
        let reply = handler(&request);
        let _ = arrivals.send(request);
        match reply {
            Reply::Bytes(bytes) if socket.write_all(&bytes).is_ok() => {}
            Reply::Bytes(_) => return,
            Reply::Silence => {
                let _ = socket.read_to_end(&mut Vec::new());
                return;
            }
        }
    }
}
