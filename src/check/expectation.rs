//! An expectation: predicates that must all hold of what was found.

use super::argument::{all, under, wrong};
use super::predicates::{Explanation, eq, schema};
use super::words::{self, Show};
use super::{
    Argument, BuildError, Found, PREDICATES, Predicate, PredicateKind, Segment, SubjectKind, View,
};
use crate::diagnostic::codes::check::{NO_PREDICATE, UNKNOWN_PREDICATE};
use crate::registry::{find, suggest};
use crate::value::Value;
use std::sync::Arc;

/// Compiled predicates, all of which must hold.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// In the order written.
    pub clauses: Vec<Clause>,
    /// How the subject's values are shown.
    show: Show,
}

/// One predicate and its argument.
#[derive(Clone, Debug)]
pub struct Clause {
    /// Which predicate.
    pub kind: &'static PredicateKind,
    /// Compiled with its argument.
    pub predicate: Arc<dyn Predicate>,
    /// The argument as data, for reports.
    pub expected: Arc<Value>,
    /// Where in the argument it was written: empty for a plain value.
    pub path: Vec<Segment>,
    /// What it expects in the subject's own words, of a shorthand such as `2xx`.
    shorthand: Option<String>,
}

/// What came of one clause. Cheap when it holds: words are made of failures alone.
#[derive(Clone, Debug)]
pub struct ClauseResult {
    /// The predicate's key.
    pub predicate: &'static str,
    /// The argument as data.
    pub expected: Arc<Value>,
    /// What was found: of a clause that holds, a scalar of at most 1 KiB; of one that fails,
    /// any value of at most 64 KiB. `None` when it was missing or is larger.
    pub found: Option<Value>,
    /// Where in the argument the clause was written.
    pub path: Vec<Segment>,
    /// Why it does not hold; `None` when it does.
    pub mismatch: Option<Box<Mismatch>>,
}

/// A clause that does not hold, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// `expected …`, for the caret line.
    pub expected_text: String,
    /// `found …`; of a missing value, why it is missing.
    pub found_text: String,
    /// Which part differs, when it is a part: `at $.user.login: expected …, found …`.
    pub detail: Option<String>,
    /// What to do, when there is something.
    pub help: Option<String>,
    /// A unified diff of text or pretty JSON, when both sides have several lines.
    pub diff: Option<String>,
}

impl ClauseResult {
    /// Whether the clause holds.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.mismatch.is_none()
    }
}

/// How large a scalar that passed may be to be kept for reports.
const KEPT_OF_PASSING: usize = 1024;

/// How large a value that failed may be to be kept for reports.
const KEPT_OF_FAILING: usize = 64 * 1024;

/// Compiles what a subject must be.
///
/// # Errors
/// Every mistake in the argument: an unknown predicate, a bad regex, a wrong type.
pub fn compile(subject: &SubjectKind, argument: &Argument) -> Result<Expectation, Vec<BuildError>> {
    let rewritten = (subject.rewrite)(argument)?;
    let mut expectation = compile_argument(&rewritten)?;
    expectation.show = subject.show;
    for clause in &mut expectation.clauses {
        clause.retell(argument, &rewritten);
    }
    Ok(expectation)
}

/// Compiles a plain value or a mapping of predicates, for any subject.
pub(super) fn compile_argument(argument: &Argument) -> Result<Expectation, Vec<BuildError>> {
    let clauses = match argument {
        Argument::Object(members) if !stands_for_a_value(argument) => predicates(members)?,
        Argument::Schema(_) => vec![Clause::new(&schema::KIND, argument, Vec::new())?],
        plain => vec![Clause::new(&eq::KIND, plain, Vec::new())?],
    };
    Ok(Expectation { clauses, show: words::plain })
}

/// Compiles the list that `any` and `all` take.
pub(super) fn compile_list(
    key: &str,
    argument: &Argument,
) -> Result<Vec<Expectation>, Vec<BuildError>> {
    if *argument == Argument::Pending {
        return Ok(Vec::new());
    }
    let takes = "a list of values or mappings of predicates";
    let items = argument.items().ok_or_else(|| wrong(key, takes, argument))?;
    if items.is_empty() {
        let message = format!("the list of `{key}` is empty");
        return Err(vec![BuildError::new(&NO_PREDICATE, message, "nothing is asserted here")]);
    }
    all(items.iter().enumerate().map(|(index, item)| {
        compile_argument(item).map_err(|errors| under(errors, &Segment::Index(index)))
    }))
}

