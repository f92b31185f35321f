//! What the operands of a comparison were that did not hold: what a failed `expr` shows.

use super::compile::Template;
use super::{Scope, engine};
use crate::source::{FileId, Files, Span};
use crate::value::Value;
use minijinja::machinery::{Token, tokenize};
use std::ops::Range;

impl Template {
    /// The operands of the comparison that made this expression false, as written and as they
    /// are; literals left out. Of `a and b` those of the part that did not hold. Empty when there
    /// is no comparison, or when it cannot be told which.
    #[must_use]
    pub fn operands(&self, scope: &Scope) -> Vec<(String, Value)> {
        let Some(source) = self.single_source() else { return Vec::new() };
        let Some(parts) = split(source, |token| matches!(token, Token::Ident("and"))) else {
            return Vec::new();
        };
        let holds = |part: &&str| evaluate(part, scope) == Some(Value::Bool(true));
        let Some(failed) = parts.into_iter().find(|part| !holds(part)) else { return Vec::new() };
        let Some(operands) = split(failed, is_comparison).filter(|operands| operands.len() > 1)
        else {
            return Vec::new();
        };
        operands
            .into_iter()
            .filter(|operand| engine::parse(operand).is_ok_and(|expr| expr.as_const().is_none()))
            .filter_map(|operand| Some((operand.to_owned(), evaluate(operand, scope)?)))
            .collect()
    }
}

fn is_comparison(token: &Token<'_>) -> bool {
    use Token::{Eq, Gt, Gte, Ident, Lt, Lte, Ne};
    matches!(token, Eq | Ne | Gt | Gte | Lt | Lte | Ident("in"))
}

/// Cuts an expression at tokens that stand in no brackets; `None` where other words than the cuts
/// bind the parts together.
fn split(source: &str, is_cut: impl Fn(&Token<'_>) -> bool) -> Option<Vec<&str>> {
    let mut depth = 0_usize;
    let mut start = 0;
    let mut parts = Vec::new();
    for token in tokenize(source, true, engine::syntax()) {
        let (token, span) = token.ok()?;
        let at: Range<usize> = span.start_offset as usize..span.end_offset as usize;
        match token {
            Token::ParenOpen | Token::BracketOpen | Token::BraceOpen => depth += 1,
            Token::ParenClose | Token::BracketClose | Token::BraceClose => {
                depth = depth.saturating_sub(1);
            }
            Token::Ident("or" | "not" | "if" | "else" | "is") if depth == 0 => return None,
            token if depth == 0 && is_cut(&token) => {
                parts.push(source.get(start..at.start)?.trim());
                start = at.end;
            }
            _ => {}
        }
    }
    parts.push(source.get(start..)?.trim());
    Some(parts)
}

fn evaluate(source: &str, scope: &Scope) -> Option<Value> {
    let span = Span::new(FileId(u32::MAX), 0, 0);
    Template::compile_expression(source, span, &Files::default()).ok()?.render(scope).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(source: &str) -> Option<Vec<&str>> {
        split(source, is_comparison)
    }

    #[test]
    fn a_comparison_is_cut_at_its_operators() {
        assert_eq!(cut("a.b == \"=\""), Some(vec!["a.b", "\"=\""]));
        assert_eq!(cut("1 < n | int < f(x > 3)"), Some(vec!["1", "n | int", "f(x > 3)"]));
        assert_eq!(cut("a.status in [201, b]"), Some(vec!["a.status", "[201, b]"]));
    }

    #[test]
    fn what_binds_otherwise_is_left_whole() {
        assert_eq!(cut("a == 1 or b == 2"), None);
        assert_eq!(cut("not a == 1"), None);
        assert_eq!(cut("a is defined"), None);
    }
}
