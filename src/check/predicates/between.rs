//! `between`: from one bound to another, both included.

use super::{ArgumentShape, Explanation, Predicate, PredicateKind};
use crate::check::argument::{all, under, wrong};
use crate::check::order::Bound;
use crate::check::words::Show;
use crate::check::{Argument, BuildError, Segment, View};
use crate::diagnostic::codes::check::WRONG_ARGUMENT;
use std::cmp::Ordering;
use std::sync::Arc;

/// A range.
pub(super) const KIND: PredicateKind = PredicateKind {
    key: "between",
    synonyms: &["range", "in_range"],
    summary: "from the first bound to the second, both included",
    example: "assert: {status: {between: [200, 299]}}",
    argument: ArgumentShape::Bounds,
    compile,
};

fn compile(argument: &Argument) -> Result<Arc<dyn Predicate>, Vec<BuildError>> {
    if *argument == Argument::Pending {
        return compile(&Argument::Array(vec![Argument::Pending, Argument::Pending]));
    }
    let takes = "a list of two bounds";
    let bounds = argument.items().ok_or_else(|| wrong("between", takes, argument))?;
    let [low, high] = bounds.as_slice() else {
        let message = format!("`between` takes {takes}, found {}", bounds.len());
        return Err(vec![BuildError::new(&WRONG_ARGUMENT, message, "not two bounds")]);
    };
    let compiled = all([low, high].into_iter().enumerate().map(|(index, bound)| {
        Bound::compile("between", bound).map_err(|errors| under(errors, &Segment::Index(index)))
    }))?;
    let order = match (low.scalar(), compiled.get(1)) {
        (Some(low), Some(high)) => high.compare(View::Value(low)),
        _ => None,
    };
    if order == Some(Ordering::Greater) {
        let message = "the first bound of `between` is more than the second";
        return Err(vec![
            BuildError::new(&WRONG_ARGUMENT, message, "nothing is between these")
                .help("write the smaller bound first"),
        ]);
    }
    match <[Bound; 2]>::try_from(compiled) {
        Ok([low, high]) => Ok(Arc::new(Between { low, high })),
        Err(_) => Err(wrong("between", takes, argument)),
    }
}

#[derive(Debug)]
struct Between {
    low: Bound,
    high: Bound,
}

impl Predicate for Between {
    fn holds(&self, view: View<'_>) -> bool {
        self.low.compare(view).is_some_and(Ordering::is_ge)
            && self.high.compare(view).is_some_and(Ordering::is_le)
    }

    fn explain(&self, view: View<'_>, _: Show) -> Explanation {
        self.low.explain(view)
    }

    fn describe(&self, show: Show) -> String {
        format!("between {} and {}", self.low.describe(show), self.high.describe(show))
    }
}

#[cfg(test)]
mod tests {
    use crate::check::probe::{judge, mistakes};

    #[test]
    fn both_bounds_are_included() {
        for found in ["2", "3.5", "4"] {
            assert_eq!(judge(r#"{"between": [2, 4]}"#, found), "holds");
        }
        assert_eq!(judge(r#"{"between": [2, 4]}"#, "4.01"), "expected between 2 and 4\nfound 4.01");
        assert_eq!(
            judge(r#"{"between": [2, 4]}"#, "null"),
            "expected between 2 and 4\nfound null\nhelp: only a number is less or more than a number"
        );
    }

    #[test]
    fn two_bounds_in_order_are_asked_for() {
        assert_eq!(
            mistakes(r#"{"between": [1, 2, 3]}"#),
            "`between` takes a list of two bounds, found 3"
        );
        assert_eq!(
            mistakes(r#"{"between": [3, 1]}"#),
            "the first bound of `between` is more than the second; write the smaller bound first"
        );
        assert_eq!(
            mistakes(r#"{"between": [null, true]}"#),
            "`between` takes a number or text, found null\n`between` takes a number or text, found the boolean true"
        );
    }
}
