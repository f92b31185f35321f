//! A query's fields, arguments and fragments against a schema.

use super::Mistake;
use super::document::VariableDefinition;
use super::document::{Argument, Directive, Document, Name, Operation, OperationKind, Selection};
use super::schema::{InputType, Schema, TypeKind, TypeSpec};
use super::values::value;
use indexmap::IndexMap;
use std::ops::Range;

/// What is wrong with the fields of a query.
pub(super) fn fields(document: &Document, schema: &Schema) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for operation in &document.operations {
        let mut look = Look { schema, variables: &operation.variables, mistakes: &mut mistakes };
        look.operation(operation);
    }
    for fragment in &document.fragments {
        // What variables are is known where the fragment is used.
        let mut look = Look { schema, variables: &[], mistakes: &mut mistakes };
        look.directives(&fragment.directives);
        if let Some(on) = look.composite(&fragment.on) {
            look.selections(&fragment.selections, on);
        }
    }
    mistakes
}

/// One operation or fragment being looked at.
pub(super) struct Look<'l> {
    pub(super) schema: &'l Schema,
    /// The operation's; empty in a fragment.
    pub(super) variables: &'l [VariableDefinition],
    pub(super) mistakes: &'l mut Vec<Mistake>,
}

impl Look<'_> {
    pub(super) fn say(&mut self, mistake: Mistake) {
        self.mistakes.push(mistake);
    }

    fn operation(&mut self, operation: &Operation) {
        self.directives(&operation.directives);
        for variable in &operation.variables {
            let name = variable.ty.named();
            match self.schema.types.get(&name.text).map(|spec| spec.kind) {
                Some(kind) if kind.is_composite() => {
                    let message = format!("`{}` is no type of a variable", name.text);
                    let mistake = Mistake::new(&name.range, message, "given by the server");
                    self.say(mistake.help("a variable is a scalar, an enum or an input"));
                }
                Some(_) => {
                    if let Some(default) = &variable.default {
                        value(self, default, &variable.ty);
                    }
                }
                None => self.unknown_type(name),
            }
        }
        match self.schema.root(operation.kind) {
            Some(root) => self.selections(&operation.selections, root),
            None => {
                let what = operation.kind.name();
                let message = format!("`{}` has no {what}s", self.schema.name);
                let mistake = Mistake::new(&operation.range, message, format!("no {what}s"));
                self.say(match operation.kind {
                    OperationKind::Query => mistake,
                    _ => mistake.help(format!("its schema has no type to begin a {what} at")),
                });
            }
        }
    }

    fn unknown_type(&mut self, name: &Name) {
        let message = format!("`{}` has no type `{}`", self.schema.name, name.text);
        let known = self.schema.types.keys().map(String::as_str);
        let mistake = Mistake::new(&name.range, message, "no such type");
        self.mistakes.push(mistake.suggest(&name.text, known));
    }

    /// The type that a fragment is of, when fields can be asked of it.
    fn composite<'n>(&mut self, name: &'n Name) -> Option<&'n str> {
        match self.schema.types.get(&name.text) {
            Some(spec) if spec.kind.is_composite() => Some(&name.text),
            Some(_) => {
                let message = format!("`{}` has no fields", name.text);
                self.say(Mistake::new(&name.range, message, "nothing can be asked of it"));
                None
            }
            None => {
                self.unknown_type(name);
                None
            }
        }
    }

    fn selections(&mut self, selections: &[Selection], of: &str) {
        let schema = self.schema;
        let Some(spec) = schema.types.get(of) else { return };
        for selection in selections {
            self.directives(selection.directives());
            match selection {
                Selection::Field { name, arguments, selections, .. } => {
                    self.field(name, arguments, selections.as_deref(), (of, spec));
                }
                Selection::Inline { on: None, selections, .. } => self.selections(selections, of),
                Selection::Inline { on: Some(on), selections, .. } => {
                    if let Some(inner) = self.composite(on) {
                        self.overlap(on, of);
                        self.selections(selections, inner);
                    }
                }
                // Its own selections are looked at once, where it is defined.
                Selection::Spread { .. } => {}
            }
        }
    }

    /// A fragment of a type that never stands here asks for nothing.
    fn overlap(&mut self, on: &Name, of: &str) {
        let here = self.schema.possible(of);
        if !self.schema.possible(&on.text).iter().any(|name| here.contains(name)) {
            let message =
                format!("what is asked of `{}` stands in a `{of}`, which is never one", on.text);
            self.say(Mistake::new(&on.range, message, format!("never a `{of}`")));
        }
    }

    fn field(
        &mut self,
        name: &Name,
        arguments: &[Argument],
        selections: Option<&[Selection]>,
        (of, spec): (&str, &TypeSpec),
    ) {
        if name.text == "__typename" {
            return;
        }
        let schema = self.schema;
        // Every schema can be asked what it is; that is not written in it.
        let is_root = schema.root(OperationKind::Query) == Some(of);
        if is_root && matches!(name.text.as_str(), "__schema" | "__type") {
            return;
        }
        let Some(field) = spec.fields.get(&name.text) else {
            let message = format!("`{of}` has no field `{}`", name.text);
            let mistake = Mistake::new(&name.range, message, "no such field");
            let known = spec.fields.keys().map(String::as_str);
            self.say(match spec.kind {
                TypeKind::Union => mistake.help(format!(
                    "ask one of its types: `... on {} {{…}}`",
                    spec.names.first().map_or("TYPE", String::as_str)
                )),
                _ => mistake.suggest(&name.text, known),
            });
            return;
        };
        self.arguments(arguments, &field.arguments, &name.range, &format!("`{of}.{}`", name.text));
        let ty = &field.ty.named().text;
        let is_composite = schema.types.get(ty).is_some_and(|spec| spec.kind.is_composite());
        match selections {
            Some(inner) if is_composite => self.selections(inner, ty),
            None if !is_composite => {}
            Some(_) => {
                let message = format!("`{of}.{}` is {}, which has no fields", name.text, field.ty);
                let mistake = Mistake::new(&name.range, message, "has no fields");
                self.say(mistake.help("leave the braces behind it out"));
            }
            None => {
                let fields = schema.types.get(ty).map(|spec| spec.fields.keys()).into_iter();
                let first = fields.flatten().next().map_or("__typename", String::as_str);
                let message =
                    format!("`{of}.{}` is {}, of which fields are asked", name.text, field.ty);
                let mistake = Mistake::new(&name.range, message, "which fields?");
                self.say(mistake.help(format!("write `{} {{ {first} }}`", name.text)));
            }
        }
    }

    pub(super) fn arguments(
        &mut self,
        given: &[Argument],
        known: &IndexMap<String, InputType>,
        place: &Range<usize>,
        what: &str,
    ) {
        for argument in given {
            match known.get(&argument.name.text) {
                Some(input) => value(self, &argument.value, &input.ty),
                None => {
                    let message = format!("{what} has no argument `{}`", argument.name.text);
                    let mistake = Mistake::new(&argument.name.range, message, "no such argument");
                    let names = known.keys().map(String::as_str);
                    self.say(mistake.suggest(&argument.name.text, names));
                }
            }
        }
        for (name, input) in known.iter().filter(|(_, input)| input.is_required()) {
            if !given.iter().any(|argument| argument.name.text == *name) {
                let message = format!("{what} needs `{name}: {}`", input.ty);
                self.say(Mistake::new(place, message, format!("needs `{name}`")));
            }
        }
    }

    fn directives(&mut self, directives: &[Directive]) {
        for Directive { name, .. } in directives {
            if !self.schema.directives().any(|known| known == name.text) {
                let message = format!("`{}` has no directive `@{}`", self.schema.name, name.text);
                let known = self.schema.directives();
                let mistake = Mistake::new(&name.range, message, "no such directive");
                self.mistakes.push(mistake.suggest(&name.text, known));
            }
        }
    }
}
