//! A reverse proxy that records what it passes on.

use super::recording::{Call, Recorded, Recording};
use super::served::received;
use crate::http::{
    Client, CookieJar, Data, Environment, Exchange, Headers, Mapping, Received, Request, Sink,
    Timeout, Verify, prepare,
};
use crate::serve::{Body, Incoming, Reply, Site, Step};
use crate::value::Value;
use std::fs::File;
use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

/// The longest body that is held in memory; longer ones go through a file.
const HELD: usize = 8 << 20;

/// How much of a file is in memory at a time.
const PIECE: usize = 64 * 1024;

/// How long upstream may take to accept a connection, and to say something.
const PATIENCE: Duration = Duration::from_secs(60);

/// What belongs to one connection, or is made anew for the next one.
const HOP_BY_HOP: [&str; 14] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "content-length",
    "content-encoding",
    "expect",
    "host",
    "accept-encoding",
    "date",
];

/// Passes requests on to another server, and keeps what it answered.
#[derive(Debug)]
pub struct Recorder {
    /// Where requests go, without a slash at the end.
    upstream: String,
    client: Client,
    environment: Environment,
    verify: Option<Verify>,
    /// Where bodies lie that are too long to be held.
    folder: PathBuf,
    files: AtomicU64,
    recording: Mutex<Recording>,
}

impl Recorder {
    /// A recorder of `upstream`. Bodies too long to be held are written into `folder`, which is
    /// made for the first of them.
    #[must_use]
    pub fn new(
        upstream: &str,
        client: Client,
        environment: Environment,
        verify: Option<Verify>,
        folder: PathBuf,
    ) -> Recorder {
        let upstream = upstream.trim_end_matches('/').to_owned();
        let recording = Mutex::new(Recording::new(&upstream));
        let files = AtomicU64::new(0);
        Recorder { upstream, client, environment, verify, folder, files, recording }
    }

    /// What was recorded so far.
    pub fn recording(&self) -> MutexGuard<'_, Recording> {
        self.recording.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pass_on(&self, request: &Received) -> Result<Exchange, String> {
        let body = Arc::clone(&request.message.content().bytes);
        let url = &request.url;
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        let sent = Request {
            method: Some(request.method.clone()),
            url: format!("{}{}{query}", self.upstream, url.path()),
            headers: forwarded(&request.headers),
            data: (!body.is_empty()).then(|| Data::Bytes(body.to_vec())),
            allow_redirects: Some(false),
            // What `.netrc` has is not the client's.
            auth: Some(None),
            timeout: Some(Timeout { connect: Some(PATIENCE), read: Some(PATIENCE), total: None }),
            verify: self.verify.clone(),
            ..Request::default()
        };
        let mut jar = CookieJar::default();
        let prepared =
            prepare(&sent, &Request::default(), &jar, &self.environment, SystemTime::now());
        let prepared = prepared.map_err(|error| error.to_string())?;
        let number = self.files.fetch_add(1, Ordering::Relaxed) + 1;
        let path = self.folder.join(format!("{number}.bin"));
        let open = |path: &Path| -> io::Result<Box<dyn Write + Send>> {
            Ok(Box::new(Spill { path: path.to_owned(), held: Vec::new(), file: None }))
        };
        let digest = crate::http::Digesting::Unwanted;
        let sink = Sink::File { path, open: &open, keep: HELD, digest };
        let answered = self.client.send(prepared, &mut jar, &sink);
        answered.map_err(|failure| failure.error.to_string())
    }

    /// What the client gets: the answer, with our address where upstream's stood.
    fn reply(&self, received: &Received, answer: &Exchange) -> Reply {
        let response = &answer.response;
        let here = |text: &str| text.replace(&self.upstream, &received.base_url);
        let mut reply = Reply::bare(response.status, &[][..]);
        reply.reason = Some(response.reason.clone());
        for (name, value) in shown_headers(&response.headers) {
            reply = reply.with(name, &here(&value));
        }
        let content = &response.content;
        reply.body = match (content.is_whole(), &content.saved) {
            (false, Some(path)) => of_file(path, content.size),
            _ => Body::Whole(match std::str::from_utf8(&content.bytes) {
                Ok(text) => here(text).into_bytes().into(),
                Err(_) => content.bytes.to_vec().into(),
            }),
        };
        reply
    }
}

