//! Sockets against the servers people speak to: Redis, memcached, a mail server, DNS, TLS.

use crate::program::{Finished, Folder, outcomes};
use crate::server::{Program, aiosmtpd, dnsmasq, memcached, redis};
use crate::tls::{Authority, serve};
use serde_json::Value;
use std::io::Read as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// An example of the folder `examples/sockets`, against a real server.
fn example(name: &str, variable: &str, scheme: &str, server: &Program) {
    let text = std::fs::read_to_string(Path::new("examples/sockets").join(name)).unwrap();
    let folder = Folder::with(&text);
    let mut command = folder.command(&["run", "-q", "collection.yaml"]);
    command.env(variable, format!("{scheme}://{}", server.address));
    let finished = Finished::of(command.stdout(std::process::Stdio::piped()).spawn().unwrap());
    assert_eq!(finished.code, Some(0), "{name}: {}", finished.stdout);
}

#[test]
fn redis_is_spoken_to() {
    example("redis.yaml", "REDIS", "tcp", &redis());
}

#[test]
fn memcached_is_spoken_to() {
    example("memcached.yaml", "MEMCACHED", "tcp", &memcached());
}

#[test]
fn a_mail_is_handed_over() {
    example("smtp.yaml", "SMTP", "tcp", &aiosmtpd());
}

#[test]
fn a_name_is_asked_for_by_datagram() {
    example("dns.yaml", "DNS", "udp", &dnsmasq("/runner.example/192.0.2.7"));
}

#[test]
fn every_example_of_sockets_checks_clean_and_is_run_here() {
    let files = Path::new("examples/sockets").read_dir().unwrap();
    let mut names: Vec<String> =
        files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["dns.yaml", "memcached.yaml", "redis.yaml", "smtp.yaml"]);
    for name in names {
        let path = format!("examples/sockets/{name}");
        let output = Command::new(env!("CARGO_BIN_EXE_runner")).args(["check", &path]).output();
        assert!(output.unwrap().status.success(), "{path}");
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(&format!("runner run {path}")), "{path}");
    }
}

/// A collection whose `requests` see `port`, a TLS server's, beside `ca.pem`.
fn encrypted(requests: &str) -> Folder {
    let authority = Authority::new();
    let server = serve(&authority.issue(&["localhost", "mail.example"], |_| {}), None);
    let folder = Folder::with(&format!("vars: {{port: {}}}\nrequests:\n{requests}", server.port()));
    folder.write("ca.pem", authority.pem());
    folder
}

