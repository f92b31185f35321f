//! Real programs the tests talk to, on free ports.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A program that is ended with the test.
pub(crate) struct Program {
    pub(crate) address: SocketAddr,
    child: Child,
    _folder: tempfile::TempDir,
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port nobody listens on.
pub(crate) fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// tinyproxy; `login` is the user and password it asks for.
pub(crate) fn tinyproxy(login: Option<(&str, &str)>) -> Program {
    let login =
        login.map_or(String::new(), |(user, password)| format!("BasicAuth {user} {password}\n"));
    start("tinyproxy", |address, folder| {
        let file = folder.join("tinyproxy.conf");
        let port = address.port();
        let text = format!("Port {port}\nListen 127.0.0.1\nTimeout 20\nMaxClients 20\n{login}");
        std::fs::write(&file, text).unwrap();
        vec!["-d".to_owned(), "-c".to_owned(), file.display().to_string()]
    })
}

/// microsocks; `login` as [`tinyproxy`]'s.
pub(crate) fn microsocks(login: Option<(&str, &str)>) -> Program {
    start("microsocks", |address, _| {
        let port = address.port().to_string();
        let mut arguments = vec!["-i", "127.0.0.1", "-p", &port];
        if let Some((user, password)) = login {
            arguments.extend(["-u", user, "-P", password]);
        }
        arguments.into_iter().map(str::to_owned).collect()
    })
}

/// Redis, which keeps nothing.
pub(crate) fn redis() -> Program {
    start("redis-server", |address, folder| {
        let (port, home) = (address.port().to_string(), folder.display().to_string());
        ["--port", &port, "--bind", "127.0.0.1", "--dir", &home, "--save", "", "--appendonly", "no"]
            .map(str::to_owned)
            .to_vec()
    })
}

/// memcached.
pub(crate) fn memcached() -> Program {
    start("memcached", |address, _| {
        let port = address.port().to_string();
        ["-p", &port, "-l", "127.0.0.1", "-U", "0", "-u", "nobody"].map(str::to_owned).to_vec()
    })
}

/// dnsmasq, which knows these names alone: `/runner.example/192.0.2.7`.
pub(crate) fn dnsmasq(names: &str) -> Program {
    start("dnsmasq", |address, _| {
        let options = [
            format!("--port={}", address.port()),
            format!("--address={names}"),
            "--listen-address=127.0.0.1".to_owned(),
            "--conf-file=/dev/null".to_owned(),
            "--pid-file=".to_owned(),
        ];
        let flags = ["--no-daemon", "--bind-interfaces", "--no-resolv", "--no-hosts"];
        options.into_iter().chain(flags.map(str::to_owned)).collect()
    })
}

/// aiosmtpd, a mail server.
pub(crate) fn aiosmtpd() -> Program {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/test-venv/bin/python");
    start(&python.display().to_string(), |address, _| {
        ["-m", "aiosmtpd", "-n", "-l", &address.to_string()].map(str::to_owned).to_vec()
    })
}

/// nginx with these lines in its `server` block, which may name the `folder` it runs in. One process
/// alone, so that ending it ends all of it.
pub(crate) fn nginx(server: &str) -> Program {
    start("nginx", |address, folder| {
        let home = folder.display();
        let kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
        let paths = kinds.map(|kind| format!("{kind}_temp_path {home}/{kind};\n")).concat();
        let text = format!(
            "daemon off;\nmaster_process off;\npid {home}/pid;\nerror_log {home}/errors;\n\
             events {{}}\n\
             http {{\naccess_log off;\n{paths}server {{\nlisten {address};\n{server}\n}}\n}}\n"
        );
        let file = folder.join("nginx.conf");
        std::fs::write(&file, text).unwrap();
        let errors = format!("{home}/errors");
        ["-p", &home.to_string(), "-e", &errors, "-c", &file.display().to_string()]
            .map(str::to_owned)
            .to_vec()
    })
}

/// Starts a program on a free port; on another when somebody took it meanwhile.
fn start(name: &str, arguments: impl Fn(SocketAddr, &Path) -> Vec<String>) -> Program {
    for _ in 0..10 {
        let address = free_address();
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(name);
        command.args(arguments(address, folder.path()));
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let child =
            child.unwrap_or_else(|error| panic!("cannot start {name} ({error}): run tests/setup"));
        let mut program = Program { address, child, _folder: folder };
        if program.listens() {
            return program;
        }
    }
    panic!("{name} does not listen on any port it is given");
}

impl Program {
    /// Waits until the program listens; false when it ended instead. Looked up in the kernel's
    /// table, for a connection would be one more client.
    fn listens(&mut self) -> bool {
        let local = format!(":{:04X}", self.address.port());
        while self.child.try_wait().unwrap().is_none() {
            let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
            let is_there = table.lines().skip(1).any(|line| {
                let columns: Vec<&str> = line.split_whitespace().collect();
                // 0A is LISTEN.
                columns[1].ends_with(&local) && columns[3] == "0A"
            });
            if is_there {
                return true;
            }
            std::thread::park_timeout(Duration::from_millis(2));
        }
        false
    }
}
