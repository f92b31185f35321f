//! `vars`, `env`, `steps`, `request`, `response` as minijinja objects: nothing is converted that
//! no template names.

mod context;
mod exchange;
mod headers;
mod names;
mod received;
mod talk;

pub(super) use context::{Context, MissingEnv};
pub(super) use exchange::{RequestView, ResponseView};
pub(super) use headers::HeadersView;
pub(super) use names::{EnvView, StepsView};
pub(super) use received::ReceivedView;
use talk::{listening, request, response};

/// Names that templates have without a variable being set, in the order the docs give them. A
/// variable of such a name is hidden where the reserved one is known.
pub const RESERVED: &[&str] = &[
    "vars", "env", "session", "server", "mocks", "listen", "receive", "step", "request",
    "response", "steps", "item", "loop", "line",
];
