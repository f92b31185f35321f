//! `md5`, `sha1`, `sha256`, `sha512`: digests as lower-case hex, as the command-line tools of these
//! names print them.

use super::Function;
use super::hex::spell;
use super::input::bytes;
use minijinja::{Error, Value as Dynamic};
use sha2::Digest;

/// The table's row.
pub(super) const MD5: Function = Function {
    key: "md5",
    summary: "the MD5 digest of text or bytes, in hex",
    example: "{{ 'text' | md5 }}",
    register: |env| env.add_filter("md5", digest::<md5::Md5>),
    check: None,
};

/// The table's row.
pub(super) const SHA1: Function = Function {
    key: "sha1",
    summary: "the SHA-1 digest of text or bytes, in hex",
    example: "{{ 'text' | sha1 }}",
    register: |env| env.add_filter("sha1", digest::<sha1::Sha1>),
    check: None,
};

/// The table's row.
pub(super) const SHA256: Function = Function {
    key: "sha256",
    summary: "the SHA-256 digest of text or bytes, in hex",
    example: "{{ 'text' | sha256 }}",
    register: |env| env.add_filter("sha256", digest::<sha2::Sha256>),
    check: None,
};

/// The table's row.
pub(super) const SHA512: Function = Function {
    key: "sha512",
    summary: "the SHA-512 digest of text or bytes, in hex",
    example: "{{ 'text' | sha512 }}",
    register: |env| env.add_filter("sha512", digest::<sha2::Sha512>),
    check: None,
};

fn digest<D: Digest>(value: &Dynamic) -> Result<String, Error> {
    Ok(spell(&D::digest(bytes(value)?)))
}
