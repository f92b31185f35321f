//! Bytes to text: UTF-8, or UTF-16 that says so with a byte order mark.

use super::{FileId, Span, SyntaxError, SyntaxErrorKind};

/// The text of a file's bytes. A byte order mark is left out.
///
/// # Errors
/// When the bytes are neither UTF-8 nor marked UTF-16. The span counts bytes of the text as
/// [`lossy`] gives it.
pub fn decode(file: FileId, bytes: &[u8]) -> Result<String, SyntaxError> {
    let refused = |text: &str, message: String, label: &str| {
        let at = u32::try_from(text.len()).unwrap_or(u32::MAX);
        let span = Span::new(file, at, at.saturating_add(3));
        SyntaxError::new(SyntaxErrorKind::Encoding, span, message, label)
            .help("save the file as UTF-8")
    };
    let wide = |rest: &[u8], read: fn([u8; 2]) -> u16| {
        let (pairs, odd) = rest.as_chunks::<2>();
        let text = String::from_utf16(&pairs.iter().map(|pair| read(*pair)).collect::<Vec<_>>());
        text.ok()
            .filter(|_| odd.is_empty())
            .ok_or_else(|| refused("", "the file is marked as UTF-16 but is not".to_owned(), ""))
    };
    match bytes {
        [0xFF, 0xFE, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => wide(rest, u16::from_be_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest, refused),
        _ => utf8(bytes, refused),
    }
}

fn utf8(
    bytes: &[u8],
    refused: impl Fn(&str, String, &str) -> SyntaxError,
) -> Result<String, SyntaxError> {
    std::str::from_utf8(bytes).map(str::to_owned).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or(&[]);
        let byte = bytes.get(error.valid_up_to()).copied().unwrap_or(0);
        let message = format!("the byte 0x{byte:02X} is not UTF-8");
        refused(&String::from_utf8_lossy(before), message, "shown as a replacement character")
    })
}

/// The text to show mistakes in when [`decode`] refuses: what is not UTF-8 is replaced.
#[must_use]
pub fn lossy(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marked_encodings_are_read() {
        let wide: Vec<u8> = "\u{feff}a: é𝄞".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let swapped: Vec<u8> = "\u{feff}a: é𝄞".encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [&wide, &swapped, "a: é𝄞".as_bytes(), "\u{feff}a: é𝄞".as_bytes()] {
            assert_eq!(decode(FileId(0), bytes).unwrap(), "a: é𝄞");
        }
        assert!(decode(FileId(0), b"\xFF\xFEa").is_err());
    }

    #[test]
    fn a_wrong_byte_is_pointed_at() {
        let bytes = b"\xC3\xA9: \xE9t\n";
        let error = decode(FileId(0), bytes).unwrap_err();
        assert_eq!(error.message, "the byte 0xE9 is not UTF-8");
        assert_eq!(&lossy(bytes)[error.span.start as usize..error.span.end as usize], "\u{fffd}");
    }
}
