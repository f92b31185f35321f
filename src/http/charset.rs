//! Requests' charset rules: what `text` is decoded by.
//!
//! Labels are Python's (`encodings.aliases`), the tables encoding_rs's; where the Web's differ
//! from Python's, Python's hold: ISO-8859-1 is Latin-1 and not windows-1252, a U+FEFF at the
//! beginning of UTF-8 stays. Python's codecs that the Web does not have (cp437, UTF-7, …) are
//! unknown here, and unknown charsets are read as UTF-8, as Requests does.

use super::Headers;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::Encoding;
use std::borrow::Cow;

/// How bytes are read.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Codec {
    Ascii,
    Latin1,
    Utf8,
    Utf8Sig,
    Utf16,
    Utf32(Option<Endian>),
    /// One of the Web's encodings.
    Web(&'static Encoding),
}

/// Which byte of a unit comes first.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Endian {
    Little,
    Big,
}

/// `get_encoding_from_headers`: the charset of `Content-Type`, else ISO-8859-1 for text and
/// UTF-8 for JSON.
pub(super) fn encoding_from_headers(headers: &Headers) -> Option<String> {
    let content_type = headers.get("content-type").filter(|value| !value.is_empty())?;
    let mut tokens = content_type.split(';');
    let media_type = tokens.next().unwrap_or_default().trim();
    let marks = ['"', '\'', ' '];
    let charset = tokens
        .filter_map(|param| param.trim().split_once('='))
        .rfind(|(key, _)| key.trim_matches(marks).eq_ignore_ascii_case("charset"));
    match charset {
        Some((_, charset)) => Some(charset.trim_matches(marks).to_owned()),
        None if media_type.contains("text") => Some("ISO-8859-1".to_owned()),
        None if media_type.contains("application/json") => Some("utf-8".to_owned()),
        None => None,
    }
}

/// `apparent_encoding`: a guess. Requests guesses by another library, so the two may differ on
/// short texts in eight-bit charsets.
pub(super) fn apparent_encoding(bytes: &[u8]) -> String {
    match bytes {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => return "UTF-32".to_owned(),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => return "UTF-16".to_owned(),
        [0xEF, 0xBB, 0xBF, ..] => return "UTF-8-SIG".to_owned(),
        _ if !bytes.is_empty() && bytes.is_ascii() && !bytes.contains(&0x1B) => {
            return "ascii".to_owned();
        }
        _ if std::str::from_utf8(bytes).is_ok() && !bytes.contains(&0x1B) => {
            return "utf-8".to_owned();
        }
        _ => {}
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Allow).name().to_owned()
}

/// Whether text can be decoded by a charset of this name.
#[must_use]
pub fn is_charset(name: &str) -> bool {
    !name.is_empty() && find(name).is_some()
}

/// `str(content, encoding, errors="replace")`; an unknown encoding is read as UTF-8.
pub(super) fn decode<'b>(bytes: &'b [u8], encoding: &str) -> Cow<'b, str> {
    match find(encoding).unwrap_or(Codec::Utf8) {
        Codec::Utf8 => utf8(bytes),
        Codec::Utf8Sig => utf8(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)),
        Codec::Latin1 => bytes.iter().map(|b| char::from(*b)).collect::<String>().into(),
        Codec::Ascii => {
            let ascii = |b: &u8| if b.is_ascii() { char::from(*b) } else { '\u{FFFD}' };
            bytes.iter().map(ascii).collect::<String>().into()
        }
        Codec::Utf16 => utf16(bytes).0.into(),
        Codec::Utf32(endian) => utf32(bytes, endian).0.into(),
        Codec::Web(encoding) => web(bytes, encoding).into(),
    }
}

/// As `from_utf8_lossy`, which looks at each byte of what is UTF-8 as nearly all is.
fn utf8(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// The text `json()` parses: without a charset by `guess_json_utf`, else `text`.
pub(super) fn json_text<'b>(bytes: &'b [u8], encoding: Option<&str>) -> Cow<'b, str> {
    match encoding.filter(|encoding| !encoding.is_empty()) {
        Some(encoding) => decode(bytes, encoding),
        None => guessed_json(bytes).unwrap_or_else(|| decode(bytes, &apparent_encoding(bytes))),
    }
}

/// `guess_json_utf` and strict decoding: JSON begins with two ASCII characters, so zeros show the
/// width of a unit.
fn guessed_json(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let strict = |(text, is_clean): (String, bool)| is_clean.then_some(Cow::Owned(text));
    let le16 = || web_strict(bytes, encoding_rs::UTF_16LE);
    let be16 = || web_strict(bytes, encoding_rs::UTF_16BE);
    match *bytes.first_chunk::<4>()? {
        [0xFF, 0xFE, 0, 0] | [0, 0, 0xFE, 0xFF] => strict(utf32(bytes, None)),
        [0xEF, 0xBB, 0xBF, _] => std::str::from_utf8(bytes.get(3..)?).ok().map(Cow::Borrowed),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => strict(utf16(bytes)),
        [0, 0, 0, _] => strict(utf32(bytes, Some(Endian::Big))),
        [_, 0, 0, 0] => strict(utf32(bytes, Some(Endian::Little))),
        [0, _, 0, _] => be16(),
        [_, 0, _, 0] => le16(),
        sample if !sample.contains(&0) => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
        _ => None,
    }
}

