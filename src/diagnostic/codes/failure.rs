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

/// What a step polls for did not come.
pub const UNTIL: Code = Code {
    id: "F0004",
    summary: "what `until` waits for did not come",
    explanation: "A step with `retry: {until: …}` is tried again until that is true. It was still false after the \
                  last attempt; the notes say what its parts were then. A request that fails, and an `until` that \
                  has no value, count as false.",
    example: "server: httpbin\nrequests:\n  - url: \"{{ server.url }}/json\"\n    retry: {attempts: 2, delay: 10ms, until: response.json.state == 'done'}\n",
};

/// Pages that cannot be followed to their end.
pub const PAGES: Code = Code {
    id: "F0005",
    summary: "pages cannot be followed to their end",
    explanation: "A step with `paginate` goes on from page to page until there is no next one. It found a page \
                  without the list that `items` names, a `next` that leads nowhere or back to a page before, or \
                  more than 100 pages and no `max_pages`.",
    example: "server: httpbin\nrequests:\n  - url: \"{{ server.url }}/json\"\n    paginate: {next: $.slideshow.next, items: $.slideshow.pages}\n",
};

/// A mock's route that was not called as often as it must be.
pub const CALLED: Code = Code {
    id: "F0007",
    summary: "a mock's route is not called as often as it must be",
    explanation: "A route of `mocks` must have been called at least once when the collection has ended, or as often \
                  as its `called` says. The notes say which requests came close to it. It is not asked when only \
                  some of the steps ran.",
    example: "mocks: [{path: /rates}]\nrequests:\n  - set: {a: 1}\n",
};

/// A request that no route of a mock answers.
pub const UNMATCHED: Code = Code {
    id: "F0008",
    summary: "a request that no route of a mock answers",
    explanation: "A request came to a mock, and none of its routes fits: it was answered with 404. The caret is at \
                  what the nearest route asks for and the request has not.",
    example: "mocks: [{path: /rates, called: {ge: 0}}]\nrequests:\n  - {url: \"{{ mocks.url }}/rate\", assert: {status: 404}}\n",
};

/// A request that a step waits for and that did not come.
pub const RECEIVED: Code = Code {
    id: "F0009",
    summary: "a request that is waited for does not come",
    explanation: "A step with `receive` waits for a request until its `timeout` is over. None came that its `match` \
                  says; the notes tell which came instead, and why each is not the one. `assert: {error: \
                  ReadTimeout}` expects that none comes.",
    example: "requests:\n  - {receive: hook, timeout: 10ms}\n",
};

/// In order.
pub const TABLE: &[&Code] =
    &[&ASSERTION, &CAPTURE, &REQUEST, &UNTIL, &PAGES, &CALLED, &UNMATCHED, &RECEIVED];
