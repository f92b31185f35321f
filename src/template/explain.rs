//! What went wrong in a template, in people's words, at its place in the file. Values are never
//! printed: they may be secret.

use super::engine::{self, Callable};
use super::findings::Problem;
use super::place::Place;
use crate::diagnostic::codes::template as codes;
use crate::diagnostic::{Code, Diagnostic};
use minijinja::{Error, ErrorKind};
use std::error::Error as _;
use std::fmt;
use std::ops::Range;

/// What one of our functions says about its arguments; carried as a minijinja error's source.
#[derive(Debug)]
pub(super) struct Complaint {
    message: String,
    help: Option<String>,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Complaint {}

/// An error of a function of ours.
pub(super) fn complain(message: impl Into<String>) -> Error {
    complain_with_help(message, None)
}

/// An error of a function of ours that knows what to do about it.
pub(super) fn complain_with_help(message: impl Into<String>, help: Option<String>) -> Error {
    let complaint = Complaint { message: message.into(), help };
    Error::new(ErrorKind::InvalidOperation, complaint.message.clone()).with_source(complaint)
}

/// What is put behind operands before minijinja sees them.
pub(super) const INSERTED: &str = "|string";

/// Where it was put, as bytes of the text as written, in order.
pub(super) type Inserted = Box<[usize]>;

/// A template that did not compile or render.
#[derive(Debug)]
pub(super) struct Failure {
    cause: Cause,
    /// Where in the template the text minijinja saw begins.
    offset: usize,
    /// What minijinja's ranges count that was not written.
    inserted: Inserted,
    /// Where to point when minijinja does not say.
    range: Option<Range<usize>>,
}

#[derive(Debug)]
enum Cause {
    Engine(Error),
    Unclosed,
    UnclosedBracket,
    MissingEnv(String),
}

impl Failure {
    pub(super) fn new(error: Error, offset: usize) -> Failure {
        Failure { cause: Cause::Engine(error), offset, inserted: Inserted::default(), range: None }
    }

    /// `{{` without its `}}`.
    pub(super) fn unclosed(range: Range<usize>) -> Failure {
        Failure {
            cause: Cause::Unclosed,
            offset: 0,
            inserted: Inserted::default(),
            range: Some(range),
        }
    }

    /// A bracket that is still open at `}}`.
    pub(super) fn unclosed_bracket(range: Range<usize>) -> Failure {
        Failure {
            cause: Cause::UnclosedBracket,
            offset: 0,
            inserted: Inserted::default(),
            range: Some(range),
        }
    }

    /// An environment variable that is not set was used as a value.
    pub(super) fn missing_env(name: &str) -> Failure {
        Failure {
            cause: Cause::MissingEnv(name.to_owned()),
            offset: 0,
            inserted: Inserted::default(),
            range: None,
        }
    }

    /// Takes out of minijinja's ranges what was put into the text.
    pub(super) fn without(mut self, inserted: &Inserted) -> Failure {
        self.inserted.clone_from(inserted);
        self
    }

    /// The byte as written of a byte minijinja saw.
    fn written(&self, byte: usize) -> usize {
        let mut before = 0;
        for at in &self.inserted {
            if at + before >= byte {
                break;
            }
            before += INSERTED.len().min(byte - at - before);
        }
        byte - before + self.offset
    }

    /// Where to point when nothing better is known.
    pub(super) fn within(mut self, range: Range<usize>) -> Failure {
        self.range = Some(range);
        self
    }

    pub(super) fn is_undefined(&self) -> bool {
        match &self.cause {
            Cause::Engine(error) => {
                error.kind() == ErrorKind::UndefinedError
                    || error.detail().is_some_and(|detail| detail.contains("is undefined"))
            }
            Cause::Unclosed | Cause::UnclosedBracket => false,
            Cause::MissingEnv(_) => true,
        }
    }

    /// The part of the template that failed.
    pub(super) fn range(&self, text: &str) -> Range<usize> {
        let told = match &self.cause {
            Cause::Engine(error) => error.range(),
            _ => None,
        };
        let shifted = told.map(|range| self.written(range.start)..self.written(range.end));
        let inside = shifted.filter(|range| range.end <= text.len() && range.start < range.end);
        inside.or_else(|| self.range.clone()).unwrap_or(0..text.len())
    }

