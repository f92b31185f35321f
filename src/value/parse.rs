//! JSON text in (RFC 8259), digits and key order kept.
//!
//! Our own reader, because serde_json respells numbers that it keeps as text (`1e400` as
//! `1e+400`) and hands each of them over as a mapping, which costs a quarter of the time.

use super::{Map, Number, Value};
use std::fmt;

/// How deep lists and mappings may nest.
const DEPTH: usize = 128;

/// The text is not JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// What is wrong, in lower case, without the place.
    pub message: String,
    /// The line in the text, from 1.
    pub line: usize,
    /// The column in that line, in bytes, from 1.
    pub column: usize,
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at line {} column {}", self.message, self.line, self.column)
    }
}

impl std::error::Error for JsonError {}

impl Value {
    /// Reads JSON text. Nesting is bounded at 128; of a repeated key the last value stays.
    ///
    /// # Errors
    /// When the bytes are not one JSON value in UTF-8.
    pub fn from_json(bytes: &[u8]) -> Result<Value, JsonError> {
        let text = std::str::from_utf8(bytes)
            .map_err(|error| place(bytes, error.valid_up_to(), "invalid UTF-8"))?;
        let mut reader = Reader { text, bytes, at: 0, depth: 0 };
        let value = reader.document();
        value.map_err(|message| place(bytes, reader.at, message))
    }
}

fn place(bytes: &[u8], at: usize, message: &str) -> JsonError {
    let before = bytes.get(..at).unwrap_or(bytes);
    let line_start =
        before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    JsonError { message: message.to_owned(), line, column: before.len() - line_start + 1 }
}

/// What is wrong at [`Reader::at`].
type Message = &'static str;

