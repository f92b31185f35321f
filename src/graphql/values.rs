//! A query's values against the types they are given for.

use super::Mistake;
use super::document::{Literal, LiteralKind, TypeRef};
use super::fields::Look;
use super::schema::{SCALARS, TypeKind};

/// What is wrong with a value of this type.
pub(super) fn value(look: &mut Look<'_>, literal: &Literal, ty: &TypeRef) {
    match (&literal.kind, ty) {
        (LiteralKind::Variable(name), _) => {
            let declared = look
                .variables
                .iter()
                .find(|variable| variable.name == *name || variable.name.text == name.text);
            let Some(declared) = declared else { return };
            let is_defaulted =
                declared.default.as_ref().is_some_and(|it| !matches!(it.kind, LiteralKind::Null));
            if !fits(&declared.ty, ty, is_defaulted) {
                let message = format!("`${}` is {}, expected {ty}", name.text, declared.ty);
                let mistake = Mistake::new(&literal.range, message, format!("expected {ty}"));
                look.say(mistake.help(format!("declare it as `${}: {ty}`", name.text)));
            }
        }
        (LiteralKind::Null, TypeRef::NonNull(_)) => wrong(look, literal, ty),
        (LiteralKind::Null, _) => {}
        (_, TypeRef::NonNull(inner)) => value(look, literal, inner),
        (LiteralKind::List(items), TypeRef::List(inner)) => {
            items.iter().for_each(|item| value(look, item, inner));
        }
        // One value stands for a list of it.
        (_, TypeRef::List(inner)) => value(look, literal, inner),
        (_, TypeRef::Named(name)) => named(look, literal, ty, &name.text),
    }
}

/// Whether a variable of one type may stand where another is expected.
fn fits(given: &TypeRef, expected: &TypeRef, is_defaulted: bool) -> bool {
    match (given, expected) {
        (TypeRef::NonNull(given), TypeRef::NonNull(expected)) => fits(given, expected, false),
        (given, TypeRef::NonNull(expected)) => is_defaulted && fits(given, expected, false),
        (TypeRef::NonNull(given), expected) => fits(given, expected, false),
        (TypeRef::List(given), TypeRef::List(expected)) => fits(given, expected, false),
        (given, expected) => given.nullable().is(expected.nullable()),
    }
}

fn named(look: &mut Look<'_>, literal: &Literal, ty: &TypeRef, name: &str) {
    let schema = look.schema;
    let Some(spec) = schema.types.get(name) else { return };
    match (spec.kind, &literal.kind) {
        (TypeKind::Input, LiteralKind::Object(members)) => {
            look.arguments(members, &spec.inputs, &literal.range, &format!("`{name}`"));
        }
        (TypeKind::Enum, LiteralKind::Enum(word)) => {
            if !spec.names.contains(word) {
                let message = format!("`{name}` has no value `{word}`");
                let mistake = Mistake::new(&literal.range, message, "no such value");
                look.say(mistake.suggest(word, spec.names.iter().map(String::as_str)));
            }
        }
        (TypeKind::Enum, LiteralKind::String(word)) if spec.names.contains(word) => {
            let message = format!("{ty} is expected, found the string `{word}`");
            let mistake = Mistake::new(&literal.range, message, format!("expected {ty}"));
            look.say(mistake.help(format!("write it without quotes: `{word}`")));
        }
        (TypeKind::Scalar, kind) => {
            let is_right = match (name, kind) {
                ("Int", LiteralKind::Int(_))
                | ("Float", LiteralKind::Int(_) | LiteralKind::Float(_))
                | ("String", LiteralKind::String(_))
                | ("Boolean", LiteralKind::Boolean(_))
                | ("ID", LiteralKind::String(_) | LiteralKind::Int(_)) => true,
                // What a scalar of their own takes only the server knows.
                (other, _) => !SCALARS.contains(&other),
            };
            if !is_right {
                wrong(look, literal, ty);
            }
        }
        _ => wrong(look, literal, ty),
    }
}

fn wrong(look: &mut Look<'_>, literal: &Literal, ty: &TypeRef) {
    let message = format!("{ty} is expected, found {}", literal.kind.words());
    look.say(Mistake::new(&literal.range, message, format!("expected {ty}")));
}
