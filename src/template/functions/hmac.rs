//! `hmac_*(key)`: keyed digests (RFC 2104) as bytes, for `| hex` or `| base64`.

use super::Function;
use super::input::bytes;
use crate::template::explain::complain;
use ::hmac::{EagerHash, Hmac, KeyInit, Mac};
use minijinja::{Error, Value as Dynamic};

/// The table's row.
pub(super) const HMAC_MD5: Function = Function {
    key: "hmac_md5",
    summary: "the HMAC-MD5 of text or bytes with a key, as bytes",
    example: "{{ 'body' | hmac_md5('key') | hex }}",
    register: |env| env.add_filter("hmac_md5", keyed::<md5::Md5>),
    check: None,
};

/// The table's row.
pub(super) const HMAC_SHA1: Function = Function {
    key: "hmac_sha1",
    summary: "the HMAC-SHA1 of text or bytes with a key, as bytes",
    example: "{{ 'body' | hmac_sha1('key') | hex }}",
    register: |env| env.add_filter("hmac_sha1", keyed::<sha1::Sha1>),
    check: None,
};

/// The table's row.
pub(super) const HMAC_SHA256: Function = Function {
    key: "hmac_sha256",
    summary: "the HMAC-SHA256 of text or bytes with a key, as bytes",
    example: "{{ 'body' | hmac_sha256('key') | hex }}",
    register: |env| env.add_filter("hmac_sha256", keyed::<sha2::Sha256>),
    check: None,
};

/// The table's row.
pub(super) const HMAC_SHA512: Function = Function {
    key: "hmac_sha512",
    summary: "the HMAC-SHA512 of text or bytes with a key, as bytes",
    example: "{{ 'body' | hmac_sha512('key') | base64 }}",
    register: |env| env.add_filter("hmac_sha512", keyed::<sha2::Sha512>),
    check: None,
};

fn keyed<D: EagerHash>(value: &Dynamic, key: &Dynamic) -> Result<Dynamic, Error>
where
    Hmac<D>: Mac + KeyInit,
{
    let mut mac = <Hmac<D> as KeyInit>::new_from_slice(&bytes(key)?)
        .map_err(|_| complain("the key cannot be used"))?;
    mac.update(&bytes(value)?);
    Ok(Dynamic::from_bytes(mac.finalize().into_bytes().to_vec()))
}
