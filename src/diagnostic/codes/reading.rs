//! Mistakes in the YAML text itself.

use super::Code;
use crate::source::SyntaxErrorKind;

/// The text is not YAML.
pub const SYNTAX: Code = Code {
    id: "E0001",
    summary: "not YAML",
    explanation: "The text cannot be read as YAML 1.2. Most often a line is indented wrongly, a \
        quote or bracket is not closed, a space is missing after `:`, or a value that holds `: ` \
        or begins with `@`, `%` or a backquote needs quotes. Indent with spaces, never with tabs.",
    example: "requests: [",
};

/// A key stands twice.
pub const DUPLICATE_KEY: Code = Code {
    id: "E0002",
    summary: "a key stands twice",
    explanation: "A mapping can have a key once; of two, a reader would silently lose one. Keep \
        one of them, or write a list of pairs where the same name may be sent twice (`params`, \
        `data`), or a list of values (`headers`). Several `<<` are written as one list: \
        `<<: [*a, *b]`.",
    example: "requests:\n  - url: https://example.com\n    url: https://example.org\n",
};

/// `{{ … }}` without quotes.
pub const UNQUOTED_TEMPLATE: Code = Code {
    id: "E0003",
    summary: "a template without quotes",
    explanation: "In YAML a value that begins with `{` is a mapping, so a value that begins with \
        a template must be quoted: `url: \"{{ base }}/x\"`. Use single quotes when the template \
        has double ones: `'{{ vars[\"x\"] }}'`. A quoted value that is one expression and nothing \
        else keeps the expression's type.",
    example: "requests:\n  - url: {{ base }}/x\n",
};

/// An alias that stands for nothing.
pub const ALIAS: Code = Code {
    id: "E0004",
    summary: "an alias without its anchor",
    explanation: "`*name` repeats what was written at `&name`, which must stand earlier in the \
        same document and cannot contain the alias itself. A text that begins with `*` or `&` \
        needs quotes: `\"*.json\"`.",
    example: "requests: *nothing\n",
};

/// A YAML tag.
pub const TAG: Code = Code {
    id: "E0005",
    summary: "a tag",
    explanation: "Collections are plain data and have no YAML tags. Text that looks like a number \
        is quoted (`\"1\"` instead of `!!str 1`), environment variables are read by a template \
        (`\"{{ env.HOME }}\"`), bytes are written `{$base64: …}` or `{$hex: …}`.",
    example: "requests:\n  - url: !env URL\n",
};

/// A key that is not text.
pub const KEY: Code = Code {
    id: "E0006",
    summary: "a key that is not text",
    explanation: "Keys are text or numbers, never lists or mappings, and are never left out. \
        `<<` takes a mapping or a list of mappings, usually aliases.",
    example: "? [a, b]\n: 1\n",
};

/// Too large or too deep.
pub const LIMIT: Code = Code {
    id: "E0007",
    summary: "too large",
    explanation: "A file may have 64 MiB, 128 levels of nesting and 5 million values, counted \
        after aliases are expanded. This keeps a small file from filling the memory. Split the \
        collection and use `include`, or move large bodies into files of their own (`$file`).",
    // A thousand levels cannot be shown; a list inside its own alias chain grows just as fast.
    example: "a: &a [x, x]\n",
};

/// Not text.
pub const ENCODING: Code = Code {
    id: "E0008",
    summary: "not UTF-8",
    explanation: "A collection is text in UTF-8, or in UTF-16 with a byte order mark. Save the \
        file as UTF-8. Bytes that are not text are written `{$base64: …}`, `{$hex: …}` or \
        `{$file: …}`.",
    example: "name: caf\\xE9\n",
};

/// In order.
pub const TABLE: &[&Code] =
    &[&SYNTAX, &DUPLICATE_KEY, &UNQUOTED_TEMPLATE, &ALIAS, &TAG, &KEY, &LIMIT, &ENCODING];

/// The code of a kind of syntax error.
#[must_use]
pub fn of_syntax(kind: SyntaxErrorKind) -> &'static Code {
    match kind {
        SyntaxErrorKind::Syntax => &SYNTAX,
        SyntaxErrorKind::DuplicateKey => &DUPLICATE_KEY,
        SyntaxErrorKind::UnquotedTemplate => &UNQUOTED_TEMPLATE,
        SyntaxErrorKind::Alias => &ALIAS,
        SyntaxErrorKind::Tag => &TAG,
        SyntaxErrorKind::Key => &KEY,
        SyntaxErrorKind::Limit => &LIMIT,
        SyntaxErrorKind::Encoding => &ENCODING,
    }
}
