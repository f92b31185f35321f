//! Data of any shape whose strings may be templates: `json`, `params`, `vars`, expected values.

use super::{Reference, Scope, Template};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::template::SAME_KEY;
use crate::source::{Files, Member, Node, NodeKind, Scalar, Span};
use crate::value::{Map, Value};
use std::sync::Arc;

/// A node with its templates compiled. A part without templates is one literal.
#[derive(Clone, Debug)]
pub enum Data {
    /// No template anywhere inside.
    Literal(Value),
    /// One string's template.
    Template(Arc<Template>),
    /// A list with a template in it.
    Array(Vec<Data>),
    /// A mapping with a template in it.
    Object(Vec<DataMember>),
}

/// One key and value of [`Data::Object`].
#[derive(Clone, Debug)]
pub struct DataMember {
    /// The key: a literal string, or a template that renders to text.
    pub key: Data,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub value: Data,
    /// Where the value stands.
    pub value_span: Span,
}

impl Data {
    /// Compiles every template in a node; keys too. Mistakes are added to `diagnostics` and the
    /// string stands as a literal.
    pub fn compile(node: &Node, files: &Files, diagnostics: &mut Vec<Diagnostic>) -> Data {
        match &node.kind {
            NodeKind::Scalar(scalar) => compile_scalar(scalar, node.span, files, diagnostics),
            NodeKind::Sequence(items) => {
                array(items.iter().map(|item| Data::compile(item, files, diagnostics)).collect())
            }
            NodeKind::Mapping(members) => object(
                members.iter().map(|it| DataMember::compile(it, files, diagnostics)).collect(),
            ),
        }
    }

    /// The value when there is no template in it.
    #[must_use]
    pub fn as_literal(&self) -> Option<&Value> {
        match self {
            Data::Literal(value) => Some(value),
            _ => None,
        }
    }

    /// Renders it.
    ///
    /// # Errors
    /// The first template that fails; two keys that render to the same text.
    pub fn render(&self, scope: &Scope) -> Result<Value, Diagnostic> {
        match self {
            Data::Literal(value) => Ok(value.clone()),
            Data::Template(template) => template.render(scope),
            Data::Array(items) => {
                let items: Result<Vec<Value>, Diagnostic> =
                    items.iter().map(|item| item.render(scope)).collect();
                items.map(Value::Array)
            }
            Data::Object(members) => render_object(members, scope),
        }
    }

    /// Every name used inside.
    pub fn references(&self, into: &mut Vec<Reference>) {
        match self {
            Data::Literal(_) => {}
            Data::Template(template) => into.extend_from_slice(template.references()),
            Data::Array(items) => items.iter().for_each(|item| item.references(into)),
            Data::Object(members) => {
                for member in members {
                    member.key.references(into);
                    member.value.references(into);
                }
            }
        }
    }
}

impl DataMember {
    fn compile(member: &Member, files: &Files, diagnostics: &mut Vec<Diagnostic>) -> DataMember {
        DataMember {
            key: compile_text(&member.key, member.key_span, files, diagnostics),
            key_span: member.key_span,
            value: Data::compile(&member.value, files, diagnostics),
            value_span: member.value.span,
        }
    }

    /// The key's text in this scope.
    ///
    /// # Errors
    /// When its template fails.
    pub fn render_key(&self, scope: &Scope) -> Result<String, Diagnostic> {
        Ok(self.key.render(scope)?.to_text())
    }
}

fn compile_scalar(
    scalar: &Scalar,
    span: Span,
    files: &Files,
    diagnostics: &mut Vec<Diagnostic>,
) -> Data {
    if Template::is_template(&scalar.text) {
        return compile_text(&scalar.text, span, files, diagnostics);
    }
    Data::Literal(scalar.to_value())
}