    /// The diagnostic.
    pub(super) fn explain(&self, text: &str, place: &Place) -> Diagnostic {
        let span = place.locate(&trim(text, self.range(text)));
        match &self.cause {
            Cause::Unclosed => {
                Diagnostic::error(&codes::SYNTAX, span, "`{{` is not closed", "no `}}` follows")
                    .help("write `}}` after the expression")
                    .help("for the text `{{` itself, write `{{ '{{' }}`")
            }
            Cause::UnclosedBracket => {
                let message = "a bracket or quote is not closed";
                let label = "opened here, still open at `}}`";
                Diagnostic::error(&codes::SYNTAX, span, message, label).help("close it before `}}`")
            }
            Cause::MissingEnv(name) => missing_env(name, span),
            Cause::Engine(error) => {
                let diagnostic = engine_error(error, span);
                let part = text.get(self.range(text)).unwrap_or("").trim();
                match error.kind() == ErrorKind::SyntaxError && part == "=" {
                    true => diagnostic.help("write `==` to compare"),
                    false => diagnostic,
                }
            }
        }
    }
}

/// An environment variable that is not set.
pub(super) fn missing_env(name: &str, span: crate::source::Span) -> Diagnostic {
    let message = format!("the environment variable `{name}` is not set");
    Diagnostic::error(&codes::UNDEFINED, span, message, "not set")
        .help(format!("set it, or write `env.{name} or '…'` to do without it"))
}

/// A range without the blanks around it.
fn trim(text: &str, range: Range<usize>) -> Range<usize> {
    let Some(part) = text.get(range.clone()) else { return range };
    let start = range.start + (part.len() - part.trim_start().len());
    let end = start + part.trim().len();
    if start < end { start..end } else { range }
}

fn engine_error(error: &Error, span: crate::source::Span) -> Diagnostic {
    if let Some(complaint) = complaint(error) {
        let label = "this does not work";
        let mut diagnostic =
            Diagnostic::error(&codes::ARGUMENT, span, complaint.message.clone(), label);
        diagnostic.help.extend(complaint.help.clone());
        return diagnostic;
    }
    let (code, message, label) = words(error);
    Diagnostic::error(code, span, message, label)
}

fn complaint(error: &Error) -> Option<&Complaint> {
    let mut source = error.source();
    while let Some(inner) = source {
        if let Some(complaint) = inner.downcast_ref::<Complaint>() {
            return Some(complaint);
        }
        source = inner.source();
    }
    None
}

/// What one of our functions says, and its help.
pub(super) fn complaint_of(error: &Error) -> (String, Option<String>) {
    match complaint(error) {
        Some(complaint) => (complaint.message.clone(), complaint.help.clone()),
        None => (words(error).1, None),
    }
}

/// Code, message and label of minijinja's own errors.
fn words(error: &Error) -> (&'static Code, String, &'static str) {
    let detail = error.detail().filter(|detail| !shows_values(detail)).map(reword);
    let or = |text: &str| detail.clone().unwrap_or_else(|| text.to_owned());
    match error.kind() {
        ErrorKind::SyntaxError | ErrorKind::BadEscape => {
            (&codes::SYNTAX, or("this cannot be read"), "not a Jinja expression")
        }
        ErrorKind::UndefinedError => (&codes::UNDEFINED, or("this is undefined"), "undefined"),
        ErrorKind::UnknownFilter => {
            (&codes::UNKNOWN_FILTER, or("unknown filter"), "no such filter")
        }
        ErrorKind::UnknownTest => (&codes::UNKNOWN_TEST, or("unknown test"), "no such test"),
        ErrorKind::UnknownFunction => {
            (&codes::UNKNOWN_FUNCTION, or("unknown function"), "no such function")
        }
        ErrorKind::UnknownMethod => {
            (&codes::UNKNOWN_FUNCTION, or("unknown method"), "no such method")
        }
        ErrorKind::OutOfFuel | ErrorKind::WriteFailure => {
            let message = "the template runs too long or writes too much".to_owned();
            (&codes::LIMIT, message, "stopped here")
        }
        _ if detail.as_deref().is_some_and(|detail| detail.contains("recursion limit")) => {
            (&codes::LIMIT, "the template recurses too deeply".to_owned(), "stopped here")
        }
        ErrorKind::TooManyArguments => {
            (&codes::OPERATION, or("too many arguments"), "takes fewer arguments")
        }
        ErrorKind::MissingArgument => {
            (&codes::OPERATION, or("an argument is missing"), "takes more arguments")
        }
        _ => (&codes::OPERATION, or("this cannot be computed"), "fails"),
    }
}

/// Whether minijinja puts values into this text.
fn shows_values(detail: &str) -> bool {
    detail.starts_with("unable to calculate") || detail.starts_with("invalid value")
}

/// minijinja's names of tokens and kinds, as people write them.
fn reword(detail: &str) -> String {
    if detail == "unexpected end of input, expected end of block" {
        return "a statement is not closed: its `{% end… %}` is missing".to_owned();
    }
    let mut text = detail.to_owned();
    for (theirs, ours) in [
        ("end of variable block", "`}}`"),
        ("end of block", "`%}`"),
        ("start of variable block", "`{{`"),
        ("start of block", "`{%`"),
        ("unexpected end of input", "the expression ends too early"),
        ("unexpected input after expression", "something follows the expression"),
        ("identifier", "name"),
    ] {
        text = text.replace(theirs, ours);
    }
    text
}

/// A use that can never work, found at compile time.
pub(super) fn problem(
    problem: &Problem,
    text: &str,
    range: &Range<usize>,
    place: &Place,
) -> Diagnostic {
    let (callable, name) = match problem {
        Problem::OtherTemplates(name) => {
            let message = format!("`{name}` is not available: a template is one string");
            let span = place.locate(range);
            return Diagnostic::error(&codes::SYNTAX, span, message, "needs other templates");
        }
        Problem::Argument(message, help) => {
            let span = place.locate(range);
            let mut found =
                Diagnostic::error(&codes::ARGUMENT, span, message.clone(), "cannot be used");
            found.help.extend(help.clone());
            return found;
        }
        Problem::Unknown(callable, name) => (*callable, name),
    };
    let (code, kind): (&'static Code, &str) = match callable {
        Callable::Filter => (&codes::UNKNOWN_FILTER, "filter"),
        Callable::Test => (&codes::UNKNOWN_TEST, "test"),
        Callable::Function => (&codes::UNKNOWN_FUNCTION, "function"),
        Callable::Fake => (&codes::UNKNOWN_FUNCTION, "kind of fake data"),
    };
    let span = place.locate(&name_in(text, range, callable, name));
    let message = format!("unknown {kind} `{name}`");
    Diagnostic::error(code, span, message, format!("no {kind} of this name"))
        .did_you_mean(engine::suggest(callable, name))
}

/// Where the name itself stands in a filter, test or call: minijinja tells only the whole.
fn name_in(text: &str, range: &Range<usize>, callable: Callable, name: &str) -> Range<usize> {
    let part = text.get(range.clone()).unwrap_or("");
    let is_name = |at: &usize| {
        let before = part.get(..*at).unwrap_or("").chars().next_back();
        let after = part.get(at + name.len()..).unwrap_or("").chars().next();
        let joins = |next: Option<char>| next.is_some_and(|c| c.is_alphanumeric() || c == '_');
        !joins(before) && !joins(after)
    };
    let mut places = part.match_indices(name).map(|(at, _)| at).filter(is_name);
    let at = match callable {
        // The arguments come after the name, what is filtered before it.
        Callable::Filter | Callable::Test => places.find(|at| {
            let before = part.get(..*at).unwrap_or("").trim_end();
            before.is_empty()
                || before.ends_with('|')
                || before.ends_with("is")
                || before.ends_with("not")
        }),
        Callable::Function | Callable::Fake => places.next(),
    };
    at.map_or_else(|| range.clone(), |at| range.start + at..range.start + at + name.len())
}
