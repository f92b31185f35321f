//! One capture as written: a variable, and what of the response it is set to.

use crate::check::{Subject, SubjectKind};
use crate::source::{Located, Span};
use crate::template::{Data, Reference, Template};
use regex::Regex;
use std::sync::Arc;

/// A variable that a response sets.
#[derive(Debug)]
pub struct Capture {
    /// The variable.
    pub name: Located<String>,
    /// Where its value comes from.
    pub source: CaptureSource,
    /// `regex`: the first group (or the whole match) of the source's text.
    pub regex: Option<Regex>,
    /// `default`: the value when nothing is found. Without one that is a failure.
    pub default: Option<Data>,
    /// `secret`: masked in everything printed or written.
    pub is_secret: bool,
    /// Where the source stands.
    pub span: Span,
}

/// What a capture takes.
#[derive(Debug)]
pub enum CaptureSource {
    /// A subject of the response.
    Subject {
        /// Its kind.
        kind: &'static SubjectKind,
        /// Compiled.
        subject: Arc<dyn Subject>,
        /// How messages name it: `$.id`, `header etag`.
        name: String,
    },
    /// `expr`: a template.
    Expression(Arc<Template>),
}

impl Capture {
    /// Every name its templates use.
    pub fn references(&self, into: &mut Vec<Reference>) {
        if let CaptureSource::Expression(template) = &self.source {
            into.extend_from_slice(template.references());
        }
        if let Some(default) = &self.default {
            default.references(into);
        }
    }
}
