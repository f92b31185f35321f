//! Known keys, then `done()`: how every mapping of a collection is read.
//!
//! ```text
//! let mut reader = MappingReader::new(node, "a request")?;
//! let url = reader.take("url");
//! diagnostics.extend(reader.done(&["url", "method"]));
//! ```

use super::meant::meant;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::model::{MISSING_KEY, UNKNOWN_KEY, WRONG_TYPE};
use crate::registry::suggest;
use crate::source::{Member, Node, Span};
use std::collections::BTreeSet;

/// A mapping whose keys are taken one by one; what is left in the end is refused.
#[derive(Debug)]
pub struct MappingReader<'n> {
    /// What the mapping is, in the words of a message: `a request`.
    what: &'n str,
    span: Span,
    members: &'n [Member],
    is_taken: Vec<bool>,
}

impl<'n> MappingReader<'n> {
    /// Reads a mapping; `what` names it with its article: `a request`.
    ///
    /// # Errors
    /// When the node is something else.
    pub fn new(node: &'n Node, what: &'n str) -> Result<MappingReader<'n>, Diagnostic> {
        let Some(members) = node.as_mapping() else {
            return Err(wrong_type(node, what, "a mapping"));
        };
        Ok(MappingReader { what, span: node.span, members, is_taken: vec![false; members.len()] })
    }

    /// Says what the mapping is more exactly, once that is known.
    pub fn rename(&mut self, what: &'n str) {
        self.what = what;
    }

    /// The whole mapping's place.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }

    /// The first key's place: of the mapping, where a caret beneath all of it says nothing.
    #[must_use]
    pub fn first_key_span(&self) -> Span {
        self.members.first().map_or(self.span, |member| member.key_span)
    }

    /// The value of a key, if it is there.
    pub fn take(&mut self, key: &str) -> Option<&'n Node> {
        self.take_member(key).map(|member| &member.value)
    }

    /// A key with its place and its value, if it is there.
    pub fn take_member(&mut self, key: &str) -> Option<&'n Member> {
        let index = self.members.iter().position(|member| &*member.key == key)?;
        if let Some(is_taken) = self.is_taken.get_mut(index) {
            *is_taken = true;
        }
        self.members.get(index)
    }

    /// Whether the mapping has a key.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.members.iter().any(|member| &*member.key == key)
    }

    /// The place of a key, if it is there.
    #[must_use]
    pub fn key_span(&self, key: &str) -> Option<Span> {
        self.members.iter().find(|member| &*member.key == key).map(|member| member.key_span)
    }

    /// The value of a key that must be there.
    ///
    /// # Errors
    /// When it is not.
    pub fn require(&mut self, key: &str) -> Result<&'n Node, Diagnostic> {
        let (what, span) = (self.what, self.span);
        self.take(key).ok_or_else(|| missing_key(what, key, span))
    }

    /// One mistake for each key that nobody took and that does not begin with `x-`. `known` are
    /// the keys the mapping may have, in the order they are documented.
    #[must_use]
    pub fn done(&self, known: &[&str]) -> Vec<Diagnostic> {
        let left = self.members.iter().zip(&self.is_taken).filter(|(_, is_taken)| !**is_taken);
        left.map(|(member, _)| member)
            .filter(|member| !member.key.starts_with("x-"))
            .map(|member| self.refuse(member, known))
            .collect()
    }

    /// One mistake for each key that is none of the `known`, whether it was taken or not.
    #[must_use]
    pub fn unknown(&self, known: &[&str]) -> Vec<Diagnostic> {
        let is_known =
            |member: &&Member| known.contains(&&*member.key) || member.key.starts_with("x-");
        let unknown = self.members.iter().filter(|member| !is_known(member));
        unknown.map(|member| self.refuse(member, known)).collect()
    }

    fn refuse(&self, member: &Member, known: &[&str]) -> Diagnostic {
        let what = self.what;
        let diagnostic = Diagnostic::error(
            &UNKNOWN_KEY,
            member.key_span,
            format!("unknown key `{}` in {what}", member.key),
            format!("not a key of {what}"),
        );
        // A key that is already there was not meant a second time.
        let free = known
            .iter()
            .copied()
            .filter(|key| !self.members.iter().any(|other| &*other.key == *key));
        if let Some(help) = meant(&member.key, what, known) {
            return diagnostic.help(help);
        }
        match suggest(free, &member.key) {
            Some(near) => diagnostic.did_you_mean(Some(near)),
            None if known.is_empty() => diagnostic.help(format!("{what} has no keys")),
            None => {
                // Several kinds of step have keys of one name.
                let mut seen = BTreeSet::new();
                let keys = known.iter().filter(|key| seen.insert(**key));
                let keys: Vec<String> = keys.map(|key| format!("`{key}`")).collect();
                diagnostic.help(format!("the keys of {what} are {}", keys.join(", ")))
            }
        }
    }
}

