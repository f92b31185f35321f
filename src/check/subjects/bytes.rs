//! `bytes`: the bytes of the body.

use super::look::Any;
use super::look::whole;
use super::{ANYTHING, Gives, Needs, Selector, SubjectKind, rewrite};
use crate::check::{Argument, BuildError, Found, words};
use crate::exchange::Seen;
use crate::value::Value;
use std::sync::Arc;

/// The bytes of the body.
pub(super) const KIND: SubjectKind = SubjectKind {
    key: "bytes",
    synonyms: &["binary"],
    capture_key: Some("bytes"),
    media: ANYTHING,
    summary: "the bytes of the decoded body; text is taken in UTF-8",
    example: "assert: {bytes: {starts_with: {$hex: '89504e47'}}}",
    selector: Selector::None,
    gives: Gives::Bytes,
    show: words::plain,
    needs: Needs::Body,
    compile: |_| Ok(Arc::new(Any(look))),
    rewrite: rewritten,
};

fn look(seen: Seen<'_>) -> Found<'_> {
    whole(seen, || Found::Bytes(&seen.content().bytes))
}

fn rewritten(argument: &Argument) -> Result<Argument, Vec<BuildError>> {
    rewrite::values(argument, &rewrite::Rules { plain: as_bytes, value: as_bytes })
}

/// Text as its bytes.
fn as_bytes(argument: &Argument) -> Result<Argument, Vec<BuildError>> {
    Ok(match argument {
        Argument::Scalar(Value::String(text)) | Argument::Opaque(Value::String(text)) => {
            Argument::Opaque(Value::Bytes(text.clone().into_bytes()))
        }
        other => other.clone(),
    })
}
