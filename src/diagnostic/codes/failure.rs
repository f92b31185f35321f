//! What a run finds wrong with the server rather than with the file.

use super::Code;

/// An assertion that did not hold.
pub const ASSERTION: Code = Code {
    id: "F0001",
    summary: "an assertion does not hold",
    explanation: "The response is not what the collection expects. The caret shows what was expected and what was \
                  found; below stand the response and a curl command that sends the request again.",
    example: "server: httpbin\nrequests:\n  - url: \"{{ server.url }}/status/404\"\n    assert: {status: 200}\n",
};

/// A capture that found nothing.
pub const CAPTURE: Code = Code {
    id: "F0002",
    summary: "a capture finds nothing",
    explanation: "What a capture takes is not in the response, and the capture has no `default`. Steps that use the \
                  variable are skipped.",
    example: "server: httpbin\nrequests:\n  - url: \"{{ server.url }}/json\"\n    capture: {id: $.id}\n",
};

/// A request that could not be made. The message begins with Requests' exception.
pub const REQUEST: Code = Code {
    id: "F0003",
    summary: "a request could not be made",
    explanation: "There is no response: the connection, TLS, a proxy, a timeout or the server's bytes are at fault. \
                  The message begins with the name of the exception that Requests raises; \
                  `assert: {error: NAME}` expects it.",
    example: "requests:\n  - url: http://127.0.0.1:1/\n",
};

/// In order.
pub const TABLE: &[&Code] = &[&ASSERTION, &CAPTURE, &REQUEST];
