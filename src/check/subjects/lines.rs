//! `lines`: the lines of the body.

use super::look::Any;
use super::look::whole;
use super::{ANYTHING, Gives, Needs, Selector, SubjectKind, rewrite};
use crate::check::{Found, words};
use crate::exchange::Seen;
use crate::value::Value;
use std::borrow::Cow;
use std::sync::Arc;

/// The lines of the body.
pub(super) const KIND: SubjectKind = SubjectKind {
    key: "lines",
    synonyms: &["body_lines"],
    capture_key: Some("lines"),
    media: ANYTHING,
    summary: "the lines of `text`, without their ends; with the request's `lines` those that were read",
    example: "assert: {lines: {length: 3}}",
    selector: Selector::None,
    gives: Gives::List,
    show: words::plain,
    needs: Needs::Body,
    compile: |_| Ok(Arc::new(Any(look))),
    rewrite: rewrite::none,
};

fn look(seen: Seen<'_>) -> Found<'_> {
    if let Some(read) = &seen.lines() {
        return match &read.all {
            Some(all) => Found::Value(Cow::Borrowed(all)),
            None => Found::Count(usize::try_from(read.count).unwrap_or(usize::MAX)),
        };
    }
    whole(seen, || {
        let lines = seen.text().lines().map(Value::from);
        Found::value(lines.collect::<Vec<Value>>())
    })
}
