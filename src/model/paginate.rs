//! `paginate`: how a request goes on to the next page, and what is gathered on the way.

use super::shapes::MaxPages;
use super::{Capture, Written};
use crate::jsonpath::Query;
use crate::source::{Located, Span};
use crate::template::Reference;

/// `paginate` as written. It has `next`, or `param` with `items`.
#[derive(Debug)]
pub struct PaginateSpec {
    /// `next`: what of a page leads to the next one. `None` counts pages in `param`.
    pub next: Option<Capture>,
    /// `param`: the name in the query that what `next` gives, or the page's number, goes into.
    pub param: Option<Located<String>>,
    /// `items`: the list of each page's JSON that is gathered.
    pub items: Option<Located<Query>>,
    /// `max_pages`: after so many it ends, although there may be more.
    pub max_pages: Option<Written<MaxPages>>,
    /// Where it stands.
    pub span: Span,
}

impl PaginateSpec {
    /// Every name that must be known before the first page.
    pub fn references_before(&self, into: &mut Vec<Reference>) {
        super::request::written(self.max_pages.as_ref(), into);
    }

    /// Every name used after a page.
    pub fn references_after(&self, into: &mut Vec<Reference>) {
        if let Some(next) = &self.next {
            next.references(into);
        }
    }
}
