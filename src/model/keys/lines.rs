//! The keys of `lines`.

use super::{Key, KeySchema};
use crate::http::LineFormat;
use crate::model::Shape;
use crate::model::shapes::{Delimiter, LineCount};
use std::time::Duration;

/// What `lines` has.
pub const LINES_KEYS: &[&Key] = &[
    key!("max", LineCount, "max: 20", "how many lines are read at most; all unless given"),
    key!(
        "until",
        "condition",
        "until: \"{{ line == '[DONE]' }}\"",
        "the line of which this is true is the last that is read"
    ),
    key!("for", Duration, "for: 2s", "how long is read; what has come by then is looked at"),
    key!("format", LineFormat, "format: json", "what a line is: `text` (default), `json` or `sse`"),
    key!("delimiter", Delimiter, "delimiter: \"|\"", "what ends a line; a line end unless given"),
];
