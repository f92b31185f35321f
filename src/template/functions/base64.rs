//! `base64` and `base64_decode` (RFC 4648).

use super::Function;
use super::input::{bytes, text_or_bytes};
use crate::template::explain::complain;
use ::base64::Engine as _;
use ::base64::alphabet::{STANDARD, URL_SAFE};
use ::base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use minijinja::{Error, Value as Dynamic};

/// The table's row.
pub(super) const BASE64: Function = Function {
    key: "base64",
    summary: "text or bytes in base64, padded",
    example: "{{ 'user:pass' | base64 }}",
    register: |env| env.add_filter("base64", encode),
    check: None,
};

/// The table's row.
pub(super) const BASE64_DECODE: Function = Function {
    key: "base64_decode",
    summary: "what base64 says, either alphabet, padded or not: text, or bytes when not UTF-8",
    example: "{{ 'dXNlcg' | base64_decode }}",
    register: |env| env.add_filter("base64_decode", decode),
    check: None,
};

fn encode(value: &Dynamic) -> Result<String, Error> {
    Ok(::base64::engine::general_purpose::STANDARD.encode(bytes(value)?))
}

fn decode(value: &Dynamic) -> Result<Dynamic, Error> {
    let given = bytes(value)?;
    let lenient =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let is_url_safe = given.iter().any(|byte| matches!(byte, b'-' | b'_'));
    let engine = GeneralPurpose::new(if is_url_safe { &URL_SAFE } else { &STANDARD }, lenient);
    let decoded = engine.decode(given.trim_ascii());
    decoded.map(text_or_bytes).map_err(|_| complain("what `base64_decode` was given is not base64"))
}