/// One of the Web's encodings, strictly.
fn web_strict<'b>(bytes: &'b [u8], encoding: &'static Encoding) -> Option<Cow<'b, str>> {
    encoding.decode_without_bom_handling_and_without_replacement(bytes)
}

/// The codec of a label as Python spells it.
fn find(label: &str) -> Option<Codec> {
    let name: String = label
        .trim()
        .to_ascii_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' })
        .collect();
    let codec = match name.as_str() {
        "" | "utf-8" | "utf8" | "u8" | "utf" | "cp65001" | "utf8-ucs2" | "utf8-ucs4" => Codec::Utf8,
        "utf-8-sig" => Codec::Utf8Sig,
        "utf-16" | "utf16" | "u16" => Codec::Utf16,
        "utf-16-le" | "utf-16le" => Codec::Web(encoding_rs::UTF_16LE),
        "utf-16-be" | "utf-16be" => Codec::Web(encoding_rs::UTF_16BE),
        "utf-32" | "utf32" | "u32" => Codec::Utf32(None),
        "utf-32-le" | "utf-32le" => Codec::Utf32(Some(Endian::Little)),
        "utf-32-be" | "utf-32be" => Codec::Utf32(Some(Endian::Big)),
        "iso-8859-1" | "iso8859-1" | "8859" | "iso8859" | "latin1" | "latin-1" | "latin" | "l1"
        | "cp819" | "ibm819" | "csisolatin1" | "iso-ir-100" | "iso-8859-1-1987" => Codec::Latin1,
        "ascii" | "us-ascii" | "646" | "us" | "cp367" | "ibm367" | "csascii" | "iso646-us"
        | "iso-ir-6" | "ansi-x3.4-1968" | "ansi-x3.4-1986" | "iso-646.irv-1991" => Codec::Ascii,
        other => Codec::Web(web_encoding(other)?),
    };
    Some(codec)
}

/// The Web's encoding for one of Python's names, dashes for all but letters and digits.
fn web_encoding(name: &str) -> Option<&'static Encoding> {
    let digits = name.strip_prefix("cp").or(Some(name).filter(|name| name.starts_with("12")));
    let label = match name {
        "cp932" | "932" | "ms932" | "ms-kanji" | "mskanji" | "sjis" | "s-jis" | "shift-jis"
        | "shiftjis" | "csshiftjis" => "shift_jis".to_owned(),
        "cp936" | "936" | "ms936" => "gbk".to_owned(),
        "cp949" | "949" | "ms949" | "uhc" | "euckr" => "euc-kr".to_owned(),
        "cp950" | "950" | "ms950" | "big5-tw" | "big5hkscs" | "big5-hkscs" => "big5".to_owned(),
        "cp866" | "866" => "ibm866".to_owned(),
        "eucjp" | "ujis" | "u-jis" => "euc-jp".to_owned(),
        "iso2022jp" => "iso-2022-jp".to_owned(),
        "mac-roman" | "macroman" => "macintosh".to_owned(),
        "mac-cyrillic" | "maccyrillic" => "x-mac-cyrillic".to_owned(),
        "hebrew" | "arabic" | "greek" | "cyrillic" => name.to_owned(),
        _ => match digits {
            Some(page) if page.starts_with("125") || page == "874" => format!("windows-{page}"),
            _ => name.replace("iso8859-", "iso-8859-").replace("koi8_", "koi8-"),
        },
    };
    let is_web_only = name.starts_with("x-") || label.starts_with("unicode");
    let encoding = Encoding::for_label(label.as_bytes()).filter(|_| !is_web_only)?;
    (encoding != encoding_rs::REPLACEMENT).then_some(encoding)
}

/// One of the Web's encodings, as Python has it: no BOM is looked for, and what a code page does
/// not define is replaced where the Web passes it on.
fn web(bytes: &[u8], encoding: &'static Encoding) -> String {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let is_code_page = encoding.name().starts_with("windows-");
    if !is_code_page || !text.chars().any(is_c1) {
        return text.into_owned();
    }
    text.chars().map(|c| if is_c1(c) { '\u{FFFD}' } else { c }).collect()
}

/// A control character of the upper half.
fn is_c1(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{9F}')
}

/// UTF-16 by its byte order mark, little-endian without; and whether nothing was replaced.
fn utf16(bytes: &[u8]) -> (String, bool) {
    let (encoding, bytes) = match bytes {
        [0xFE, 0xFF, rest @ ..] => (encoding_rs::UTF_16BE, rest),
        [0xFF, 0xFE, rest @ ..] => (encoding_rs::UTF_16LE, rest),
        bytes => (encoding_rs::UTF_16LE, bytes),
    };
    let (text, is_broken) = encoding.decode_without_bom_handling(bytes);
    (text.into_owned(), !is_broken)
}

