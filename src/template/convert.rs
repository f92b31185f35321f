//! Our values to minijinja's and back, digits kept.
//!
//! A list or mapping becomes a [`Branch`], which converts only what a template looks at.
//! minijinja's numbers are integers and floats; those that are written otherwise (`1.10`, forty
//! digits) pass through a template as [`Digits`] when the template only moves values about, and
//! are the nearest float where it computes: see [`Numbers`].

use crate::value::{Number, Value};
use minijinja::value::{DynObject, Enumerator, Object, ObjectRepr, ValueKind};
use minijinja::{Error, ErrorKind, Value as Dynamic};
use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

/// How deep a template's result may nest, as JSON's reader allows.
const MAX_DEPTH: usize = 128;

/// What numbers are in a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Numbers {
    /// Kept as written: for templates that do not compute.
    Kept,
    /// Integers and floats, so that operators work.
    Computed,
}

/// A value for templates. Lists and mappings are shared, not copied.
pub(super) fn to_dynamic(value: &Arc<Value>, numbers: Numbers) -> Dynamic {
    match &**value {
        Value::Array(_) | Value::Object(_) => {
            Dynamic::from_object(Branch { root: Arc::clone(value), path: Box::default(), numbers })
        }
        scalar => scalar_to_dynamic(scalar, numbers),
    }
}

fn scalar_to_dynamic(value: &Value, numbers: Numbers) -> Dynamic {
    match value {
        Value::Null | Value::Array(_) | Value::Object(_) => Dynamic::from(()),
        Value::Bool(flag) => Dynamic::from(*flag),
        Value::Number(number) => number_to_dynamic(number, numbers),
        Value::String(text) => Dynamic::from(text.as_str()),
        Value::Bytes(bytes) => Dynamic::from_bytes(bytes.clone()),
    }
}

fn number_to_dynamic(number: &Number, numbers: Numbers) -> Dynamic {
    if number.is_written_as_integer()
        && let Some(int) = number.as_i128()
        && (int != 0 || numbers == Numbers::Computed || number.to_string() == "0")
    {
        return i64::try_from(int).map_or_else(|_| Dynamic::from(int), Dynamic::from);
    }
    let float = number.as_f64();
    let is_exact = Number::from_f64(float).is_some_and(|it| it.to_string() == number.to_string());
    if is_exact || numbers == Numbers::Computed {
        return Dynamic::from(float);
    }
    Dynamic::from_object(Digits(number.clone()))
}

/// A template's value as ours.
///
/// # Errors
/// When it is undefined, or nothing that data can hold: a function, an infinite number.
pub(super) fn from_dynamic(value: &Dynamic) -> Result<Value, Error> {
    convert(value, 0)
}

fn convert(value: &Dynamic, depth: usize) -> Result<Value, Error> {
    if depth > MAX_DEPTH {
        return Err(Error::new(ErrorKind::InvalidOperation, "the value is nested too deeply"));
    }
    match value.kind() {
        ValueKind::Undefined => Err(Error::from(ErrorKind::UndefinedError)),
        ValueKind::None => Ok(Value::Null),
        ValueKind::Bool => Ok(Value::Bool(value.is_true())),
        ValueKind::Number => number(value).map(Value::Number),
        ValueKind::String => Ok(value.as_str().unwrap_or_default().into()),
        ValueKind::Bytes => Ok(value.as_bytes().unwrap_or_default().to_vec().into()),
        ValueKind::Seq | ValueKind::Iterable => list(value, depth),
        ValueKind::Map => mapping(value, depth),
        _ => plain(value),
    }
}

fn number(value: &Dynamic) -> Result<Number, Error> {
    if value.is_integer() {
        let parsed = Number::parse(&value.to_string());
        return parsed.ok_or_else(|| Error::from(ErrorKind::InvalidOperation));
    }
    Number::from_f64(f64::try_from(value.clone())?)
        .ok_or_else(|| Error::new(ErrorKind::InvalidOperation, "the result is not a finite number"))
}

fn list(value: &Dynamic, depth: usize) -> Result<Value, Error> {
    if let Some(branch) = value.downcast_object_ref::<Branch>() {
        return Ok(branch.value().clone());
    }
    let items: Result<Vec<Value>, Error> =
        value.try_iter()?.checked().map(|item| convert(&item?, depth + 1)).collect();
    Ok(Value::Array(items?))
}

fn mapping(value: &Dynamic, depth: usize) -> Result<Value, Error> {
    if let Some(branch) = value.downcast_object_ref::<Branch>() {
        return Ok(branch.value().clone());
    }
    let mut members = crate::value::Map::default();
    for key in value.try_iter()?.checked() {
        let key = key?;
        let member = convert(&value.get_item(&key)?, depth + 1)?;
        members.insert(convert(&key, depth + 1)?.to_text(), member);
    }
    Ok(Value::Object(members))
}

