//! What everybody is measured against, and a server that waits: standard library alone.
//!
//! ```text
//! rustc -O benches/lab/floor.rs
//! floor get PORT PATH THREADS COUNT   sends COUNT GETs on each of THREADS sockets, reads the answers
//! floor serve PORT MICROSECONDS       answers JSON after that time; reads bodies to their end
//! ```
//!
//! `get` is the floor: one write and as few reads as it takes for each request. `serve` counts: a
//! GET of `/count` says how many requests and how many bytes of bodies it has had.

use std::env::args;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

static REQUESTS: AtomicU64 = AtomicU64::new(0);
static BYTES: AtomicU64 = AtomicU64::new(0);

fn main() {
    let arguments: Vec<String> = args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["get", port, path, threads, count] => get(number(port) as u16, path, number(threads), number(count)),
        ["serve", port, delay] => serve(number(port) as u16, Duration::from_micros(number(delay))),
        _ => panic!("floor get PORT PATH THREADS COUNT | floor serve PORT MICROSECONDS"),
    }
}

fn number(text: &str) -> u64 {
    text.parse().expect("a number")
}

fn get(port: u16, path: &str, threads: u64, count: u64) {
    thread::scope(|scope| {
        for _ in 0..threads {
            thread::Builder::new()
                .stack_size(128 << 10)
                .spawn_scoped(scope, || one_socket(port, path, count))
                .expect("a thread");
        }
    });
}

fn one_socket(port: u16, path: &str, count: u64) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("a server");
    stream.set_nodelay(true).expect("a socket");
    let mut buffer = vec![0; 64 << 10];
    // Every answer is as long as the first, whose end is found by its Content-Length.
    let mut length = None;
    for number in 0..count {
        let head = format!(
            "GET {path}?n={number} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUser-Agent: floor\r\n\
             Accept-Encoding: gzip, deflate, br, zstd\r\nAccept: */*\r\nConnection: keep-alive\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).expect("sent");
        let mut read = 0;
        while length.is_none_or(|length| read < length) {
            let count = stream.read(&mut buffer[read..]).expect("an answer");
            assert!(count > 0, "the server hung up");
            read += count;
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

fn serve(port: u16, delay: Duration) {
    let listener = TcpListener::bind(("127.0.0.1", port)).expect("the port");
    for stream in listener.incoming().flatten() {
        let answer = move || {
            // The client is gone.
            let _ = connection(stream, delay);
        };
        thread::Builder::new().stack_size(128 << 10).spawn(answer).expect("a thread");
    }
}

fn connection(stream: TcpStream, delay: Duration) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut out = stream.try_clone()?;
    let mut reader = BufReader::with_capacity(256 << 10, stream);
    let mut line = String::new();
    while reader.read_line(&mut line)? > 0 {
        let came = Instant::now();
        let is_count = line.contains(" /count ");
        let (mut length, mut is_chunked, mut is_asked) = (0, false, false);
        loop {
            line.clear();
            reader.read_line(&mut line)?;
            let lower = line.trim_end().to_ascii_lowercase();
            match lower.split_once(": ") {
                None => break,
                Some(("content-length", value)) => length = value.parse().unwrap_or(0),
                Some(("transfer-encoding", _)) => is_chunked = true,
                Some(("expect", _)) => is_asked = true,
                _ => {}
            }
        }
        line.clear();
        if is_asked {
            out.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        if is_chunked {
            chunks(&mut reader)?;
        } else {
            body(&mut reader, length)?;
        }
        let answer = if is_count {
            format!("{} {}", REQUESTS.load(Ordering::SeqCst), BYTES.load(Ordering::SeqCst))
        } else {
            REQUESTS.fetch_add(1, Ordering::SeqCst);
            thread::sleep(delay.saturating_sub(came.elapsed()));
            format!("{{\"user\":{{\"login\":\"octokit\",\"id\":1}},\"body\":\"{}\"}}", "x".repeat(250))
        };
        let answer = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{answer}",
            answer.len()
        );
        out.write_all(answer.as_bytes())?;
    }
    Ok(())
}

/// Reads a body to its end.
fn body(reader: &mut impl BufRead, mut left: u64) -> std::io::Result<()> {
    while left > 0 {
        let there = reader.fill_buf()?.len() as u64;
        if there == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let taken = there.min(left);
        reader.consume(taken as usize);
        left -= taken;
        BYTES.fetch_add(taken, Ordering::SeqCst);
    }
    Ok(())
}

fn chunks(reader: &mut impl BufRead) -> std::io::Result<()> {
    let mut line = String::new();
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let length = u64::from_str_radix(line.trim(), 16).unwrap_or(0);
        body(reader, length)?;
        reader.read_line(&mut line)?;
        if length == 0 {
            return Ok(());
        }
    }
}