/// The mistake of a node that is not what `what` (`a request`) must be: `expected` (`a mapping`).
#[must_use]
pub(super) fn wrong_type(node: &Node, what: &str, expected: &str) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        &WRONG_TYPE,
        node.span,
        format!("{what} must be {expected}, found {}", node.describe()),
        format!("expected {expected}"),
    );
    match spaced(node).filter(|_| expected == "a mapping") {
        Some(line) => diagnostic.help(format!("put a space after the colon: `{line}`")),
        None => match node.as_scalar().and_then(|scalar| with_colon(&scalar.text)) {
            Some(line) => diagnostic.help(format!("write `{line}`")),
            None => diagnostic,
        },
    }
}

/// The mistake of a mapping at `span` that lacks a key.
#[must_use]
pub(super) fn missing_key(what: &str, key: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        &MISSING_KEY,
        span,
        format!("{what} needs `{key}`"),
        format!("no `{key}` here"),
    )
}

/// `key: value` for the texts `key value` and `key = value`; the two keys of a request for
/// `GET https://…`.
fn with_colon(text: &str) -> Option<String> {
    let (key, value) = text.split_once([' ', '='])?;
    let value = value.trim_start_matches([' ', '=']);
    let is_key = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !is_key || value.is_empty() || value.contains(['\n', ' ']) {
        return None;
    }
    match key.chars().all(|c| c.is_ascii_uppercase()) {
        true => Some(format!("{{method: {key}, url: \"{value}\"}}")),
        false => Some(format!("{key}: {value}")),
    }
}

/// `key: value` for the text `key:value`, which YAML reads as one word.
fn spaced(node: &Node) -> Option<String> {
    let text = &node.as_scalar()?.text;
    let (key, value) = text.split_once(':')?;
    let is_key = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || c == '_');
    let is_value = !value.is_empty() && !value.starts_with([' ', '/']) && !value.contains('\n');
    (is_key && is_value).then(|| format!("{key}: {value}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Color, render_all};
    use crate::source::{File, Files, Limits, parse};

    fn said(text: &str, read: impl Fn(&Node) -> Vec<Diagnostic>) -> String {
        let mut files = Files::default();
        let file = files.add(File::new("orders.yaml", None, text));
        let nodes = parse(file, text, &Limits::default()).unwrap();
        render_all(&read(&nodes[0]), &files, Color::Never)
    }

    fn read_request(node: &Node) -> Vec<Diagnostic> {
        let mut reader = match MappingReader::new(node, "a request") {
            Ok(reader) => reader,
            Err(diagnostic) => return vec![diagnostic],
        };
        let missing = reader.require("url").err();
        reader.take("retry");
        missing.into_iter().chain(reader.done(&["url", "retry", "headers"])).collect()
    }

    #[test]
    fn a_key_nobody_took_is_refused() {
        assert_eq!(
            said("url: /\nheaders_: {}\nx-mine: 1\nbanana: 3\n", read_request),
            "\
error[E0107]: unknown key `headers_` in a request
 --> orders.yaml:2:1
  |
2 | headers_: {}
  | ^^^^^^^^ not a key of a request
  |
  = help: did you mean `headers`?

error[E0107]: unknown key `banana` in a request
 --> orders.yaml:4:1
  |
4 | banana: 3
  | ^^^^^^ not a key of a request
  |
  = help: the keys of a request are `url`, `retry`, `headers`
"
        );
    }

    #[test]
    fn a_key_that_must_be_there_is_missed() {
        assert_eq!(
            said("retry: 1\n", read_request),
            "\
error[E0102]: a request needs `url`
 --> orders.yaml:1:1
  |
1 | retry: 1
  | ^^^^^^^^ no `url` here
"
        );
    }

    #[test]
    fn what_is_no_mapping_is_told_what_it_is() {
        assert_eq!(
            said("url:http://x\n", read_request),
            "\
error[E0101]: a request must be a mapping, found the string `url:http://x`
 --> orders.yaml:1:1
  |
1 | url:http://x
  | ^^^^^^^^^^^^ expected a mapping
  |
  = help: put a space after the colon: `url: http://x`
"
        );
    }
}
