//! The schema of a collection.
use crate::value::Value;
/// Later.
#[must_use]
pub fn collection() -> Value {
    Value::Null
}
