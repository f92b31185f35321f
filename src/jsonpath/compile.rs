//! jsonpath-rust's tree to ours. What RFC 9535 calls not well-typed (section 2.4.3) is refused
//! here, because jsonpath-rust accepts some of it.

use super::functions::regex;
use super::tree::{Comparison, Extent, Filter, From, Operand, Path, Pattern, Segment, Selector};
use crate::value::Value;
use jsonpath_rust::parser::model as ast;

/// Why a query that could be parsed is refused, and a part of its text to point at.
pub(super) struct Refusal {
    pub(super) message: String,
    pub(super) help: String,
    /// The name of the function concerned, or empty.
    pub(super) part: String,
}

type Compiled<T> = Result<T, Refusal>;

fn refuse<T>(part: &str, message: String, help: String) -> Compiled<T> {
    Err(Refusal { message, help, part: part.to_owned() })
}

pub(super) fn segments(segments: &[ast::Segment]) -> Compiled<Vec<Segment>> {
    segments.iter().map(segment).collect()
}

fn segment(segment: &ast::Segment) -> Compiled<Segment> {
    match segment {
        ast::Segment::Selector(one) => Ok(Segment::Child(vec![selector(one)?])),
        ast::Segment::Selectors(many) => {
            Ok(Segment::Child(many.iter().map(selector).collect::<Compiled<_>>()?))
        }
        ast::Segment::Descendant(inner) => match self::segment(inner)? {
            Segment::Child(selectors) | Segment::Descendant(selectors) => {
                Ok(Segment::Descendant(selectors))
            }
        },
    }
}

fn selector(selector: &ast::Selector) -> Compiled<Selector> {
    Ok(match selector {
        ast::Selector::Name(name) => Selector::Name(name.clone()),
        ast::Selector::Wildcard => Selector::Wildcard,
        ast::Selector::Index(index) => Selector::Index(*index),
        ast::Selector::Slice(start, end, step) => {
            Selector::Slice { start: *start, end: *end, step: step.unwrap_or(1) }
        }
        ast::Selector::Filter(inner) => Selector::Filter(filter(inner)?),
    })
}

fn filter(filter: &ast::Filter) -> Compiled<Filter> {
    let all = |filters: &[ast::Filter]| filters.iter().map(self::filter).collect::<Compiled<_>>();
    Ok(match filter {
        ast::Filter::Or(filters) => Filter::Or(all(filters)?),
        ast::Filter::And(filters) => Filter::And(all(filters)?),
        ast::Filter::Atom(atom) => match atom {
            ast::FilterAtom::Filter { expr, not } => negated(self::filter(expr)?, *not),
            ast::FilterAtom::Test { expr, not } => negated(test(expr)?, *not),
            ast::FilterAtom::Comparison(one) => comparison(one)?,
        },
    })
}

fn negated(filter: Filter, is_negated: bool) -> Filter {
    if is_negated { Filter::Not(Box::new(filter)) } else { filter }
}

fn test(test: &ast::Test) -> Compiled<Filter> {
    let ast::Test::Function(function) = test else {
        return path(test).and_then(|path| match path {
            Some(path) => Ok(Filter::Exists(path)),
            None => refuse("", "a filter must test something".to_owned(), String::new()),
        });
    };
    match &**function {
        ast::TestFunction::Match(text, pattern) => matches("match", text, pattern, Extent::Whole),
        ast::TestFunction::Search(text, pattern) => matches("search", text, pattern, Extent::Part),
        other => {
            let name = name_of(other);
            let help = format!("compare it, as in `{name}(…) == 1`");
            refuse(name, format!("`{name}` gives a value, not true or false"), help)
        }
    }
}

/// A test that is a query.
fn path(test: &ast::Test) -> Compiled<Option<Path>> {
    Ok(match test {
        ast::Test::RelQuery(inner) => {
            Some(Path { from: From::Current, segments: segments(inner)? })
        }
        ast::Test::AbsQuery(query) => {
            Some(Path { from: From::Root, segments: segments(&query.segments)? })
        }
        ast::Test::Function(_) => None,
    })
}

fn comparison(comparison: &ast::Comparison) -> Compiled<Filter> {
    let (left, right) = comparison.vals();
    let kind = match comparison {
        ast::Comparison::Eq(..) => Comparison::Equal,
        ast::Comparison::Ne(..) => Comparison::NotEqual,
        ast::Comparison::Lt(..) => Comparison::Less,
        ast::Comparison::Lte(..) => Comparison::LessOrEqual,
        ast::Comparison::Gt(..) => Comparison::Greater,
        ast::Comparison::Gte(..) => Comparison::GreaterOrEqual,
    };
    Ok(Filter::Compare(comparable(left)?, kind, comparable(right)?))
}

