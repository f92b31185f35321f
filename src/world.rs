//! The world outside: time, chance, files, the environment. Deciding never touches it directly.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// What time it is, and waiting.
pub trait Clock: Send + Sync + fmt::Debug {
    /// The wall clock.
    fn now(&self) -> SystemTime;
    /// Waits; returns early when the run is interrupted.
    fn sleep(&self, duration: Duration);
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
    /// Environment variables, read once.
    pub env: Arc<BTreeMap<String, String>>,
    /// What all randomness grows from; the same seed gives the same values.
    pub seed: u64,
}

/// The system's clock. Clones share one interruption.
#[derive(Clone, Debug, Default)]
pub struct SystemClock {
    interrupted: Arc<(Mutex<bool>, Condvar)>,
}

impl SystemClock {
    /// Ends every sleep, and every later one at once.
    pub fn interrupt(&self) {
        let (is_interrupted, changed) = &*self.interrupted;
        *is_interrupted.lock().unwrap_or_else(PoisonError::into_inner) = true;
        changed.notify_all();
    }
}

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, duration: Duration) {
        let (is_interrupted, changed) = &*self.interrupted;
        let guard = is_interrupted.lock().unwrap_or_else(PoisonError::into_inner);
        // Whether it timed out or was interrupted, the waiting is over.
        drop(changed.wait_timeout_while(guard, duration, |is_interrupted| !*is_interrupted));
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

/// The files under one folder, symbolic links followed before the border is checked.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
    outside: Outside,
}

impl Folder {
    /// The files under `root`, and others when `outside` allows it. Relative paths are taken
    /// from `root`.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>, outside: Outside) -> Folder {
        Folder { root: root.into(), outside }
    }

    /// The path to use, its links resolved, when it lies inside.
    fn admit(&self, path: &Path) -> io::Result<PathBuf> {
        let path = self.root.join(path);
        if self.outside == Outside::Allowed {
            return Ok(path);
        }
        let root = self.root.canonicalize()?;
        let real = resolve(&path)?;
        if real.starts_with(&root) {
            return Ok(real);
        }
        Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            format!("`{}` is outside the collection's folder", path.display()),
        ))
    }
}

/// A path with its links resolved, as far as it exists; `..` beyond that is refused.
fn resolve(path: &Path) -> io::Result<PathBuf> {
    match path.canonicalize() {
        Ok(real) => Ok(real),
        Err(error) if error.kind() == io::ErrorKind::NotFound && !path.is_symlink() => {
            let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
                return Err(error);
            };
            let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
            Ok(resolve(parent)?.join(name))
        }
        Err(error) => Err(error),
    }
}

impl FileAccess for Folder {
    fn open(&self, path: &Path) -> io::Result<(Box<dyn Read + Send>, Option<u64>)> {
        let file = std::fs::File::open(self.admit(path)?)?;
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        Ok((Box::new(file), metadata.is_file().then(|| metadata.len())))
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn Write + Send>> {
        let path = self.admit(path)?;
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        Ok(Box::new(std::fs::File::create(path)?))
    }
}