fn stands_for_a_value(argument: &Argument) -> bool {
    matches!(argument.special(), Some((key, _)) if key != "$")
}

fn predicates(members: &[(String, Argument)]) -> Result<Vec<Clause>, Vec<BuildError>> {
    if members.is_empty() {
        return Err(vec![
            BuildError::new(&NO_PREDICATE, "an empty mapping asserts nothing", "no predicate here")
                .help("write a predicate such as `exists: true`, or `eq: {}` for an empty mapping"),
        ]);
    }
    if let Some(error) = data(members) {
        return Err(vec![error]);
    }
    all(members.iter().map(|(key, argument)| {
        let Some(kind) = find(PREDICATES, key) else {
            return Err(vec![unknown_predicate(key)]);
        };
        let segment = Segment::Key(key.clone());
        Clause::new(kind, argument, vec![segment.clone()]).map_err(|errors| under(errors, &segment))
    }))
}

fn unknown_predicate(key: &str) -> BuildError {
    let help = match meant(key) {
        _ if key == "$" => "write the predicates here without `$`".to_owned(),
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            let known: Vec<&str> = PREDICATES.iter().map(|kind| kind.key).collect();
            format!("the predicates are {}", known.join(", "))
        }
    };
    not_a_predicate(key).help(help)
}

/// A mapping none of whose keys is a predicate or looks like one: data, most likely.
fn data(members: &[(String, Argument)]) -> Option<BuildError> {
    let like = |key: &str| key == "$" || find(PREDICATES, key).is_some() || meant(key).is_some();
    let (first, _) = members.first()?;
    let is_data = !members.iter().any(|(key, _)| like(key));
    let more = if members.len() > 1 { ", …" } else { "" };
    let help = format!("to compare with a mapping write `eq: {{{first}: …{more}}}`");
    is_data.then(|| not_a_predicate(first).help(help))
}

fn not_a_predicate(key: &str) -> BuildError {
    let message = format!("`{key}` is not a predicate");
    BuildError::new(&UNKNOWN_PREDICATE, message, "not a predicate")
        .under(Segment::KeyItself(key.to_owned()))
}

/// The predicate that other tools call this, or that is spelt much like it. Names as short as
/// `id` are near too many.
fn meant(key: &str) -> Option<&'static str> {
    let synonym = PREDICATES.iter().find(|kind| kind.synonyms.contains(&key)).map(|kind| kind.key);
    let names = PREDICATES.iter().map(|kind| kind.key).filter(|_| key.len() > 2);
    synonym.or_else(|| suggest(names, key))
}

impl Clause {
    fn new(
        kind: &'static PredicateKind,
        argument: &Argument,
        path: Vec<Segment>,
    ) -> Result<Clause, Vec<BuildError>> {
        let predicate = (kind.compile)(argument)?;
        let expected = Arc::new(argument.as_written());
        Ok(Clause { kind, predicate, expected, path, shorthand: None })
    }

    /// Puts back what a person wrote where the subject rewrote it.
    fn retell(&mut self, written: &Argument, rewritten: &Argument) {
        if written == rewritten {
            return;
        }
        let member = match (written, self.path.first()) {
            (Argument::Object(members), Some(Segment::Key(key))) => {
                members.iter().find(|(name, _)| name == key).map(|(_, argument)| argument)
            }
            _ => None,
        };
        self.expected = Arc::new(member.unwrap_or(written).as_written());
        if member.is_none() {
            self.path.clear();
            if matches!(rewritten, Argument::Object(_)) {
                self.shorthand = Some(shorthand(&self.expected));
            }
        }
    }

    fn describe(&self, show: Show) -> String {
        self.shorthand.clone().unwrap_or_else(|| self.predicate.describe(show))
    }

