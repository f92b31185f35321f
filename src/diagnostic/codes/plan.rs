//! Mistakes in the order of steps and in names that must be known before a run.

use super::Code;

/// Steps that wait for each other.
pub const CIRCLE: Code = Code {
    id: "E0501",
    summary: "steps that need each other in a circle",
    explanation: "A step needs those in its `needs`, those that capture the variables it uses, and in a \
                  sequence those before it. Steps that need each other can never start.",
    example: "mode: parallel\nrequests:\n  - {name: a, url: https://example.com, needs: [b]}\n  - {name: b, url: https://example.com, needs: [a]}\n",
};

/// A name no step has.
pub const UNKNOWN_STEP: Code = Code {
    id: "E0502",
    summary: "a step that does not exist",
    explanation: "`needs`, `steps['…']` and `--step` name a step by its `name` or `id`, or a group by its name.",
    example: "requests:\n  - {name: a, url: https://example.com, needs: [login]}\n",
};

/// Two steps with one name.
pub const DUPLICATE_NAME: Code = Code {
    id: "E0503",
    summary: "two steps with one name",
    explanation: "A step's name is how `needs`, `steps` and reports find it, so it is unique in its collection. \
                  Steps without a name are called \"METHOD url\" and numbered where needed.",
    example: "requests:\n  - {name: a, url: https://example.com}\n  - {name: a, url: https://example.com}\n",
};

/// A session that is not in `sessions`.
pub const UNKNOWN_SESSION: Code = Code {
    id: "E0504",
    summary: "a session that does not exist",
    explanation: "A step's `session` is one of the collection's `sessions`; without it the step uses `session`.",
    example: "requests:\n  - {url: https://example.com, session: admin}\n",
};

/// An environment that is not in `environments`.
pub const UNKNOWN_ENVIRONMENT: Code = Code {
    id: "E0505",
    summary: "an environment that does not exist",
    explanation: "`--env` and `extends` name one of the collection's `environments`.",
    example: "environments:\n  staging: {extends: bsae}\nrequests: []\n",
};

/// Environments that extend each other.
pub const ENVIRONMENT_CIRCLE: Code = Code {
    id: "E0506",
    summary: "environments that extend each other",
    explanation: "An environment lies over the one it `extends`; a circle has no bottom.",
    example: "environments:\n  a: {extends: b}\n  b: {extends: a}\nrequests: []\n",
};

/// A variable nobody sets.
pub const UNDEFINED_VARIABLE: Code = Code {
    id: "E0507",
    summary: "a variable that nobody sets",
    explanation: "A template may use what `vars`, an environment, `--var` and its like set, and what steps before \
                  it capture. A template that can do without says so: `{{ name | default('x') }}`.",
    example: "requests:\n  - url: \"https://example.com/{{ ownr }}\"\n",
};

/// Variables that use each other.
pub const VARIABLE_CIRCLE: Code = Code {
    id: "E0508",
    summary: "variables that use each other",
    explanation: "A variable's value may use other variables, but not, in a circle, itself.",
    example: "vars:\n  a: \"{{ b }}\"\n  b: \"{{ a }}\"\nrequests: []\n",
};

/// A step between those of a locked group.
pub const LOCKED_OUT: Code = Code {
    id: "E0509",
    summary: "a step between those of a locked group",
    explanation: "A group with a `lock` holds it from its first step to its last. A step outside that comes after one \
                  of them and before another would keep the group from ending, and the group would keep it from \
                  beginning.",
    example: "mode: parallel\nrequests:\n  - name: g\n    lock: orders\n    mode: parallel\n    requests:\n      \
              - {name: a, url: https://example.com}\n      - {name: c, url: https://example.com, needs: [b]}\n  \
              - {name: b, url: https://example.com, needs: [a]}\n",
};

/// In order.
pub const TABLE: &[&Code] = &[
    &CIRCLE,
    &UNKNOWN_STEP,
    &DUPLICATE_NAME,
    &UNKNOWN_SESSION,
    &UNKNOWN_ENVIRONMENT,
    &ENVIRONMENT_CIRCLE,
    &UNDEFINED_VARIABLE,
    &VARIABLE_CIRCLE,
    &LOCKED_OUT,
];