/// UTF-32, by its byte order mark unless the order is given; and whether nothing was replaced.
fn utf32(bytes: &[u8], endian: Option<Endian>) -> (String, bool) {
    let (endian, bytes) = match (endian, bytes) {
        (None, [0, 0, 0xFE, 0xFF, rest @ ..]) => (Endian::Big, rest),
        (None, [0xFF, 0xFE, 0, 0, rest @ ..]) => (Endian::Little, rest),
        (endian, bytes) => (endian.unwrap_or(Endian::Little), bytes),
    };
    let mut is_clean = true;
    let mut read = |unit: &[u8]| {
        let value = match (<[u8; 4]>::try_from(unit), endian) {
            (Ok(unit), Endian::Little) => char::from_u32(u32::from_le_bytes(unit)),
            (Ok(unit), Endian::Big) => char::from_u32(u32::from_be_bytes(unit)),
            (Err(_), _) => None,
        };
        is_clean &= value.is_some();
        value.unwrap_or('\u{FFFD}')
    };
    let text = bytes.chunks(4).map(&mut read).collect();
    (text, is_clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared(content_type: &str) -> Option<String> {
        let mut headers = Headers::default();
        headers.push("Content-Type", content_type);
        encoding_from_headers(&headers)
    }

    #[test]
    fn the_declared_charset_is_what_requests_reads() {
        for (content_type, charset) in [
            ("text/html", Some("ISO-8859-1")),
            ("text/html; charset=utf-8", Some("utf-8")),
            ("text/html; CHARSET=\"UTF-8\"", Some("UTF-8")),
            ("text/html; charset=' latin1 '", Some("latin1")),
            ("text/html; charset", Some("ISO-8859-1")),
            ("text/html; charset=", Some("")),
            ("TEXT/html", None),
            ("application/json", Some("utf-8")),
            ("application/json; charset=utf-16", Some("utf-16")),
            ("application/vnd.api+json", None),
            ("image/png", None),
            ("", None),
        ] {
            assert_eq!(declared(content_type).as_deref(), charset, "{content_type}");
        }
    }

    #[test]
    fn bytes_are_decoded_as_python_does() {
        // str(bytes, encoding, errors="replace") for each.
        for (bytes, encoding, text) in [
            (&b"\x80\xe9"[..], "ISO-8859-1", "\u{80}é"),
            (b"\x80\xe9\x81", "cp1252", "€é\u{FFFD}"),
            (b"\x80\xe9", "windows-1252", "€é"),
            (b"a\xe9", "us-ascii", "a\u{FFFD}"),
            (b"\xef\xbb\xbfa", "utf8", "\u{FEFF}a"),
            (b"\xef\xbb\xbfa", "utf_8_sig", "a"),
            (b"a\xff", "UTF-8", "a\u{FFFD}"),
            (b"\xc3\xa9", "no-such-charset", "é"),
            (b"\xc3\xa9", "", "é"),
            (b"\xff\xfea\0", "utf-16", "a"),
            (b"\xfe\xff\0a", "UTF-16", "a"),
            (b"a\0", "utf_16_le", "a"),
            (b"\xff\xfea\0", "utf-16le", "\u{FEFF}a"),
            (b"\0\0\xfe\xff\0\0\0a", "utf-32", "a"),
            (b"\x82\xb1", "Shift_JIS", "こ"),
            (b"\xa4", "iso8859_15", "€"),
            (b"\xcf", "cp1251", "П"),
            (b"\xf0", "koi8_r", "П"),
        ] {
            assert_eq!(decode(bytes, encoding), text, "{encoding}");
        }
    }

    #[test]
    fn the_charset_is_guessed_when_there_is_none() {
        let encode = |text: &str, label: &str| {
            Encoding::for_label(label.as_bytes()).unwrap().encode(text).0.into_owned()
        };
        assert_eq!(apparent_encoding(b"plain"), "ascii");
        assert_eq!(apparent_encoding("é".as_bytes()), "utf-8");
        assert_eq!(apparent_encoding(b"\xef\xbb\xbfx"), "UTF-8-SIG");
        let russian = encode("Привет, как дела сегодня?", "windows-1251");
        assert_eq!(apparent_encoding(&russian), "windows-1251");
        let japanese = encode("こんにちは世界、今日はいい天気ですね", "shift_jis");
        assert_eq!(apparent_encoding(&japanese), "Shift_JIS");
    }

    #[test]
    fn json_without_a_charset_is_read_by_its_zeros_and_marks() {
        for bytes in [
            &b"{\"a\":1}"[..],
            b"\xef\xbb\xbf{\"a\":1}",
            b"{\0\"\0a\0\"\0:\x001\0}\0",
            b"\0{\0\"\0a\0\"\0:\x001\0}",
            b"\xff\xfe{\0\"\0a\0\"\0:\x001\0}\0",
            b"\0\0\0{\0\0\0\"\0\0\0a\0\0\0\"\0\0\0:\0\0\x001\0\0\0}",
        ] {
            assert_eq!(json_text(bytes, None), "{\"a\":1}", "{bytes:?}");
        }
        assert_eq!(json_text(b"\"\xe9\"", Some("latin1")), "\"é\"");
    }
}
