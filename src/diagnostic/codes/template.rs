//! Messages about templates and values.

use super::Code;

/// The text between the braces is no expression.
pub const SYNTAX: Code = Code {
    id: "E0201",
    summary: "a template that cannot be read",
    explanation: "What stands between `{{` and `}}`, or `{%` and `%}`, is not a Jinja expression or \
                  statement. Templates are in single strings: `include`, `import` and `extends`, \
                  which need other files, are not available.",
    example: "requests:\n  - url: \"http://localhost/{{ a b }}\"\n",
};

/// A name that means nothing where it is used.
pub const UNDEFINED: Code = Code {
    id: "E0202",
    summary: "an undefined name",
    explanation: "A template uses a variable, an attribute or a key that does not exist. It never \
                  becomes an empty string: say what to use instead with `name | default('…')`, or \
                  ask with `name is defined`. Variables come from `vars`, environments, `--var` and \
                  captures of earlier steps.",
    example: "vars: {user: {login: octokit}}\nrequests:\n  - url: \"http://localhost/{{ user.logn }}\"\n",
};

/// No filter of this name.
pub const UNKNOWN_FILTER: Code = Code {
    id: "E0203",
    summary: "an unknown filter",
    explanation: "The name after `|` is none of Jinja's filters and none of ours.",
    example: "requests:\n  - url: \"http://localhost/{{ 'a' | uper }}\"\n",
};

/// No test of this name.
pub const UNKNOWN_TEST: Code = Code {
    id: "E0204",
    summary: "an unknown test",
    explanation: "The name after `is` is none of Jinja's tests.",
    example: "requests:\n  - url: \"http://localhost/{{ 1 is evn }}\"\n",
};

/// No function of this name.
pub const UNKNOWN_FUNCTION: Code = Code {
    id: "E0205",
    summary: "an unknown function",
    explanation: "What is called is none of Jinja's functions, none of ours, and no macro of the \
                  same string.",
    example: "requests:\n  - url: \"http://localhost/{{ uid() }}\"\n",
};

/// An operation that its values do not allow.
pub const OPERATION: Code = Code {
    id: "E0206",
    summary: "an expression that fails",
    explanation: "The names are known, but the operation cannot be done with the values they have: \
                  adding a number to a string, calling a method a value does not have, iterating \
                  over a number. Values are not printed, they may be secret.",
    example: "requests:\n  - url: \"http://localhost/{{ 1 + 'a' }}\"\n",
};

/// A function or filter refuses what it was given.
pub const ARGUMENT: Code = Code {
    id: "E0207",
    summary: "a function that cannot do what it is asked",
    explanation: "One of our functions or filters got an argument it cannot use, or a file it cannot \
                  read.",
    example: "requests:\n  - url: \"http://localhost/{{ random_int(2, 1) }}\"\n",
};

/// A template that would run or write too much.
pub const LIMIT: Code = Code {
    id: "E0208",
    summary: "a template that does too much",
    explanation: "A template stops after a few million steps, 64 MiB of text, or too deep a \
                  recursion, so that a mistake in a loop does not hang a run.",
    example: "requests:\n  - url: http://localhost/\n    data: \"{% for a in range(99999) %}{% for b in \
              range(99999) %}.{% endfor %}{% endfor %}\"\n",
};

/// Two keys of a mapping render to the same text.
pub const SAME_KEY: Code = Code {
    id: "E0209",
    summary: "two keys that become the same",
    explanation: "Keys may be templates. Two keys of one mapping rendered to the same text, and one \
                  of the values would be lost.",
    example: "vars: {a: x}\nrequests:\n  - url: http://localhost/\n    headers: {x: 1, \"{{ a }}\": 2}\n",
};

/// In order.
pub const TABLE: &[&Code] = &[
    &SYNTAX,
    &UNDEFINED,
    &UNKNOWN_FILTER,
    &UNKNOWN_TEST,
    &UNKNOWN_FUNCTION,
    &OPERATION,
    &ARGUMENT,
    &LIMIT,
    &SAME_KEY,
];
