//! `lines` as written: how a body is read line by line.

use super::Written;
use super::shapes::{Delimiter, LineCount};
use crate::diagnostic::Diagnostic;
use crate::http::{Keep, LineFormat, LineRules};
use crate::template::{Reference, Scope, Template};
use std::sync::Arc;
use std::time::Duration;

/// `lines`.
#[derive(Debug, Default)]
pub struct LinesSpec {
    /// `max`, or `lines: 20`: how many are read at most; all unless given.
    pub max: Option<Written<LineCount>>,
    /// `until`: true of the last that is read. It sees each as `line`.
    pub until: Option<Arc<Template>>,
    /// `for`: how long is read.
    pub time: Option<Written<Duration>>,
    /// `format`: what a line is; text unless given.
    pub format: Option<Written<LineFormat>>,
    /// `delimiter`: what ends a line instead of a line end.
    pub delimiter: Option<Written<Delimiter>>,
}

impl LinesSpec {
    /// The rules in this scope.
    ///
    /// # Errors
    /// A template that fails, or gives another shape.
    pub fn resolve(&self, scope: &Scope, keep: Keep) -> Result<LineRules, Diagnostic> {
        let LinesSpec { max, until: _, time, format, delimiter } = self;
        let max = max.as_ref().map(|max| max.resolve(scope)).transpose()?;
        let time = time.as_ref().map(|time| time.resolve(scope)).transpose()?;
        let format = format.as_ref().map(|format| format.resolve(scope)).transpose()?;
        let delimiter = delimiter.as_ref().map(|it| it.resolve(scope)).transpose()?;
        Ok(LineRules {
            format: format.map(|format| *format).unwrap_or_default(),
            delimiter: delimiter.map(|delimiter| delimiter.0.clone()),
            max: max.map(|max| max.0.into()),
            time: time.map(|time| *time),
            keep,
        })
    }

    /// Every name the templates use.
    pub fn references(&self, into: &mut Vec<Reference>) {
        let LinesSpec { max, until, time, format, delimiter } = self;
        max.iter().for_each(|max| max.references(into));
        until.iter().for_each(|until| into.extend_from_slice(until.references()));
        time.iter().for_each(|time| time.references(into));
        format.iter().for_each(|format| format.references(into));
        delimiter.iter().for_each(|delimiter| delimiter.references(into));
    }
}
