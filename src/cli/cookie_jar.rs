//! `--cookie-jar FILE`: what the session begins with, and what is left of it.

use super::{Exit, message, private};
use crate::http::CookieJar;
use crate::world::reason;
use std::path::Path;
use std::time::SystemTime;
use std::{fs, io};

/// What names the file.
const OPTION: &str = "--cookie-jar";

/// The jar in a file; empty when there is no file yet.
pub(super) fn read(path: &Path) -> Result<CookieJar, Exit> {
    let shown = path.display();
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return private::has_folder(OPTION, path).map(|()| CookieJar::default());
        }
        Err(error) => {
            let why = reason(&error);
            message::error(&format!("cannot read `--cookie-jar {shown}`: {why}"), None);
            return Err(Exit::Refused);
        }
    };
    CookieJar::from_netscape(&text, SystemTime::now()).map_err(|(line, why)| {
        let text = format!("cannot read `--cookie-jar {shown}`: line {line}: {why}");
        message::error(&text, Some("it should be a file of Netscape's format, as curl writes it"));
        Exit::Refused
    })
}

/// Writes the jar, in place of what was there; whether that could be done.
pub(super) fn write(path: &Path, jar: &CookieJar) -> bool {
    private::write(OPTION, path, &jar.to_netscape(SystemTime::now()))
}
