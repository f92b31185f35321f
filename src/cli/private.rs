//! Files for their owner's eyes alone, which are read at the start of a run and written at its end.

use super::{Exit, message};
use crate::world::reason;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// A file that could not be written at the end is told before anything is sent.
pub(super) fn has_folder(option: &str, path: &Path) -> Result<(), Exit> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if folder.is_none_or(Path::is_dir) {
        return Ok(());
    }
    let text = format!("cannot write `{option} {}`: there is no such folder", path.display());
    message::error(&text, Some("nothing was sent"));
    Err(Exit::Unwritten)
}

/// Writes the text, in place of what was there; whether that could be done.
pub(super) fn write(option: &str, path: &Path, text: &str) -> bool {
    let written = replace(path, text);
    if let Err(error) = &written {
        let why = reason(error);
        message::error(&format!("cannot write `{option} {}`: {why}", path.display()), None);
    }
    written.is_ok()
}

/// The new file takes the old one's place when it is whole.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    // What a link leads to is written, not the link.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}", std::process::id()));
    let beside: PathBuf = path.with_file_name(name);
    let mut file = create(&beside)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    written.and_then(|()| fs::rename(&beside, &path)).inspect_err(|_| {
        // What is left over is of no use; the error that made it so is told.
        let _ = fs::remove_file(&beside);
    })
}

#[cfg(unix)]
fn create(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}
