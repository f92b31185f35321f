//! Assertions and captures: what is looked at, and what it must be.

use super::Code;

/// A key that is no predicate where predicates stand.
pub const UNKNOWN_PREDICATE: Code = Code {
    id: "E0301",
    summary: "unknown predicate",
    explanation: "A mapping beneath a subject of `assert` holds predicates, so each of its keys \
        must be one. To compare with a mapping, say so: `eq: {…}` for equality, `includes: {…}` \
        for at least these keys.",
    example: "requests:\n  - url: https://example.com\n    assert:\n      json: {login: octokit}\n",
};

/// A key under `assert` or in a capture that is no subject.
pub const UNKNOWN_SUBJECT: Code = Code {
    id: "E0302",
    summary: "unknown subject",
    explanation: "The keys of `assert` say what is looked at: `status`, `headers`, `json`, \
        `jsonpath` and so on. `explain subjects` lists them.",
    example: "requests:\n  - url: https://example.com\n    assert:\n      code: 200\n",
};

/// A regular expression that does not compile.
pub const BAD_REGEX: Code = Code {
    id: "E0303",
    summary: "not a regular expression",
    explanation: "Regular expressions have the syntax of Rust's `regex` crate, which is Perl's \
        without look-around and back-references. In YAML they are best written in single \
        quotes, where a backslash is a backslash.",
    example: "requests:\n  - url: https://example.com\n    assert:\n      text: {matches: '(ab'}\n",
};

/// A JSONPath that does not parse.
pub const BAD_JSONPATH: Code = Code {
    id: "E0304",
    summary: "not a JSONPath",
    explanation: "A JSONPath is a query of RFC 9535: it begins with `$`, names follow a dot or \
        stand quoted in brackets: `$.user.login`, `$['content-type']`, `$.items[0]`, \
        `$.items[?@.id > 3].name`.",
    example: "requests:\n  - url: https://example.com\n    assert:\n      jsonpath: {'$.a[': 1}\n",
};

/// A predicate's argument that it does not take.
pub const WRONG_ARGUMENT: Code = Code {
    id: "E0305",
    summary: "wrong argument of a predicate or subject",
    explanation: "Each predicate takes one kind of argument: `between` a list of two bounds, \
        `in` a list of values, `exists` true or false, `length` a number or predicates.",
    example: "requests:\n  - url: https://example.com\n    assert:\n      size: {between: 3}\n",
};

/// A mapping or list without any predicate in it.
pub const NO_PREDICATE: Code = Code {
    id: "E0306",
    summary: "an assertion that asserts nothing",
    explanation: "An empty mapping of predicates holds always, an empty list in `any` or `in` \
        never: neither can be meant. To compare with an empty mapping write `eq: {}`.",
    example: "requests:\n  - url: https://example.com\n    assert:\n      json: {}\n",
};

/// A status that is none.
pub const BAD_STATUS: Code = Code {
    id: "E0307",
    summary: "not a status",
    explanation: "A status is a number from 100 to 999, a class such as `2xx`, or one of the names \
        Requests knows as `requests.codes`: `ok`, `created`, `not_found`. A list means one of.",
    example: "requests:\n  - url: https://example.com\n    assert:\n      status: creatd\n",
};

/// A duration that is none.
pub const BAD_DURATION: Code = Code {
    id: "E0308",
    summary: "not a duration",
    explanation: "A duration is a number with a unit, `500ms`, `2s`, `1.5m`, or a number of \
        seconds. The units are `us`, `ms`, `s`, `m` and `h`.",
    example: "requests:\n  - url: https://example.com\n    assert:\n      elapsed: {lt: 2 sec}\n",
};

/// An error's kind that Requests does not have.
pub const UNKNOWN_ERROR_KIND: Code = Code {
    id: "E0309",
    summary: "unknown kind of error",
    explanation: "The kinds are Requests' exceptions: `ReadTimeout`, `ConnectionError` and so on. \
        A kind stands for its children too: `Timeout` for `ConnectTimeout` and `ReadTimeout`, \
        `RequestException` for any.",
    example: "requests:\n  - url: https://example.com\n    assert:\n      error: TimeOut\n",
};

/// Bytes that do not decode.
pub const BAD_BYTES: Code = Code {
    id: "E0310",
    summary: "not bytes",
    explanation: "Bytes are written `{$hex: '00ff10'}`, two digits a byte, or `{$base64: AP8Q}`; \
        white space does not count. Hex wants quotes: `89504e47` is a number in YAML.",
    example: "requests:\n  - url: https://example.com\n    assert:\n      bytes: {$hex: 0g}\n",
};

/// A capture without a source, or with several.
pub const CAPTURE_SOURCE: Code = Code {
    id: "E0312",
    summary: "a capture without one source",
    explanation: "A capture takes one thing of the response: a JSONPath, or a mapping with one source such as \
        `header`, `cookie` or `expr`, and beside it `regex`, `default` and `secret`.",
    example: "requests:\n  - url: https://example.com\n    capture: {id: {default: 1}}\n",
};

/// A JSON Schema that is none, or whose file cannot be read.
pub const BAD_SCHEMA: Code = Code {
    id: "E0313",
    summary: "not a JSON Schema",
    explanation: "What stands under `schema` is a JSON Schema: a mapping, or `{$file: user.schema.json}` \
        for one in a file, JSON or YAML. Its `$schema` says which draft it is written in, 2020-12 \
        when it says nothing. A `$ref` to another file is read from the schema's folder; nothing \
        is ever fetched.",
    example: "requests:\n  - url: https://example.com\n    assert:\n      schema: {type: strin}\n",
};

/// An OpenAPI document that is none, or cannot be read.
pub const BAD_OPENAPI: Code = Code {
    id: "E0314",
    summary: "not an OpenAPI document",
    explanation: "`openapi` names a document of OpenAPI 3.0 or 3.1, JSON or YAML, by its path from the \
        collection's file. What it refers to is read from files beside it; nothing is ever fetched.",
    example: "requests:\n  - url: https://example.com\n    assert: {openapi: nowhere.yaml}\n",
};

/// An operation that a document has not.
pub const UNKNOWN_OPERATION: Code = Code {
    id: "E0315",
    summary: "unknown operation",
    explanation: "`operation` names one of the OpenAPI document's operations, by its `operationId` or by \
        method and path as the document has them: `GET /users/{id}`. Without it the operation is found \
        by the request's own method and path.",
    example: "requests:\n  - url: https://example.com\n    assert: {openapi: {file: api.yaml, operation: nothing}}\n",
};

/// In order.
pub const TABLE: &[&Code] = &[
    &UNKNOWN_PREDICATE,
    &UNKNOWN_SUBJECT,
    &BAD_REGEX,
    &BAD_JSONPATH,
    &WRONG_ARGUMENT,
    &NO_PREDICATE,
    &BAD_STATUS,
    &BAD_DURATION,
    &UNKNOWN_ERROR_KIND,
    &BAD_BYTES,
    &CAPTURE_SOURCE,
    &BAD_SCHEMA,
    &BAD_OPENAPI,
    &UNKNOWN_OPERATION,
];
