//! Requests' charset rules: what `text` is decoded by.

use super::Headers;
use std::borrow::Cow;
pub(super) fn declared(_: &Headers) -> Option<String> {
    None
}
pub(super) fn guess(_: &[u8]) -> Option<String> {
    None
}
pub(super) fn decode(bytes: &[u8], _: Option<&str>) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
pub(super) fn json_text(bytes: &[u8]) -> Cow<'_, [u8]> {
    Cow::Borrowed(bytes)
}
