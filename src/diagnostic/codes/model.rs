//! Mistakes in the shape of a collection.

use super::Code;

/// A value of another type than its key takes.
pub const WRONG_TYPE: Code = Code {
    id: "E0101",
    summary: "wrong type",
    explanation: "The key takes a value of another type: a mapping where a list is expected, a \
        string where a number is. YAML's types count: `1` is a number, `\"1\"` a string, and a \
        list item begins with `- `.",
    example: "requests: https://example.com\n",
};

/// A key that must be there is not.
pub const MISSING_KEY: Code = Code {
    id: "E0102",
    summary: "missing key",
    explanation: "The mapping lacks a key it cannot do without.",
    example: "requests:\n  - name: home\n    method: GET\n",
};

/// A key the mapping does not have.
pub const UNKNOWN_KEY: Code = Code {
    id: "E0107",
    summary: "unknown key",
    explanation: "The mapping does not have this key. It is refused rather than ignored, because \
        an ignored key looks as if it worked. The message names the nearest key, or all of them. \
        Keys that begin with `x-` are yours and always allowed.",
    example: "requests:\n  - url: https://example.com\n    header: {accept: text/html}\n",
};

/// In order.
pub const TABLE: &[&Code] = &[&WRONG_TYPE, &MISSING_KEY, &UNKNOWN_KEY];
