//! Files as URIs, which references between documents are written in.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use std::path::{Path, PathBuf};

/// What a URI's path cannot hold as it is.
const PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// A file's URI.
pub(super) fn file_uri(path: &Path) -> String {
    format!("file://{}", encoded(&path.to_string_lossy()))
}

/// The file of a URI, when it is one's.
pub(super) fn path_of_uri(uri: &str) -> Option<PathBuf> {
    uri.strip_prefix("file://").map(|path| PathBuf::from(decoded(path)))
}

/// A path, or a pointer, as a URI holds it.
pub(super) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, PATH).to_string()
}

/// What a part of a URI stands for.
pub(super) fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
