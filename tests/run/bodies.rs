//! Bodies nobody asks for are not kept; large ones are streamed. Memory is read by the server
//! while the exchange is under way.

use crate::program::{Finished, Folder};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Child;
use std::sync::mpsc::channel;

/// The size of what is sent, in bytes.
const LARGE: usize = 256 << 20;

/// More memory than a run of one small request needs, much less than [`LARGE`].
const BOUND: usize = 64 << 20;

/// The most memory a process ever had, in bytes.
fn peak(process: u32) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() << 10
}

/// Reads a head, byte by byte.
fn head(socket: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && socket.read(&mut byte).unwrap() == 1 {
        head.push(byte[0]);
    }
    String::from_utf8(head).unwrap()
}

/// Runs the collection against a server that is told the runner's process; what the server gives
/// back, and how the run ended.
fn with_server<T: Send + 'static>(
    folder: &Folder,
    serve: impl FnOnce(TcpStream, u32) -> T + Send + 'static,
    start: impl FnOnce(&Folder, SocketAddr) -> Child,
) -> (T, Finished) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, process) = channel();
    let server = std::thread::spawn(move || {
        let (socket, _) = listener.accept().unwrap();
        serve(socket, process.recv().unwrap())
    });
    let child = start(folder, address);
    sender.send(child.id()).unwrap();
    let finished = Finished::of(child);
    (server.join().unwrap(), finished)
}

/// Sends [`LARGE`] bytes; the memory before the last of them.
fn download(mut socket: TcpStream, process: u32) -> usize {
    head(&mut socket);
    write!(socket, "HTTP/1.1 200 OK\r\nContent-Length: {LARGE}\r\n\r\n").unwrap();
    let block = vec![b'x'; 1 << 20];
    for _ in 1..LARGE >> 20 {
        socket.write_all(&block).unwrap();
    }
    let peak = peak(process);
    socket.write_all(&block).unwrap();
    peak
}

fn start(folder: &Folder, address: SocketAddr) -> Child {
    let given = format!("site=http://{address}");
    folder.start(&["run", "collection.yaml", "--var", &given])
}

#[test]
fn a_body_nobody_asks_for_is_not_kept() {
    let folder =
        Folder::with(r#"requests: [{url: "{{ site }}/", assert: {status: 200, size: 268435456}}]"#);
    let (peak, finished) = with_server(&folder, download, start);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert!(peak < BOUND, "{peak}");
}

#[test]
fn a_saved_body_is_streamed_to_its_file() {
    let folder = Folder::with(r#"requests: [{url: "{{ site }}/", save: out/big}]"#);
    let (peak, finished) = with_server(&folder, download, start);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert!(peak < BOUND, "{peak}");
    assert_eq!(folder.file("out/big").metadata().unwrap().len(), LARGE as u64);
}

#[test]
fn a_file_is_streamed_from_the_disk() {
    for field in ["data: {$file: big}", "files: {f: big}"] {
        let folder =
            Folder::with(&format!("requests: [{{method: POST, url: '{{{{ site }}}}/', {field}}}]"));
        std::fs::File::create(folder.file("big")).unwrap().set_len(LARGE as u64).unwrap();
        let upload = |mut socket: TcpStream, process: u32| {
            let head = head(&mut socket).to_lowercase();
            let length = head.split("content-length: ").nth(1).unwrap().split("\r\n").next();
            let length: u64 = length.unwrap().parse().unwrap();
            let read = std::io::copy(&mut (&mut socket).take(length), &mut std::io::sink());
            let peak = peak(process);
            write!(socket, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
            (peak, read.unwrap())
        };
        let ((peak, read), finished) = with_server(&folder, upload, start);
        assert_eq!(finished.code, Some(0), "{finished:?}");
        assert!(read >= LARGE as u64);
        assert!(peak < BOUND, "{field}: {peak}");
    }
}
