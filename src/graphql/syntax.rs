//! Text to data, by apollo-parser: the only place that knows its tree.

use super::Mistake;
use super::document::{
    Argument, Directive, Document, Fragment, Literal, LiteralKind, Name, Operation, OperationKind,
    Selection, TypeRef, VariableDefinition,
};
use apollo_parser::cst::{self, CstNode};
use apollo_parser::{Parser, SyntaxNode};
use std::ops::Range;

/// How deep braces may stand in each other.
const DEEPEST: usize = 200;

/// Reads a text of operations and fragments.
///
/// # Errors
/// Every mistake of its syntax; a type definition in it.
pub fn parse(text: &str) -> Result<Document, Vec<Mistake>> {
    if text.trim().is_empty() {
        return Err(vec![Mistake::new(
            &(0..text.len()),
            "the query is empty",
            "nothing is asked for",
        )]);
    }
    let definitions = definitions(text)?;
    let mut document = Document::default();
    let mut mistakes = Vec::new();
    for definition in definitions {
        match &definition {
            cst::Definition::OperationDefinition(it) => document.operations.push(operation(it)),
            cst::Definition::FragmentDefinition(it) => document.fragments.extend(fragment(it)),
            other => {
                let range = first_token(other.syntax());
                let message = "a query has operations and fragments, found a definition of a type";
                mistakes.push(Mistake::new(&range, message, "of a schema").help(
                    "a schema stands in a file of its own: `graphql: {schema: schema.graphql}`",
                ));
            }
        }
    }
    if document.operations.is_empty() && mistakes.is_empty() {
        let message = "the query has no operation";
        mistakes.push(Mistake::new(&(0..text.len()), message, "nothing is asked for"));
    }
    if mistakes.is_empty() { Ok(document) } else { Err(mistakes) }
}

/// What a text defines, when its syntax is right.
pub(super) fn definitions(text: &str) -> Result<Vec<cst::Definition>, Vec<Mistake>> {
    let tree = Parser::new(text).recursion_limit(DEEPEST).parse();
    let mistakes: Vec<Mistake> = tree.errors().map(|error| mistake(error, text)).collect();
    if !mistakes.is_empty() {
        // What follows the first mistake is often its echo.
        return Err(mistakes.into_iter().take(1).collect());
    }
    Ok(tree.document().definitions().collect())
}

