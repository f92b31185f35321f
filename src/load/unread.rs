//! The names in a document: of variables it sets or captures, and of steps. What a part that
//! cannot be read may have named is not called unknown in the others.

use crate::source::{Node, NodeKind};
use std::collections::BTreeSet;

/// Every name that the node may set, wherever it stands.
pub(super) fn names(node: &Node, into: &mut BTreeSet<String>) {
    match &node.kind {
        NodeKind::Scalar(_) => {}
        NodeKind::Sequence(items) => items.iter().for_each(|item| names(item, into)),
        NodeKind::Mapping(members) => {
            for member in members.iter() {
                match &*member.key {
                    "vars" | "capture" | "set" => {
                        let keys = member.value.as_mapping().unwrap_or_default().iter();
                        into.extend(keys.map(|key| key.key.to_string()));
                        // What an included collection hands back.
                        let items = member.value.as_sequence().unwrap_or_default().iter();
                        let items = items.chain([&member.value]).filter_map(Node::as_scalar);
                        into.extend(items.map(|item| item.text.to_string()));
                    }
                    "name" | "id" => {
                        into.extend(member.value.as_scalar().map(|scalar| scalar.text.to_string()));
                    }
                    _ => names(&member.value, into),
                }
            }
        }
    }
}
