//! The world outside: time, chance, files, the environment. Deciding never touches it directly.

mod programs;
mod wait;

pub use programs::{Exec, Output, Program, Programs, ended};
pub use wait::Patient;

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

/// What time it is, and waiting.
pub trait Clock: Send + Sync + fmt::Debug {
    /// The wall clock.
    fn now(&self) -> SystemTime;
    /// Waits; returns early when `alarm` is raised.
    fn sleep(&self, duration: Duration, alarm: &Alarm);
}

/// Reading and writing files on a collection's behalf.
pub trait FileAccess: Send + Sync + fmt::Debug {
    /// Opens a file for reading, with its length in bytes when it has one.
    ///
    /// # Errors
    /// As the system says; `PermissionDenied` when the path lies outside what is allowed.
    fn open(&self, path: &Path) -> io::Result<(Box<dyn Read + Send>, Option<u64>)>;

    /// Creates or empties a file for writing, and the folders above it.
    ///
    /// # Errors
    /// As the system says; `PermissionDenied` when the path lies outside what is allowed.
    fn create(&self, path: &Path) -> io::Result<Box<dyn Write + Send>>;

    /// Puts a file in place of another, or where there was none: others see the old one or the new
    /// one, never a part of it. The folders above it are created.
    ///
    /// # Errors
    /// As [`FileAccess::create`].
    fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = self.create(path)?;
        file.write_all(bytes)?;
        file.flush()
    }

    /// Whether a file may be used: one that others than we open, such as a CA bundle.
    ///
    /// # Errors
    /// `PermissionDenied` when the path lies outside what is allowed.
    fn allow(&self, path: &Path) -> io::Result<()> {
        let _ = path;
        Ok(())
    }

    /// Whether a file is there; it is not opened.
    ///
    /// # Errors
    /// `NotFound` when nothing is there; as [`FileAccess::allow`].
    fn find(&self, path: &Path) -> io::Result<()> {
        self.allow(path)
    }

    /// The whole of a file.
    ///
    /// # Errors
    /// As [`FileAccess::open`].
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let (mut reader, length) = self.open(path)?;
        let mut bytes = Vec::with_capacity(
            length.and_then(|n| usize::try_from(n).ok()).unwrap_or(0).min(1 << 24),
        );
        reader.read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// Everything a collection may see of the world.
#[derive(Clone, Debug)]
pub struct World {
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Files.
    pub files: Arc<dyn FileAccess>,
    /// Programs.
    pub programs: Programs,
    /// Environment variables, read once.
    pub env: Arc<BTreeMap<String, String>>,
    /// What all randomness grows from; the same seed gives the same values.
    pub seed: u64,
    /// Whether anything was drawn from the seed, by any clone.
    pub is_drawn_from: Arc<AtomicBool>,
}

/// The system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, duration: Duration, alarm: &Alarm) {
        alarm.wait(duration);
    }
}

/// Wakes whoever sleeps under it, once and for all: nobody sleeps after it was raised.
#[derive(Debug, Default)]
pub struct Alarm {
    is_raised: Mutex<bool>,
    changed: Condvar,
}

impl Alarm {
    /// Wakes all sleepers.
    pub fn raise(&self) {
        *self.state() = true;
        self.changed.notify_all();
    }

    /// Whether it was raised.
    #[must_use]
    pub fn is_raised(&self) -> bool {
        *self.state()
    }

    fn wait(&self, duration: Duration) {
        let state = self.state();
        // What is returned says whether time was up or someone woke us: either way we are awake.
        let _ = self.changed.wait_timeout_while(state, duration, |is_raised| !*is_raised);
    }

    fn state(&self) -> MutexGuard<'_, bool> {
        // The state is whole whatever a panicking holder did.
        self.is_raised.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether files outside a collection's folder may be touched (`--allow-outside`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outside {
    /// Refused.
    Refused,
    /// Allowed by the person who runs it.
    Allowed,
}

/// Why a file cannot be used, in our words.
#[must_use]
pub fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => error.to_string(),
    }
}

/// Whether a [`Folder`] refused a path, and not the system: only `--allow-outside` helps.
#[must_use]
pub fn is_outside(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::PermissionDenied && error.get_ref().is_some()
}

