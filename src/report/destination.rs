//! Where a report goes: stdout or a file that appears only when it is whole.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Where a report goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// Standard output, written as `-`. The human report then belongs on stderr.
    Stdout,
    /// A file; the folders above it are made.
    File(PathBuf),
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Destination::Stdout => f.write_str("-"),
            Destination::File(path) => write!(f, "{}", path.display()),
        }
    }
}

impl Destination {
    /// The file, or stdout for `-`.
    #[must_use]
    pub fn from_path(path: &str) -> Destination {
        if path == "-" { Destination::Stdout } else { Destination::File(PathBuf::from(path)) }
    }

    /// For a report that is written as it happens.
    ///
    /// # Errors
    /// As the system says.
    pub(super) fn stream(&self) -> io::Result<Box<dyn Write + Send>> {
        match self {
            Destination::Stdout => Ok(Box::new(io::stdout())),
            Destination::File(path) => {
                make_folders(path)?;
                Ok(Box::new(File::create(path)?))
            }
        }
    }

    /// For a report that is written at once at the end.
    ///
    /// # Errors
    /// As the system says, before anything is written.
    pub(super) fn whole(&self) -> io::Result<Whole> {
        match self {
            Destination::Stdout => Ok(Whole::Stream(Box::new(io::stdout()))),
            Destination::File(path) => open_whole(path),
        }
    }
}

/// A file to be written at once. Dropped before [`Whole::write`], it leaves nothing behind.
pub(super) enum Whole {
    /// A pipe, a device or a terminal: nothing to rename.
    Stream(Box<dyn Write + Send>),
    /// A file under a temporary name, in the folder of the final one.
    Renamed(Temporary),
}

impl Whole {
    /// Writes all of it; a file then gets its name.
    pub(super) fn write(self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Whole::Stream(mut stream) => {
                stream.write_all(bytes)?;
                stream.flush()
            }
            Whole::Renamed(mut temporary) => {
                temporary.file.write_all(bytes)?;
                fs::rename(&temporary.path, &temporary.name)
            }
        }
    }
}

/// An open file that is removed with this value unless it was renamed before.
pub(super) struct Temporary {
    file: File,
    path: PathBuf,
    name: PathBuf,
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // After the renaming there is nothing under this name, which is what we want.
        let _ = fs::remove_file(&self.path);
    }
}

fn open_whole(path: &Path) -> io::Result<Whole> {
    make_folders(path)?;
    let name = match path.metadata() {
        Ok(found) if found.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
        Ok(found) if !found.is_file() => return Ok(Whole::Stream(Box::new(File::create(path)?))),
        // A link stays a link: the file it leads to is replaced.
        Ok(_) => path.canonicalize()?,
        Err(_) => path.to_owned(),
    };
    let Some(file_name) = name.file_name() else {
        return Err(io::ErrorKind::InvalidFilename.into());
    };
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(file_name);
    hidden.push(format!(".{}.tmp", std::process::id()));
    let path = name.with_file_name(hidden);
    Ok(Whole::Renamed(Temporary { file: File::create(&path)?, path, name }))
}

fn make_folders(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => fs::create_dir_all(folder),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_appears_whole_and_its_folder_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out/report.json");
        let whole = Destination::File(path.clone()).whole().unwrap();
        assert!(!path.exists());
        whole.write(b"{}").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"{}");
        assert_eq!(names(path.parent().unwrap()), ["report.json"]);
    }

    #[test]
    fn dropped_unwritten_it_leaves_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        fs::write(&path, "old").unwrap();
        drop(Destination::File(path.clone()).whole().unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(names(folder.path()), ["report.json"]);
    }

    #[test]
    fn an_unwritable_path_is_found_when_it_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_owned();
        let error = Destination::File(path.clone()).whole().err().unwrap();
        assert_eq!(error.kind(), io::ErrorKind::IsADirectory);
        assert!(Destination::File(path).stream().is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_written_to_and_not_replaced() {
        let whole = Destination::File(PathBuf::from("/dev/null")).whole().unwrap();
        assert!(matches!(whole, Whole::Stream(_)));
        whole.write(b"x").unwrap();
    }
}
