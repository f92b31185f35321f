//! JUnit reports hold what readers of JUnit know: Jenkins' `junit-10.xsd` (xunit-plugin), and
//! two attributes more for GitLab and GitHub.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that fails says so by a panic"
)]

mod runs;

use quick_xml::events::{BytesStart, Event as Xml};
use quick_xml::{Reader, XmlVersion};
use runner::event::Event;
use runner::report::{Destination, JUNIT};

/// Of each element: its parents, the attributes it must have, those it may have.
type Rule =
    (&'static str, &'static [&'static str], &'static [&'static str], &'static [&'static str]);

const CASE: &[&str] = &["testcase"];

const RULES: &[Rule] = &[
    // `skipped` here is quick-junit's; readers count for themselves.
    ("testsuites", &[""], &[], &["name", "time", "tests", "failures", "errors", "skipped"]),
    (
        "testsuite",
        &["testsuites"],
        &["name", "tests", "failures", "errors"],
        &["time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"],
    ),
    ("properties", &["testsuite"], &[], &[]),
    ("property", &["properties"], &["name", "value"], &[]),
    // `file` and `line` are not in the schema: GitLab's and GitHub's readers want them.
    ("testcase", &["testsuite"], &["name"], &["time", "classname", "group", "file", "line"]),
    ("failure", CASE, &[], &["type", "message"]),
    ("error", CASE, &[], &["type", "message"]),
    ("skipped", CASE, &[], &["type", "message"]),
    ("rerunFailure", CASE, &["type"], &["message"]),
    ("rerunError", CASE, &["type"], &["message"]),
    ("flakyFailure", CASE, &["type"], &["message"]),
    ("flakyError", CASE, &["type"], &["message"]),
    ("system-out", &["testsuite", "testcase"], &[], &[]),
    ("system-err", &["testsuite", "testcase"], &[], &[]),
];

fn junit(events: &[Event]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("junit.xml");
    let mut report = (JUNIT.open)(&Destination::File(path.clone())).unwrap();
    events.iter().for_each(|event| report.event(event).unwrap());
    report.finish().unwrap();
    std::fs::read_to_string(path).unwrap()
}

fn check(parent: &str, element: &BytesStart<'_>) -> String {
    let name = String::from_utf8(element.name().as_ref().to_vec()).unwrap();
    let (_, parents, must, may) = RULES.iter().find(|rule| rule.0 == name).expect(&name);
    assert!(parents.contains(&parent), "{name} in {parent}");
    let mut found = Vec::new();
    for attribute in element.attributes() {
        let attribute = attribute.unwrap();
        let key = String::from_utf8(attribute.key.as_ref().to_vec()).unwrap();
        assert!(must.contains(&key.as_str()) || may.contains(&key.as_str()), "{name} {key}");
        attribute.normalized_value(XmlVersion::Implicit1_0).unwrap();
        found.push(key);
    }
    assert!(must.iter().all(|key| found.iter().any(|one| one == key)), "{name}");
    name
}

#[test]
fn every_report_keeps_to_the_schema_of_jenkins() {
    for (_, events) in runs::all() {
        let text = junit(&events);
        let mut reader = Reader::from_str(&text);
        let mut open = vec![String::new()];
        let mut cases = 0;
        loop {
            let parent = open.last().unwrap().clone();
            match reader.read_event().unwrap() {
                Xml::Start(element) => open.push(check(&parent, &element)),
                Xml::Empty(element) => cases += usize::from(check(&parent, &element) == "testcase"),
                Xml::End(_) => cases += usize::from(open.pop().unwrap() == "testcase"),
                Xml::Eof => break,
                _ => {}
            }
        }
        let ended = events.iter().filter(|event| matches!(event, Event::StepFinished(_)));
        assert_eq!(cases, ended.count());
    }
}

/// XML 1.0, production 2.
fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

#[test]
fn whatever_bytes_come_in_the_text_is_xml() {
    let every: String = (0..=0x11_ffff).step_by(7).filter_map(char::from_u32).collect();
    let controls: String = (0..0x300).chain(0xff00..=0x1_0000).filter_map(char::from_u32).collect();
    let hostile = format!("{controls}]]>&<\"'{every}");
    let mut events = runs::everything();
    for event in &mut events {
        if let Event::StepFinished(step) = event {
            step.name.push_str(&hostile);
            step.reason = Some(hostile.clone());
            for attempt in &mut step.attempts {
                attempt.curl = Some(hostile.clone());
                if let Some(response) = &mut attempt.response {
                    response.body = Some(hostile.clone());
                }
            }
        }
    }
    let text = junit(&events);
    assert_eq!(text.chars().find(|c| !is_xml(*c)), None);
    let read = quick_junit::Report::deserialize_from_str(&text).unwrap();
    assert_eq!(read.test_suites.len(), 2);
}
