//! The `httpbin` of PyPI under gunicorn, on a free port.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};

/// A running httpbin; stops when dropped.
pub(super) struct Original {
    pub(super) address: SocketAddr,
    process: Child,
    /// Kept open: gunicorn goes on writing to it.
    _log: BufReader<ChildStderr>,
    _home: tempfile::TempDir,
}

fn python() -> String {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/test-venv/bin/python");
    assert!(python.exists(), "{} is missing: run tests/setup", python.display());
    python.to_str().unwrap().to_owned()
}

impl Original {
    pub(super) fn start() -> Original {
        let home = tempfile::tempdir().unwrap();
        let mut process = Command::new(python())
            .args(["-m", "gunicorn", "--worker-class", "gthread", "--threads", "8"])
            .args(["--bind", "127.0.0.1:0", "--log-level", "info", "httpbin:app"])
            .current_dir(home.path())
            .env("HOME", home.path())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(process.stderr.take().unwrap());
        let mut seen = String::new();
        let address = loop {
            let mut line = String::new();
            let count = log.read_line(&mut line).unwrap();
            assert!(count > 0, "httpbin did not start; run tests/setup\n{seen}");
            seen.push_str(&line);
            if let Some((_, rest)) = line.split_once("Listening at: http://") {
                break rest.split_whitespace().next().unwrap().parse().unwrap();
            }
        };
        Original { address, process, _log: log, _home: home }
    }

    /// Asks with Requests' digest authentication: the status, `Set-Cookie` names, and the body.
    pub(super) fn digest(&self, address: SocketAddr, path: &str, password: &str) -> String {
        let script = "import sys, requests\n\
            from requests.auth import HTTPDigestAuth\n\
            url, password = sys.argv[1:]\n\
            session = requests.Session()\n\
            session.trust_env = False\n\
            for _ in range(5):\n\
            \x20   r = session.get(url, auth=HTTPDigestAuth('user', password))\n\
            \x20   stale = 'stale=True' in r.headers.get('WWW-Authenticate', '')\n\
            \x20   print(r.status_code, stale, sorted(session.cookies.keys()), len(r.history), r.text)\n";
        let output = Command::new(python())
            .args(["-c", script, &format!("http://{address}{path}"), password])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}

impl Drop for Original {
    fn drop(&mut self) {
        // Its worker leaves by itself when it sees that its parent is gone.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