/// The files under one folder, symbolic links followed before the border is checked.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
    outside: Outside,
}

impl Folder {
    /// The files under `root`, and others when `outside` allows it. Relative paths are the
    /// process's, as `root` is: whoever names a file has put it behind the folder it is relative to.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>, outside: Outside) -> Folder {
        Folder { root: root.into(), outside }
    }

    /// The path to use, its links resolved, when it lies inside.
    fn admit(&self, path: &Path) -> io::Result<PathBuf> {
        if self.outside == Outside::Allowed {
            return Ok(path.to_owned());
        }
        let root = self.root.canonicalize()?;
        let real = resolve(path, MAX_LINKS)?;
        if real.starts_with(&root) { Ok(real) } else { Err(refused(path)) }
    }
}

/// How many dangling links are followed, one after the other.
const MAX_LINKS: usize = 40;

fn refused(path: &Path) -> io::Error {
    let message = format!("`{}` is outside the collection's folder", path.display());
    io::Error::new(io::ErrorKind::PermissionDenied, message)
}

/// A path with its links resolved as far as it exists, and what does not exist behind that.
///
/// `..` behind something that does not exist is refused: what it means depends on what will be
/// created there. A link to something that does not exist is resolved to its target, because
/// creating the link's path creates the target.
fn resolve(path: &Path, links: usize) -> io::Result<PathBuf> {
    match path.canonicalize() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        other => return other,
    }
    let above = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let above = above.unwrap_or(Path::new("."));
    if let Ok(target) = path.read_link() {
        let left = links.checked_sub(1).ok_or_else(|| refused(path))?;
        return resolve(&above.join(target), left);
    }
    match path.file_name() {
        Some(name) => Ok(resolve(above, links)?.join(name)),
        None => Err(refused(path)),
    }
}

impl FileAccess for Folder {
    fn allow(&self, path: &Path) -> io::Result<()> {
        self.admit(path).map(|_| ())
    }

    fn find(&self, path: &Path) -> io::Result<()> {
        std::fs::metadata(self.admit(path)?).map(|_| ())
    }

    fn open(&self, path: &Path) -> io::Result<(Box<dyn Read + Send>, Option<u64>)> {
        let file = std::fs::File::open(self.admit(path)?)?;
        // A link put in its way meanwhile is noticed before anything is read.
        self.allow(path)?;
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        Ok((Box::new(file), metadata.is_file().then_some(metadata.len())))
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn Write + Send>> {
        let real = self.admit(path)?;
        if let Some(parent) = real.parent() {
            std::fs::create_dir_all(parent)?;
        }
        // Not yet emptied: should the path lead elsewhere by now, nothing was lost.
        let file =
            std::fs::OpenOptions::new().write(true).create(true).truncate(false).open(real)?;
        self.allow(path)?;
        // A pipe or a terminal cannot be emptied, and need not be.
        if file.metadata()?.is_file() {
            file.set_len(0)?;
        }
        Ok(Box::new(file))
    }

    fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let real = self.admit(path)?;
        let folder = real.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)?;
        let name = real.file_name().ok_or_else(|| refused(path))?.to_string_lossy().into_owned();
        let draft = folder.join(format!(".{name}.{}.tmp", std::process::id()));
        // Should the path lead elsewhere by now, it is noticed before anything is replaced.
        let written = std::fs::write(&draft, bytes).and_then(|()| self.allow(path));
        let replaced = written.and_then(|()| std::fs::rename(&draft, &real));
        if replaced.is_err() {
            // It may not even be there: what went wrong is said either way.
            let _ = std::fs::remove_file(&draft);
        }
        replaced
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::time::Instant;