/// The template in a text, or the text itself when there is none, or none that compiles.
fn compile_text(text: &str, span: Span, files: &Files, diagnostics: &mut Vec<Diagnostic>) -> Data {
    let literal = || Data::Literal(Value::from(text));
    if !Template::is_template(text) {
        return literal();
    }
    match Template::compile(text, span, files) {
        Ok(template) => Data::Template(Arc::new(template)),
        Err(diagnostic) => {
            diagnostics.push(diagnostic);
            literal()
        }
    }
}

/// A list; one literal when none of its items has a template.
fn array(items: Vec<Data>) -> Data {
    if items.iter().any(|item| item.as_literal().is_none()) {
        return Data::Array(items);
    }
    let values = items.into_iter().filter_map(|item| match item {
        Data::Literal(value) => Some(value),
        _ => None,
    });
    Data::Literal(Value::Array(values.collect()))
}

/// A mapping; one literal when neither keys nor values have a template.
fn object(members: Vec<DataMember>) -> Data {
    let is_literal =
        |member: &DataMember| member.key.as_literal().and(member.value.as_literal()).is_some();
    if !members.iter().all(is_literal) {
        return Data::Object(members);
    }
    let pairs = members.into_iter().filter_map(|member| match (member.key, member.value) {
        (Data::Literal(key), Data::Literal(value)) => Some((key.to_text(), value)),
        _ => None,
    });
    Data::Literal(Value::Object(pairs.collect()))
}

fn render_object(members: &[DataMember], scope: &Scope) -> Result<Value, Diagnostic> {
    let mut rendered = Map::with_capacity_and_hasher(members.len(), Default::default());
    for member in members {
        let key = member.render_key(scope)?;
        if let Some(index) = rendered.get_index_of(&key) {
            let first = members.get(index).map_or(member.key_span, |first| first.key_span);
            let message = "two keys of this mapping become the same";
            return Err(Diagnostic::error(
                &SAME_KEY,
                member.key_span,
                message,
                "the same key again",
            )
            .also(first, "first here"));
        }
        rendered.insert(key, member.value.render(scope)?);
    }
    Ok(Value::Object(rendered))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{File, FileId, ScalarStyle};
    use crate::template::samples::scope;

    fn text(text: &str) -> Node {
        let scalar = Scalar { text: text.into(), style: ScalarStyle::DoubleQuoted };
        Node { span: Span::new(FileId(0), 0, 9), kind: NodeKind::Scalar(scalar) }
    }

    fn mapping(members: &[(&str, &str)]) -> Node {
        let member = |(key, value): &(&str, &str)| Member {
            key: (*key).into(),
            key_span: Span::new(FileId(0), 0, 1),
            value: text(value),
        };
        let members: Vec<Member> = members.iter().map(member).collect();
        Node { span: Span::new(FileId(0), 0, 9), kind: NodeKind::Mapping(members.into()) }
    }

    fn compile(node: &Node) -> (Data, Vec<Diagnostic>) {
        let mut files = Files::default();
        files.add(File::new("a.yaml", None, "0123456789"));
        let mut diagnostics = Vec::new();
        (Data::compile(node, &files, &mut diagnostics), diagnostics)
    }

    #[test]
    fn keys_and_values_are_rendered_in_order() {
        let (data, _) =
            compile(&mapping(&[("x-{{ owner }}", "{{ count }}"), ("{{ 2 }}", "{{ 'b' }}")]));
        assert_eq!(data.render(&scope()).unwrap().to_json(), r#"{"x-octokit":3,"2":"b"}"#);
    }

    #[test]
    fn two_keys_that_become_one_are_refused() {
        let (data, _) = compile(&mapping(&[("{{ owner }}", "{{ 1 }}"), ("octokit", "{{ 2 }}")]));
        assert_eq!(data.render(&scope()).unwrap_err().code.id, "E0209");
    }

    #[test]
    fn every_mistake_is_reported() {
        let (_, diagnostics) = compile(&mapping(&[("{{", "{{ a b }}"), ("k", "{{ 1 | uper }}")]));
        let codes: Vec<&str> = diagnostics.iter().map(|it| it.code.id).collect();
        assert_eq!(codes, ["E0201", "E0201", "E0203"]);
    }
}
