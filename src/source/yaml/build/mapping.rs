//! One mapping being read: keys unique, merge keys applied.

use crate::source::yaml::{SyntaxError, SyntaxErrorKind};
use crate::source::{Member, Node, NodeKind, ScalarStyle, Span};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

/// Up to so many keys are compared with each other; more are looked up.
const FEW: usize = 16;

/// Keys and values as they come.
#[derive(Default)]
pub(super) struct Mapping {
    members: Vec<Member>,
    merges: Vec<Merge>,
    key: Pending,
}

/// The key whose value comes next.
#[derive(Default)]
enum Pending {
    #[default]
    None,
    Key(Arc<str>, Span),
    Merge(Span),
    /// One that was refused: its value is dropped.
    Refused,
}

/// One `<<`.
struct Merge {
    key_span: Span,
    /// How many members stood before it.
    position: usize,
    sources: Vec<Node>,
}

impl Mapping {
    /// The next node, a key or a value, which stands at `span`.
    pub(super) fn put(&mut self, node: Node, span: Span, mistakes: &mut Vec<SyntaxError>) {
        match std::mem::take(&mut self.key) {
            Pending::None => self.key = key(&node, span, mistakes),
            Pending::Key(key, key_span) => {
                self.members.push(Member { key, key_span, value: node });
            }
            Pending::Merge(key_span) => {
                let sources = merge_sources(&node, span, mistakes);
                self.merges.push(Merge { key_span, position: self.members.len(), sources });
            }
            Pending::Refused => {}
        }
    }

    /// The members: of a key that stands twice the first, and where `<<` stood what it adds.
    pub(super) fn finish(mut self, mistakes: &mut Vec<SyntaxError>) -> Vec<Member> {
        refuse_second_merge(&self.merges, mistakes);
        refuse_duplicates(&self.members, mistakes);
        if self.merges.is_empty() {
            return self.members;
        }
        let mut known: HashMap<Arc<str>, ()> =
            self.members.iter().map(|member| (member.key.clone(), ())).collect();
        let mut all = Vec::with_capacity(self.members.len());
        let mut written = std::mem::take(&mut self.members).into_iter();
        let mut taken = 0;
        for merge in &self.merges {
            all.extend(written.by_ref().take(merge.position - taken));
            taken = merge.position;
            let merged = merge.sources.iter().filter_map(Node::as_mapping).flatten();
            for member in merged {
                if let Entry::Vacant(entry) = known.entry(member.key.clone()) {
                    entry.insert(());
                    all.push(member.clone());
                }
            }
        }
        all.extend(written);
        all
    }
}

fn key(node: &Node, span: Span, mistakes: &mut Vec<SyntaxError>) -> Pending {
    let (message, label) = match &node.kind {
        NodeKind::Scalar(scalar) if scalar.style != ScalarStyle::Plain => {
            return Pending::Key(scalar.text.clone(), span);
        }
        NodeKind::Scalar(scalar) if &*scalar.text == "<<" => return Pending::Merge(span),
        NodeKind::Scalar(scalar) if !scalar.text.is_empty() => {
            return Pending::Key(scalar.text.clone(), span);
        }
        NodeKind::Scalar(_) => ("a key is missing", "expected a key before this"),
        NodeKind::Sequence(_) => ("a list cannot be a key", "expected text"),
        NodeKind::Mapping(_) => ("a mapping cannot be a key", "expected text"),
    };
    mistakes.push(SyntaxError::new(SyntaxErrorKind::Key, span, message, label));
    Pending::Refused
}

/// What is merged: a mapping, or the mappings of a list.
fn merge_sources(node: &Node, span: Span, mistakes: &mut Vec<SyntaxError>) -> Vec<Node> {
    let sources = match &node.kind {
        NodeKind::Sequence(items) => items.to_vec(),
        _ => vec![node.clone()],
    };
    if let Some(wrong) = sources.iter().find(|source| source.as_mapping().is_none()) {
        mistakes.push(
            SyntaxError::new(
                SyntaxErrorKind::Key,
                span,
                format!("`<<` merges mappings, found {}", wrong.describe()),
                "expected a mapping or a list of mappings",
            )
            .help("write `<<: *name` with the anchor `&name` on a mapping"),
        );
    }
    sources
}

fn refuse_second_merge(merges: &[Merge], mistakes: &mut Vec<SyntaxError>) {
    let Some((first, others)) = merges.split_first() else { return };
    for other in others {
        mistakes.push(
            duplicate("<<", other.key_span, first.key_span)
                .help("merge several mappings by one list: `<<: [*a, *b]`"),
        );
    }
}

fn refuse_duplicates(members: &[Member], mistakes: &mut Vec<SyntaxError>) {
    if members.len() <= FEW && !has_duplicate(members) {
        return;
    }
    let mut first: HashMap<&str, Span> = HashMap::with_capacity(members.len());
    for member in members {
        match first.entry(&member.key) {
            Entry::Vacant(entry) => {
                entry.insert(member.key_span);
            }
            Entry::Occupied(entry) => {
                mistakes.push(duplicate(&member.key, member.key_span, *entry.get()));
            }
        }
    }
}

/// Whether a key stands twice, found by comparing each with those before it.
fn has_duplicate(members: &[Member]) -> bool {
    let is_known = |(count, member): (usize, &Member)| {
        members.iter().take(count).any(|before| before.key == member.key)
    };
    members.iter().enumerate().any(is_known)
}

fn duplicate(key: &str, span: Span, first: Span) -> SyntaxError {
    let message = format!("the key `{key}` stands twice in one mapping");
    SyntaxError::new(SyntaxErrorKind::DuplicateKey, span, message, "written again here")
        .also(first, "first written here")
        .help("keep one of them")
}
