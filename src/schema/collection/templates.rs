//! A value may always be a template too, whole or in any part of it.

use crate::value::{Map, Value};

/// What makes a string a template (ECMA 262).
pub(super) const TEMPLATE: &str = r"\{\{|\{%|\{#";

/// A string that is no template: for names, which must be known before anything runs.
pub(super) const NO_TEMPLATE: &str = r"^(?![\s\S]*(\{\{|\{%|\{#))";

/// A schema that accepts what `schema` does, and templates wherever a value may stand.
/// References are left as they are: what they lead to accepts templates itself.
pub(super) fn or_template(schema: Value) -> Value {
    let Value::Object(mut members) = schema else { return schema };
    for key in ["items", "additionalProperties"] {
        if let Some(part) = members.get_mut(key) {
            *part = or_template(std::mem::take(part));
        }
    }
    if let Some(Value::Object(properties)) = members.get_mut("properties") {
        properties.values_mut().for_each(allow);
    }
    for key in ["prefixItems", "anyOf"] {
        if let Some(Value::Array(parts)) = members.get_mut(key) {
            parts.iter_mut().for_each(allow);
        }
    }
    allow_name(&mut members);
    if members.contains_key("const") || members.contains_key("enum") {
        return alternative(members);
    }
    if let Some(kinds) = members.get("type").map(kinds) {
        allow_string(&mut members, kinds);
    }
    Value::Object(members)
}

fn allow(schema: &mut Value) {
    *schema = or_template(std::mem::take(schema));
}

/// Names that people give, as a header's, may be templates too.
fn allow_name(members: &mut Map) {
    if let Some(Value::Object(names)) = members.get_mut("propertyNames")
        && let Some(Value::String(pattern)) = names.get_mut("pattern")
    {
        *pattern = format!("{pattern}|{TEMPLATE}");
    }
}

/// Some fixed values, or a template.
fn alternative(mut members: Map) -> Value {
    let description = members.shift_remove("description");
    let reference = Map::from_iter([("$ref".to_owned(), "#/$defs/template".into())]);
    let either = vec![Value::Object(members), Value::Object(reference)];
    let mut whole = Map::from_iter([("anyOf".to_owned(), Value::Array(either))]);
    if let Some(description) = description {
        whole.shift_insert(0, "description".to_owned(), description);
    }
    Value::Object(whole)
}

fn kinds(written: &Value) -> Vec<String> {
    let several = written.as_array().unwrap_or(std::slice::from_ref(written));
    several.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// A string must be a template, unless it already may be any, or one of a pattern.
fn allow_string(members: &mut Map, mut kinds: Vec<String>) {
    let takes_strings = kinds.iter().any(|kind| kind == "string");
    let pattern = match members.get("pattern").and_then(Value::as_str) {
        Some(pattern) if pattern.ends_with(TEMPLATE) => return,
        Some(pattern) => format!("{pattern}|{TEMPLATE}"),
        None if takes_strings => return,
        None => TEMPLATE.to_owned(),
    };
    let told = members.get("patternErrorMessage").and_then(Value::as_str).map(str::to_owned);
    let told = told.unwrap_or_else(|| {
        let words: Vec<&str> = kinds.iter().map(|kind| word(kind)).collect();
        format!("expected {}", words.join(", "))
    });
    if !takes_strings {
        kinds.push("string".to_owned());
        members
            .insert("type".to_owned(), Value::Array(kinds.into_iter().map(Value::from).collect()));
    }
    members.insert("pattern".to_owned(), pattern.into());
    members.insert("patternErrorMessage".to_owned(), format!("{told}, or a template").into());
}

/// What people call a type of JSON's.
fn word(kind: &str) -> &str {
    match kind {
        "boolean" => "true or false",
        "integer" => "a whole number",
        "number" => "a number",
        "array" => "a list",
        "object" => "a mapping",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(json: &str) -> String {
        or_template(Value::from_json(json.as_bytes()).unwrap()).to_json()
    }

    #[test]
    fn a_string_must_be_a_template_where_none_was_allowed() {
        assert_eq!(
            said(r#"{"type": "boolean"}"#),
            r#"{"type":["boolean","string"],"pattern":"\\{\\{|\\{%|\\{#","patternErrorMessage":"expected true or false, or a template"}"#
        );
    }

    #[test]
    fn a_string_of_a_pattern_may_be_a_template_instead() {
        assert_eq!(
            said(r#"{"type": "string", "pattern": "^a$", "patternErrorMessage": "expected a"}"#),
            r#"{"type":"string","pattern":"^a$|\\{\\{|\\{%|\\{#","patternErrorMessage":"expected a, or a template"}"#
        );
    }

    #[test]
    fn what_accepts_any_string_stays() {
        for schema in [r#"{"type":["string","null"]}"#, "{}", "true", r##"{"$ref":"#/a"}"##] {
            assert_eq!(said(schema), schema);
        }
    }

    #[test]
    fn parts_may_be_templates() {
        assert_eq!(
            said(r#"{"items": {"const": true}, "propertyNames": {"pattern": "^a"}}"#),
            r##"{"items":{"anyOf":[{"const":true},{"$ref":"#/$defs/template"}]},"propertyNames":{"pattern":"^a|\\{\\{|\\{%|\\{#"}}"##
        );
    }
}
