//! `openapi`: the document that exchanges are held to.

use super::MappingReader;
use super::words::{text, wrong};
use crate::check::SUBJECTS;
use crate::contract::openapi::{OpenApi, Requests, Wanted};
use crate::diagnostic::{Diagnostic, codes};
use crate::model::{Assertion, Compare, ContractSpec, Reading};
use crate::registry::find;
use crate::source::{Located, Node, Span};
use std::sync::Arc;

/// The keys of its mapping.
const KEYS: &[&str] = &["file", "request", "operation"];

/// What `openapi` names; `None` for null.
pub(super) fn contract(node: &Node, reading: &mut Reading<'_>) -> Option<ContractSpec> {
    let (file, requests, operation) = match node.as_mapping() {
        None if node.is_null() => return None,
        None => (text(node, "openapi", reading)?, Requests::Unchecked, None),
        Some(_) => detailed(node, reading)?,
    };
    let api = document(&file, reading)?;
    let wanted = match operation {
        None => Wanted::Found,
        Some(name) => match api.named(&name.value) {
            Ok(wanted) => wanted,
            Err(help) => {
                let message = format!("`{}` has no operation `{}`", api.name, name.value);
                let code = &codes::check::UNKNOWN_OPERATION;
                let diagnostic = Diagnostic::error(code, name.span, message, "no such operation");
                reading.diagnostics.push(diagnostic.help(help));
                return None;
            }
        },
    };
    Some(ContractSpec { api, wanted, requests, span: node.span, is_of_collection: false })
}

/// An assertion that holds an exchange to a document.
pub(super) fn assertion(spec: ContractSpec, span: Span) -> Option<Assertion> {
    let kind = find(SUBJECTS, "openapi").copied()?;
    Some(Assertion {
        kind,
        name: "openapi".to_owned(),
        compare: Compare::Contract(Box::new(spec)),
        span,
    })
}

/// Reads the `openapi` of a collection, which all its requests are held to.
pub(super) fn of_collection(node: &Node, reading: &mut Reading<'_>) {
    reading.contract =
        contract(node, reading).map(|spec| ContractSpec { is_of_collection: true, ..spec });
}

type Detailed = (Located<String>, Requests, Option<Located<String>>);

fn detailed(node: &Node, reading: &mut Reading<'_>) -> Option<Detailed> {
    let mut keys = MappingReader::new(node, "`openapi`").ok()?;
    let file = keys.require("file");
    let request = keys.take("request");
    let operation = keys.take("operation");
    reading.diagnostics.extend(keys.done(KEYS));
    let file = match file {
        Ok(file) => text(file, "file", reading)?,
        Err(diagnostic) => {
            reading.diagnostics.push(diagnostic);
            return None;
        }
    };
    let requests = match request.map(|node| (node.to_value().as_bool(), node)) {
        None | Some((Some(false), _)) => Requests::Unchecked,
        Some((Some(true), _)) => Requests::Checked,
        Some((None, node)) => {
            reading.diagnostics.push(wrong(node, "request", "true or false"));
            return None;
        }
    };
    let operation = match operation {
        Some(node) => Some(text(node, "operation", reading)?),
        None => None,
    };
    Some((file, requests, operation))
}

/// A document, read once however often it is named.
fn document(file: &Located<String>, reading: &mut Reading<'_>) -> Option<Arc<OpenApi>> {
    let path = reading.folder.join(&file.value);
    if let Some(known) = reading.documents.iter().find(|known| known.path == path) {
        return Some(Arc::clone(known));
    }
    match OpenApi::read(&file.value, &path, reading.access) {
        Ok(api) => {
            let api = Arc::new(api);
            reading.documents.push(Arc::clone(&api));
            Some(api)
        }
        Err(unread) => {
            let code = &codes::check::BAD_OPENAPI;
            let diagnostic = Diagnostic::error(code, file.span, unread.message, "named here");
            reading.diagnostics.push(diagnostic.help(unread.help));
            None
        }
    }
}
