//! A session's defaults as one request sees them: what it replaces is neither rendered nor needed.
//!
//! So a login step of the session that its token is for says `auth: null`, and the default that
//! uses the token waits for those that come after.

use super::{Arguments, RequestSpec, SessionSpec, Shape, SocketSpec, Written};
use crate::diagnostic::Diagnostic;
use crate::source::NodeKind;
use crate::template::{Data, Reference, Scope};
use crate::value::Value;
use std::sync::Arc;

/// A name that a session's default uses.
#[derive(Clone, Debug)]
pub struct DefaultReference {
    /// The name.
    pub reference: Reference,
    /// What a step writes to do without this default: `auth: null`.
    pub instead: String,
}

/// Every name that a session's defaults use in this request, lowest layer first.
#[must_use]
pub fn default_references(
    layers: &[Arc<SessionSpec>],
    request: &RequestSpec,
) -> Vec<DefaultReference> {
    let mut found = Vec::new();
    for (index, layer) in layers.iter().enumerate() {
        let above = layers.iter().skip(index + 1);
        let over: Vec<&Arguments> =
            above.clone().map(|layer| &layer.arguments).chain([&request.arguments]).collect();
        layer.arguments.references_under(&over, &mut found);
        let is_topmost = above.clone().all(|layer| layer.base_url.is_none());
        if is_topmost && may_be_path(request) {
            whole(layer.base_url.as_ref(), "a whole `url`", &mut found);
        }
        whole(layer.adapters.as_ref(), "another `session`", &mut found);
        whole(layer.trust_env.as_ref(), "another `session`", &mut found);
        whole(layer.raise_for_status.as_ref(), "another `session`", &mut found);
    }
    found
}

/// Every name that a session's defaults use for this socket, lowest layer first: how long it may
/// take, and TLS.
#[must_use]
pub fn socket_references(
    layers: &[Arc<SessionSpec>],
    socket: &SocketSpec,
) -> Vec<DefaultReference> {
    let mut found = Vec::new();
    for (index, layer) in layers.iter().enumerate() {
        let above = layers.iter().skip(index + 1).map(|layer| &layer.arguments);
        let over: Vec<&Arguments> = above.chain([&socket.arguments]).collect();
        layer.arguments.replaced(&over, |over| &over.timeout, &mut found);
        layer.arguments.replaced(&over, |over| &over.verify, &mut found);
        layer.arguments.replaced(&over, |over| &over.cert, &mut found);
        whole(layer.trust_env.as_ref(), "another `session`", &mut found);
    }
    found
}

/// Whether the URL is put behind a `base_url`, as far as can be seen before it is rendered.
fn may_be_path(request: &RequestSpec) -> bool {
    match &request.url.node().kind {
        NodeKind::Scalar(scalar) => scalar.text.starts_with(['/', '{']),
        _ => false,
    }
}

fn whole<T>(field: Option<&Written<T>>, instead: &str, into: &mut Vec<DefaultReference>) {
    let mut references = Vec::new();
    if let Some(field) = field {
        field.references(&mut references);
    }
    into.extend(
        references
            .into_iter()
            .map(|reference| DefaultReference { reference, instead: instead.to_owned() }),
    );
}

impl Arguments {
    /// Every name used where nothing `over` it replaces it.
    fn references_under(&self, over: &[&Arguments], into: &mut Vec<DefaultReference>) {
        self.params
            .iter()
            .for_each(|own| own.references_under(over, |over| &over.params, is_same, into));
        self.headers.iter().for_each(|own| {
            own.references_under(over, |over| &over.headers, is_same_header, into);
        });
        self.cookies
            .iter()
            .for_each(|own| own.references_under(over, |over| &over.cookies, is_same, into));
        self.proxies
            .iter()
            .for_each(|own| own.references_under(over, |over| &over.proxies, is_same, into));
        self.replaced(over, |over| &over.auth, into);
        self.replaced(over, |over| &over.timeout, into);
        self.replaced(over, |over| &over.max_redirects, into);
        self.replaced(over, |over| &over.verify, into);
        self.replaced(over, |over| &over.cert, into);
    }

    /// A field that is replaced as a whole.
    fn replaced<T>(
        &self,
        over: &[&Arguments],
        field: fn(&Arguments) -> &Option<Written<T>>,
        into: &mut Vec<DefaultReference>,
    ) {
        if let Some(own) = self.unless_replaced(over, field) {
            whole(Some(own), &format!("`{}: null`", own.name()), into);
        }
    }

    /// A field that is replaced as a whole; `None` when something over it does.
    #[must_use]
    pub fn unless_replaced<T>(
        &self,
        over: &[&Arguments],
        field: fn(&Arguments) -> &Option<Written<T>>,
    ) -> Option<&Written<T>> {
        let is_replaced = over.iter().any(|over| field(over).is_some());
        field(self).as_ref().filter(|_| !is_replaced)
    }
}

/// Whether two keys of a mapping are one.
pub fn is_same(one: &str, other: &str) -> bool {
    one == other
}

/// Whether two names of headers are one.
pub fn is_same_header(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// How two keys are compared.
type Sameness = fn(&str, &str) -> bool;

/// The field of an [`Arguments`].
type Field<T> = fn(&Arguments) -> &Option<Written<T>>;

impl<T> Written<T> {
    /// The keys as written, when it is a mapping.
    fn keys(&self) -> impl Iterator<Item = &str> {
        self.node().as_mapping().unwrap_or_default().iter().map(|member| &*member.key)
    }

    /// Whether something `over` it has this key, null included.
    fn is_hidden(key: &Data, over: &[&Arguments], field: Field<T>, is_same: Sameness) -> bool {
        let Some(key) = key.as_literal().map(Value::to_text) else { return false };
        let over = over.iter().filter_map(|over| field(over).as_ref());
        over.flat_map(Written::keys).any(|above| is_same(above, &key))
    }

    fn references_under(
        &self,
        over: &[&Arguments],
        field: Field<T>,
        is_same: Sameness,
        into: &mut Vec<DefaultReference>,
    ) {
        let Data::Object(members) = self.data() else {
            return whole(Some(self), "another `session`", into);
        };
        for member in members {
            if Self::is_hidden(&member.key, over, field, is_same) {
                continue;
            }
            let mut references = Vec::new();
            member.key.references(&mut references);
            member.value.references(&mut references);
            let key = member.key.as_literal().map(Value::to_text);
            let instead = match key {
                Some(key) => format!("`{}: {{{key}: null}}`", self.name()),
                None => "another `session`".to_owned(),
            };
            into.extend(
                references
                    .into_iter()
                    .map(|reference| DefaultReference { reference, instead: instead.clone() }),
            );
        }
    }
}

impl<T: Shape> Written<T> {
    /// The value in this scope, empty for the keys that something `over` it has: they keep their
    /// place in the order.
    ///
    /// # Errors
    /// As [`Written::resolve`].
    pub fn resolve_under(
        &self,
        over: &[&Arguments],
        field: fn(&Arguments) -> &Option<Written<T>>,
        is_same: fn(&str, &str) -> bool,
        scope: &Scope,
    ) -> Result<Arc<T>, Diagnostic> {
        match self.data() {
            Data::Object(members) => {
                let kept = members.iter().map(|member| {
                    let mut member = member.clone();
                    if Self::is_hidden(&member.key, over, field, is_same) {
                        member.value = Data::Literal(Value::from(""));
                    }
                    member
                });
                self.resolve_data(&Data::Object(kept.collect()), scope)
            }
            _ => self.resolve(scope),
        }
    }
}
