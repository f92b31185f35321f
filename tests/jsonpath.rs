//! The public JSONPath compliance suite (`tests/jsonpath/cts.json`) through our evaluation, and
//! through jsonpath-rust's own, whose failures are the list in `specs/jsonpath.md`.

#![expect(clippy::unwrap_used, reason = "a case that cannot be read fails the test")]

use jsonpath_rust::JsonPath;
use runner::jsonpath::Query;
use runner::value::Value;

/// One case: a query that is refused, or gives one of some lists of nodes.
struct Case {
    name: String,
    selector: String,
    document: Value,
    /// `None` when the query is to be refused.
    results: Option<Vec<Value>>,
}

impl Case {
    fn of(test: &Value) -> Case {
        let test = test.as_object().unwrap();
        let text = |key: &str| test[key].as_str().unwrap().to_owned();
        let is_invalid = test.get("invalid_selector").is_some();
        let one = test.get("result").map(|result| vec![result.clone()]);
        let several = test.get("results").map(|results| results.as_array().unwrap().to_vec());
        Case {
            name: text("name"),
            selector: text("selector"),
            document: test.get("document").cloned().unwrap_or_default(),
            results: if is_invalid { None } else { one.or(several) },
        }
    }

    /// What is wrong with an answer, `None` when it is right.
    fn judge(&self, answer: Option<Value>) -> Option<String> {
        match (&self.results, answer) {
            (None, None) => None,
            (None, Some(_)) => Some("accepts a query that is to be refused".to_owned()),
            (Some(_), None) => Some("refuses the query".to_owned()),
            (Some(results), Some(found)) => {
                (!results.contains(&found)).then(|| format!("gives {}", found.to_json()))
            }
        }
    }
}

fn cases() -> Vec<Case> {
    let suite = Value::from_json(include_bytes!("jsonpath/cts.json")).unwrap();
    let own = Value::from_json(include_bytes!("jsonpath/own.json")).unwrap();
    let tests = |suite: &Value| suite.as_object().unwrap()["tests"].as_array().unwrap().to_vec();
    tests(&suite).iter().chain(&tests(&own)).map(Case::of).collect()
}

fn ours(case: &Case) -> Option<Value> {
    let query = Query::parse(&case.selector).ok()?;
    Some(query.select(&case.document).into_iter().cloned().collect::<Vec<_>>().into())
}

fn theirs(case: &Case) -> Option<Value> {
    let document: serde_json::Value = serde_json::from_str(&case.document.to_json()).unwrap();
    let found = document.query(&case.selector).ok()?;
    Some(Value::from_json(serde_json::to_string(&found).unwrap().as_bytes()).unwrap())
}

fn failures(answer: impl Fn(&Case) -> Option<Value>) -> Vec<String> {
    let cases = cases();
    let wrong = cases.iter().filter_map(|case| {
        let reason = case.judge(answer(case))?;
        Some(format!("| {} | `{}` | {reason} |", case.name, case.selector.replace('|', "\\|")))
    });
    wrong.collect()
}

#[test]
fn every_case_of_the_suite_passes() {
    assert!(cases().len() > 690);
    let failures = failures(ours);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn the_spec_lists_what_jsonpath_rust_gets_wrong() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/specs/jsonpath.md");
    let spec = std::fs::read_to_string(path).unwrap();
    let (before, rest) = spec.split_once("<!-- generated -->\n").unwrap();
    let (listed, after) = rest.split_once("<!-- end -->").unwrap();
    let found = failures(theirs);
    let expected =
        format!("| case | query | jsonpath-rust 1.0.12 |\n|---|---|---|\n{}\n", found.join("\n"));
    if std::env::var_os("UPDATE").is_some() {
        let spec = format!("{before}<!-- generated -->\n{expected}<!-- end -->{after}");
        return std::fs::write(path, spec).unwrap();
    }
    assert_eq!(listed, expected);
}
