//! `hex`: bytes as lower-case hexadecimal digits.

use super::Function;
use super::input::bytes;
use minijinja::{Error, Value as Dynamic};
use std::fmt::Write as _;

/// The table's row.
pub(super) const HEX: Function = Function {
    key: "hex",
    summary: "text or bytes as lower-case hexadecimal digits",
    example: "{{ 'body' | hmac_sha256('key') | hex }}",
    register: |env| env.add_filter("hex", hex),
    check: None,
};

fn hex(value: &Dynamic) -> Result<String, Error> {
    Ok(spell(&bytes(value)?))
}

/// Lower-case hexadecimal digits, two a byte.
pub(super) fn spell(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
