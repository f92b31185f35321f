//! Mistakes on the command line, and files that cannot be used.

use super::Code;

/// A file that cannot be opened.
pub const CANNOT_OPEN: Code = Code {
    id: "E0601",
    summary: "a file that cannot be opened",
    explanation: "A path is relative to the file it is written in. Files outside the collection's folder are \
                  touched only with `--allow-outside`.",
    example: "requests:\n  - {url: https://example.com, method: POST, data: {$file: missing.bin}}\n",
};

/// A value on the command line that cannot be read.
pub const BAD_VALUE: Code = Code {
    id: "E0602",
    summary: "a value on the command line that cannot be read",
    explanation: "`--var` and `--secret` take `name=value`; `--vars` a YAML or JSON mapping; `--env-file` lines of \
                  `NAME=value`; `--tag` and `--skip-tag` tags with `and`, `or`, `not` and parentheses; \
                  `--rerun-failed` a JSON report; `--session` a file that an earlier run wrote.",
    example: "runner run smoke.yaml --var base",
};

/// Nothing to run.
pub const NOTHING_TO_RUN: Code = Code {
    id: "E0603",
    summary: "nothing to run",
    explanation: "A path names a file, a folder or a glob; of a folder every `*.yaml` and `*.yml` whose top level is a \
                  collection is taken. `--tag`, `--skip-tag` and `--step` choose among the steps: when they leave none, a run would \
                  pass whatever the service does, so it is refused.",
    example: "runner run empty-folder/",
};

/// A program nobody allowed.
pub const NOT_ALLOWED: Code = Code {
    id: "E0604",
    summary: "a program that may not be run",
    explanation: "`exec` in `hooks` and `data: {$command: …}` run programs, as you and outside any sandbox. A \
                  collection does that only with `--allow-exec`: read it first. Without, a run is refused before \
                  anything is sent.",
    example: "runner run signed.yaml",
};

/// In order.
pub const TABLE: &[&Code] = &[&CANNOT_OPEN, &BAD_VALUE, &NOTHING_TO_RUN, &NOT_ALLOWED];
