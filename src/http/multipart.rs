//! multipart/form-data bodies (urllib3's encode_multipart_formdata), streamed.

use super::body::{Body, Sequence};
use super::{Error, ErrorKind, FilePart, PartContent};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// The headers of a part that a file's own headers cannot change.
const FIXED: [&str; 3] = ["Content-Disposition", "Content-Type", "Content-Location"];

/// Fields and then files, as a body; and its boundary, the one given or one made from the parts.
pub(super) fn encode(
    fields: &[(String, String)],
    files: &[(String, FilePart)],
    boundary: Option<&str>,
) -> Result<(Body, String), Error> {
    let mut parts: Vec<(String, Body)> = Vec::new();
    for (name, value) in fields {
        parts.push((field_head(name, None), Body::Bytes(value.as_bytes().into())));
    }
    for (name, file) in files {
        let content = match &file.content {
            PartContent::Bytes(bytes) => Body::Bytes(bytes.as_slice().into()),
            PartContent::Stream(upload) => Body::Stream(Arc::clone(upload)),
        };
        parts.push((file_head(name, file)?, content));
    }
    let boundary = boundary.map_or_else(|| make_boundary(&parts), str::to_owned);
    Ok((assemble(parts, &boundary), boundary))
}

/// One body of all parts: bytes when all are at hand, else a stream.
fn assemble(parts: Vec<(String, Body)>, boundary: &str) -> Body {
    let mut segments: Vec<Body> = Vec::new();
    let mut pending: Vec<u8> = Vec::new();
    for (head, content) in parts {
        pending.extend_from_slice(format!("--{boundary}\r\n{head}\r\n").as_bytes());
        match content {
            Body::Bytes(bytes) => pending.extend_from_slice(&bytes),
            content => {
                segments.push(Body::Bytes(std::mem::take(&mut pending).into()));
                segments.push(content);
            }
        }
        pending.extend_from_slice(b"\r\n");
    }
    pending.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    let rest = Body::Bytes(pending.into());
    if segments.is_empty() {
        return rest;
    }
    segments.push(rest);
    Body::Stream(Arc::new(Sequence { segments, description: "a multipart body".to_owned() }))
}

/// The part's first header.
fn field_head(name: &str, filename: Option<&str>) -> String {
    let mut head = format!("Content-Disposition: form-data; {}", parameter("name", name));
    if let Some(filename) = filename {
        head.push_str("; ");
        head.push_str(&parameter("filename", filename));
    }
    head.push_str("\r\n");
    head
}

/// `RequestField.render_headers` of a file; empty values are left out.
fn file_head(name: &str, file: &FilePart) -> Result<String, Error> {
    let mut head = field_head(name, file.filename.as_deref());
    let content_type = file.content_type.iter().map(|value| ("Content-Type", value.as_str()));
    let more = file.headers.iter().map(|(key, value)| (key.as_str(), value.as_str()));
    let more = more.filter(|(key, _)| !FIXED.contains(key));
    for (key, value) in content_type.chain(more).filter(|(_, value)| !value.is_empty()) {
        if key.contains([':', '\r', '\n']) || value.contains(['\r', '\n']) {
            let message =
                format!("the header `{key}` of the file `{name}` has a line end or colon");
            return Err(Error::new(ErrorKind::InvalidHeader, message)
                .help("a header is one line: take the line end out"));
        }
        head.push_str(&format!("{key}: {value}\r\n"));
    }
    Ok(head)
}

/// `format_multipart_header_param`: quoted as browsers do (WHATWG HTML).
fn parameter(key: &str, value: &str) -> String {
    let value = value.replace('\n', "%0A").replace('\r', "%0D").replace('"', "%22");
    format!("{key}=\"{value}\"")
}

/// 32 hexadecimal digits that the same parts always give. Of streams only the heads count.
fn make_boundary(parts: &[(String, Body)]) -> String {
    let mut hash = Sha256::new();
    for (head, content) in parts {
        hash.update(head.as_bytes());
        hash.update(content.length().unwrap_or_default().to_le_bytes());
        if let Body::Bytes(bytes) = content {
            hash.update(bytes);
        }
    }
    hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
