//! Programs run on a collection's behalf (`--allow-exec`): started without a shell, ended when
//! the run is.
//!
//! ```text
//! Program ──start──▶ process group of its own ──▶ output, or killed: time is up, Ctrl-C
//! ```

use super::wait::{Patient, left};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::io::{self, Read, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Whether a collection may run programs (`--allow-exec`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Exec {
    /// Refused.
    #[default]
    Refused,
    /// Allowed by the person who runs it.
    Allowed,
}

/// The variables of our own environment that a program gets: none of them is a secret.
const PASSED_ON: &[&str] = &["PATH", "HOME", "USER", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR"];

/// The most of a program's output that is read, in bytes.
const LONGEST: u64 = 64 << 20;

/// The most of what a program says on stderr that is kept, in bytes.
const LONGEST_SAYING: u64 = 64 << 10;

/// How often is looked whether a program that must end by a deadline has ended.
const GLANCE: Duration = Duration::from_millis(5);

/// A program and what it is run with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// The program, then its arguments; no shell reads them. One without `/` is looked for in
    /// `PATH`.
    pub argv: Vec<String>,
    /// Where it runs.
    pub folder: PathBuf,
    /// Environment variables beside those every program gets.
    pub env: Vec<(String, String)>,
}

/// What a program that ended left.
#[derive(Debug)]
pub struct Output {
    /// How it ended.
    pub status: ExitStatus,
    /// What it wrote.
    pub stdout: Vec<u8>,
    /// What it said.
    pub stderr: Vec<u8>,
}

/// Runs programs. Clones are ended together: [`Programs::interrupt`] ends every program of every
/// clone, and refuses those to come. [`Programs::apart`] is ended by itself.
#[derive(Clone, Debug, Default)]
pub struct Programs {
    exec: Exec,
    env: Arc<Vec<(String, String)>>,
    part: u64,
    running: Arc<Mutex<Running>>,
}

/// What all parts share.
#[derive(Debug, Default)]
struct Running {
    /// How many parts there are beside the first.
    parts: u64,
    interrupted: BTreeSet<u64>,
    /// The process groups under way, with the part each is of.
    groups: BTreeMap<i32, u64>,
}

impl Programs {
    /// Programs that get what is theirs of `env`.
    #[must_use]
    pub fn new(exec: Exec, env: &BTreeMap<String, String>) -> Programs {
        let passed = PASSED_ON.iter().filter_map(|name| env.get_key_value(*name));
        let env = passed.map(|(name, value)| (name.clone(), value.clone())).collect();
        Programs { exec, env: Arc::new(env), part: 0, running: Arc::default() }
    }

    /// Whether programs may be run.
    #[must_use]
    pub fn exec(&self) -> Exec {
        self.exec
    }

    /// Programs of the same kind that are not ended with these.
    #[must_use]
    pub fn apart(&self) -> Programs {
        let mut running = self.running();
        running.parts += 1;
        let part = running.parts;
        drop(running);
        Programs { part, ..self.clone() }
    }

    /// Ends these programs, and refuses more.
    pub fn interrupt(&self) {
        let mut running = self.running();
        running.interrupted.insert(self.part);
        let ours = running.groups.iter().filter(|(_, part)| **part == self.part);
        ours.for_each(|(group, _)| kill(*group));
    }

    /// Ends all programs, those apart too: the process is about to exit.
    pub fn end_all(&self) {
        self.running().groups.keys().for_each(|group| kill(*group));
    }

    /// Gives a program its input and waits for its output.
    ///
    /// # Errors
    /// When it cannot be started; `TimedOut` when it took longer than `limit`; `Interrupted`
    /// when the run was.
    pub fn run(&self, program: &Program, input: Vec<u8>, limit: Duration) -> io::Result<Output> {
        let started = Instant::now();
        let mut child = self.start(program, Stdio::piped())?;
        let group = group(&child);
        if let Some(mut stdin) = child.stdin.take() {
            // Whoever does not read it does not want it.
            std::thread::spawn(move || stdin.write_all(&input).is_ok());
        }
        let stdout = child.stdout.take().map(|out| gather(out, LONGEST));
        let stderr = child.stderr.take().map(|err| gather(err, LONGEST_SAYING));
        let (sender, ended) = channel();
        std::thread::spawn(move || {
            // A receiver that is gone wants no status.
            let _ = sender.send(child.wait());
        });
        let left = || limit.saturating_sub(started.elapsed());
        let status = ended.recv_timeout(left());
        if status.is_err() {
            kill(group);
        }
        let stdout = stdout.map(|stdout| gathered(&stdout, left(), group)).unwrap_or_default();
        let stderr = stderr.map(|stderr| gathered(&stderr, left(), group)).unwrap_or_default();
        let mut running = self.running();
        running.groups.remove(&group);
        if running.interrupted.contains(&self.part) {
            return Err(interrupted());
        }
        match status {
            Ok(status) => Ok(Output { status: status?, stdout, stderr }),
            Err(_) => {
                let message = format!("took longer than {} s", limit.as_secs_f64());
                Err(io::Error::new(io::ErrorKind::TimedOut, message))
            }
        }
    }

    /// Starts a program whose output is read while it runs; it is ended when the reader is
    /// dropped. Reads are `TimedOut` after `deadline`.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn stream(
        &self,
        program: &Program,
        deadline: Option<Instant>,
    ) -> io::Result<Box<dyn Read + Send>> {
        let mut child = self.start(program, Stdio::null())?;
        let stderr = child.stderr.take().map(|err| gather(err, LONGEST_SAYING));
        let stdout = child.stdout.take().map(|stdout| Patient::new(stdout, deadline));
        let name = program.argv.first().cloned().unwrap_or_default();
        Ok(Box::new(Streamed { child, stdout, stderr, name, deadline, programs: self.clone() }))
    }

    fn start(&self, program: &Program, stdin: Stdio) -> io::Result<Child> {
        let Some((name, arguments)) = program.argv.split_first() else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        if self.exec == Exec::Refused {
            let message = "programs are run only with `--allow-exec`";
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, message));
        }
        // Held until the program is known, so that none slips past an interruption.
        let mut running = self.running();
        if running.interrupted.contains(&self.part) {
            return Err(interrupted());
        }
        let is_path = name.contains('/');
        let path = if is_path { program.folder.join(name) } else { PathBuf::from(name) };
        // Relative to where we are, not to where it will be.
        let path = if is_path { std::path::absolute(path)? } else { path };
        let child = Command::new(path)
            .args(arguments)
            .current_dir(match program.folder.as_os_str() == OsStr::new("") {
                true => std::path::Path::new("."),
                false => &program.folder,
            })
            .env_clear()
            .envs(self.env.iter().map(|(name, value)| (name, value)))
            .envs(program.env.iter().map(|(name, value)| (name, value)))
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()?;
        running.groups.insert(group(&child), self.part);
        Ok(child)
    }

    fn running(&self) -> MutexGuard<'_, Running> {
        // The set is whole whatever a panicking holder did.
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn interrupted() -> io::Error {
    io::Error::new(io::ErrorKind::Interrupted, "the run was interrupted")
}