fn mistake(error: &apollo_parser::Error, text: &str) -> Mistake {
    let start = error.index().min(text.len());
    let length = if error.is_eof() || error.is_limit() { 0 } else { error.data().len() };
    // A caret needs something to stand beneath.
    let start = if start == text.len() { text.trim_end().len().saturating_sub(1) } else { start };
    let start = (0..=start).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let end = (start + length.max(1)).min(text.len());
    let end = (end..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(end);
    let said = error.message().trim().trim_end_matches('.');
    let said = said.strip_prefix("syntax error: ").unwrap_or(said).replace(", got ", ", found ");
    let said = match said.split_once(", found ") {
        Some((expected, found)) => format!("{}, found {}", spelt(expected), spelt_found(found)),
        None => spelt(&said),
    };
    let label = if error.is_eof() { "ends here" } else { "not here" };
    Mistake::new(&(start..end), format!("the query is not GraphQL: {said}"), label)
}

/// What was expected, its tokens as a person writes them.
fn spelt(text: &str) -> String {
    text.split(' ').map(spelt_word).collect::<Vec<_>>().join(" ")
}

/// What was found: a token, or the text itself.
fn spelt_found(text: &str) -> String {
    let spelt = spelt_word(text);
    if spelt == text { format!("`{text}`") } else { spelt }
}

fn spelt_word(word: &str) -> String {
    const TOKENS: &[(&str, &str)] = &[
        ("L_CURLY", "`{`"),
        ("R_CURLY", "`}`"),
        ("L_PAREN", "`(`"),
        ("R_PAREN", "`)`"),
        ("L_BRACK", "`[`"),
        ("R_BRACK", "`]`"),
        ("COLON", "`:`"),
        ("EQ", "`=`"),
        ("EOF", "the end"),
    ];
    let bare = word.trim_end_matches(',');
    let found = TOKENS.iter().find(|(token, _)| *token == bare);
    found.map_or_else(|| word.to_owned(), |(token, text)| word.replace(token, text))
}

pub(super) fn name(found: Option<cst::Name>) -> Option<Name> {
    let found = found?;
    Some(Name { text: found.text().to_string(), range: first_token(found.syntax()) })
}

/// The bytes of a node's first token: a node may have blanks behind it.
pub(super) fn first_token(node: &SyntaxNode) -> Range<usize> {
    match node.first_token() {
        Some(token) => bytes(token.text_range()),
        None => bytes(node.text_range()),
    }
}

fn bytes(range: apollo_parser::TextRange) -> Range<usize> {
    usize::from(range.start())..usize::from(range.end())
}

fn operation(it: &cst::OperationDefinition) -> Operation {
    let kind = match it.operation_type() {
        Some(kind) if kind.mutation_token().is_some() => OperationKind::Mutation,
        Some(kind) if kind.subscription_token().is_some() => OperationKind::Subscription,
        _ => OperationKind::Query,
    };
    let variables = it.variable_definitions().into_iter();
    Operation {
        kind,
        name: name(it.name()),
        variables: variables
            .flat_map(|all| all.variable_definitions())
            .filter_map(|one| variable(&one))
            .collect(),
        directives: directives(it.directives()),
        selections: selections(it.selection_set()).unwrap_or_default(),
        range: first_token(it.syntax()),
    }
}

fn fragment(it: &cst::FragmentDefinition) -> Option<Fragment> {
    Some(Fragment {
        name: name(it.fragment_name()?.name())?,
        on: name(it.type_condition()?.named_type()?.name())?,
        directives: directives(it.directives()),
        selections: selections(it.selection_set()).unwrap_or_default(),
    })
}

fn variable(it: &cst::VariableDefinition) -> Option<VariableDefinition> {
    Some(VariableDefinition {
        name: name(it.variable()?.name())?,
        ty: type_ref(&it.ty()?)?,
        default: it.default_value().and_then(|default| literal(&default.value()?)),
    })
}

pub(super) fn type_ref(ty: &cst::Type) -> Option<TypeRef> {
    Some(match ty {
        cst::Type::NamedType(it) => TypeRef::Named(name(it.name())?),
        cst::Type::ListType(it) => TypeRef::List(Box::new(type_ref(&it.ty()?)?)),
        cst::Type::NonNullType(it) => TypeRef::NonNull(Box::new(match it.named_type() {
            Some(named) => TypeRef::Named(name(named.name())?),
            None => TypeRef::List(Box::new(type_ref(&it.list_type()?.ty()?)?)),
        })),
    })
}

fn selections(set: Option<cst::SelectionSet>) -> Option<Vec<Selection>> {
    Some(set?.selections().filter_map(|one| selection(&one)).collect())
}

fn selection(it: &cst::Selection) -> Option<Selection> {
    Some(match it {
        cst::Selection::Field(it) => Selection::Field {
            alias: name(it.alias().and_then(|alias| alias.name())),
            name: name(it.name())?,
            arguments: arguments(it.arguments()),
            directives: directives(it.directives()),
            selections: selections(it.selection_set()),
        },
        cst::Selection::FragmentSpread(it) => Selection::Spread {
            name: name(it.fragment_name()?.name())?,
            directives: directives(it.directives()),
        },
        cst::Selection::InlineFragment(it) => Selection::Inline {
            on: name(it.type_condition().and_then(|on| on.named_type()?.name())),
            directives: directives(it.directives()),
            selections: selections(it.selection_set()).unwrap_or_default(),
        },
    })
}

fn directives(all: Option<cst::Directives>) -> Vec<Directive> {
    let all = all.into_iter().flat_map(|all| all.directives());
    all.filter_map(|it| {
        Some(Directive { name: name(it.name())?, arguments: arguments(it.arguments()) })
    })
    .collect()
}

fn arguments(all: Option<cst::Arguments>) -> Vec<Argument> {
    let all = all.into_iter().flat_map(|all| all.arguments());
    all.filter_map(|it| Some(Argument { name: name(it.name())?, value: literal(&it.value()?)? }))
        .collect()
}

pub(super) fn literal(value: &cst::Value) -> Option<Literal> {
    let text = || value.syntax().first_token().map(|token| token.text().to_string());
    let kind = match value {
        cst::Value::Variable(it) => LiteralKind::Variable(name(it.name())?),
        cst::Value::StringValue(it) => LiteralKind::String(String::from(it)),
        cst::Value::FloatValue(_) => LiteralKind::Float(text()?),
        cst::Value::IntValue(_) => LiteralKind::Int(text()?),
        cst::Value::BooleanValue(it) => LiteralKind::Boolean(it.true_token().is_some()),
        cst::Value::NullValue(_) => LiteralKind::Null,
        cst::Value::EnumValue(it) => LiteralKind::Enum(it.text().to_string()),
        cst::Value::ListValue(it) => {
            LiteralKind::List(it.values().filter_map(|one| literal(&one)).collect())
        }
        cst::Value::ObjectValue(it) => {
            let members = it.object_fields();
            let members = members.filter_map(|one| {
                Some(Argument { name: name(one.name())?, value: literal(&one.value()?)? })
            });
            LiteralKind::Object(members.collect())
        }
    };
    let range = match value {
        // With the `$`.
        cst::Value::Variable(it) => {
            let start = first_token(it.syntax()).start;
            start..name(it.name())?.range.end
        }
        other => first_token(other.syntax()),
    };
    Some(Literal { kind, range })
}
