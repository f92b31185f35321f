//! `expr`: a boolean expression, evaluated by the caller.

use super::{ANYTHING, Gives, Needs, Outcome, Selector, Subject, SubjectKind};
use crate::check::{Argument, Found, words};
use crate::value::Value;
use std::sync::Arc;

/// A boolean expression. The caller renders it and checks `Found::value(result)`; whatever is
/// written, what it must be is `true`.
pub(super) const KIND: SubjectKind = SubjectKind {
    key: "expr",
    synonyms: &["expression", "script", "that"],
    capture_key: Some("expr"),
    media: ANYTHING,
    summary: "an expression that must be true, or a list of them",
    example: "assert: {expr: 'response.json.items | length > 2'}",
    selector: Selector::Expression,
    gives: Gives::Boolean,
    show: words::plain,
    needs: Needs::Body,
    compile: |_| Ok(Arc::new(Expression)),
    rewrite: |_| Ok(Argument::Scalar(Value::Bool(true))),
};

#[derive(Debug)]
struct Expression;

impl Subject for Expression {
    fn look<'a>(&self, _: Outcome<'a>) -> Found<'a> {
        Found::Missing("no value: the expression was not evaluated".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::KIND;
    use crate::check::probe::{literal, tell};
    use crate::check::{Found, compile};

    #[test]
    fn only_true_is_true() {
        let expectation = compile(&KIND, &literal(r#""response.ok""#)).unwrap();
        assert_eq!(tell(&expectation, &Found::value(true)), "holds");
        assert_eq!(
            tell(&expectation, &Found::value("yes")),
            "expected true\nfound the string \"yes\""
        );
    }
}