/// A child leads the group it was started in.
fn group(child: &Child) -> i32 {
    i32::try_from(child.id()).unwrap_or(i32::MAX)
}

fn kill(group: i32) {
    // A group that has ended already is what we want.
    let _ = killpg(Pid::from_raw(group), Signal::SIGKILL);
}

/// Reads to the end on a thread: a program that fills one pipe must not wait for the other.
fn gather(mut from: impl Read + Send + 'static, longest: u64) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        // What came before an error is told; what is beyond the longest is read past.
        let _ = (&mut from).take(longest).read_to_end(&mut bytes);
        let _ = sender.send(bytes);
        let _ = io::copy(&mut from, &mut io::sink());
    });
    receiver
}

/// What was gathered. Children of the program may hold its pipes: they are ended when time is up.
fn gathered(receiver: &Receiver<Vec<u8>>, left: Duration, group: i32) -> Vec<u8> {
    let bytes = match receiver.recv_timeout(left) {
        Err(RecvTimeoutError::Timeout) => {
            kill(group);
            receiver.recv_timeout(Duration::from_secs(1))
        }
        other => other,
    };
    bytes.unwrap_or_default()
}

/// A program's output while it runs.
struct Streamed {
    child: Child,
    stdout: Option<Patient<ChildStdout>>,
    stderr: Option<Receiver<Vec<u8>>>,
    name: String,
    deadline: Option<Instant>,
    programs: Programs,
}

impl Read for Streamed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(stdout) = &mut self.stdout else { return Ok(0) };
        let count = stdout.read(buffer)?;
        if count > 0 || buffer.is_empty() {
            return Ok(count);
        }
        let status = self.wait()?;
        self.stdout = None;
        if status.success() {
            return Ok(0);
        }
        let said = self.stderr.take().map(|err| gathered(&err, Duration::ZERO, group(&self.child)));
        let message = format!("`{}` {}", self.name, ended(status, &said.unwrap_or_default()));
        Err(io::Error::other(message))
    }
}

impl Streamed {
    /// Waits for its end, which may be long after that of its output.
    fn wait(&mut self) -> io::Result<ExitStatus> {
        let Some(deadline) = self.deadline else { return self.child.wait() };
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            std::thread::sleep(left(deadline)?.min(GLANCE));
        }
    }
}

impl Drop for Streamed {
    fn drop(&mut self) {
        let group = group(&self.child);
        let mut running = self.programs.running();
        if self.stdout.is_some() {
            kill(group);
        }
        running.groups.remove(&group);
        drop(running);
        // It was killed or has ended: there is nothing to wait for.
        let _ = self.child.wait();
    }
}

/// How a program that failed ended, with the last line it said.
#[must_use]
pub fn ended(status: ExitStatus, stderr: &[u8]) -> String {
    let how = match status.code() {
        Some(code) => format!("ended with exit code {code}"),
        None => "was killed".to_owned(),
    };
    let said = String::from_utf8_lossy(stderr);
    match said.lines().rev().find(|line| !line.trim().is_empty()) {
        Some(line) => format!("{how}: {}", line.trim()),
        None => how,
    }
}
