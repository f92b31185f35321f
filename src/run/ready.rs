//! What is refused once variables have values and before anything is sent; then a collection's
//! first state.

use super::build::{self, allow, path_alone};
use super::mask::Masker;
use super::state::State;
use super::{Context, step};
use crate::diagnostic::Diagnostic;
use crate::model::shapes::{DataArgument, FileContent, SendArgument};
use crate::model::{Act, Checks, Compare, RequestSpec, SocketSpec};
use crate::plan::{Plan, PlannedHooks, render_variables};
use crate::source::Span;
use crate::template::Variables;
use std::path::Path;
use std::sync::Arc;

/// What a run is made of: every collection with its variables rendered, in order.
pub type Prepared = (Arc<Context>, State);

/// A collection's context and first state.
///
/// # Errors
/// Every variable that cannot be rendered, and every session whose literal defaults cannot be
/// built.
pub fn prepare_collection(
    mut context: Context,
    plan: &Arc<Plan>,
) -> Result<Prepared, Vec<Diagnostic>> {
    let seed = step::seed(context.world.seed, "vars", 0);
    let mut scope = context.scope(Variables::default(), seed);
    let vars = render_variables(plan, 0, Vec::new(), &scope)?;
    let mut refused = paths_alone(&context);
    refused.extend(outside(&context));
    if !refused.is_empty() {
        return Err(refused);
    }
    let empty = std::mem::replace(&mut scope.vars, vars);
    context.enter_early(&mut scope);
    let vars = std::mem::replace(&mut scope.vars, empty);
    let mut masker = Masker::default();
    for name in &plan.secrets {
        if let Some(value) = vars.get(name) {
            masker.add_value(value);
        }
    }
    scope.take_learned().iter().for_each(|value| masker.add_value(value));
    context.secrets = masker.secrets().into();
    context.sessions = plan
        .sessions
        .iter()
        .map(|session| {
            let mut references = Vec::new();
            session.layers.iter().for_each(|layer| layer.references(&mut references));
            if !references.is_empty() {
                return Ok(None);
            }
            build::session(&session.layers, None, &context, &scope)
                .map(|session| Some(Arc::new(session)))
        })
        .collect::<Result<_, _>>()
        .map_err(|mut diagnostic| {
            masker.diagnostic(&mut diagnostic);
            vec![*diagnostic]
        })?;
    context.begin_served(&vars);
    let state = State { vars, ..State::default() };
    Ok((Arc::new(context), state))
}

/// Paths written without a template in a session that has no `base_url`: what needs no value to
/// be refused.
fn paths_alone(context: &Context) -> Vec<Diagnostic> {
    if context.options.overrides.base_url.is_some() {
        return Vec::new();
    }
    let has_base = |session: usize| {
        let layers = context.plan.sessions.get(session).map(|session| session.layers.iter());
        layers.is_some_and(|mut layers| layers.any(|layer| layer.base_url.is_some()))
    };
    let steps = context.plan.leaves().into_iter().filter(|step| !has_base(step.session));
    let requests = steps.filter_map(|step| step.request());
    let paths = requests.filter_map(|spec| spec.url.as_literal().map(|url| (spec, url)));
    paths
        .filter(|(_, url)| url.0.starts_with('/'))
        .map(|(spec, url)| path_alone(&url.0, spec))
        .collect()
}

/// Files outside the collection's folder that it says, without a template, it would use.
fn outside(context: &Context) -> Vec<Diagnostic> {
    let leaves = context.plan.leaves();
    let requests = leaves.iter().filter_map(|step| step.request());
    let sockets = leaves.iter().filter_map(|step| step.socket());
    let hooks = leaves.iter().flat_map(|step| saved(&step.hooks));
    let mut named: Vec<(&Path, Span)> =
        requests.flat_map(named).chain(sockets.flat_map(opened)).chain(hooks).collect();
    let routes = context.plan.mocks.iter().flat_map(|mock| &mock.spec.routes);
    let replies = routes.flat_map(|route| &route.replies);
    named.extend(replies.filter_map(|reply| {
        let data = reply.data.as_ref()?;
        let DataArgument::File(path) = data.as_literal()? else { return None };
        Some((path.as_path(), data.span()))
    }));
    // A collection's hook is one of every step.
    let mut seen = std::collections::BTreeSet::new();
    named.retain(|(_, span)| seen.insert(*span));
    let named = named.into_iter();
    let refused = named.filter_map(|(path, span)| allow(path, span, context).err());
    refused.map(|diagnostic| *diagnostic).collect()
}

/// The paths that hooks write to, and where.
fn saved(hooks: &PlannedHooks) -> impl Iterator<Item = (&Path, Span)> {
    let hooks = hooks.response.iter().chain(&hooks.failure);
    let literal = hooks.filter_map(|hook| Some((hook.written.as_literal()?, hook.written.span())));
    literal.filter_map(|(hook, span)| Some((hook.0.writes()?, span)))
}

/// The paths written in a socket, and where.
fn opened(socket: &SocketSpec) -> Vec<(&Path, Span)> {
    let address = &socket.address;
    let door = address.as_literal().and_then(|literal| literal.0.path());
    let mut paths: Vec<(&Path, Span)> = Vec::new();
    paths.extend(door.map(|path| (path.as_path(), address.span())));
    for line in &socket.script {
        if let Act::Send(data) = &line.act
            && let Some(SendArgument::File(path)) = data.as_literal()
        {
            paths.push((path, data.span()));
        }
    }
    paths.extend(snapshots(&socket.checks));
    paths
}

/// The files that what came is compared with, and where.
fn snapshots(checks: &Checks) -> impl Iterator<Item = (&Path, Span)> {
    checks.assertions.iter().filter_map(|assertion| match &assertion.compare {
        Compare::Snapshot { snapshot, node, .. } => Some((snapshot.path.as_path(), node.span)),
        _ => None,
    })
}

/// The paths written in a request, and where.
fn named(request: &RequestSpec) -> Vec<(&Path, Span)> {
    let mut paths: Vec<(&Path, Span)> = Vec::new();
    if let Some(save) = &request.save {
        paths.extend(save.as_literal().map(|path| (path.0.as_path(), save.span())));
    }
    if let Some(data) = &request.data
        && let Some(DataArgument::File(path)) = data.as_literal()
    {
        paths.push((path, data.span()));
    }
    if let Some(files) = &request.files {
        for (_, file) in files.as_literal().into_iter().flat_map(|files| &files.0) {
            if let FileContent::Path(path) = &file.content {
                paths.push((path, files.span()));
            }
        }
    }
    paths.extend(snapshots(&request.checks));
    paths
}
