//! 2,000 sequential templated GETs over one connection, and the start of the program, as ratios.
//!
//! ```text
//! cargo bench --bench sequential
//! ```
//!
//! A local nginx serves 300 bytes of JSON. In turn, seven times: a raw socket loop that sends the
//! same requests and reads the same bytes, and `runner run` of a file of 2,000 requests, each with
//! a template, and assertions on the status, a header and a JSONPath. nginx's own count proves
//! that each did the work. What counts is the ratio of the medians: the machine's speed cancels
//! out. CPU time of the whole process is read from `/proc` (Linux).

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test may stop at a surprise")]

use std::fmt::Write as _;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const REQUESTS: usize = 2_000;
const ROUNDS: usize = 7;

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let nginx = Nginx::start(folder.path());
    let collection = folder.path().join("sequential.yaml");
    fs::write(&collection, many(nginx.port)).expect("the collection");
    let single = folder.path().join("single.yaml");
    fs::write(&single, one(nginx.port)).expect("the collection");

    let mut raw = Vec::new();
    let mut ours = Vec::new();
    for _ in 0..=ROUNDS {
        raw.push(nginx.counted(REQUESTS, || raw_loop(nginx.port)));
        ours.push(nginx.counted(REQUESTS, || run(&collection)));
    }
    // The first of each warms the caches.
    let (raw, ours) = (spread(&raw[1..]), spread(&ours[1..]));
    println!(
        "{REQUESTS} sequential GETs, {ROUNDS} rounds in turn, milliseconds (min, median, max)"
    );
    println!("  raw socket loop  {raw}");
    println!("  runner run       {ours}");
    println!("  ratio of medians {:.2}", ours.median / raw.median);

    let runs = 200;
    let before = children_cpu();
    let started = Instant::now();
    for _ in 0..runs {
        run(&single);
    }
    let cpu = (children_cpu() - before) / f64::from(runs);
    let wall = started.elapsed().as_secs_f64() * 1e3 / f64::from(runs);
    println!("start, one GET, one assertion, whole process: {cpu:.1} ms of CPU, {wall:.1} ms");
}

/// Minimum, median and maximum in milliseconds.
struct Spread {
    min: f64,
    median: f64,
    max: f64,
}

impl std::fmt::Display for Spread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:8.1} {:8.1} {:8.1}", self.min, self.median, self.max)
    }
}

fn spread(times: &[Duration]) -> Spread {
    let mut times: Vec<f64> = times.iter().map(|time| time.as_secs_f64() * 1e3).collect();
    times.sort_by(f64::total_cmp);
    Spread { min: times[0], median: times[times.len() / 2], max: times[times.len() - 1] }
}

fn many(port: u16) -> String {
    let mut text = format!("vars: {{base: 'http://127.0.0.1:{port}'}}\nrequests:\n");
    for number in 0..REQUESTS {
        let _ = write!(
            text,
            "  - name: request {number}\n    url: \"{{{{ base }}}}/item.json?n={number}\"\n    assert:\n      \
             status: 200\n      headers: {{content-type: application/json}}\n      jsonpath: {{$.user.login: octokit}}\n"
        );
    }
    text
}

fn one(port: u16) -> String {
    format!("- url: http://127.0.0.1:{port}/item.json\n  assert: {{status: 200}}\n")
}

fn run(collection: &Path) {
    let output = Command::new(env!("CARGO_BIN_EXE_runner"))
        .args(["run", "--quiet"])
        .arg(collection)
        .stdin(Stdio::null())
        .output()
        .expect("the program");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

/// The floor: the bytes of the requests, one write and as many reads as it takes for each.
fn raw_loop(port: u16) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("nginx");
    stream.set_nodelay(true).expect("a socket");
    let mut buffer = vec![0; 64 << 10];
    let mut length = None;
    for number in 0..REQUESTS {
        let head = format!(
            "GET /item.json?n={number} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUser-Agent: runner/0.1.0\r\n\
             Accept-Encoding: gzip, deflate, br, zstd\r\nAccept: */*\r\nConnection: keep-alive\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).expect("sent");
        let mut read = 0;
        // Every answer is as long as the first, whose end is found by its Content-Length.
        while length.is_none_or(|length| read < length) {
            read += stream.read(&mut buffer[read..]).expect("an answer");
            if length.is_none() {
                length = whole(&buffer[..read]);
            }
        }
    }
}

fn whole(bytes: &[u8]) -> Option<usize> {
    let text = std::str::from_utf8(bytes).ok()?;
    let head = text.find("\r\n\r\n")? + 4;
    let at = text.find("Content-Length: ")? + 16;
    Some(head + text[at..].split("\r\n").next()?.parse::<usize>().ok()?)
}

/// CPU time of the children waited for, in milliseconds.
fn children_cpu() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").expect("Linux");
    let fields: Vec<&str> =
        stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks: f64 = fields[13..15].iter().map(|field| field.parse::<f64>().unwrap_or(0.0)).sum();
    ticks * 10.0
}

struct Nginx {
    process: Child,
    port: u16,
}

impl Nginx {
    fn start(folder: &Path) -> Nginx {
        let port = std::net::TcpListener::bind(("127.0.0.1", 0))
            .and_then(|listener| listener.local_addr())
            .expect("a free port")
            .port();
        let user = r#"{"user":{"login":"octokit","id":1},"labels":["bug","help"],"body":""#;
        let item = format!("{user}{}\"}}", "x".repeat(300 - user.len() - 2));
        fs::write(folder.join("item.json"), item).expect("the body");
        let root = folder.display();
        let config = format!(
            "daemon off; master_process off; pid {root}/nginx.pid; error_log {root}/error.log;\n\
             events {{ worker_connections 256; }}\n\
             http {{ access_log off; types {{ application/json json; }} keepalive_requests 1000000;\n\
             client_body_temp_path {root}/b; proxy_temp_path {root}/p; fastcgi_temp_path {root}/f;\n\
             uwsgi_temp_path {root}/u; scgi_temp_path {root}/s;\n\
             server {{ listen 127.0.0.1:{port}; root {root}; location /count {{ stub_status; }} }} }}\n"
        );
        fs::write(folder.join("nginx.conf"), config).expect("the configuration");
        let process = Command::new("nginx")
            .arg("-c")
            .arg(folder.join("nginx.conf"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("nginx: run tests/setup");
        let nginx = Nginx { process, port };
        let ready = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(ready.elapsed() < Duration::from_secs(10), "nginx does not answer");
            std::thread::yield_now();
        }
        nginx
    }

    /// The time of `work`, which nginx must have counted `requests` for.
    fn counted(&self, requests: usize, work: impl FnOnce()) -> Duration {
        let before = self.count();
        let started = Instant::now();
        work();
        let time = started.elapsed();
        // The question itself counts too.
        assert_eq!(self.count() - before, requests + 1, "requests that nginx counted");
        time
    }

    fn count(&self) -> usize {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("nginx");
        stream.write_all(b"GET /count HTTP/1.0\r\nHost: localhost\r\n\r\n").expect("sent");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("an answer");
        let counts = text.split("accepts handled requests").nth(1).unwrap_or_default();
        counts.split_whitespace().nth(2).and_then(|count| count.parse().ok()).expect("a count")
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // It is gone already when it cannot be killed.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
