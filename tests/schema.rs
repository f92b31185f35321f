//! The schemas are true: they are the files in `schema/`, they hold what `event.rs` writes, they
//! accept every report and refuse what is not one. `UPDATE=1` rewrites the files.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that fails says so by a panic"
)]

#[path = "schema/collection.rs"]
mod collection;
mod runs;

use jsonschema::Validator;
use runner::event::Event;
use runner::report::Gather;
use runner::schema;
use runner::value::Value;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::path::Path;

fn as_json(value: &Value) -> Json {
    serde_json::from_str(&value.to_json()).unwrap()
}

fn validator(schema: &Value) -> Validator {
    let schema = as_json(schema);
    assert!(jsonschema::meta::is_valid(&schema));
    jsonschema::validator_for(&schema).unwrap()
}

#[track_caller]
fn assert_valid(validator: &Validator, instance: &Json) {
    let errors: Vec<String> = validator
        .iter_errors(instance)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{}\n{instance}", errors.join("\n"));
}

#[test]
fn the_files_are_what_the_program_prints() {
    let schemas = [
        ("collection", schema::collection()),
        ("settings", schema::settings()),
        ("mocks", schema::mocks()),
        ("report", schema::report()),
        ("events", schema::events()),
    ];
    for (name, schema) in schemas {
        let path = Path::new("schema").join(format!("{name}.schema.json"));
        let text = schema.to_json_pretty() + "\n";
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        let found = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            found == text,
            "{} is old: run `UPDATE=1 cargo test --test schema`",
            path.display()
        );
    }
}

#[test]
fn every_report_is_valid() {
    let validator = validator(&schema::report());
    for report in reports() {
        assert_valid(&validator, &report);
    }
    assert_valid(&validator, &serde_json::to_value(Gather::default().finish()).unwrap());
}

#[test]
fn every_event_line_is_valid() {
    let validator = validator(&schema::events());
    for (_, events) in runs::all() {
        for event in events {
            assert_valid(&validator, &serde_json::to_value(event).unwrap());
        }
    }
}

fn reports() -> Vec<Json> {
    let gathered = runs::all().map(|(_, events)| {
        let mut gather = Gather::default();
        events.iter().for_each(|event| gather.event(event));
        serde_json::to_value(gather.finish()).unwrap()
    });
    gathered.into()
}

/// Every object in a value, as a pointer to it.
fn objects(value: &Json, pointer: &str, found: &mut Vec<String>) {
    match value {
        Json::Object(members) => {
            found.push(pointer.to_owned());
            members.iter().for_each(|(key, one)| objects(one, &format!("{pointer}/{key}"), found));
        }
        Json::Array(items) => {
            let items = items.iter().enumerate();
            items.for_each(|(index, one)| objects(one, &format!("{pointer}/{index}"), found));
        }
        _ => {}
    }
}

#[test]
fn a_field_nobody_knows_is_refused_everywhere() {
    let validator = validator(&schema::report());
    let mut tried = 0;
    for report in reports() {
        let mut pointers = Vec::new();
        objects(&report, "", &mut pointers);
        // What was expected and found is the collection's own data.
        pointers.retain(|pointer| !pointer.contains("/expected") && !pointer.contains("/actual"));
        for pointer in pointers {
            let mut wrong = report.clone();
            let object = wrong.pointer_mut(&pointer).unwrap().as_object_mut().unwrap();
            object.insert("unheard_of".to_owned(), json!(1));
            assert!(!validator.is_valid(&wrong), "{pointer}");
            tried += 1;
        }
    }
    assert!(tried > 100);
}

#[test]
fn wrong_values_are_refused() {
    let validator = validator(&schema::events());
    let started = serde_json::to_value(&runs::passed()[0]).unwrap();
    for (key, wrong) in [
        ("event", json!("run_ended")),
        ("seed", json!(-1)),
        ("jobs", json!("1")),
        ("steps", json!(1.5)),
        ("version", Json::Null),
    ] {
        let mut line = started.clone();
        line[key] = wrong;
        assert!(!validator.is_valid(&line), "{line}");
        line.as_object_mut().unwrap().remove(key);
        assert!(!validator.is_valid(&line), "{key} is required");
    }
}

