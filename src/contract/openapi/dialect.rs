//! What OpenAPI's schemas say, in the words of JSON Schema 2020-12.

use crate::contract::json::Json;
use serde_json::Map;

/// Which way data goes: what is `readOnly` is not asked of a request, `writeOnly` not of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// A request.
    Out,
    /// A response.
    In,
}

/// A version's way of writing schemas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// 3.0: `nullable`, `exclusiveMinimum: true`, nothing beside a `$ref`.
    V30,
    /// 3.1: JSON Schema as it is.
    V31,
}

/// A whole document with its schemas translated. What only looks like a schema, such as an example,
/// may be translated with them: nothing is compared with it.
pub(super) fn translate(json: Json, dialect: Dialect, way: Way) -> Json {
    match json {
        Json::Array(items) => {
            Json::Array(items.into_iter().map(|item| translate(item, dialect, way)).collect())
        }
        Json::Object(members) => {
            let members = members.into_iter();
            let mut members: Map<String, Json> =
                members.map(|(key, item)| (key, translate(item, dialect, way))).collect();
            relax(&mut members, way);
            match dialect {
                Dialect::V30 => modern(members),
                Dialect::V31 => Json::Object(members),
            }
        }
        scalar => scalar,
    }
}

/// Takes what does not go this way out of `required`.
fn relax(members: &mut Map<String, Json>, way: Way) {
    let word = if way == Way::Out { "readOnly" } else { "writeOnly" };
    let absent: Vec<String> = match members.get("properties") {
        Some(Json::Object(properties)) => properties
            .iter()
            .filter(|(_, schema)| schema.get(word) == Some(&Json::Bool(true)))
            .map(|(name, _)| name.clone())
            .collect(),
        _ => return,
    };
    if let Some(Json::Array(required)) = members.get_mut("required") {
        required.retain(|name| !absent.iter().any(|absent| name == absent.as_str()));
    }
}

/// A schema of 3.0.
fn modern(mut members: Map<String, Json>) -> Json {
    if members.get("$ref").is_some_and(Json::is_string) {
        members.retain(|key, _| key == "$ref");
        return Json::Object(members);
    }
    for (flag, bound) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        if let Some(Json::Bool(is_exclusive)) = members.get(flag).cloned() {
            members.shift_remove(flag);
            let limit = if is_exclusive { members.shift_remove(bound) } else { None };
            members.extend(limit.map(|limit| (flag.to_owned(), limit)));
        }
    }
    if members.get("nullable") != Some(&Json::Bool(true)) {
        return Json::Object(members);
    }
    if let Some(Json::String(kind)) = members.get("type").cloned() {
        members.insert("type".to_owned(), Json::from(vec![kind, "null".to_owned()]));
        if let Some(Json::Array(values)) = members.get_mut("enum")
            && !values.contains(&Json::Null)
        {
            values.push(Json::Null);
        }
        return Json::Object(members);
    }
    members.shift_remove("nullable");
    let null = Json::Object(Map::from_iter([("type".to_owned(), "null".into())]));
    Json::Object(Map::from_iter([(
        "anyOf".to_owned(),
        Json::Array(vec![Json::Object(members), null]),
    )]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_3_0_says_is_said_in_json_schema() {
        let translated = translate(
            json!({"properties": {
                "name": {"type": "string", "nullable": true, "enum": ["a"]},
                "age": {"minimum": 0, "exclusiveMinimum": true, "maximum": 9, "exclusiveMaximum": false},
                "pet": {"$ref": "#/pet", "description": "dropped"},
                "any": {"nullable": true, "allOf": [{"$ref": "#/pet"}]}
            }}),
            Dialect::V30,
            Way::In,
        );
        assert_eq!(
            translated,
            json!({"properties": {
                "name": {"type": ["string", "null"], "nullable": true, "enum": ["a", null]},
                "age": {"exclusiveMinimum": 0, "maximum": 9},
                "pet": {"$ref": "#/pet"},
                "any": {"anyOf": [{"allOf": [{"$ref": "#/pet"}]}, {"type": "null"}]}
            }})
        );
    }

    #[test]
    fn what_does_not_go_a_way_is_not_required() {
        let schema = json!({
            "required": ["id", "password"],
            "properties": {"id": {"readOnly": true}, "password": {"writeOnly": true}}
        });
        let required = |way| translate(schema.clone(), Dialect::V31, way)["required"].clone();
        assert_eq!(required(Way::Out), json!(["password"]));
        assert_eq!(required(Way::In), json!(["id"]));
    }
}
