//! Something that something else may contain.

use super::pattern::{Extent, Pattern};
use super::text::holds_bytes;
use super::{Argument, BuildError, Explanation, View, words};
use crate::value::Value;

/// What `contains` and `not_contains` look for.
#[derive(Debug)]
pub(super) struct Part(Pattern);

impl Part {
    pub(super) fn compile(argument: &Argument) -> Result<Part, Vec<BuildError>> {
        Pattern::compile(argument).map(Part)
    }

    /// Whether it is in there; `None` when it could not be.
    pub(super) fn is_in(&self, view: View<'_>) -> Option<bool> {
        if let Some(items) = view.items() {
            let mut items = items.iter();
            return Some(items.any(|item| self.0.fits(View::Value(item), Extent::Exact)));
        }
        let Pattern::Literal(value) = &self.0 else { return None };
        match value {
            Value::String(needle) => view
                .text()
                .map(|text| text.contains(needle.as_str()))
                .or_else(|| view.members().map(|members| members.contains_key(needle)))
                .or_else(|| view.bytes().map(|bytes| holds_bytes(bytes, needle.as_bytes()))),
            Value::Bytes(needle) => view.bytes().map(|bytes| holds_bytes(bytes, needle)),
            _ => None,
        }
    }

    pub(super) fn describe(&self) -> String {
        self.0.describe()
    }

    /// Why it is not in there.
    pub(super) fn explain(&self, view: View<'_>) -> Explanation {
        if self.is_in(view).is_none() {
            let found = Some(words::named(view));
            return Explanation { found, help: Some(self.help(view)), ..Explanation::default() };
        }
        Explanation { detail: self.lookalike(view), ..Explanation::default() }
    }

    fn help(&self, view: View<'_>) -> String {
        let part = self.0.describe();
        let several = matches!(&self.0, Pattern::Literal(Value::Array(_)) | Pattern::Array(_));
        if view.text().is_some() && several {
            return "to ask for several write `all: [{contains: …}, {contains: …}]`".to_owned();
        }
        if view.text().is_some() && view.kind() != crate::value::Kind::Bytes {
            return format!("text contains text: write `contains: \"{part}\"`");
        }
        if view.members().is_some() {
            return "a mapping contains keys; to compare values use `includes`".to_owned();
        }
        "only text, lists, mappings and bytes contain something".to_owned()
    }

    /// An item that would be the same but for its type, a key or text but for its case.
    fn lookalike(&self, view: View<'_>) -> Option<String> {
        let Pattern::Literal(value) = &self.0 else { return None };
        if let Some(items) = view.items() {
            let text = value.to_text();
            let like = items
                .iter()
                .take(1_000)
                .find(|item| item.kind() != value.kind() && item.to_text() == text)?;
            return Some(format!("there is {}", words::named(View::Value(like))));
        }
        let needle = value.as_str()?;
        if let Some(members) = view.members() {
            let names = members.keys().map(String::as_str);
            return Some(match crate::registry::suggest(names.clone(), needle) {
                Some(near) => format!("there is the key `{near}`"),
                None => format!("there are the keys {}", words::names(names)),
            });
        }
        let text = view.text().filter(|text| text.len() < 1_000_000)?;
        text.to_lowercase()
            .contains(&needle.to_lowercase())
            .then(|| "it is there in other upper and lower case".to_owned())
    }

    /// Where it is in there.
    pub(super) fn place(&self, view: View<'_>) -> Explanation {
        let detail = if let Some(items) = view.items() {
            let index = items.iter().position(|item| self.0.fits(View::Value(item), Extent::Exact));
            index.map(|index| format!("item {index} is {}", self.0.describe()))
        } else {
            self.line(view)
        };
        Explanation { detail, ..Explanation::default() }
    }

    fn line(&self, view: View<'_>) -> Option<String> {
        let Pattern::Literal(Value::String(needle)) = &self.0 else { return None };
        let text = view.text()?;
        let before = text.get(..text.find(needle.as_str())?)?;
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next()?.chars().count() + 1;
        Some(format!("at line {line}, column {column}"))
    }
}
