//! The names of `requests.codes` are names of statuses here, and there are no others.

use runner::check::{Argument, STATUS_NAMES, SUBJECTS, compile, upper_case};
use runner::registry::find;
use runner::value::Value as Found;
use serde_json::Value;
use std::collections::BTreeMap;

const RECORDED: &str = include_str!("codes.json");

#[test]
fn every_name_is_the_same_status() {
    let line = |line: &str| -> (String, u64) {
        let line: Value = serde_json::from_str(line).unwrap();
        (line["name"].as_str().unwrap().to_owned(), line["code"].as_u64().unwrap())
    };
    let recorded: BTreeMap<String, u64> = RECORDED.lines().map(line).collect();
    let mut ours = BTreeMap::new();
    for (code, names) in STATUS_NAMES {
        for name in *names {
            ours.insert((*name).to_owned(), u64::from(*code));
            ours.extend(upper_case(name).map(|name| (name, u64::from(*code))));
        }
    }
    assert_eq!(ours, recorded);
}

#[test]
fn every_name_can_be_asserted() {
    let status = find(SUBJECTS, "status").unwrap();
    for line in RECORDED.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let name = Found::from(line["name"].as_str().unwrap());
        assert!(compile(status, &Argument::Scalar(name)).is_ok(), "{line}");
    }
}
