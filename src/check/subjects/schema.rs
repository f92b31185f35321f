//! `schema`: the body as data, against a JSON Schema.

use super::look::{data, failed};
use super::{ANYTHING, Gives, Needs, Outcome, Selector, Subject, SubjectKind, rewrite};
use crate::check::{Found, words};
use std::borrow::Cow;
use std::sync::Arc;

/// The body against a JSON Schema.
pub(super) const KIND: SubjectKind = SubjectKind {
    key: "schema",
    synonyms: &["json_schema", "jsonschema", "jsonSchema"],
    capture_key: None,
    media: ANYTHING,
    summary: "the whole body is as a JSON Schema says: one written here, or `{$file: …}`",
    example: "assert: {schema: {type: object, required: [id]}}",
    selector: Selector::None,
    gives: Gives::Schema,
    show: words::plain,
    needs: Needs::Body,
    compile: |_| Ok(Arc::new(Body)),
    rewrite: rewrite::none,
};

#[derive(Debug)]
struct Body;

impl Subject for Body {
    fn look<'a>(&self, outcome: Outcome<'a>) -> Found<'a> {
        match outcome.map(data) {
            Ok(Ok(root)) => Found::Value(Cow::Borrowed(root)),
            Ok(Err(reason)) => Found::Missing(reason),
            Err(error) => failed(error),
        }
    }
}
