//! A subject's own spellings turned into plain predicates.

use crate::check::argument::{all, under};
use crate::check::{Argument, ArgumentShape, BuildError, PREDICATES, Segment};
use crate::registry::find;

/// A subject without spellings of its own.
pub(super) fn none(argument: &Argument) -> Result<Argument, Vec<BuildError>> {
    Ok(argument.clone())
}

type Rule = fn(&Argument) -> Result<Argument, Vec<BuildError>>;

/// How a subject spells what it must be.
pub(super) struct Rules {
    /// A plain value, standing for a whole expectation: may become predicates.
    pub(super) plain: Rule,
    /// A value that a predicate takes.
    pub(super) value: Rule,
}

/// Applies the rules wherever a value of the subject stands: alone, in predicates, in `any`,
/// `all` and `not`.
pub(super) fn values(argument: &Argument, rules: &Rules) -> Result<Argument, Vec<BuildError>> {
    match argument {
        Argument::Object(members) if argument.special().is_none() => {
            let members = members.iter().map(|(key, argument)| {
                let shape = find(PREDICATES, key).map(|kind| kind.argument);
                of_predicate(shape, argument, rules)
                    .map(|argument| (key.clone(), argument))
                    .map_err(|errors| under(errors, &Segment::Key(key.clone())))
            });
            all(members).map(Argument::Object)
        }
        plain => (rules.plain)(plain),
    }
}

fn of_predicate(
    shape: Option<ArgumentShape>,
    argument: &Argument,
    rules: &Rules,
) -> Result<Argument, Vec<BuildError>> {
    use ArgumentShape::{Bound, Bounds, Expectation, Expectations, Pattern, Value, Values};
    match shape {
        Some(Pattern | Value | Bound) => (rules.value)(argument),
        Some(Values | Bounds) => each(argument, rules.value),
        Some(Expectation) => values(argument, rules),
        Some(Expectations) => each(argument, |item| values(item, rules)),
        _ => Ok(argument.clone()),
    }
}

/// The rule applied to every item; what is no list is left for the predicate to refuse.
pub(super) fn each(
    argument: &Argument,
    rule: impl Fn(&Argument) -> Result<Argument, Vec<BuildError>>,
) -> Result<Argument, Vec<BuildError>> {
    let Some(items) = argument.items() else { return Ok(argument.clone()) };
    let items = items
        .iter()
        .enumerate()
        .map(|(index, item)| rule(item).map_err(|errors| under(errors, &Segment::Index(index))));
    all(items).map(Argument::Array)
}
