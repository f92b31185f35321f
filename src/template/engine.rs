//! The one minijinja environment: our functions in it, strict about undefined names, bounded.

use super::convert::from_dynamic;
use super::functions::{self, FUNCTIONS};
use super::views::MissingEnv;
use crate::registry;
use minijinja::machinery::ast::Expr;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Rest, ValueKind};
use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, Expression, Output, State, UndefinedBehavior,
    Value as Dynamic,
};
use std::collections::HashSet;
use std::sync::LazyLock;

/// How many instructions one render may run: a second or so.
const FUEL: u64 = 5_000_000;

/// How many bytes one render may write.
pub(super) const MAX_OUTPUT: usize = 64 << 20;

static ENGINE: LazyLock<Environment<'static>> = LazyLock::new(build);

/// What can be called by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Callable {
    /// After `|`.
    Filter,
    /// After `is`.
    Test,
    /// Before `(`.
    Function,
    /// After `fake.`.
    Fake,
}

/// Jinja's own filters, for suggestions.
const FILTERS: &[&str] = &[
    "abs",
    "attr",
    "batch",
    "bool",
    "capitalize",
    "count",
    "d",
    "default",
    "dictsort",
    "escape",
    "first",
    "float",
    "format",
    "groupby",
    "indent",
    "int",
    "items",
    "join",
    "last",
    "length",
    "lines",
    "list",
    "lower",
    "map",
    "max",
    "min",
    "reject",
    "rejectattr",
    "replace",
    "reverse",
    "round",
    "select",
    "selectattr",
    "slice",
    "sort",
    "split",
    "string",
    "sum",
    "title",
    "trim",
    "unique",
    "upper",
    "zip",
];

/// Jinja's own tests, for suggestions.
const TESTS: &[&str] = &[
    "boolean",
    "defined",
    "divisibleby",
    "endingwith",
    "eq",
    "even",
    "false",
    "float",
    "ge",
    "gt",
    "in",
    "integer",
    "iterable",
    "le",
    "lower",
    "lt",
    "mapping",
    "ne",
    "none",
    "number",
    "odd",
    "sameas",
    "sequence",
    "startingwith",
    "string",
    "true",
    "undefined",
    "upper",
];

fn build() -> Environment<'static> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_auto_escape_callback(|_| AutoEscape::None);
    env.set_syntax(syntax());
    env.set_fuel(Some(FUEL));
    // Costs nothing until a render fails; then errors say which expression was undefined.
    env.set_debug(true);
    env.set_formatter(format);
    env.set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
    env.remove_global("debug");
    env.remove_filter("pprint");
    env.add_filter("default", default);
    env.add_filter("d", default);
    env.add_filter("string", string);
    env.add_test("defined", |value: &Dynamic| !is_missing(value));
    env.add_test("undefined", is_missing);
    for function in FUNCTIONS {
        function.register(&mut env);
    }
    env
}

/// Jinja's delimiters; a trailing newline is kept.
pub(super) fn syntax() -> SyntaxConfig {
    SyntaxConfig::builder().keep_trailing_newline(true).build().unwrap_or_default()
}

/// An expression ready to run.
pub(super) fn compile(source: &str) -> Result<Expression<'static, 'static>, Error> {
    LazyLock::force(&ENGINE).compile_expression_owned(source.to_owned())
}

/// The syntax tree of an expression.
pub(super) fn parse(source: &str) -> Result<Expr<'_>, Error> {
    minijinja::machinery::parse_expr(source)
}