    fn check(&self, found: &Found<'_>, show: Show) -> ClauseResult {
        let view = found.view();
        let holds = match view {
            Ok(view) => self.predicate.holds(view),
            Err(_) => self.predicate.missing() == Some(true),
        };
        ClauseResult {
            predicate: self.kind.key,
            expected: Arc::clone(&self.expected),
            found: view.ok().and_then(|view| kept(view, holds)),
            path: self.path.clone(),
            mismatch: (!holds).then(|| Box::new(self.mismatch(view, show))),
        }
    }

    /// A plain `null`, which the missing is not.
    fn is_null(&self) -> bool {
        self.kind.key == eq::KIND.key && self.expected.is_null()
    }

    fn mismatch(&self, view: Result<View<'_>, &str>, show: Show) -> Mismatch {
        let expected_text = format!("expected {}", self.describe(show));
        match view {
            Err(reason) => Mismatch {
                expected_text,
                found_text: match reason.starts_with("no ") {
                    true => format!("found {reason}"),
                    false => reason.to_owned(),
                },
                detail: None,
                help: (reason.starts_with("no ") && self.is_null())
                    .then(|| "to ask that it is not there write `exists: false`".to_owned()),
                diff: None,
            },
            Ok(view) => {
                let why = self.predicate.explain(view, show);
                let found = why.found.unwrap_or_else(|| show(view));
                let found_text = format!("found {found}");
                let (detail, help, diff) = (why.detail, why.help, why.diff);
                Mismatch { expected_text, found_text, detail, help, diff }
            }
        }
    }
}

/// A shorthand as written: `2xx`, `one of 200, 201`.
fn shorthand(written: &Value) -> String {
    match written {
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(Value::to_text).collect();
            format!("one of {}", items.join(", "))
        }
        other => other.to_text(),
    }
}

fn kept(view: View<'_>, holds: bool) -> Option<Value> {
    let is_whole = view.items().is_some() || view.members().is_some();
    let limit = match holds {
        true if is_whole => return None,
        true => KEPT_OF_PASSING,
        false => KEPT_OF_FAILING,
    };
    (view.weight(limit) <= limit).then(|| view.to_value())
}

impl Expectation {
    /// That asks nothing.
    #[must_use]
    pub fn nothing() -> Expectation {
        Expectation { clauses: Vec::new(), show: words::plain }
    }

    /// Checks every clause.
    #[must_use]
    pub fn check(&self, found: &Found<'_>) -> Vec<ClauseResult> {
        self.clauses.iter().map(|clause| clause.check(found, self.show)).collect()
    }

    /// Whether every clause holds of what is there.
    #[must_use]
    pub fn holds(&self, view: View<'_>) -> bool {
        self.clauses.iter().all(|clause| clause.predicate.holds(view))
    }

    /// Whether it holds of nothing; `None` when it does not speak of that.
    #[must_use]
    pub fn missing(&self) -> Option<bool> {
        all_of(self.clauses.iter().map(|clause| clause.predicate.missing()))
    }

    /// What it expects, in words.
    #[must_use]
    pub fn describe(&self, show: Show) -> String {
        let parts: Vec<String> = self.clauses.iter().map(|clause| clause.describe(show)).collect();
        parts.join(" and ")
    }

    /// Why the first clause that fails does.
    #[must_use]
    pub fn explain(&self, view: View<'_>, show: Show) -> Explanation {
        self.clauses
            .iter()
            .find(|clause| !clause.predicate.holds(view))
            .map(|clause| clause.predicate.explain(view, show))
            .unwrap_or_default()
    }
}

