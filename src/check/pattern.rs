//! Data with holes: a leaf may be predicates under `$`. What `eq` and `includes` compare with.

use super::argument::{all, under};
use super::expectation::compile_argument;
use super::{Argument, BuildError, Expectation, Segment, View, words};
use crate::value::{Map, Value};
use indexmap::IndexMap;

/// A compiled pattern.
#[derive(Clone, Debug)]
pub(super) enum Pattern {
    /// Data without holes.
    Literal(Value),
    /// A list with holes in its items.
    Array(Vec<Pattern>),
    /// A mapping with holes in its values.
    Object(IndexMap<String, Pattern>),
    /// `{$: {predicates}}`.
    Hole(Expectation),
}

/// How much of a mapping or list must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// `eq`: these keys and no others, these items in this order.
    Exact,
    /// `includes`: at least these keys, and for each item some item, at any depth.
    AtLeast,
}

/// Where and how two sides first differ.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// A JSONPath from the pattern's root: `$.user.login`.
    pub(super) at: String,
    /// `expected "octokit", found "octocat"`.
    pub(super) words: String,
}

impl Difference {
    fn new(words: String) -> Difference {
        Difference { at: String::new(), words }
    }

    /// For a report: the place first, unless it is the whole.
    pub(super) fn tell(&self) -> String {
        if self.at.is_empty() {
            self.words.clone()
        } else {
            format!("at ${}: {}", self.at, self.words)
        }
    }

    fn under(mut self, segment: &str) -> Difference {
        self.at.insert_str(0, segment);
        self
    }
}

impl Pattern {
    pub(super) fn compile(argument: &Argument) -> Result<Pattern, Vec<BuildError>> {
        if let Some(("$", predicates)) = argument.special() {
            return compile_argument(predicates)
                .map(Pattern::Hole)
                .map_err(|errors| under(errors, &Segment::Key("$".to_owned())));
        }
        match argument {
            Argument::Array(items) => {
                let items = items.iter().enumerate().map(|(index, item)| {
                    Pattern::compile(item).map_err(|errors| under(errors, &Segment::Index(index)))
                });
                all(items).map(Pattern::array)
            }
            Argument::Object(members) if argument.special().is_none() => {
                let members = members.iter().map(|(key, item)| {
                    Pattern::compile(item)
                        .map(|item| (key.clone(), item))
                        .map_err(|errors| under(errors, &Segment::Key(key.clone())))
                });
                all(members).map(Pattern::object)
            }
            other => other.to_value().map(Pattern::Literal),
        }
    }

    fn array(items: Vec<Pattern>) -> Pattern {
        let literal: Option<Vec<Value>> = items.iter().map(Pattern::literal).collect();
        literal.map_or(Pattern::Array(items), |items| Pattern::Literal(Value::Array(items)))
    }

    fn object(members: Vec<(String, Pattern)>) -> Pattern {
        let literal: Option<Map> =
            members.iter().map(|(key, item)| Some((key.clone(), item.literal()?))).collect();
        match literal {
            Some(members) => Pattern::Literal(Value::Object(members)),
            None => Pattern::Object(members.into_iter().collect()),
        }
    }

    /// The data, when there are no holes.
    pub(super) fn literal(&self) -> Option<Value> {
        match self {
            Pattern::Literal(value) => Some(value.clone()),
            _ => None,
        }
    }

    /// Whether what was found fits, to this extent.
    pub(super) fn fits(&self, view: View<'_>, extent: Extent) -> bool {
        match self {
            Pattern::Literal(value) => match extent {
                Extent::Exact => view.equals(value),
                Extent::AtLeast => includes(value, view),
            },
            Pattern::Hole(expectation) => expectation.holds(view),
            Pattern::Array(patterns) => view.items().is_some_and(|items| match extent {
                Extent::Exact => {
                    items.len() == patterns.len()
                        && patterns
                            .iter()
                            .zip(items.iter())
                            .all(|(pattern, item)| pattern.fits(View::Value(item), extent))
                }
                Extent::AtLeast => patterns.iter().all(|pattern| {
                    items.iter().any(|item| pattern.fits(View::Value(item), extent))
                }),
            }),
            Pattern::Object(patterns) => view.members().is_some_and(|members| {
                let fitting = patterns.iter().all(|(key, pattern)| match members.get(key) {
                    Some(item) => pattern.fits(View::Value(item), extent),
                    None => pattern.missing(),
                });
                fitting
                    && (extent == Extent::AtLeast
                        || members.keys().all(|key| patterns.contains_key(key)))
            }),
        }
    }

