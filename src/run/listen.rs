//! The sockets that a collection listens on: bound before anything runs, so that their places are
//! known, and closed when the run has ended.

use crate::diagnostic::{Diagnostic, codes};
use crate::http::{SocketName, Way};
use crate::model::Listening;
use crate::plan::{Plan, PlannedStep, unreadable};
use crate::socket::{Address, Listener};
use crate::source::Span;
use crate::template::ListenView;
use crate::world::FileAccess;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

/// The listening sockets of one collection, a step each: of a loop all rows have one.
#[derive(Clone, Debug, Default)]
pub struct Listeners {
    bound: Vec<(Span, Arc<Listener>)>,
    /// Where they are, as templates see it.
    pub(super) views: Arc<[ListenView]>,
}

impl Listeners {
    /// Binds all of them.
    ///
    /// # Errors
    /// Each that cannot be, or may not: a unix socket is a file.
    pub fn bind(plan: &Plan, files: &dyn FileAccess) -> Result<Listeners, Vec<Diagnostic>> {
        let mut listeners = Listeners::default();
        let (mut views, mut diagnostics) = (Vec::new(), Vec::new());
        for (step, address, listening, span) in named(plan) {
            if let Some((path, error)) =
                address.path().and_then(|path| Some((path, files.allow(path).err()?)))
            {
                diagnostics.push(unreadable(path, span, &error));
                continue;
            }
            // A file that is included twice listens once.
            if let Some(bound) = listeners.of(step) {
                views.push(view(step, address, bound.name().clone()));
                continue;
            }
            match Listener::bind(address, listening.backlog) {
                Ok(listener) => {
                    views.push(view(step, address, listener.name().clone()));
                    listeners.bound.push((step.span, Arc::new(listener)));
                }
                Err(error) => diagnostics.push(unbound(address, span, &error)),
            }
        }
        listeners.views = views.into();
        if diagnostics.is_empty() { Ok(listeners) } else { Err(diagnostics) }
    }

    /// Where they would be, for commands that send nothing.
    #[must_use]
    pub fn named(plan: &Plan) -> Listeners {
        let views = named(plan).map(|(step, address, ..)| {
            let at = match &address.way {
                Way::Tcp(host, port) | Way::Udp(host, port) => {
                    let ip = host.parse().unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
                    SocketName::Ip(SocketAddr::new(ip, (*port).max(1)))
                }
                #[cfg(unix)]
                Way::Unix(path) => SocketName::Unix(Some(path.clone())),
                #[cfg(not(unix))]
                Way::Unix(_) => SocketName::Ip(SocketAddr::from((Ipv4Addr::LOCALHOST, 1))),
            };
            view(step, address, at)
        });
        Listeners { bound: Vec::new(), views: views.collect() }
    }

    /// The one of a step.
    pub(super) fn of(&self, planned: &PlannedStep) -> Option<&Arc<Listener>> {
        let found = self.bound.iter().find(|(span, _)| *span == planned.span);
        found.map(|(_, listener)| listener)
    }
}

/// The steps that listen and where.
fn named(plan: &Plan) -> impl Iterator<Item = (&PlannedStep, &Address, Listening, Span)> {
    plan.listening().filter_map(|step| {
        let socket = step.listening()?;
        let address = socket.address.as_literal()?;
        Some((step, &address.0, socket.listens?, socket.address.span()))
    })
}

fn view(step: &PlannedStep, address: &Address, at: SocketName) -> ListenView {
    let scheme = address.transport.scheme();
    ListenView { frame: step.frame, id: Arc::clone(&step.title.id), scheme, at }
}

fn unbound(address: &Address, span: Span, error: &std::io::Error) -> Diagnostic {
    let why = crate::http::adapter::reason(error);
    let message = format!("cannot listen on `{address}`: {why}");
    let diagnostic = Diagnostic::error(&codes::cli::CANNOT_OPEN, span, message, "asked for here");
    match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            diagnostic.help("port 0 takes a free one, and `{{ listen.ID.port }}` is which it is")
        }
        _ => diagnostic,
    }
}