fn plain(value: &Dynamic) -> Result<Value, Error> {
    if let Some(digits) = value.downcast_object_ref::<Digits>() {
        return Ok(Value::Number(digits.0.clone()));
    }
    if value.downcast_object_ref::<super::views::MissingEnv>().is_some() {
        return Err(Error::from(ErrorKind::UndefinedError));
    }
    if value.kind() == ValueKind::Invalid {
        // Using it gives the error it holds.
        value.try_iter()?;
    }
    Err(Error::new(ErrorKind::InvalidOperation, "a function is no value; call it with `()`"))
}

/// A list or mapping inside a shared value; its children are found when asked for.
#[derive(Debug)]
pub(super) struct Branch {
    root: Arc<Value>,
    /// The position of each step down, in lists and mappings alike.
    path: Box<[u32]>,
    numbers: Numbers,
}

impl Branch {
    /// The value it stands for.
    pub(super) fn value(&self) -> &Value {
        let mut value = &*self.root;
        for step in &self.path {
            let index = *step as usize;
            let child = match value {
                Value::Array(items) => items.get(index),
                Value::Object(members) => members.get_index(index).map(|(_, member)| member),
                _ => None,
            };
            value = child.unwrap_or(&Value::Null);
        }
        value
    }

    fn child(&self, index: usize, value: &Value) -> Option<Dynamic> {
        if !matches!(value, Value::Array(_) | Value::Object(_)) {
            return Some(scalar_to_dynamic(value, self.numbers));
        }
        let mut path = Vec::with_capacity(self.path.len() + 1);
        path.extend_from_slice(&self.path);
        path.push(u32::try_from(index).ok()?);
        Some(Dynamic::from_object(Branch {
            root: Arc::clone(&self.root),
            path: path.into(),
            numbers: self.numbers,
        }))
    }
}

impl Object for Branch {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        match self.value() {
            Value::Array(_) => ObjectRepr::Seq,
            _ => ObjectRepr::Map,
        }
    }

    fn get_value(self: &Arc<Self>, key: &Dynamic) -> Option<Dynamic> {
        match self.value() {
            Value::Array(items) => {
                let index = key.as_usize()?;
                self.child(index, items.get(index)?)
            }
            Value::Object(_) => match key.as_str() {
                Some(name) => self.get_value_by_str(name),
                None if key.is_integer() => self.get_value_by_str(&key.to_string()),
                None => None,
            },
            _ => None,
        }
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Dynamic> {
        let (index, _, member) = self.value().as_object()?.get_full(key)?;
        self.child(index, member)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        match self.value() {
            Value::Array(items) => Enumerator::Seq(items.len()),
            Value::Object(members) => {
                Enumerator::Values(members.keys().map(|key| Dynamic::from(key.as_str())).collect())
            }
            _ => Enumerator::Empty,
        }
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        match self.value() {
            Value::Array(items) => Some(items.len()),
            Value::Object(members) => Some(members.len()),
            _ => Some(0),
        }
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.value().to_json())
    }
}

/// A number minijinja would spell otherwise.
#[derive(Debug)]
pub(super) struct Digits(Number);

impl Object for Digits {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn is_true(self: &Arc<Self>) -> bool {
        self.0 != Number::from(0_i64)
    }

    fn custom_cmp(self: &Arc<Self>, other: &DynObject) -> Option<Ordering> {
        Some(self.0.cmp(&other.downcast_ref::<Digits>()?.0))
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Arc<Value> {
        Arc::new(Value::from_json(text.as_bytes()).unwrap())
    }

    #[test]
    fn every_value_comes_back_as_it_went_in() {
        for text in [
            "null",
            "true",
            "-5",
            "18446744073709551615",
            "1.10",
            "1e+400",
            "-0",
            "1.0",
            "0.1",
            "123456789012345678901234567890123456789012345678901234567890",
            r#""ä""#,
            "[]",
            r#"{"b":[1.10,{"c":null}],"a":1}"#,
        ] {
            let back = from_dynamic(&to_dynamic(&json(text), Numbers::Kept)).unwrap();
            assert_eq!(back.to_json(), text);
        }
    }

    #[test]
    fn bytes_stay_bytes() {
        let bytes = Arc::new(Value::Bytes(vec![0, 255]));
        assert_eq!(from_dynamic(&to_dynamic(&bytes, Numbers::Kept)).unwrap(), *bytes);
    }

    #[test]
    fn numbers_to_compute_with_are_numbers() {
        let number = to_dynamic(&json("1.10"), Numbers::Computed);
        assert_eq!(number.kind(), ValueKind::Number);
    }

    #[test]
    fn members_are_found_by_name_and_position() {
        let value = to_dynamic(&json(r#"{"a":[10,{"b":2}],"200":true}"#), Numbers::Kept);
        let list = value.get_attr("a").unwrap();
        assert_eq!(list.get_item_by_index(0).unwrap(), Dynamic::from(10));
        assert_eq!(list.get_item(&Dynamic::from(-1)).unwrap().get_attr("b").unwrap(), 2.into());
        assert!(value.get_item(&Dynamic::from(200)).unwrap().is_true());
    }
}
