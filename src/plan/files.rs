//! The files that requests read, looked for before anything is sent.

use super::{Plan, PlannedStep, programs};
use crate::diagnostic::{Diagnostic, codes};
use crate::http::{Cert, Verify};
use crate::model::Arguments;
use crate::model::shapes::{DataArgument, FileContent};
use crate::source::{Node, Span};
use crate::world::{FileAccess, is_outside, reason};
use std::collections::BTreeSet;
use std::io::{Error, ErrorKind};
use std::path::Path;

/// A word that `verify` does not have is a path to it.
const VERIFY_TAKES: &str =
    "`verify` takes true, false, `system`, or the path of a PEM file or a folder of them";

/// A file that is read, and where it is named.
struct Named<'p> {
    span: Span,
    path: &'p Path,
    /// What else might have been meant.
    help: Option<&'static str>,
}

impl<'p> Named<'p> {
    fn new(span: Span, path: &'p Path) -> Named<'p> {
        Named { span, path, help: None }
    }

    fn missing(&self, access: &dyn FileAccess) -> Option<Diagnostic> {
        let error = access.find(self.path).err().filter(|it| it.kind() == ErrorKind::NotFound)?;
        let diagnostic = unreadable(self.path, self.span, &error);
        Some(match self.help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        })
    }
}

impl Plan {
    /// A mistake for each file that is named and not there.
    ///
    /// Files that the run itself may write are looked for when they are read, and so are those
    /// that a template names or a step with a condition.
    #[must_use]
    pub fn missing_files(&self, access: &dyn FileAccess) -> Vec<Diagnostic> {
        let leaves = self.leaves();
        let Some(saved) = saved(&leaves) else { return Vec::new() };
        let certain = leaves.iter().filter(|step| step.conditions.is_empty());
        let mut named: Vec<Named<'_>> = certain.clone().flat_map(|step| of_step(step)).collect();
        let sessions: BTreeSet<usize> = certain.map(|step| step.session).collect();
        let layers = sessions.iter().filter_map(|index| self.sessions.get(*index));
        for layer in layers.flat_map(|session| &session.layers) {
            named.extend(of_arguments(&layer.arguments));
        }
        named.extend(self.mocks.iter().flat_map(|mock| &mock.spec.routes).flat_map(|route| {
            route.replies.iter().filter_map(|reply| {
                let written = reply.data.as_ref()?;
                let DataArgument::File(path) = written.as_literal()? else { return None };
                Some(Named::new(value_of(written.node(), "$file"), path))
            })
        }));
        // A session's file is one of every step.
        let mut seen = BTreeSet::new();
        named.retain(|named| seen.insert(named.span) && !saved.contains(named.path));
        named.into_iter().filter_map(|named| named.missing(access)).collect()
    }
}

/// A file that cannot be read or written, and what to do about it.
#[must_use]
pub fn unreadable(path: &Path, span: Span, error: &Error) -> Diagnostic {
    let is_outside = is_outside(error);
    let message = match is_outside {
        true => error.to_string(),
        false => format!("cannot open `{}`: {}", path.display(), reason(error)),
    };
    let diagnostic = Diagnostic::error(&codes::cli::CANNOT_OPEN, span, message, "named here");
    match is_outside {
        true => diagnostic.help("`--allow-outside` lets a collection use files outside its folder"),
        false => diagnostic.help("the path is relative to the file it is written in"),
    }
}

/// The files that steps write; `None` when they may write any.
fn saved<'p>(leaves: &[&'p PlannedStep]) -> Option<BTreeSet<&'p Path>> {
    let mut saved = BTreeSet::new();
    for step in leaves {
        let hooks = &step.hooks;
        let mut hooks = [&hooks.request, &hooks.response, &hooks.failure].into_iter().flatten();
        if hooks.any(|hook| hook.kind.writes_files) || !programs::named(step).is_empty() {
            return None;
        }
        if let Some(save) = step.request().and_then(|request| request.save.as_ref()) {
            saved.insert(save.as_literal()?.0.as_path());
        }
    }
    Some(saved)
}

fn of_step(step: &PlannedStep) -> Vec<Named<'_>> {
    let Some(request) = step.request() else { return Vec::new() };
    let mut named = of_arguments(&request.arguments);
    if let Some(written) = &request.data
        && let Some(DataArgument::File(path)) = written.as_literal()
    {
        named.push(Named::new(value_of(written.node(), "$file"), path));
    }
    if let Some(written) = &request.files
        && let Some(files) = written.as_literal()
    {
        let places = written.node();
        for ((_, file), place) in files.0.iter().zip(parts(places)) {
            if let FileContent::Path(path) = &file.content {
                named.push(Named::new(value_of(place, "path"), path));
            }
        }
    }
    named
}

fn of_arguments(arguments: &Arguments) -> Vec<Named<'_>> {
    let mut named = Vec::new();
    if let Some(written) = &arguments.verify
        && let Some(Verify::Bundle(path)) = written.as_literal().map(|verify| &verify.0)
    {
        named.push(Named { span: written.span(), path, help: Some(VERIFY_TAKES) });
    }
    if let Some(written) = &arguments.cert
        && let Some(Cert { cert, key }) = written.as_literal().and_then(|cert| cert.0.as_ref())
    {
        let place = |index| {
            let item = written.node().as_sequence().and_then(|items| items.get(index));
            item.map_or(written.span(), |item: &Node| item.span)
        };
        named.push(Named::new(place(0), cert));
        named.extend(key.as_ref().map(|key| Named::new(place(1), key)));
    }
    named
}

/// The values of `files`, one for each part.
fn parts(node: &Node) -> Vec<&Node> {
    match (node.as_mapping(), node.as_sequence()) {
        (Some(members), _) => {
            members.iter().map(|member| &member.value).filter(|value| !value.is_null()).collect()
        }
        (_, Some(pairs)) => pairs.iter().filter_map(|pair| pair.as_sequence()?.get(1)).collect(),
        _ => Vec::new(),
    }
}

/// Where the value of a key stands; of what is no mapping, the whole.
fn value_of(node: &Node, key: &str) -> Span {
    let mut members = node.as_mapping().into_iter().flatten();
    members.find(|member| &*member.key == key).map_or(node.span, |member| member.value.span)
}
