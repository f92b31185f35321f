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

/// A key that must be known before anything runs has a template.
pub const NO_TEMPLATE_HERE: Code = Code {
    id: "E0108",
    summary: "a template where none can be",
    explanation: "Names, tags, modes and paths of included files are known before anything runs, so that \
        `list`, `check` and the schema see the whole collection. They cannot be templates.",
    example: "name: \"{{ env.NAME }}\"\nrequests: []\n",
};

/// A step that is two things.
pub const TWO_ACTIONS: Code = Code {
    id: "E0109",
    summary: "a step with two actions",
    explanation: "The key a step carries says what it is: `url` a request, `requests` a group, `include` another \
        collection, `set` variables for later steps, `sleep` a pause.",
    example: "requests:\n  - url: https://example.com\n    requests: []\n",
};

/// A variable's name that templates cannot say.
pub const BAD_NAME: Code = Code {
    id: "E0110",
    summary: "a variable's name that cannot be one",
    explanation: "A variable is used bare in templates, so its name is letters, digits and `_`, does not begin \
        with a digit, and is none of the templates' own names (`env`, `response`, `steps`, …).",
    example: "vars: {api-key: abc}\nrequests: []\n",
};

/// An included file that cannot be used.
pub const BAD_INCLUDE: Code = Code {
    id: "E0111",
    summary: "an included file that cannot be used",
    explanation: "`include` names files with one YAML document each, relative to the file that includes them, \
        inside the collection's folder unless `--allow-outside` is given.",
    example: "include: [missing.yaml]\nrequests: []\n",
};

/// Rows of a loop that cannot be used.
pub const BAD_ROWS: Code = Code {
    id: "E0113",
    summary: "rows of a loop that cannot be used",
    explanation: "`foreach` takes a list, a mapping of names to lists (every combination is a row), a template \
        that gives a list, or `{$file: users.csv}`: CSV with the columns' names in its first line, or a list in \
        JSON, NDJSON or YAML. A path without a template is read before anything is sent. `repeat` takes a \
        number. A step has one of the two, and at most 100000 rows.",
    example: "requests:\n  - url: https://example.com/{{ item.user }}\n    foreach: {$file: missing.csv}\n",
};

/// A file without a collection.
pub const EMPTY: Code = Code {
    id: "E0112",
    summary: "a file with nothing in it",
    explanation: "A collection is a mapping with `requests`, or a list of steps.",
    example: "# nothing yet\n",
};

/// A route of a mock that cannot be used.
pub const BAD_ROUTE: Code = Code {
    id: "E0120",
    summary: "a route of a mock that cannot be used",
    explanation: "A route has a `path` that begins with `/` and may have parts in braces, each a whole piece of it: \
        `/users/{id}`, `/n/{n:int}`, `/{rest:path}`. What the query must be stands in `params`. It has `reply` or \
        `replies`; a reply has one body, and none when it is `reset`, `empty` or `garbage`.",
    example: "mocks:\n  - {path: users, reply: {json: []}}\nrequests: []\n",
};

/// In order.
pub const TABLE: &[&Code] = &[
    &WRONG_TYPE,
    &MISSING_KEY,
    &UNKNOWN_KEY,
    &NO_TEMPLATE_HERE,
    &TWO_ACTIONS,
    &BAD_NAME,
    &BAD_INCLUDE,
    &EMPTY,
    &BAD_ROWS,
    &BAD_ROUTE,
];
