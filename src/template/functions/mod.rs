//! Functions and filters of templates.
//!
//! To add one: a file here, a line in [`FUNCTIONS`], a spec in `specs/functions/KEY.yaml`.
//! Randomness comes from the scope's generator and time from the world's clock, so that a run
//! with the same `--seed` gives the same values.

mod base64;
mod digest;
mod fake;
mod file;
mod hex;
mod hmac;
mod input;
mod json;
mod jsonpath;
mod jwt;
mod now;
mod random;
mod regex;
mod urlencode;
mod uuid;

pub(super) use fake::FAKES;

use crate::registry::Entry;
use minijinja::{Environment, Error};

/// Says why a literal argument can never be used.
type Check = fn(&str) -> Result<(), Error>;

/// A function or filter.
#[derive(Debug)]
pub struct Function {
    /// Its name.
    pub key: &'static str,
    /// One line.
    pub summary: &'static str,
    /// A template that uses it.
    pub example: &'static str,
    register: fn(&mut Environment<'static>),
    /// Checks a literal first argument when the file is read.
    check: Option<Check>,
}

impl Function {
    /// Puts it into the environment templates are compiled with.
    pub(super) fn register(&self, env: &mut Environment<'static>) {
        (self.register)(env);
    }

    /// Checks a literal first argument.
    ///
    /// # Errors
    /// When every call with it would fail.
    pub(super) fn check(&self, argument: &str) -> Result<(), Error> {
        self.check.map_or(Ok(()), |check| check(argument))
    }
}

impl Entry for Function {
    fn key(&self) -> &'static str {
        self.key
    }

    fn summary(&self) -> &'static str {
        self.summary
    }

    fn example(&self) -> &'static str {
        self.example
    }
}

/// Every function and filter that is ours.
pub const FUNCTIONS: &[&Function] = &[
    &now::NOW,
    &uuid::UUID,
    &random::RANDOM_INT,
    &random::RANDOM_FLOAT,
    &random::RANDOM_HEX,
    &random::RANDOM_STRING,
    &random::RANDOM_CHOICE,
    &fake::FAKE,
    &file::FILE,
    &base64::BASE64,
    &base64::BASE64_DECODE,
    &hex::HEX,
    &digest::MD5,
    &digest::SHA1,
    &digest::SHA256,
    &digest::SHA512,
    &hmac::HMAC_MD5,
    &hmac::HMAC_SHA1,
    &hmac::HMAC_SHA256,
    &hmac::HMAC_SHA512,
    &urlencode::URLENCODE,
    &json::TOJSON,
    &json::FROMJSON,
    &jsonpath::JSONPATH,
    &jwt::JWT_ENCODE,
    &jwt::JWT_DECODE,
    &regex::REGEX,
    &regex::REGEX_REPLACE,
];

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
