//! What functions take: text or bytes, and the scope's generator.

use crate::template::convert::from_dynamic;
use crate::template::explain::complain;
use crate::template::views::Context;
use minijinja::value::ValueKind;
use minijinja::{Error, State, Value as Dynamic};
use std::borrow::Cow;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

/// A value's bytes: bytes as they are, text in UTF-8, anything else in JSON's spelling.
pub(super) fn bytes(value: &Dynamic) -> Result<Cow<'_, [u8]>, Error> {
    match value.kind() {
        ValueKind::Bytes => Ok(Cow::Borrowed(value.as_bytes().unwrap_or_default())),
        ValueKind::String => Ok(Cow::Borrowed(value.as_str().unwrap_or_default().as_bytes())),
        _ => Ok(Cow::Owned(from_dynamic(value)?.to_text().into_bytes())),
    }
}

/// Bytes as text when they are UTF-8, else as bytes.
pub(super) fn text_or_bytes(bytes: Vec<u8>) -> Dynamic {
    match String::from_utf8(bytes) {
        Ok(text) => Dynamic::from(text),
        Err(error) => Dynamic::from_bytes(error.into_bytes()),
    }
}

/// What the running template sees.
pub(super) fn context(state: &State) -> Result<Arc<Context>, Error> {
    Context::of(state).ok_or_else(|| complain("this function is not available here"))
}

/// Draws from the step's randomness.
pub(super) fn draw<T>(
    state: &State,
    draw: impl FnOnce(&mut fastrand::Rng) -> T,
) -> Result<T, Error> {
    let context = context(state)?;
    context.scope.world.is_drawn_from.store(true, Ordering::Relaxed);
    let mut random = context.scope.random.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(draw(&mut random))
}
