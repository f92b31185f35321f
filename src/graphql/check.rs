//! A query by itself, then against a schema: GraphQL's rules (section 5 of its specification),
//! but for whether fields of one name can be merged, and what only execution shows.

use super::document::Literal;
use super::document::{Argument, Directive, Document, LiteralKind, Name, Operation, Selection};
use super::fields::fields;
use super::{Mistake, Schema};
use std::collections::BTreeSet;

/// What is wrong with a query, in the text's order.
#[must_use]
pub fn check(document: &Document, schema: Option<&Schema>) -> Vec<Mistake> {
    let mut mistakes = operations(document);
    mistakes.extend(fragments(document));
    for operation in &document.operations {
        mistakes.extend(variables(operation, document));
    }
    if let Some(schema) = schema {
        mistakes.extend(fields(document, schema));
    }
    mistakes.sort_by_key(|mistake| mistake.range.start);
    mistakes.dedup();
    mistakes
}

/// Operations have names when they are several, each its own.
fn operations(document: &Document) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    let mut seen = BTreeSet::new();
    for operation in &document.operations {
        match &operation.name {
            None if document.operations.len() > 1 => {
                let message = "an operation beside others has a name, found one without";
                mistakes.push(Mistake::new(&operation.range, message, "which one is it?"));
            }
            Some(name) if !seen.insert(&name.text) => {
                let message = format!("there are two operations `{}`", name.text);
                mistakes.push(Mistake::new(&name.range, message, "again"));
            }
            _ => {}
        }
    }
    mistakes
}

/// Fragments are defined once, used, and not within themselves.
fn fragments(document: &Document) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    let mut used = Vec::new();
    let bodies = document.operations.iter().map(|one| &one.selections);
    bodies.chain(document.fragments.iter().map(|one| &one.selections)).for_each(|body| {
        spreads(body, &mut used);
    });
    for name in &used {
        if document.fragment(&name.text).is_none() {
            let message = format!("there is no fragment `{}`", name.text);
            let known = document.fragments.iter().map(|fragment| &*fragment.name.text);
            mistakes
                .push(Mistake::new(&name.range, message, "not defined").suggest(&name.text, known));
        }
    }
    let mut seen = BTreeSet::new();
    for fragment in &document.fragments {
        let name = &fragment.name;
        if !seen.insert(&name.text) {
            let message = format!("there are two fragments `{}`", name.text);
            mistakes.push(Mistake::new(&name.range, message, "again"));
        } else if !used.iter().any(|other| other.text == name.text) {
            let message = format!("the fragment `{}` is used nowhere", name.text);
            mistakes.push(Mistake::new(&name.range, message, "used nowhere"));
        }
        let mut inside = BTreeSet::new();
        reachable(&fragment.selections, document, &mut inside);
        if inside.contains(&*name.text) {
            let message = format!("the fragment `{}` holds itself", name.text);
            mistakes.push(Mistake::new(&name.range, message, "leads back to here"));
        }
    }
    mistakes
}

/// The fragments named in selections.
fn spreads<'d>(selections: &'d [Selection], into: &mut Vec<&'d Name>) {
    for selection in selections {
        match selection {
            Selection::Spread { name, .. } => into.push(name),
            Selection::Field { selections: Some(inner), .. }
            | Selection::Inline { selections: inner, .. } => spreads(inner, into),
            Selection::Field { .. } => {}
        }
    }
}

/// The fragments that selections lead to, through others too.
fn reachable<'d>(
    selections: &'d [Selection],
    document: &'d Document,
    into: &mut BTreeSet<&'d str>,
) {
    let mut named = Vec::new();
    spreads(selections, &mut named);
    for name in named {
        if into.insert(&name.text)
            && let Some(fragment) = document.fragment(&name.text)
        {
            reachable(&fragment.selections, document, into);
        }
    }
}

/// Variables are declared once, and used.
fn variables(operation: &Operation, document: &Document) -> Vec<Mistake> {
    let mut used = Vec::new();
    in_directives(&operation.directives, &mut used);
    in_selections(&operation.selections, &mut used);
    let mut inside = BTreeSet::new();
    reachable(&operation.selections, document, &mut inside);
    for fragment in inside.iter().filter_map(|name| document.fragment(name)) {
        in_directives(&fragment.directives, &mut used);
        in_selections(&fragment.selections, &mut used);
    }
    let declared = || operation.variables.iter().map(|variable| &*variable.name.text);
    let mut mistakes = Vec::new();
    for (name, range) in &used {
        if !declared().any(|known| known == name.text) {
            let message = format!("the variable `${}` is not declared", name.text);
            let mistake = Mistake::new(range, message, "not declared");
            mistakes.push(match declared().next() {
                Some(_) => mistake.suggest(&name.text, declared()),
                None => mistake.help(format!(
                    "declare it: `{} (${}: ID!) {{…}}`",
                    operation.kind.name(),
                    name.text
                )),
            });
        }
    }
    let mut seen = BTreeSet::new();
    for variable in &operation.variables {
        let name = &variable.name;
        if !seen.insert(&name.text) {
            let message = format!("the variable `${}` is declared twice", name.text);
            mistakes.push(Mistake::new(&name.range, message, "again"));
        } else if !used.iter().any(|(other, _)| other.text == name.text) {
            let message = format!("the variable `${}` is used nowhere", name.text);
            mistakes.push(Mistake::new(&name.range, message, "used nowhere"));
        }
    }
    mistakes
}

type Used<'d> = Vec<(&'d Name, std::ops::Range<usize>)>;

fn in_selections<'d>(selections: &'d [Selection], into: &mut Used<'d>) {
    for selection in selections {
        in_directives(selection.directives(), into);
        match selection {
            Selection::Field { arguments, selections, .. } => {
                in_arguments(arguments, into);
                in_selections(selections.as_deref().unwrap_or_default(), into);
            }
            Selection::Inline { selections, .. } => in_selections(selections, into),
            Selection::Spread { .. } => {}
        }
    }
}

fn in_directives<'d>(directives: &'d [Directive], into: &mut Used<'d>) {
    directives.iter().for_each(|directive| in_arguments(&directive.arguments, into));
}

fn in_arguments<'d>(arguments: &'d [Argument], into: &mut Used<'d>) {
    arguments.iter().for_each(|argument| in_literal(&argument.value, into));
}

fn in_literal<'d>(literal: &'d Literal, into: &mut Used<'d>) {
    match &literal.kind {
        LiteralKind::Variable(name) => into.push((name, literal.range.clone())),
        LiteralKind::List(items) => items.iter().for_each(|item| in_literal(item, into)),
        LiteralKind::Object(members) => in_arguments(members, into),
        _ => {}
    }
}