#[test]
fn tls_is_spoken_and_the_certificate_is_looked_at() {
    let folder = encrypted(
        r#"
  - socket: {connect: "tls://localhost:{{ port }}", verify: ca.pem}
    script:
      - send: "GET / HTTP/1.0\r\n\r\n"
      - {recv: {until: "\r\n\r\n"}, expect: {starts_with: HTTP/1.1 200}}
      - recv: 6
    assert: {text: {ends_with: secure}, certificate: {expires_in: {gt: 1h}, names: {contains: mail.example}}}
  - socket: {connect: "tcp://127.0.0.1:{{ port }}", tls: true, server_name: mail.example, verify: ca.pem}
    script: [{send: "GET / HTTP/1.0\r\n\r\n"}, {shutdown: write}, {recv: any, expect: {starts_with: HTTP}}]
  - socket: {connect: "tls://localhost:{{ port }}", verify: false}
"#,
    );
    let finished = folder.runner(&["run", "-q", "collection.yaml"]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
}

#[test]
fn a_sessions_verify_and_the_command_lines_hold_for_sockets() {
    let folder = encrypted("  - socket: \"tls://localhost:{{ port }}\"\n");
    let (finished, report) = folder.report(&["-q"]);
    assert_eq!(finished.code, Some(3));
    let name = report["collections"][0]["steps"][0]["name"].as_str().unwrap();
    assert_eq!(outcomes(&report), [format!("{name} errored: SSLError")]);
    let insecure = folder.runner(&["run", "-q", "collection.yaml", "--insecure"]);
    assert_eq!(insecure.code, Some(0), "{insecure:?}");
    let text = folder.read("collection.yaml");
    folder.write("collection.yaml", format!("session: {{verify: ca.pem}}\n{text}"));
    let session = folder.runner(&["run", "-q", "collection.yaml"]);
    assert_eq!(session.code, Some(0), "{session:?}");
}

#[test]
fn a_certificate_of_another_name_is_refused() {
    let folder = encrypted(
        "  - socket: {connect: \"tls://localhost:{{ port }}\", server_name: other.example, verify: ca.pem}\n    assert: {error: SSLError}\n",
    );
    let finished = folder.runner(&["run", "-q", "collection.yaml"]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
}

/// Clients and servers in one collection, of every kind of socket.
const BOTH: &str = r#"
mode: parallel
requests:
  - {name: a, socket: "{{ listen.tcp.url }}", script: [{send: "1\n"}, {recv: all, expect: "got 1\n"}]}
  - {name: b, socket: "{{ listen.tcp.url }}", script: [{send: "1\n"}, {recv: all, expect: "got 1\n"}]}
  - {id: tcp, name: s, socket: {listen: tcp://127.0.0.1:0, accept: 2}, script: [{recv: {until: "\n"}}, {send: "got {{ response.received[-1] }}"}]}
  - {name: d, socket: "{{ listen.unix.url }}", script: [{send: x}, {shutdown: write}, {recv: all, expect: x}]}
  - {id: unix, name: u, socket: {listen: unix://a.sock}, script: [{recv: all}, {send: "{{ response.text }}"}]}
  - {id: six, name: v6, socket: {listen: "tcp://[::1]:0"}, script: [{recv: 1}]}
  - {name: c6, socket: "tcp://[::1]:{{ listen.six.port }}", script: [{send: x}], assert: {getpeername: {host: "::1"}}}
  - {id: udp, name: w, socket: {listen: "udp://127.0.0.1:0"}, script: [{recv: any}, {send: "{{ response.text }}!"}]}
  - {name: e, socket: "{{ listen.udp.url }}", script: [{send: hello}, {recv: any, expect: hello!}]}
"#;

#[test]
fn a_collection_is_client_and_server_whatever_the_jobs() {
    for jobs in ["1", "2", "32"] {
        let folder = Folder::with(BOTH);
        let (finished, report) = folder.report(&["-q", "-j", jobs]);
        assert_eq!(finished.code, Some(0), "-j {jobs}: {}", finished.stdout);
        assert_eq!(outcomes(&report).len(), 9);
        assert!(!folder.file("a.sock").exists());
    }
}

#[test]
fn reports_have_what_was_said() {
    let folder = Folder::with(
        r#"
secrets: [key]
vars: {key: hunter2}
mode: parallel
requests:
  - id: server
    name: server
    socket: {listen: tcp://127.0.0.1:0}
    script: [{recv: {until: "\n"}}, {send: {$hex: "00ff0d0a"}}]
  - name: client
    socket: "{{ listen.server.url }}"
    script: [{send: "{{ key }}\n"}, {recv: all}]
"#,
    );
    let (finished, report) = folder.report(&["--report", "junit=junit.xml", "-vv"]);
    assert_eq!(finished.code, Some(0), "{}", finished.stdout);
    let steps = report["collections"][0]["steps"].as_array().unwrap();
    let moves = |index: usize| -> Vec<String> {
        let socket = &steps[index]["attempts"][0]["socket"];
        let moves = socket["moves"].as_array().unwrap().iter();
        moves.map(|one| format!("{} {} {}", one["action"], one["bytes"], one["size"])).collect()
    };
    assert_eq!(
        moves(0),
        [r#""accept" null null"#, r#""recv" "***\\n" 8"#, r#""send" "\\x00\\xff\\r\\n" 4"#]
    );
    assert_eq!(moves(1), [r#""send" "***\\n" 8"#, r#""recv" "\\x00\\xff\\r\\n" 4"#]);
    assert!(!folder.read("report.json").contains("hunter2"));
}

#[test]
fn a_secret_in_several_pieces_is_masked() {
    let folder = Folder::with(
        r#"
secrets: [key]
vars: {key: hunter2}
mode: parallel
requests:
  - id: server
    name: server
    socket: {listen: tcp://127.0.0.1:0}
    script: [{recv: 3}, {recv: 6}, {recv: all}]
    assert: {text: no}
  - name: client
    socket: "{{ listen.server.url }}"
    script: [{send: "k=hun"}, {send: "ter2;"}]
"#,
    );
    let (finished, report) = folder.report(&["--report", "junit=junit.xml", "-vv"]);
    assert_eq!(finished.code, Some(1), "{}", finished.stdout);
    let moves = report["collections"][0]["steps"][0]["attempts"][0]["socket"]["moves"].to_string();
    assert!(moves.contains(r#""k=***;""#), "{moves}");
    let junit = folder.read("junit.xml");
    for text in [&finished.stdout, &moves, &junit] {
        assert!(!text.contains("hun") && !text.contains("ter2"), "{text}");
    }
}

#[test]
fn who_breaks_off_and_who_is_not_there_are_told_apart() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        // It is connected by now, and waits for an answer.
        stream.read_exact(&mut [0]).unwrap();
        // Closed without waiting for anything: the other side is told so by a reset.
        socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
    });
    // A port that was free a moment ago.
    let nobody = std::net::UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let folder = Folder::with(&format!(
        "- {{name: reset, socket: 'tcp://127.0.0.1:{port}', script: [{{send: a}}, {{recv: any}}]}}\n\
         - {{name: gone, socket: 'udp://{nobody}', script: [{{send: a}}, {{recv: any}}]}}\n"
    ));
    let (finished, report) = folder.report(&["-q"]);
    server.join().unwrap();
    assert_eq!(finished.code, Some(3));
    assert_eq!(
        outcomes(&report),
        ["reset errored: ConnectionResetError", "gone errored: ConnectionRefusedError"]
    );
    let gone = &report["collections"][0]["steps"][1]["attempts"][0]["socket"];
    assert_eq!((gone["sent"].as_u64(), gone["moves"].as_array().unwrap().len()), (Some(1), 1));
}

#[test]
fn a_wait_ends_with_ctrl_c() {
    let collections = [
        "- socket: {listen: tcp://127.0.0.1:0}\n",
        "- {socket: {listen: 'udp://127.0.0.1:0'}, script: [{recv: any}]}\n",
        "- mode: parallel\n  requests:\n  - {id: s, name: s, socket: {listen: tcp://127.0.0.1:0}, script: [{recv: all}]}\n  - {socket: '{{ listen.s.url }}', script: [{recv: any}]}\n",
    ];
    for collection in collections {
        let folder = Folder::with(collection);
        let started = Instant::now();
        let child = folder.start(&["run", "collection.yaml", "--report", "events=events"]);
        // The run has begun when its first step has.
        while !std::fs::read_to_string(folder.file("events"))
            .is_ok_and(|text| text.contains("step_started"))
        {
            assert!(started.elapsed() < Duration::from_secs(20));
            std::thread::park_timeout(Duration::from_millis(5));
        }
        let signalled = Command::new("kill").args(["-s", "INT", &child.id().to_string()]).status();
        assert!(signalled.unwrap().success());
        let finished = Finished::of(child);
        assert_eq!(finished.code, Some(130), "{finished:?}");
        // Nobody waited for the 30 seconds of a socket.
        assert!(started.elapsed() < Duration::from_secs(20));
    }
}

#[test]
fn a_taken_address_is_refused_before_anything_is_sent() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let folder = Folder::with(&format!("- socket: {{listen: 'tcp://{address}'}}\n"));
    let finished = folder.runner(&["run", "collection.yaml"]);
    assert_eq!(finished.code, Some(2));
    let expected =
        format!("error[E0601]: cannot listen on `tcp://{address}`: address already in use");
    assert!(finished.stderr.starts_with(&expected), "{}", finished.stderr);
}

#[test]
fn a_stream_without_an_end_does_not_fill_the_memory() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let piece = vec![b'x'; 1 << 16];
        // Until it is closed on us.
        let written =
            (0..4096).take_while(|_| std::io::Write::write_all(&mut stream, &piece).is_ok());
        written.count()
    });
    let folder = Folder::with(&format!(
        "- {{socket: 'tcp://127.0.0.1:{port}', script: [{{recv: {{until: \"\\n\"}}}}]}}\n"
    ));
    let (finished, report) = folder.report(&["-q"]);
    assert_eq!(finished.code, Some(3));
    let error: &Value = &report["collections"][0]["steps"][0]["attempts"][0]["error"];
    assert_eq!(error["message"], "more than 16777216 bytes came over this socket, and not `\\n`");
    assert!(server.join().unwrap() < 4096);
}