struct Reader<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    fn document(&mut self) -> Result<Value, Message> {
        let value = self.value()?;
        match self.peek() {
            None => Ok(value),
            Some(_) => Err("trailing characters"),
        }
    }

    /// The next byte that is no white space.
    fn peek(&mut self) -> Option<u8> {
        let rest = self.bytes.get(self.at..)?;
        let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\n' | b'\t' | b'\r'));
        self.at += blanks.count();
        self.bytes.get(self.at).copied()
    }

    fn value(&mut self) -> Result<Value, Message> {
        match self.peek() {
            None => Err("EOF while parsing a value"),
            Some(b'"') => self.string().map(Value::String),
            Some(b'{') => self.nested(Reader::object),
            Some(b'[') => self.nested(Reader::array),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            Some(_) => Err("expected value"),
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, Message> {
        if !self.text.get(self.at..).is_some_and(|rest| rest.starts_with(word)) {
            return Err("expected value");
        }
        self.at += word.len();
        Ok(value)
    }

    fn number(&mut self) -> Result<Value, Message> {
        let rest = self.bytes.get(self.at..).unwrap_or(&[]);
        let is_part = |byte: &&u8| matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E');
        let end = self.at + rest.iter().take_while(is_part).count();
        let number = self.text.get(self.at..end).and_then(Number::parse).ok_or("invalid number")?;
        self.at = end;
        Ok(Value::Number(number))
    }

    fn nested(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<Value, Message>,
    ) -> Result<Value, Message> {
        if self.depth == DEPTH {
            return Err("recursion limit exceeded");
        }
        self.depth += 1;
        self.at += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn array(&mut self) -> Result<Value, Message> {
        let mut items = Vec::new();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Value::Array(items));
        }
        loop {
            items.push(self.value()?);
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => break,
                Some(_) => return Err("expected `,` or `]`"),
                None => return Err("EOF while parsing a list"),
            }
            if self.peek() == Some(b']') {
                return Err("trailing comma");
            }
        }
        self.at += 1;
        Ok(Value::Array(items))
    }

    fn object(&mut self) -> Result<Value, Message> {
        let mut members = Map::default();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Value::Object(members));
        }
        loop {
            let key = self.key()?;
            let value = self.value()?;
            members.insert(key, value);
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => break,
                Some(_) => return Err("expected `,` or `}`"),
                None => return Err("EOF while parsing an object"),
            }
            if self.peek() == Some(b'}') {
                return Err("trailing comma");
            }
        }
        self.at += 1;
        Ok(Value::Object(members))
    }

    /// A key and its colon.
    fn key(&mut self) -> Result<String, Message> {
        match self.peek() {
            Some(b'"') => {}
            Some(_) => return Err("key must be a string"),
            None => return Err("EOF while parsing an object"),
        }
        let key = self.string()?;
        match self.peek() {
            Some(b':') => self.at += 1,
            Some(_) => return Err("expected `:`"),
            None => return Err("EOF while parsing an object"),
        }
        Ok(key)
    }

    fn string(&mut self) -> Result<String, Message> {
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or(&[]);
            let is_plain = |byte: &&u8| **byte != b'"' && **byte != b'\\' && **byte >= 0x20;
            let end = self.at + rest.iter().take_while(is_plain).count();
            let plain = self.text.get(self.at..end).unwrap_or("");
            self.at = end;
            match self.bytes.get(end) {
                Some(b'"') => {
                    self.at += 1;
                    // Most strings have no escape: one copy, of the right size.
                    if text.is_empty() {
                        return Ok(plain.to_owned());
                    }
                    text.push_str(plain);
                    return Ok(text);
                }
                Some(b'\\') => {
                    text.push_str(plain);
                    text.push(self.escape()?);
                }
                Some(_) => return Err("control character in a string"),
                None => return Err("EOF while parsing a string"),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Message> {
        let escaped = self.bytes.get(self.at + 1).copied().ok_or("EOF while parsing a string")?;
        let character = match escaped {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(),
            _ => return Err("invalid escape"),
        };
        self.at += 2;
        Ok(character)
    }

    /// `\u` with four digits, or two of them that make a surrogate pair.
    fn unicode(&mut self) -> Result<char, Message> {
        let first = self.half(self.at).ok_or("invalid escape")?;
        if let Some(character) = char::from_u32(u32::from(first)) {
            self.at += 6;
            return Ok(character);
        }
        let second = self.half(self.at + 6).ok_or("lone surrogate in an escape")?;
        let mut decoded = char::decode_utf16([first, second]);
        let character = decoded.next().and_then(Result::ok).ok_or("lone surrogate in an escape")?;
        self.at += 12;
        Ok(character)
    }

    fn half(&self, at: usize) -> Option<u16> {
        let digits = self.text.get(at..at + 6)?.strip_prefix("\\u")?;
        let is_hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hexadecimal.then(|| u16::from_str_radix(digits, 16).ok()).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        Value::from_json(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn an_error_says_what_and_where() {
        let cases = [
            ("", "EOF while parsing a value at line 1 column 1"),
            ("{\"a\": 1,}", "trailing comma at line 1 column 9"),
            ("[1,\n 2,\n]", "trailing comma at line 3 column 1"),
            ("[1 2]", "expected `,` or `]` at line 1 column 4"),
            ("{a: 1}", "key must be a string at line 1 column 2"),
            ("{\"a\" 1}", "expected `:` at line 1 column 6"),
            ("nul", "expected value at line 1 column 1"),
            ("01", "invalid number at line 1 column 1"),
            ("1 x", "trailing characters at line 1 column 3"),
            ("\"\n\"", "control character in a string at line 1 column 2"),
            ("\"\\x\"", "invalid escape at line 1 column 2"),
            ("\"\\u+123\"", "invalid escape at line 1 column 2"),
            ("\"\\uD834\"", "lone surrogate in an escape at line 1 column 2"),
            ("\"a", "EOF while parsing a string at line 1 column 3"),
            ("<html>", "expected value at line 1 column 1"),
        ];
        for (text, expected) in cases {
            assert_eq!(error(text), expected, "{text}");
        }
        let message = Value::from_json(b"\"\xff\"").unwrap_err().to_string();
        assert_eq!(message, "invalid UTF-8 at line 1 column 2");
    }

    #[test]
    fn escapes_are_undone() {
        let text = r#""\"\\\/\b\f\n\r\t\u00e9\uD834\uDD1Ex""#;
        let value = Value::from_json(text.as_bytes()).unwrap();
        assert_eq!(value, Value::from("\"\\/\u{8}\u{c}\n\r\té𝄞x"));
    }

    #[test]
    fn what_serde_json_accepts_is_accepted_and_what_not_is_not() {
        let texts = [
            "[]",
            "{}",
            " [ ] ",
            "{\"a\":{}}",
            "[[],[[]]]",
            "\"\"",
            "-0",
            "-",
            "1.",
            "1e5",
            "1E+5",
            "[,]",
            "[1,]",
            "{,}",
            "{\"a\"}",
            "true",
            "tru",
            "truex",
            "\u{feff}1",
            "1\u{a0}",
            "{\"a\":1,\"a\":2}",
            "\"\\u12\"",
            "\"\\\"",
            "\"\u{7f}\"",
            "[1][",
            "--1",
            "+1",
            ".5",
            "NaN",
        ];
        for text in texts {
            let theirs = serde_json::from_str::<serde_json::Value>(text).ok();
            let ours = Value::from_json(text.as_bytes()).ok();
            assert_eq!(ours.is_some(), theirs.is_some(), "{text}");
        }
    }

    #[test]
    fn deep_nesting_is_refused() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(Value::from_json(nested(128).as_bytes()).is_ok());
        let message = Value::from_json(nested(100_000).as_bytes()).unwrap_err().message;
        assert_eq!(message, "recursion limit exceeded");
    }
}