/// Of each record in `event.rs`: its fields, and whether each is always written.
fn records() -> BTreeMap<String, BTreeMap<String, bool>> {
    let source = include_str!("../src/event.rs");
    let mut records = BTreeMap::new();
    let mut record = None;
    let mut is_always_written = true;
    for line in source.lines() {
        let line = line.trim();
        if let Some(name) = line.strip_prefix("pub struct ") {
            record = Some((name.trim_end_matches(" {").to_owned(), BTreeMap::new()));
        } else if line.contains("skip_serializing_if") {
            is_always_written = false;
        } else if line == "}" {
            records.extend(record.take());
        } else if let (Some((_, fields)), Some(field)) = (&mut record, line.strip_prefix("pub ")) {
            let (name, _) = field.split_once(':').unwrap();
            fields.insert(name.to_owned(), is_always_written);
            is_always_written = true;
        }
    }
    records
}

/// Of each object a schema defines: its fields, and whether each is required.
fn definitions(schema: &Value) -> BTreeMap<String, BTreeMap<String, bool>> {
    let schema = as_json(schema);
    let objects = schema["$defs"].as_object().unwrap().iter();
    objects
        .filter(|(_, one)| one["type"] == "object")
        .map(|(name, one)| {
            let required = one["required"].as_array().unwrap();
            let fields = one["properties"].as_object().unwrap().keys();
            let fields = fields.map(|key| (key.clone(), required.contains(&json!(key)))).collect();
            (name.clone(), fields)
        })
        .collect()
}

#[test]
fn every_record_of_the_source_is_in_the_event_schema() {
    let mut expected = records();
    assert_eq!(expected.len(), 30);
    let finished = expected.remove("StepRecord").unwrap();
    expected.insert("StepFinished".to_owned(), finished);
    let mut found = definitions(&schema::events());
    for (name, fields) in &mut found {
        let parts = ["Counts", "Location", "Share", "CoveredOperation", "CoveredPart"];
        let is_line = !name.ends_with("Record") && !parts.contains(&name.as_str());
        assert_eq!(fields.remove("event"), is_line.then_some(true), "{name}");
    }
    assert_eq!(found, expected);
}

#[test]
fn what_reports_and_event_lines_share_is_the_same() {
    let expected = records();
    let mut found = definitions(&schema::report());
    assert!(found.remove("CollectionReport").is_some());
    assert_eq!(found.len(), 25);
    for (name, fields) in found {
        assert_eq!(Some(&fields), expected.get(&name), "{name}");
    }
}

#[test]
fn every_event_has_a_line_of_its_own() {
    let schema = as_json(&schema::events());
    let tags: Vec<&Json> = schema["oneOf"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let pointer = one["$ref"].as_str().unwrap().trim_start_matches('#');
            &schema.pointer(pointer).unwrap()["properties"]["event"]["const"]
        })
        .collect();
    let mut sent: Vec<Json> = Vec::new();
    for event in runs::everything() {
        // A new kind of event does not compile here until it has a line in the schema.
        let tag = match event {
            Event::RunStarted(_) => "run_started",
            Event::CollectionStarted(_) => "collection_started",
            Event::StepStarted(_) => "step_started",
            Event::StepFinished(_) => "step_finished",
            Event::CollectionFinished(_) => "collection_finished",
            Event::Warning(_) => "warning",
            Event::RunFinished(_) => "run_finished",
        };
        assert_eq!(serde_json::to_value(&event).unwrap()["event"], tag);
        if !sent.contains(&json!(tag)) {
            sent.push(json!(tag));
        }
    }
    assert_eq!(tags.len(), sent.len());
    assert!(sent.iter().all(|tag| tags.contains(&tag)));
}