    /// Whether it fits where there is no such key: only a hole may ask for that.
    fn missing(&self) -> bool {
        matches!(self, Pattern::Hole(expectation) if expectation.missing() == Some(true))
    }

    /// The first difference; `None` when it fits.
    pub(super) fn difference(&self, view: View<'_>, extent: Extent) -> Option<Difference> {
        if self.fits(view, extent) {
            return None;
        }
        match self.parts() {
            Parts::Items(patterns) if view.items().is_some() => items(&patterns, view, extent),
            Parts::Members(patterns) if view.members().is_some() => {
                members(&patterns, view, extent)
            }
            _ => None,
        }
        .or_else(|| Some(self.whole(view)))
    }

    /// The difference of a leaf.
    fn whole(&self, view: View<'_>) -> Difference {
        let Pattern::Literal(value) = self else {
            let mut words = format!("expected {}, found {}", self.describe(), words::plain(view));
            if let Pattern::Hole(expectation) = self
                && let Some(detail) = expectation.explain(view, words::plain).detail
            {
                words = format!("{words} ({detail})");
            }
            return Difference::new(words);
        };
        let found =
            if value.kind() == view.kind() { words::plain(view) } else { words::named(view) };
        Difference::new(format!("expected {}, found {found}", words::value(value)))
    }

    /// What it expects, in words.
    pub(super) fn describe(&self) -> String {
        match self {
            Pattern::Hole(expectation) => expectation.describe(words::plain),
            other => words::value(&other.filled(None)),
        }
    }

    /// The pattern as data. A hole is filled with what was found where that satisfies it, so
    /// that a diff shows only what is wrong, and with its description elsewhere.
    pub(super) fn filled(&self, found: Option<View<'_>>) -> Value {
        match self {
            Pattern::Literal(value) => value.clone(),
            Pattern::Hole(expectation) => match found {
                Some(view) if expectation.holds(view) => view.to_value(),
                _ => Value::from(format!("<{}>", expectation.describe(words::plain))),
            },
            Pattern::Array(patterns) => {
                let items = found.and_then(View::items);
                let filled = patterns.iter().enumerate().map(|(index, pattern)| {
                    let item = items.and_then(|items| items.get(index));
                    pattern.filled(item.map(View::Value))
                });
                Value::Array(filled.collect())
            }
            Pattern::Object(patterns) => {
                let members = found.and_then(View::members);
                let filled = patterns.iter().map(|(key, pattern)| {
                    let item = members.and_then(|members| members.get(key));
                    (key.clone(), pattern.filled(item.map(View::Value)))
                });
                Value::Object(filled.collect())
            }
        }
    }

    fn parts(&self) -> Parts<'_> {
        match self {
            Pattern::Array(items) => Parts::Items(items.iter().map(Part::Pattern).collect()),
            Pattern::Object(members) => Parts::Members(
                members.iter().map(|(key, item)| (key.as_str(), Part::Pattern(item))).collect(),
            ),
            Pattern::Literal(value) => Parts::of_value(value),
            Pattern::Hole(_) => Parts::None,
        }
    }
}