/// An environment of its own for a template with statements: it holds the text it was made from.
pub(super) fn environment(name: &'static str, source: &str) -> Result<Environment<'static>, Error> {
    let mut env = ENGINE.clone();
    env.add_template_owned(name, source.to_owned())?;
    Ok(env)
}

/// Whether there is a filter, test or function of this name.
pub(super) fn knows(callable: Callable, name: &str) -> bool {
    static GLOBALS: LazyLock<HashSet<String>> =
        LazyLock::new(|| ENGINE.globals().map(|(name, _)| name.to_owned()).collect());
    // Called without arguments, one that exists complains of something else.
    match callable {
        Callable::Filter => ENGINE
            .empty_state()
            .apply_filter(name, &[])
            .err()
            .is_none_or(|error| error.kind() != ErrorKind::UnknownFilter),
        Callable::Test => ENGINE
            .empty_state()
            .perform_test(name, &[])
            .err()
            .is_none_or(|error| error.kind() != ErrorKind::UnknownTest),
        Callable::Function => GLOBALS.contains(name),
        Callable::Fake => functions::FAKES.iter().any(|(kind, _)| *kind == name),
    }
}

/// Whether a function is one of ours, none of which needs numbers to be computed with.
pub(super) fn is_ours(name: &str) -> bool {
    registry::find(FUNCTIONS, name).is_some()
}

/// The name that was probably meant.
pub(super) fn suggest(callable: Callable, written: &str) -> Option<&'static str> {
    let ours = FUNCTIONS.iter().map(|function| function.key);
    match callable {
        Callable::Filter => registry::suggest(
            FILTERS.iter().copied().chain(ours.filter(|key| knows(Callable::Filter, key))),
            written,
        ),
        Callable::Test => registry::suggest(TESTS.iter().copied(), written),
        Callable::Function => registry::suggest(
            ["range", "dict", "namespace"]
                .into_iter()
                .chain(ours.filter(|key| knows(Callable::Function, key))),
            written,
        ),
        Callable::Fake => {
            registry::suggest(functions::FAKES.iter().map(|(kind, _)| *kind), written)
        }
    }
}

/// Writes a value into text: JSON's spelling of everything that is not text.
fn format(out: &mut Output, state: &mut State, value: &Dynamic) -> Result<(), Error> {
    let written = match value.kind() {
        ValueKind::Undefined => return Ok(()),
        ValueKind::String => {
            let text = value.as_str().unwrap_or_default();
            out.write_str(text)?;
            text.len()
        }
        _ => {
            let text = from_dynamic(value)?.to_text();
            out.write_str(&text)?;
            text.len()
        }
    };
    count(state, written)
}

/// What one render has written so far.
struct Written(usize);

fn count(state: &mut State, bytes: usize) -> Result<(), Error> {
    let written = state.get_or_insert_extension(Written(0));
    written.0 += bytes;
    if written.0 > MAX_OUTPUT { Err(Error::from(ErrorKind::OutOfFuel)) } else { Ok(()) }
}

/// Whether a value is undefined, environment variables that are not set included.
pub(super) fn is_missing(value: &Dynamic) -> bool {
    value.is_undefined() || value.downcast_object_ref::<MissingEnv>().is_some()
}

/// Whether a value is what `a if b` gives when `b` is false, rather than an undefined name.
pub(super) fn is_nothing(value: &Dynamic) -> bool {
    value.is_undefined() && ENGINE.empty_state().format(value.clone()).is_ok()
}

/// Jinja's `default(other='', boolean=false)`.
fn default(value: &Dynamic, args: Rest<Dynamic>) -> Result<Dynamic, Error> {
    if args.len() > 2 {
        return Err(Error::from(ErrorKind::TooManyArguments));
    }
    let takes_false = args.get(1).is_some_and(Dynamic::is_true);
    if is_missing(value) || (takes_false && !value.is_true()) {
        return Ok(args.first().cloned().unwrap_or_else(|| Dynamic::from("")));
    }
    Ok(value.clone())
}

/// A value's text in JSON's spelling, as printing gives it.
fn string(value: Dynamic) -> Result<Dynamic, Error> {
    if value.as_str().is_some() {
        return Ok(value);
    }
    Ok(Dynamic::from(from_dynamic(&value)?.to_text()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_that_is_suggested_exists() {
        for name in FILTERS {
            assert!(knows(Callable::Filter, name), "{name}");
        }
        for name in TESTS {
            assert!(knows(Callable::Test, name), "{name}");
        }
    }

    #[test]
    fn nothing_else_exists() {
        assert!(!knows(Callable::Filter, "uper"));
        assert!(!knows(Callable::Test, "evn"));
        assert!(!knows(Callable::Function, "uid"));
        assert!(!knows(Callable::Fake, "nam"));
    }

    #[test]
    fn the_nearest_name_of_its_kind_is_suggested() {
        assert_eq!(suggest(Callable::Filter, "uper"), Some("upper"));
        assert_eq!(suggest(Callable::Filter, "hmac_sha265"), Some("hmac_sha256"));
        assert_eq!(suggest(Callable::Test, "defind"), Some("defined"));
        assert_eq!(suggest(Callable::Function, "uid"), Some("uuid"));
        assert_eq!(suggest(Callable::Fake, "emial"), Some("email"));
    }
}
