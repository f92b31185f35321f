//! `graphql` as written.

use super::Written;
use super::shapes::{OperationName, QueryArgument, VariablesArgument};
use crate::graphql::{OperationKind, Schema};
use crate::source::Span;
use crate::template::Reference;
use std::sync::Arc;

/// A step's `graphql`.
#[derive(Debug)]
pub struct GraphqlSpec {
    /// `query`
    pub query: Written<QueryArgument>,
    /// The text of a file that is named without a template; it has been checked.
    pub loaded: Option<Arc<str>>,
    /// `variables`
    pub variables: Option<Written<VariablesArgument>>,
    /// `operation`
    pub operation: Option<Written<OperationName>>,
    /// `allow_errors`: whether a reply that has `errors` may pass.
    pub allow_errors: Option<Written<bool>>,
    /// What queries are held to that are known only when they are rendered.
    pub schema: Option<Arc<Schema>>,
    /// What its operation does, when that is known.
    pub kind: Option<OperationKind>,
    /// Where it stands.
    pub span: Span,
}

impl GraphqlSpec {
    /// Every name its templates use.
    pub fn references(&self, into: &mut Vec<Reference>) {
        self.query.references(into);
        super::request::written(self.variables.as_ref(), into);
        super::request::written(self.operation.as_ref(), into);
        super::request::written(self.allow_errors.as_ref(), into);
    }
}
