//! What a request costs, counted and not timed: instructions and allocations, by callgrind.
//!
//! Two runs differ in the number of their requests alone, so that what the program does once
//! cancels out. Counts hardly vary from run to run and from machine to machine; the bounds are
//! half as much again as was counted, so that they are met until a request costs markedly more. They
//! are those of the test profile's build, which is not optimized. What was counted is printed:
//!
//! ```text
//! cargo test --test cost -- --nocapture
//! ```

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop at a surprise")]

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

/// The requests of the shorter run and of the longer one.
const COUNTS: [usize; 2] = [20, 60];

/// What each request may cost: read, planned, sent, its answer looked at, reported.
const INSTRUCTIONS: u64 = 2_000_000;
const ALLOCATIONS: u64 = 400;

/// 300 bytes of JSON.
fn item() -> String {
    let text = r#"{"user":{"login":"octokit","id":1},"labels":["bug","help"],"body":""#;
    format!("{text}{}\"}}", "x".repeat(300 - text.len() - 2))
}

/// Answers every request with [`item`], on connections that stay open.
fn server() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let stream = stream.unwrap();
            thread::spawn(move || answer(&stream));
        }
    });
    address
}

fn answer(mut stream: &TcpStream) {
    let item = item();
    let head = "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Sat, 21 Nov 2026 00:00:00 GMT\r\n\
        Content-Type: application/json\r\nLast-Modified: Sat, 21 Nov 2026 00:00:00 GMT\r\n\
        Connection: keep-alive\r\nETag: \"a\"\r\nAccept-Ranges: bytes\r\n";
    let answer = format!("{head}Content-Length: {}\r\n\r\n{item}", item.len());
    for line in BufReader::new(stream).lines() {
        // The program has what it wants and hangs up.
        let Ok(line) = line else { return };
        if line.is_empty() {
            stream.write_all(answer.as_bytes()).unwrap();
        }
    }
}

fn collection(address: SocketAddr, count: usize) -> String {
    let mut text = format!("vars: {{base: 'http://{address}'}}\nrequests:\n");
    for number in 0..count {
        write!(
            text,
            "  - name: request {number}\n    url: \"{{{{ base }}}}/item.json?n={number}\"\n    assert:\n      \
             status: 200\n      headers: {{content-type: application/json}}\n      jsonpath: {{$.user.login: octokit}}\n"
        )
        .unwrap();
    }
    text
}

/// What a run cost.
#[derive(Clone, Copy, Debug)]
struct Cost {
    instructions: u64,
    allocations: u64,
}

fn cost(folder: &Path, address: SocketAddr, count: usize) -> Cost {
    let written = folder.join(format!("{count}.yaml"));
    fs::write(&written, collection(address, count)).unwrap();
    let profile = folder.join(format!("{count}.callgrind"));
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--compress-strings=yes", "--compress-pos=no"])
        .arg(format!("--callgrind-out-file={}", profile.display()))
        .args([env!("CARGO_BIN_EXE_runner"), "run", "--quiet"])
        .arg(&written)
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("valgrind: {error}; run tests/setup"));
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains(&format!("{count} passed")), "{said}");
    read(&fs::read_to_string(profile).unwrap())
}

/// The totals of a profile: its format is callgrind's own (valgrind's manual, appendix 2).
fn read(profile: &str) -> Cost {
    let mut names: HashMap<&str, bool> = HashMap::new();
    let mut is_allocating = false;
    let mut cost = Cost { instructions: 0, allocations: 0 };
    for line in profile.lines() {
        // `(12) name` where a name is met for the first time, `(12)` later.
        let named = line.strip_prefix("cfn=").or_else(|| line.strip_prefix("fn="));
        if let Some((id, name)) = named.and_then(|named| named.split_once(')')) {
            let known = names.entry(id).or_default();
            *known |= allocates(name.trim());
            is_allocating = *known;
        } else if let Some(calls) = line.strip_prefix("calls=").filter(|_| is_allocating) {
            cost.allocations += calls.split(' ').next().unwrap().parse::<u64>().unwrap();
        } else if let Some(total) = line.strip_prefix("totals: ") {
            cost.instructions = total.trim().parse().unwrap();
        }
    }
    cost
}

/// Whether a function is where Rust asks its allocator for memory.
fn allocates(name: &str) -> bool {
    ["__rust_alloc", "__rust_alloc_zeroed", "__rust_realloc"].iter().any(|end| name.ends_with(end))
}

#[test]
fn a_request_costs_no_more_than_it_did() {
    let folder = tempfile::tempdir().unwrap();
    let address = server();
    let [short, long] = COUNTS.map(|count| cost(folder.path(), address, count));
    let requests = (COUNTS[1] - COUNTS[0]) as u64;
    let each = Cost {
        instructions: (long.instructions - short.instructions) / requests,
        allocations: (long.allocations - short.allocations) / requests,
    };
    println!("each request: {each:?}");
    // So that a name that is spelt otherwise one day is not taken for thrift.
    assert!(each.allocations > 100, "allocations were not counted: {each:?}");
    assert!(each.instructions <= INSTRUCTIONS, "{each:?}, at most {INSTRUCTIONS} instructions");
    assert!(each.allocations <= ALLOCATIONS, "{each:?}, at most {ALLOCATIONS} allocations");
}
