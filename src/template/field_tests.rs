//! Fields, literal and not.

use super::*;
use crate::source::{File, NodeKind, Scalar, ScalarStyle};
use crate::template::samples::scope;
use std::time::Duration;

fn read<T: FromValue + Clone>(text: &str) -> Result<Field<T>, Diagnostic> {
    let mut files = Files::default();
    let file = files.add(File::new("a.yaml", None, text));
    let span = Span::new(file, 0, u32::try_from(text.len()).unwrap());
    let scalar = Scalar { text: text.into(), style: ScalarStyle::DoubleQuoted };
    let node = Node { span, kind: NodeKind::Scalar(Arc::new(scalar)) };
    Field::read(&node, "delay", &files)
}

#[test]
fn a_template_is_read_when_it_is_rendered() {
    let field = read::<Duration>("{{ count }}").unwrap();
    assert!(field.as_literal().is_none());
    assert_eq!(field.resolve(&scope()).unwrap(), Duration::from_secs(3));
}

#[test]
fn a_constant_is_its_value() {
    let field = Field::constant(5_u16, Span::new(crate::source::FileId(0), 0, 1));
    assert_eq!(field.resolve(&scope()).unwrap(), 5);
}

#[test]
fn a_value_of_another_type_says_what_was_expected_without_the_value() {
    let diagnostic = read::<Duration>("{{ owner }}").unwrap().resolve(&scope()).unwrap_err();
    assert_eq!(diagnostic.code.id, "E0210");
    assert_eq!(
        diagnostic.primary.unwrap().text,
        "expected a duration such as 500ms, 2s or 1.5 (seconds), found a string"
    );
}
