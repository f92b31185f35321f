//! JSON's types plus bytes: what templates give, bodies hold and assertions compare.
//!
//! Numbers keep their digits: an integer beyond 64 bits, `1.10` and `1e400` are printed as
//! they were written and compared by what they mean. Objects keep the order of their keys
//! and are equal in any order.

mod duration;
mod json;
mod kind;
mod number;
mod parse;

pub use duration::{DURATION_EXPECTED, DURATION_PATTERN, parse_duration};
pub use kind::Kind;
pub use number::Number;
pub use parse::JsonError;

/// An object's members, in the order they were written.
pub type Map = indexmap::IndexMap<String, Value, foldhash::fast::RandomState>;

/// A value of JSON, or bytes, which JSON does not have.
///
/// Equality is JSON's: `1` equals `1.0`, never `"1"`; objects are equal whatever their order.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// JSON's `null`, Jinja's `none`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, with its digits.
    Number(Number),
    /// Text.
    String(String),
    /// Bytes that need not be text, as a body's are.
    Bytes(Vec<u8>),
    /// A list.
    Array(Vec<Value>),
    /// Names and values, in order.
    Object(Map),
}