/// A part of a pattern: of a literal one, a value.
#[derive(Clone, Copy)]
enum Part<'p> {
    Pattern(&'p Pattern),
    Value(&'p Value),
}

enum Parts<'p> {
    None,
    Items(Vec<Part<'p>>),
    Members(Vec<(&'p str, Part<'p>)>),
}

impl<'p> Parts<'p> {
    fn of_value(value: &'p Value) -> Parts<'p> {
        match value {
            Value::Array(items) => Parts::Items(items.iter().map(Part::Value).collect()),
            Value::Object(members) => Parts::Members(
                members.iter().map(|(key, item)| (key.as_str(), Part::Value(item))).collect(),
            ),
            _ => Parts::None,
        }
    }
}

impl Part<'_> {
    fn fits(self, view: View<'_>, extent: Extent) -> bool {
        match self {
            Part::Pattern(pattern) => pattern.fits(view, extent),
            Part::Value(value) if extent == Extent::Exact => view.equals(value),
            Part::Value(value) => includes(value, view),
        }
    }

    fn missing(self) -> bool {
        matches!(self, Part::Pattern(pattern) if pattern.missing())
    }

    fn describe(self) -> String {
        match self {
            Part::Pattern(pattern) => pattern.describe(),
            Part::Value(value) => words::value(value),
        }
    }

    fn difference(self, view: View<'_>, extent: Extent) -> Option<Difference> {
        match self {
            Part::Pattern(pattern) => pattern.difference(view, extent),
            Part::Value(_) if self.fits(view, extent) => None,
            Part::Value(value) => match Parts::of_value(value) {
                Parts::Items(parts) if view.items().is_some() => items(&parts, view, extent),
                Parts::Members(parts) if view.members().is_some() => members(&parts, view, extent),
                _ => None,
            }
            .or_else(|| Some(Pattern::Literal(value.clone()).whole(view))),
        }
    }
}

fn items(patterns: &[Part<'_>], view: View<'_>, extent: Extent) -> Option<Difference> {
    let items = view.items()?;
    if extent == Extent::AtLeast {
        let lost = patterns
            .iter()
            .find(|pattern| !items.iter().any(|item| pattern.fits(View::Value(item), extent)))?;
        let among = words::count(items.len(), "item");
        return Some(Difference::new(format!("none of {among} is {}", lost.describe())));
    }
    for (index, (pattern, item)) in patterns.iter().zip(items.iter()).enumerate() {
        if let Some(difference) = pattern.difference(View::Value(item), extent) {
            return Some(difference.under(&format!("[{index}]")));
        }
    }
    let expected = words::count(patterns.len(), "item");
    Some(Difference::new(match (patterns.get(items.len()), items.get(patterns.len())) {
        (Some(lost), _) => {
            let lost = lost.describe();
            format!("expected {expected}, found {}: {lost} is not there", items.len())
        }
        (_, Some(more)) => {
            let more = words::value(more);
            format!("expected {expected}, found {}: {more} is one too many", items.len())
        }
        _ => return None,
    }))
}

fn members(patterns: &[(&str, Part<'_>)], view: View<'_>, extent: Extent) -> Option<Difference> {
    let members = view.members()?;
    for (key, pattern) in patterns {
        match members.get(*key) {
            Some(item) => {
                if let Some(difference) = pattern.difference(View::Value(item), extent) {
                    return Some(difference.under(&step(key)));
                }
            }
            None if pattern.missing() => {}
            None => return Some(missing_key(key, *pattern, members)),
        }
    }
    if extent == Extent::AtLeast {
        return None;
    }
    let (key, item) =
        members.iter().find(|(key, _)| !patterns.iter().any(|(name, _)| name == key))?;
    let found = words::value(item);
    Some(Difference::new(format!("expected no such key, found {found}")).under(&step(key)))
}

fn missing_key(key: &str, pattern: Part<'_>, members: &Map) -> Difference {
    let names = members.keys().map(String::as_str);
    let near = match crate::registry::suggest(names.clone(), key) {
        Some(near) => format!("; there is `{near}`"),
        None if members.is_empty() => "; the mapping is empty".to_owned(),
        None => format!("; there are {}", words::names(names)),
    };
    let expected = pattern.describe();
    Difference::new(format!("expected {expected}, found no such key{near}")).under(&step(key))
}

/// A key as a step of a JSONPath.
fn step(key: &str) -> String {
    let plain = !key.is_empty()
        && key.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
        && !key.starts_with(|letter: char| letter.is_numeric());
    if plain {
        format!(".{key}")
    } else {
        format!("['{}']", key.replace('\\', "\\\\").replace('\'', "\\'"))
    }
}

/// Whether at least the keys and items of `value` are there, at any depth.
fn includes(value: &Value, view: View<'_>) -> bool {
    match value {
        Value::Object(expected) => view.members().is_some_and(|members| {
            expected.iter().all(|(key, value)| {
                members.get(key).is_some_and(|item| includes(value, View::Value(item)))
            })
        }),
        Value::Array(expected) => view.items().is_some_and(|items| {
            expected.iter().all(|value| items.iter().any(|item| includes(value, View::Value(item))))
        }),
        scalar => view.equals(scalar),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn differs(extent: Extent, pattern: &str, found: &str) -> String {
        let pattern = Argument::literal(&Value::from_json(pattern.as_bytes()).unwrap());
        let found = Value::from_json(found.as_bytes()).unwrap();
        match Pattern::compile(&pattern).unwrap().difference(View::Value(&found), extent) {
            Some(difference) => format!("${}: {}", difference.at, difference.words),
            None => "fits".to_owned(),
        }
    }

    #[test]
    fn the_first_difference_is_named_by_its_path() {
        let exact = |pattern, found| differs(Extent::Exact, pattern, found);
        assert_eq!(
            exact(r#"{"user": {"login": "octokit"}}"#, r#"{"user": {"login": "octocat"}}"#),
            r#"$.user.login: expected "octokit", found "octocat""#
        );
        assert_eq!(
            exact(r#"{"a b": [1, "2"]}"#, r#"{"a b": [1, 2]}"#),
            r#"$['a b'][1]: expected "2", found the integer 2"#
        );
        assert_eq!(exact("[1, 2, 3]", "[1, 2]"), "$: expected 3 items, found 2: 3 is not there");
        assert_eq!(exact("[1]", "[1, 2]"), "$: expected 1 item, found 2: 2 is one too many");
        assert_eq!(
            exact(r#"{"a": 1}"#, r#"{"b": 2, "a": 1}"#),
            "$.b: expected no such key, found 2"
        );
        assert_eq!(
            exact(r#"{"name": 1}"#, r#"{"nmae": 1}"#),
            "$.name: expected 1, found no such key; there is `nmae`"
        );
        assert_eq!(exact(r#"{"a": 1, "b": [2.0]}"#, r#"{"b": [2], "a": 1}"#), "fits");
    }

    #[test]
    fn inclusion_asks_for_no_more_than_is_written() {
        let least = |pattern, found| differs(Extent::AtLeast, pattern, found);
        let found = r#"{"id": 7, "labels": [{"name": "bug", "x": 1}, {"name": "ui"}]}"#;
        assert_eq!(least(r#"{"labels": [{"name": "ui"}, {"name": "bug"}]}"#, found), "fits");
        assert_eq!(
            least(r#"{"labels": [{"name": "api"}]}"#, found),
            r#"$.labels: none of 2 items is {"name": "api"}"#
        );
        assert_eq!(
            least(r#"{"user": {"id": 1}}"#, found),
            r#"$.user: expected {"id": 1}, found no such key; there are `id`, `labels`"#
        );
        assert_eq!(least("[1, 1]", "[1]"), "fits");
    }

    #[test]
    fn a_hole_takes_predicates() {
        let exact = |pattern, found| differs(Extent::Exact, pattern, found);
        let pattern = r#"{"id": {"$": {"is": "integer"}}, "gone": {"$": {"exists": false}}}"#;
        assert_eq!(exact(pattern, r#"{"id": 3}"#), "fits");
        assert_eq!(exact(pattern, r#"{"id": "3"}"#), r#"$.id: expected an integer, found "3""#);
        assert_eq!(
            exact(pattern, r#"{"id": 3, "gone": 1}"#),
            "$.gone: expected nothing there, found 1"
        );
        assert_eq!(exact(r#"[{"$": {"gt": 1}}]"#, "[2]"), "fits");
        assert_eq!(
            differs(Extent::AtLeast, r#"[{"$": {"gt": 5}}]"#, "[2, 3]"),
            "$: none of 2 items is more than 5"
        );
    }

    #[test]
    fn a_diff_shows_found_values_in_satisfied_holes() {
        let pattern = Value::from_json(br#"{"id": {"$": {"gt": 1}}, "n": {"$": {"gt": 9}}}"#);
        let pattern = Pattern::compile(&Argument::literal(&pattern.unwrap())).unwrap();
        let found = Value::from_json(br#"{"id": 5, "n": 5}"#).unwrap();
        assert_eq!(
            pattern.filled(Some(View::Value(&found))).to_json(),
            r#"{"id":5,"n":"<more than 9>"}"#
        );
    }
}
