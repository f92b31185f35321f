//! The root of all names of one render.

use super::RequestView;
use super::names::{EnvView, StepsView, VarsView};
use crate::template::convert::{Numbers, to_dynamic};
use crate::template::{Row, Scope};
use minijinja::value::{Object, ObjectRepr};
use minijinja::{State, Value as Dynamic};
use std::fmt;
use std::sync::{Arc, OnceLock};

/// What functions find the context by; no template can spell it.
const SELF: &str = "\0context";

/// What one render looks names up in.
#[derive(Debug)]
pub(in crate::template) struct Context {
    /// What there is to see.
    pub(in crate::template) scope: Scope,
    /// What numbers become.
    pub(in crate::template) numbers: Numbers,
    /// The first environment variable that was turned to text without being set: where the
    /// engine gives us no way to fail, the render fails afterwards.
    pub(in crate::template) missing: OnceLock<String>,
}

impl Context {
    pub(in crate::template) fn new(scope: &Scope, numbers: Numbers) -> Arc<Context> {
        Arc::new(Context { scope: scope.clone(), numbers, missing: OnceLock::new() })
    }

    /// The context a function or filter is called in.
    pub(in crate::template) fn of(state: &State) -> Option<Arc<Context>> {
        state.lookup(SELF)?.downcast_object::<Context>()
    }

    fn reserved(self: &Arc<Self>, name: &str) -> Option<Dynamic> {
        let scope = &self.scope;
        match name {
            SELF => Some(Dynamic::from_dyn_object(Arc::clone(self))),
            "vars" => Some(Dynamic::from_object(VarsView(Arc::clone(self)))),
            "env" => Some(Dynamic::from_object(EnvView(Arc::clone(self)))),
            "steps" => Some(Dynamic::from_object(StepsView(Arc::clone(self)))),
            "server" => {
                let url = scope.server.as_ref()?;
                Some(Dynamic::from_pairs([("url", Dynamic::from(Arc::clone(url)))]))
            }
            "listen" => self.listen(),
            "mocks" => urls(&self.scope.mocks),
            "receive" => urls(&self.scope.listeners),
            "step" => self.step(),
            "request" => self.request(),
            "response" => super::response(scope.exchange.as_ref()?, self.numbers),
            "item" => self.row().map(|row| to_dynamic(&row.item, self.numbers)),
            "loop" => self.repetition(),
            "line" => scope.line.as_ref().map(|line| to_dynamic(line, self.numbers)),
            _ => None,
        }
    }

    /// Where each of the frame's sockets listens; none is no name at all.
    fn listen(&self) -> Option<Dynamic> {
        let frame = self.scope.vars.frame();
        let mut listens = self.scope.listens.iter().filter(|one| one.frame == frame).peekable();
        listens.peek()?;
        let named = listens.map(|one| (Arc::clone(&one.id), super::listening(one)));
        Some(Dynamic::from_pairs(named))
    }

    fn step(&self) -> Option<Dynamic> {
        let (name, id, index, attempt) = self.scope.step.as_ref()?;
        Some(Dynamic::from_pairs([
            ("name", Dynamic::from(Arc::clone(name))),
            ("id", Dynamic::from(Arc::clone(id))),
            ("index", Dynamic::from(*index)),
            ("attempt", Dynamic::from(*attempt)),
            ("page", Dynamic::from(self.scope.page)),
        ]))
    }

    fn repetition(&self) -> Option<Dynamic> {
        let row = self.row()?;
        Some(Dynamic::from_pairs([
            ("index", Dynamic::from(row.index)),
            ("index0", Dynamic::from(row.index.saturating_sub(1))),
            ("first", Dynamic::from(row.index == 1)),
            ("last", Dynamic::from(row.index == row.length)),
            ("length", Dynamic::from(row.length)),
        ]))
    }

    fn row(&self) -> Option<&Row> {
        self.scope.row.as_ref()?.seen_in(self.scope.vars.frame())
    }

    fn of_row(&self, name: &str) -> Option<Dynamic> {
        let value = self.scope.row.as_ref()?.get(name, self.scope.vars.frame())?.clone();
        Some(to_dynamic(&Arc::new(value), self.numbers))
    }

    fn request(&self) -> Option<Dynamic> {
        let exchanged = self.scope.exchange.as_ref();
        if let Some(sent) = exchanged.and_then(|it| super::request(it, self.numbers)) {
            return Some(sent);
        }
        let request = Arc::clone(self.scope.request.as_ref()?);
        Some(Dynamic::from_object(RequestView::prepared(request)))
    }
}

/// `NAME.url` of each; what has no name has its `url` itself.
fn urls(served: &[(Arc<str>, Arc<str>)]) -> Option<Dynamic> {
    if served.is_empty() {
        return None;
    }
    let url = |url: &Arc<str>| ("url", Dynamic::from(Arc::clone(url)));
    Some(Dynamic::from_pairs(served.iter().map(|(name, address)| match &**name {
        "" => url(address),
        name => (name, Dynamic::from_pairs([url(address)])),
    })))
}

impl Object for Context {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Map
    }

    fn get_value(self: &Arc<Self>, key: &Dynamic) -> Option<Dynamic> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Dynamic> {
        let known = self.reserved(key).or_else(|| self.of_row(key));
        known.or_else(|| self.scope.vars.dynamic(key, self.numbers))
    }
}

/// An environment variable that is not set: false to `or`, undefined to `default` and
/// `is defined`, an error as a value.
pub(in crate::template) struct MissingEnv {
    /// Its name.
    pub(in crate::template) name: String,
    /// Where its use is noted.
    pub(super) context: Arc<Context>,
}

impl fmt::Debug for MissingEnv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MissingEnv({})", self.name)
    }
}

impl Object for MissingEnv {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn is_true(self: &Arc<Self>) -> bool {
        false
    }

    fn render(self: &Arc<Self>, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.context.missing.get_or_init(|| self.name.clone());
        Ok(())
    }
}
