//! `file('path')`: a file's text, relative to the collection's folder.

use super::Function;
use super::input::{context, text_or_bytes};
use crate::template::explain::complain_with_help;
use crate::world::{is_outside, reason};
use minijinja::{Error, State, Value as Dynamic};
use std::io;

/// The table's row.
pub(super) const FILE: Function = Function {
    key: "file",
    summary: "a file's text, or its bytes when it is not UTF-8; relative to the collection",
    example: "{{ file('query.graphql') }}",
    register: |env| env.add_function("file", file),
    check: None,
};

fn file(state: &State, path: &str) -> Result<Dynamic, Error> {
    let context = context(state)?;
    let full = context.scope.folder.join(path);
    let bytes = context.scope.world.files.read(&full).map_err(|error| {
        let help = match error.kind() {
            io::ErrorKind::NotFound => Some(format!("it was looked for at `{}`", full.display())),
            _ if is_outside(&error) => {
                Some("`--allow-outside` lets a collection use files outside its folder".to_owned())
            }
            _ => None,
        };
        complain_with_help(format!("`{path}` cannot be read: {}", reason(&error)), help)
    })?;
    Ok(text_or_bytes(bytes))
}
