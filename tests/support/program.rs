//! Real programs the tests talk to, on free ports.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A program that is ended with the test.
pub struct Program {
    pub address: SocketAddr,
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
pub fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// tinyproxy; `login` is the user and password it asks for.
pub fn tinyproxy(login: Option<(&str, &str)>) -> Program {
    let address = free_address();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tinyproxy.conf");
    let login =
        login.map_or(String::new(), |(user, password)| format!("BasicAuth {user} {password}\n"));
    let text = format!(
        "Port {}\nListen 127.0.0.1\nTimeout 20\nMaxClients 20\nLogLevel Critical\n{login}",
        address.port()
    );
    std::fs::write(&file, text).unwrap();
    start(Command::new("tinyproxy").arg("-d").arg("-c").arg(file), address, folder)
}

/// microsocks; `login` as [`tinyproxy`]'s.
pub fn microsocks(login: Option<(&str, &str)>) -> Program {
    let address = free_address();
    let mut command = Command::new("microsocks");
    command.args(["-q", "-i", "127.0.0.1", "-p", &address.port().to_string()]);
    if let Some((user, password)) = login {
        command.args(["-u", user, "-P", password]);
    }
    start(&mut command, address, tempfile::tempdir().unwrap())
}

fn start(command: &mut Command, address: SocketAddr, folder: tempfile::TempDir) -> Program {
    let name = command.get_program().to_string_lossy().into_owned();
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let child =
        child.unwrap_or_else(|error| panic!("cannot start {name} ({error}): run tests/setup"));
    let program = Program { address, child, _folder: folder };
    let began = Instant::now();
    while TcpStream::connect(address).is_err() {
        assert!(began.elapsed() < Duration::from_secs(20), "{name} does not listen on {address}");
        std::thread::yield_now();
    }
    program
}