fn comparable(comparable: &ast::Comparable) -> Compiled<Operand> {
    match comparable {
        ast::Comparable::Literal(value) => literal(value).map(Operand::Literal),
        ast::Comparable::Function(function) => value_function(function),
        ast::Comparable::SingularQuery(query) => {
            let (from, parts) = match query {
                ast::SingularQuery::Current(parts) => (From::Current, parts),
                ast::SingularQuery::Root(parts) => (From::Root, parts),
            };
            let selectors = parts.iter().map(|part| match part {
                ast::SingularQuerySegment::Index(index) => Selector::Index(*index),
                ast::SingularQuerySegment::Name(name) => Selector::Name(name.clone()),
            });
            let segments = selectors.map(|selector| Segment::Child(vec![selector])).collect();
            Ok(Operand::Node(Path { from, segments }))
        }
    }
}

fn literal(literal: &ast::Literal) -> Compiled<Value> {
    Ok(match literal {
        ast::Literal::Int(int) => Value::from(*int),
        ast::Literal::Float(float) if float.is_finite() => Value::from(*float),
        ast::Literal::Float(_) => {
            let message = "a number in the query is out of range".to_owned();
            return refuse("", message, "numbers reach to about 1.8e308".to_owned());
        }
        ast::Literal::String(text) => Value::from(text.as_str()),
        ast::Literal::Bool(flag) => Value::Bool(*flag),
        ast::Literal::Null => Value::Null,
    })
}

/// A function that gives a value.
fn value_function(function: &ast::TestFunction) -> Compiled<Operand> {
    match function {
        ast::TestFunction::Length(argument) => {
            Ok(Operand::Length(Box::new(value("length", argument)?)))
        }
        ast::TestFunction::Count(argument) => nodes("count", argument).map(Operand::Count),
        ast::TestFunction::Value(argument) => nodes("value", argument).map(Operand::Value),
        other => {
            let name = name_of(other);
            let help = format!("use `{name}(…)` alone, without a comparison");
            refuse(name, format!("`{name}` gives true or false, not a value"), help)
        }
    }
}

fn matches(
    name: &str,
    text: &ast::FnArg,
    pattern: &ast::FnArg,
    extent: Extent,
) -> Compiled<Filter> {
    let text = value(name, text)?;
    let pattern = match value(name, pattern)? {
        Operand::Literal(Value::String(pattern)) => match regex(&pattern, extent) {
            Some(regex) => Pattern::Compiled(regex),
            // RFC 9535, section 2.4.6: what is no I-Regexp matches nothing.
            None => Pattern::Computed(Operand::Literal(Value::Null), extent),
        },
        operand => Pattern::Computed(operand, extent),
    };
    Ok(Filter::Matches(text, pattern))
}

/// An argument that must be one value.
fn value(name: &str, argument: &ast::FnArg) -> Compiled<Operand> {
    let several = || {
        let help = "use names and indexes only, or `value(…)` around it".to_owned();
        refuse(name, format!("`{name}` takes one value, the query may give several"), help)
    };
    match argument {
        ast::FnArg::Literal(one) => literal(one).map(Operand::Literal),
        ast::FnArg::Test(test) => match (&**test, path(test)?) {
            (ast::Test::Function(function), _) => value_function(function),
            (_, Some(path)) if path.is_singular() => Ok(Operand::Node(path)),
            _ => several(),
        },
        ast::FnArg::Filter(_) => {
            let help = "give a literal, or a query of names and indexes".to_owned();
            refuse(name, format!("`{name}` takes a value, not a condition"), help)
        }
    }
}

/// An argument that must be a query.
fn nodes(name: &str, argument: &ast::FnArg) -> Compiled<Path> {
    let found = match argument {
        ast::FnArg::Test(test) => path(test)?,
        ast::FnArg::Literal(_) | ast::FnArg::Filter(_) => None,
    };
    match found {
        Some(path) => Ok(path),
        None => {
            let help = format!("give it one, as in `{name}(@.*)`");
            refuse(name, format!("`{name}` takes a query"), help)
        }
    }
}

fn name_of(function: &ast::TestFunction) -> &str {
    match function {
        ast::TestFunction::Custom(name, _) => name,
        ast::TestFunction::Length(_) => "length",
        ast::TestFunction::Value(_) => "value",
        ast::TestFunction::Count(_) => "count",
        ast::TestFunction::Search(..) => "search",
        ast::TestFunction::Match(..) => "match",
    }
}
