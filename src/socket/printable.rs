//! Bytes as a person can read them, on one line.

use std::fmt::Write as _;

/// Text as it is, `\r`, `\n` and `\t` so, other bytes as `\x00`; a backslash twice.
#[must_use]
pub fn printable(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        chunk.valid().chars().for_each(|c| push(c, &mut text));
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    text
}

fn push(c: char, text: &mut String) {
    match c {
        '\r' => text.push_str("\\r"),
        '\n' => text.push_str("\\n"),
        '\t' => text.push_str("\\t"),
        '\\' => text.push_str("\\\\"),
        c if c.is_ascii_control() => {
            let _ = write!(text, "\\x{:02x}", u32::from(c));
        }
        c if c.is_control() => text.extend(c.escape_unicode()),
        c => text.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn every_byte_can_be_read() {
        assert_eq!(printable(b"PING\r\n\t\\"), r"PING\r\n\t\\");
        assert_eq!(printable("é☃".as_bytes()), "é☃");
        assert_eq!(printable(b"\0a\xff\x7f"), r"\x00a\xff\x7f");
    }
}