impl Site for Recorder {
    fn answer(&self, request: Incoming) -> Reply {
        let said = |status: u16, text: String| {
            Reply::bare(status, (text + "\n").into_bytes())
                .with("Content-Type", "text/plain; charset=utf-8")
        };
        let received = match received(request) {
            Ok(received) => received,
            Err(message) => return said(400, message),
        };
        match self.pass_on(&received) {
            Ok(answer) => {
                let reply = self.reply(&received, &answer);
                self.recording().add(call(&received, &answer));
                reply
            }
            Err(message) => {
                let text = format!("`{}` did not answer: {message}", self.upstream);
                self.recording().failed += 1;
                said(502, text)
            }
        }
    }
}

/// What the client sent, without what belongs to its connection and without what we would add.
fn forwarded(headers: &Headers) -> Mapping<Vec<String>> {
    let mut mapping: Mapping<Vec<String>> = ["User-Agent", "Accept"]
        .into_iter()
        .filter(|name| !headers.contains(name))
        .map(|name| (name.to_owned(), None))
        .collect();
    // Bodies are recorded, and the recording is for people.
    mapping.push(("Accept-Encoding".to_owned(), Some(vec!["identity".to_owned()])));
    for (name, value) in headers.iter().filter(|(name, _)| !is_hop_by_hop(name)) {
        let known = mapping.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(name));
        match known.and_then(|(_, values)| values.as_mut()) {
            Some(values) => values.push(value.to_owned()),
            None => mapping.push((name.to_owned(), Some(vec![value.to_owned()]))),
        }
    }
    mapping
}

fn is_hop_by_hop(name: &str) -> bool {
    HOP_BY_HOP.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// A response's headers as they are passed on: cookies are for whoever asks us, over plain HTTP.
fn shown_headers(headers: &Headers) -> Vec<(String, String)> {
    let passed = headers.iter().filter(|(name, _)| !is_hop_by_hop(name));
    let passed = passed.map(|(name, value)| match name.eq_ignore_ascii_case("set-cookie") {
        true => (name.to_owned(), for_here(value)),
        false => (name.to_owned(), value.to_owned()),
    });
    passed.collect()
}

fn for_here(cookie: &str) -> String {
    let kept = cookie.split(';').filter(|part| {
        let name = part.split('=').next().unwrap_or_default().trim().to_ascii_lowercase();
        name != "domain" && name != "secure"
    });
    kept.collect::<Vec<_>>().join(";")
}

fn call(received: &Received, answer: &Exchange) -> Call {
    let response = &answer.response;
    let content = &response.content;
    Call {
        method: received.method.clone(),
        path: received.url.path().to_owned(),
        params: received.params.clone(),
        headers: received.headers.clone(),
        json: received.message.json().ok().map(|value| Value::clone(value)),
        form: received.form.clone(),
        body: received.message.content().bytes.to_vec(),
        status: response.status,
        reason: response.reason.clone(),
        answered: shown_headers(&response.headers),
        content: match (content.is_whole(), &content.saved) {
            (false, Some(path)) => Recorded::File(path.clone()),
            _ => Recorded::Held(Arc::clone(&content.bytes)),
        },
    }
}

/// Writes into memory, and into a file once that is too much.
struct Spill {
    path: PathBuf,
    held: Vec<u8>,
    file: Option<File>,
}

impl Write for Spill {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(file) = &mut self.file {
            return file.write(bytes);
        }
        self.held.extend_from_slice(bytes);
        if self.held.len() > HELD {
            if let Some(folder) = self.path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            let mut file = File::create(&self.path)?;
            file.write_all(&std::mem::take(&mut self.held))?;
            self.file = Some(file);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), Write::flush)
    }
}

fn of_file(path: &Path, length: u64) -> Body {
    let Ok(mut file) = File::open(path) else { return Body::Whole((&[][..]).into()) };
    let steps = std::iter::from_fn(move || {
        let mut piece = vec![0; PIECE];
        let count = file.read(&mut piece).ok().filter(|count| *count > 0)?;
        piece.truncate(count);
        Some(Step::Send(piece))
    });
    Body::Steps { length: Some(length), steps: Box::new(steps) }
}