/// Kleene's "and": false wins, then unknown.
pub(super) fn all_of(parts: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    let mut all = Some(true);
    for part in parts {
        match part {
            Some(false) => return Some(false),
            Some(true) => {}
            None => all = None,
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::probe::{judge, judge_missing, literal, mistakes, value};
    use crate::check::subjects::find_subject;

    #[test]
    fn all_predicates_must_hold_and_each_is_reported() {
        assert_eq!(judge(r#"{"ge": 2, "lt": 4}"#, "3"), "holds");
        assert_eq!(
            judge(r#"{"ge": 4, "ne": 3}"#, "3"),
            "expected at least 4\nfound 3\nexpected anything but 3\nfound 3"
        );
    }

    #[test]
    fn what_a_person_may_have_meant_is_suggested() {
        assert_eq!(
            mistakes(r#"{"login": "octokit", "id": 1}"#),
            "`login` is not a predicate; to compare with a mapping write `eq: {login: …, …}`"
        );
        assert_eq!(mistakes(r#"{"gte": 1}"#), "`gte` is not a predicate; did you mean `ge`?");
        assert_eq!(
            mistakes(r#"{"contians": "a"}"#),
            "`contians` is not a predicate; did you mean `contains`?"
        );
        assert_eq!(
            mistakes(r#"{"$": {"gt": 1}}"#),
            "`$` is not a predicate; write the predicates here without `$`"
        );
        assert_eq!(
            mistakes("{}"),
            "an empty mapping asserts nothing; write a predicate such as `exists: true`, or \
             `eq: {}` for an empty mapping"
        );
    }

    #[test]
    fn every_mistake_is_reported_at_its_place() {
        let written = literal(
            r#"{"lt": null, "any": [{"matches": "("}, {"eqq": 1}], "eq": {"a": {"$": {}}}}"#,
        );
        let key = |key: &str| Segment::Key(key.to_owned());
        let paths: Vec<Vec<Segment>> =
            compile_argument(&written).unwrap_err().into_iter().map(|error| error.path).collect();
        assert_eq!(
            paths,
            [
                vec![key("lt")],
                vec![key("any"), Segment::Index(0), key("matches")],
                vec![key("any"), Segment::Index(1), Segment::KeyItself("eqq".to_owned())],
                vec![key("eq"), key("a"), key("$")],
            ]
        );
    }

    #[test]
    fn what_a_template_gave_is_data() {
        let rendered = Argument::Opaque(value(r#"{"gt": 1}"#));
        let expectation = compile_argument(&rendered).unwrap();
        assert!(expectation.holds(View::Value(&value(r#"{"gt": 1}"#))));
        assert!(!expectation.holds(View::Value(&value("2"))));
        let list = compile_argument(&Argument::Object(vec![(
            "in".to_owned(),
            Argument::Opaque(value(r#"["a", {"$": {"gt": 1}}]"#)),
        )]));
        assert!(list.unwrap().holds(View::Value(&value(r#"{"$": {"gt": 1}}"#))));
    }

    #[test]
    fn bytes_stand_alone_as_a_value() {
        let text = find_subject("bytes").unwrap();
        let found = Found::Bytes(b"\x00\xff");
        for argument in [r#"{"$hex": "00ff"}"#, r#"{"eq": {"$base64": "AP8="}}"#] {
            let expectation = compile(text, &literal(argument)).unwrap();
            assert!(expectation.check(&found).iter().all(ClauseResult::holds), "{argument}");
        }
        let expectation = compile(text, &literal(r#""ab""#)).unwrap();
        assert!(expectation.check(&Found::Bytes(b"ab")).iter().all(ClauseResult::holds));
    }

    #[test]
    fn reports_keep_small_values() {
        let kept = |argument: &str, found: Value| {
            let expectation = compile_argument(&literal(argument)).unwrap();
            expectation.check(&Found::value(found)).remove(0).found
        };
        assert_eq!(kept(r#"{"ge": 1}"#, Value::from(2_i64)), Some(Value::from(2_i64)));
        assert_eq!(kept(r#"{"exists": true}"#, Value::from("x".repeat(2000))), None);
        assert_eq!(kept(r#"{"empty": false}"#, value("[1]")), None);
        assert_eq!(kept(r#"{"empty": true}"#, value("[1]")), Some(value("[1]")));
        assert_eq!(kept(r#"{"empty": true}"#, Value::from("x".repeat(70_000))), None);
    }

    #[test]
    fn why_the_request_failed_is_told_as_it_is() {
        let expectation = compile_argument(&literal("1")).unwrap();
        let found = Found::Missing("the request failed: ReadTimeout: no answer in 5s".to_owned());
        let mismatch = expectation.check(&found).remove(0).mismatch.unwrap();
        assert_eq!(mismatch.found_text, "the request failed: ReadTimeout: no answer in 5s");
        assert_eq!(judge_missing("1"), "expected 1\nfound no header `x-gone`");
    }
}
