//! Mistakes in a request that show before anything is sent.

use super::Code;

/// A URL without a scheme (Requests' `MissingSchema`).
pub const MISSING_SCHEMA: Code = Code {
    id: "E0401",
    summary: "a URL without a scheme",
    explanation: "A `url` begins with `http://` or `https://`, or with `/` when the session has a \
                  `base_url` to put it behind. Requests raises `MissingSchema` for anything else.",
    example: "requests:\n  - url: example.com/status\n",
};

/// A URL whose scheme is not HTTP (Requests' `InvalidSchema`).
pub const INVALID_SCHEMA: Code = Code {
    id: "E0402",
    summary: "a URL that is not HTTP",
    explanation: "Only `http` and `https` can be sent to. Requests raises `InvalidSchema` for anything else.",
    example: "requests:\n  - url: ftp://example.com/file\n",
};

/// A header that cannot be sent (Requests' `InvalidHeader`).
pub const INVALID_HEADER: Code = Code {
    id: "E0403",
    summary: "a header that cannot be sent",
    explanation: "A header's name is a token (RFC 9110 section 5.1), its value one line that does not \
                  begin with a space (section 5.5). Requests raises `InvalidHeader` for anything else.",
    example: "requests:\n  - url: https://example.com\n    headers: {x-note: \"two\\nlines\"}\n",
};

/// A path behind no `base_url`.
pub const NO_BASE_URL: Code = Code {
    id: "E0404",
    summary: "a path without a base_url",
    explanation: "A `url` that begins with `/` is put behind the session's `base_url`; this step's session has none.",
    example: "requests:\n  - url: /status\n",
};

/// In order.
pub const TABLE: &[&Code] = &[&MISSING_SCHEMA, &INVALID_SCHEMA, &INVALID_HEADER, &NO_BASE_URL];
