//! What is known of a template without running it.

use super::engine::Callable;
use crate::source::Span;
use std::ops::Range;

/// A name a template uses, for ordering steps and for finding undefined names before a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// What is named.
    pub kind: ReferenceKind,
    /// The name's own place.
    pub span: Span,
    /// Whether the template says what happens when it is undefined (`is defined`, `default`):
    /// then an unknown name is no mistake.
    pub is_guarded: bool,
}

/// What a template refers to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ReferenceKind {
    /// A variable, bare or as `vars.name`.
    Variable(String),
    /// `steps['name']` or `steps.name`.
    Step(String),
    /// `steps` in a way that may be any step.
    AnyStep,
    /// `vars` in a way that may be any variable.
    AnyVariable,
    /// `env.NAME`.
    Env(String),
    /// `response`.
    Response,
    /// `request`.
    Request,
    /// `item`.
    Item,
    /// `loop`.
    Loop,
    /// `line`.
    Line,
    /// `server`.
    Server,
    /// `listen.ID`.
    Listen(String),
    /// `listen` in a way that may be any step.
    AnyListen,
    /// `mocks.NAME`; `url` where that is the name.
    Mock(String),
    /// `mocks` in a way that may be any.
    AnyMock,
    /// `receive.NAME`; an empty name in a way that may be any.
    Listener(String),
    /// `step`.
    CurrentStep,
}

/// A use that can never work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    /// No filter, test or function of this name.
    Unknown(Callable, String),
    /// A literal argument that its filter can never use: what is wrong and what to do.
    Argument(String, Option<String>),
    /// A statement that needs other templates.
    OtherTemplates(&'static str),
}

/// A name and where in the template it stands.
#[derive(Clone, Debug)]
pub(super) struct Use {
    pub(super) kind: ReferenceKind,
    pub(super) range: Range<usize>,
    pub(super) is_guarded: bool,
}

/// A chain of lookups that may turn out undefined: `response.json.items[0]`.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    /// Where the whole stands.
    pub(super) range: Range<usize>,
    /// Where the part before the last link stands; `None` for a bare name.
    pub(super) base: Option<Range<usize>>,
    /// The last link, when it is a name or a literal.
    pub(super) link: Option<String>,
}

/// All that was found.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) uses: Vec<Use>,
    pub(super) problems: Vec<(Problem, Range<usize>)>,
    /// Every unguarded chain over names that are not the template's own, innermost first.
    pub(super) chains: Vec<Chain>,
    /// Whether an operator, filter or call may need numbers to be numbers.
    pub(super) computes: bool,
    /// Where operands of `~` end that may be no text: minijinja would spell them as Python does.
    pub(super) joined: Vec<usize>,
}
