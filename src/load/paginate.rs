//! `paginate`: what leads from page to page.

use super::MappingReader;
use super::capture::source;
use super::session::{field, text_field};
use super::words::{key_names, text, wrong};
use crate::diagnostic::{Diagnostic, codes};
use crate::jsonpath::Query;
use crate::model::{Capture, PAGINATE_KEYS, PaginateSpec, Reading};
use crate::source::{Located, Node};

/// What `next` may be, for messages.
const NEXT: &str = "`links.next`, a JSONPath such as `$.next`, a template, or a mapping such as {header: x-next-page}";

/// The value of `paginate`; null is none.
pub(super) fn paginate(node: &Node, reading: &mut Reading<'_>) -> Option<PaginateSpec> {
    if node.is_null() {
        return None;
    }
    let mut keys = match MappingReader::new(node, "`paginate`") {
        Ok(keys) => keys,
        Err(_) => {
            let expected = "a mapping such as {next: links.next, items: $}";
            reading.diagnostics.push(wrong(node, "paginate", expected));
            return None;
        }
    };
    let written = keys.take("next").filter(|node| !node.is_null());
    let next = match written {
        Some(node) => Some(next(node, reading)?),
        None => None,
    };
    let param = text_field(&mut keys, "param", reading);
    let items_node = keys.take("items");
    let items = items_node.and_then(|node| items(node, reading));
    let max_pages = field(&mut keys, "max_pages", reading);
    let unknown = keys.done(&key_names(PAGINATE_KEYS));
    if unknown.is_empty() && next.is_none() {
        let missing = match (&param, items_node) {
            (None, _) => Some((
                "`paginate` needs `next`, or `param` to count pages in",
                "which page is next?",
                "write `next: links.next`, `next: $.next`, or `param: page`",
            )),
            (Some(_), None) => Some((
                "`paginate` needs `items` to count pages: they end with a page that has none",
                "when does it end?",
                "write where a page's list is, as `items: $.items`",
            )),
            _ => None,
        };
        if let Some((message, label, help)) = missing {
            let code = &codes::model::MISSING_KEY;
            let diagnostic = Diagnostic::error(code, keys.first_key_span(), message, label);
            reading.diagnostics.push(diagnostic.help(help));
            return None;
        }
    }
    reading.diagnostics.extend(unknown);
    Some(PaginateSpec { next, param, items, max_pages, span: node.span })
}

/// What leads to the next page: what a capture may take, `links.REL`, or a template.
fn next(node: &Node, reading: &mut Reading<'_>) -> Option<Capture> {
    source("next", NEXT, node, reading)
}

/// Where a page's list is: a query that gives one node.
fn items(node: &Node, reading: &mut Reading<'_>) -> Option<Located<Query>> {
    let path = text(node, "items", reading)?;
    let code = &codes::check::BAD_JSONPATH;
    let refusal = match Query::parse(&path) {
        Ok(query) if query.is_singular() => return Some(Located::new(query, node.span)),
        Ok(_) => {
            let message = format!("`items` expects a path to one list, found `{}`", path.value);
            let diagnostic = Diagnostic::error(code, node.span, message, "may give several nodes");
            match path.value.strip_suffix("[*]") {
                Some(list) => diagnostic.help(format!("write `{list}`: the list itself")),
                None => diagnostic.help("use names and indexes alone, as in `$.data.items`"),
            }
        }
        Err(error) => {
            let message = format!("`{}` is not a JSONPath: {}", path.value, error.message);
            let diagnostic = Diagnostic::error(code, node.span, message, error.message);
            error.help.into_iter().fold(diagnostic, Diagnostic::help)
        }
    };
    reading.diagnostics.push(refusal);
    None
}