    /// A folder `in` with a file and links, beside a file `secret` outside it.
    fn folder() -> (tempfile::TempDir, Folder) {
        let above = tempfile::tempdir().unwrap();
        let inside = above.path().join("in");
        fs::create_dir_all(inside.join("sub")).unwrap();
        fs::write(above.path().join("secret"), "secret").unwrap();
        fs::write(inside.join("file"), "text").unwrap();
        symlink("../file", inside.join("sub/link")).unwrap();
        symlink("../secret", inside.join("out")).unwrap();
        symlink("..", inside.join("up")).unwrap();
        symlink("../new", inside.join("dangling_out")).unwrap();
        symlink("sub/new", inside.join("dangling_in")).unwrap();
        symlink("loop", inside.join("loop")).unwrap();
        (above, Folder::new(inside, Outside::Refused))
    }

    fn is_refused<T>(result: io::Result<T>) -> bool {
        result.is_err_and(|error| error.kind() == io::ErrorKind::PermissionDenied)
    }

    #[test]
    fn files_inside_are_read_and_written() {
        let (above, folder) = folder();
        for path in ["file", "sub/link", "./sub/../file", "up/in/file"] {
            assert_eq!(folder.read(&folder.root.join(path)).unwrap(), b"text", "{path}");
        }
        assert_eq!(folder.read(&above.path().join("in/file")).unwrap(), b"text");
        folder.create(&folder.root.join("a/b/c")).unwrap().write_all(b"new").unwrap();
        assert_eq!(folder.read(&folder.root.join("a/b/c")).unwrap(), b"new");
        folder.create(&folder.root.join("file")).unwrap().write_all(b"x").unwrap();
        assert_eq!(folder.read(&folder.root.join("file")).unwrap(), b"x");
        folder.create(&folder.root.join("dangling_in")).unwrap().write_all(b"y").unwrap();
        assert_eq!(folder.read(&folder.root.join("sub/new")).unwrap(), b"y");
    }

    #[test]
    fn nothing_outside_is_read_or_written() {
        let (above, folder) = folder();
        let absolute = above.path().join("secret");
        let paths = ["../secret", "out", "up/secret", "sub/../../secret", "/etc/passwd"];
        for path in paths.map(|path| folder.root.join(path)).into_iter().chain([absolute.clone()]) {
            assert!(is_refused(folder.open(&path)), "{}", path.display());
            assert!(is_refused(folder.create(&path)), "{}", path.display());
        }
        for path in ["../new", "up/new", "up/a/b", "dangling_out", "none/../../new", "none/.."] {
            assert!(is_refused(folder.create(&folder.root.join(path))), "{path}");
        }
        assert!(folder.create(&folder.root.join("loop")).is_err());
        assert_eq!(fs::read(&absolute).unwrap(), b"secret");
        assert!(!above.path().join("new").exists());
    }

    #[test]
    fn what_is_allowed_outside_is_read() {
        let (above, _) = folder();
        let folder = Folder::new(above.path().join("in"), Outside::Allowed);
        assert_eq!(folder.read(&folder.root.join("../secret")).unwrap(), b"secret");
    }

    #[test]
    fn a_relative_path_is_the_process_s_as_the_root_is() {
        for root in ["src", "./src", "src/"] {
            let folder = Folder::new(root, Outside::Refused);
            assert!(folder.read(&Path::new(root).join("lib.rs")).is_ok(), "{root}");
        }
        let folder = Folder::new("src", Outside::Refused);
        assert!(is_refused(folder.read(Path::new("Cargo.toml"))));
    }

    #[test]
    fn a_folder_is_no_file() {
        let (_above, folder) = folder();
        let error = folder.open(&folder.root.join("sub")).err().unwrap();
        assert_eq!(error.kind(), io::ErrorKind::IsADirectory);
    }

    #[test]
    fn an_alarm_ends_every_sleep_under_it_and_no_other() {
        let alarm = Arc::new(Alarm::default());
        let sleeper = Arc::clone(&alarm);
        let begun = Instant::now();
        let minute = Duration::from_secs(60);
        let thread = std::thread::spawn(move || SystemClock.sleep(minute, &sleeper));
        alarm.raise();
        thread.join().unwrap();
        SystemClock.sleep(minute, &alarm);
        assert!(begun.elapsed() < Duration::from_secs(30));
        let begun = Instant::now();
        SystemClock.sleep(Duration::from_millis(5), &Alarm::default());
        assert!(begun.elapsed() >= Duration::from_millis(5));
    }
}
