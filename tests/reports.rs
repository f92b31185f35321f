//! Every outcome through every report.

#![expect(clippy::unwrap_used, reason = "a test that fails says so by a panic")]

mod runs;

use runner::diagnostic::Color;
use runner::event::Event;
use runner::report::{
    Destination, Human, Progress, REPORTS, Report, ReportKind, Style, Verbosity,
    parse_report_argument,
};
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

/// Where a human report writes, for a test to read.
#[derive(Clone, Default)]
struct Screen(Arc<Mutex<Vec<u8>>>);

impl Screen {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What people see of a run: stdout, then stderr.
fn seen(events: &[Event], verbosity: Verbosity, color: Color) -> String {
    seen_in(events, Style { color, progress: Progress::Off, verbosity })
}

fn seen_in(events: &[Event], style: Style) -> String {
    let (stdout, stderr) = (Screen::default(), Screen::default());
    let mut human = Human::new(style, Box::new(stdout.clone()), Box::new(stderr.clone()));
    for event in events {
        human.event(event).unwrap();
    }
    human.finish().unwrap();
    format!("{}──── stderr ────\n{}", stdout.text(), stderr.text())
}

/// What a report writes into its file.
fn written(kind: &ReportKind, events: &[Event]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report");
    let mut report = (kind.open)(&Destination::File(path.clone())).unwrap();
    for event in events {
        report.event(event).unwrap();
    }
    report.finish().unwrap();
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn every_run_through_every_report() {
    for (name, events) in runs::all() {
        for kind in REPORTS {
            insta::assert_snapshot!(format!("{}_{name}", kind.key), written(kind, &events));
        }
    }
}

#[test]
fn every_run_as_people_see_it() {
    for (name, events) in runs::all() {
        let verbosities = [
            ("quiet", Verbosity::Quiet),
            ("normal", Verbosity::Normal),
            ("verbose", Verbosity::Verbose),
            ("very_verbose", Verbosity::VeryVerbose),
        ];
        for (word, verbosity) in verbosities {
            let text = seen(&events, verbosity, Color::Never);
            insta::assert_snapshot!(format!("human_{word}_{name}"), text);
        }
    }
}

#[test]
fn live_progress_changes_no_result() {
    let style =
        Style { color: Color::Never, progress: Progress::Live, verbosity: Verbosity::Normal };
    for (_, events) in runs::all() {
        let still = Style { progress: Progress::Off, ..style };
        assert_eq!(seen_in(&events, style), seen_in(&events, still));
    }
}

#[test]
fn a_failure_without_a_try_gives_its_reason() {
    let mut events = runs::passed();
    for event in &mut events {
        if let Event::StepFinished(step) = event {
            step.outcome = runner::event::Outcome::Failed;
            step.reason = Some("`until` never held\u{1b}".to_owned());
            step.attempts.clear();
        }
    }
    let text = seen(&events, Verbosity::Quiet, Color::Never);
    assert!(text.starts_with("✗ fetch commit  12 ms\n\n  `until` never held\\x1b\n\n✗"), "{text}");
    let junit = written(&runner::report::JUNIT, &events);
    assert!(junit.contains("<failure message=\"`until` never held\\x1b\"/>"), "{junit}");
}

#[test]
fn colours_change_nothing_else() {
    for (_, events) in runs::all() {
        for verbosity in [Verbosity::Quiet, Verbosity::Normal, Verbosity::VeryVerbose] {
            let painted = seen(&events, verbosity, Color::Always);
            assert!(painted.contains("\u{1b}[1m"));
            assert_eq!(without_colours(&painted), seen(&events, verbosity, Color::Never));
        }
    }
}

#[test]
fn colours_are_these() {
    let painted = seen(&runs::everything(), Verbosity::Normal, Color::Always);
    insta::assert_snapshot!("human_colours", painted.replace('\u{1b}', "␛"));
}

/// The text without the escapes that set colours, and no others.
fn without_colours(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |mut plain, part| {
        let (codes, rest) = part.split_once('m').unwrap();
        assert!(codes.chars().all(|c| c.is_ascii_digit() || c == ';'), "{codes:?}");
        plain.push_str(rest);
        plain
    })
}

#[test]
fn nothing_a_terminal_obeys_reaches_it() {
    for (_, events) in runs::all() {
        let text = seen(&events, Verbosity::VeryVerbose, Color::Never);
        let hostile = |c: char| (c.is_control() && c != '\n' && c != '\t') || c == '\u{202e}';
        assert_eq!(text.chars().find(|c| hostile(*c)), None);
    }
}

#[test]
fn reports_are_the_same_in_whatever_order_steps_end() {
    let forwards = runs::everything();
    let mut backwards = forwards.clone();
    // Starts and ends of the run stay where they are; all between arrives the other way round.
    let last = backwards.len() - 1;
    backwards[1..last].reverse();
    if let Event::RunStarted(run) = &mut backwards[0] {
        run.jobs = 32;
    }
    for kind in REPORTS.iter().filter(|kind| kind.key != "events") {
        assert_eq!(written(kind, &forwards), written(kind, &backwards), "{}", kind.key);
    }
}

#[test]
fn an_event_line_is_written_when_it_happens() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.jsonl");
    let argument = parse_report_argument(&format!("events={}", path.display())).unwrap();
    let mut report = (argument.kind.open)(&argument.destination).unwrap();
    for (index, event) in runs::everything().iter().enumerate() {
        report.event(event).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text.lines().count(), index + 1);
        assert!(text.ends_with('\n'));
    }
}

#[test]
fn a_run_that_crashes_leaves_no_half_report() {
    let folder = tempfile::tempdir().unwrap();
    for kind in REPORTS.iter().filter(|kind| kind.key != "events") {
        let path = folder.path().join(kind.key);
        let mut report = (kind.open)(&Destination::File(path.clone())).unwrap();
        report.event(&runs::passed()[0]).unwrap();
        drop(report);
        assert!(!path.exists(), "{}", kind.key);
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
