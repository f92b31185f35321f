//! A request as written to a request as Requests takes it: rendered, its session's layers merged.

use super::Context;
use super::upload::{CommandUpload, StdinUpload};
use crate::diagnostic::{Diagnostic, codes};
use crate::http::{
    Address, Cert, Chunks, Data, FilePart, FileUpload, Mapping, Mounts, Params, PartContent,
    Request, Verify,
};
use crate::model::shapes::{
    AdaptersArgument, DataArgument, FileArgument, FileContent, FilesArgument,
};
use crate::model::{Arguments, RequestSpec, SessionSpec, Shape, Written, is_same, is_same_header};
use crate::plan::{PlannedStep, unreadable};
use crate::source::Span;
use crate::template::Scope;
use crate::world::Program;
use std::path::Path;
use std::sync::Arc;

/// What the command line lays over every session: `--timeout`, `--insecure`, `--proxy`, ….
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// Requests' arguments.
    pub request: Request,
    /// `--base-url`.
    pub base_url: Option<String>,
}

/// A request and its session's defaults, ready for [`crate::http::prepare`].
#[derive(Debug)]
pub struct Built {
    /// The request's own arguments.
    pub request: Request,
    /// The session's.
    pub session: Arc<Request>,
    /// Whether a status nobody speaks of must be below 400.
    pub raise_for_status: bool,
}

/// A request that could not be built: what the file says is wrong with it.
pub type BuildError = Box<Diagnostic>;

/// Renders a step's request.
///
/// # Errors
/// A template that fails or gives a wrong shape; a file that cannot be read.
pub fn build(context: &Context, planned: &PlannedStep, scope: &Scope) -> Result<Built, BuildError> {
    let Some(spec) = planned.request() else {
        return Err(Box::new(Diagnostic::error(
            &codes::model::MISSING_KEY,
            planned.span,
            "no request",
            "",
        )));
    };
    let layers = context
        .plan
        .sessions
        .get(planned.session)
        .map(|session| session.layers.as_slice())
        .unwrap_or_default();
    let session = match context.sessions.get(planned.session) {
        Some(Some(session)) => Arc::clone(session),
        _ => Arc::new(session(layers, Some(&spec.arguments), context, scope)?),
    };
    let mut raise_for_status = true;
    for layer in layers {
        raise_for_status = one(layer.raise_for_status.as_ref(), scope)?.unwrap_or(raise_for_status);
    }
    let mut request = request(spec, layers, context, scope)?;
    if let Some(graphql) = &spec.graphql {
        super::graphql::put(graphql, &mut request, &session, context, scope)?;
    }
    Ok(Built { request, session, raise_for_status })
}

/// A session's layers as one set of defaults. What `request` replaces is not rendered.
pub(super) fn session(
    layers: &[Arc<SessionSpec>],
    request: Option<&Arguments>,
    context: &Context,
    scope: &Scope,
) -> Result<Request, BuildError> {
    let mut merged = Request::default();
    for (index, layer) in layers.iter().enumerate() {
        let above = layers.iter().skip(index + 1).map(|layer| &layer.arguments);
        let replacing: Vec<&Arguments> = above.chain(request).collect();
        let mut over = Request::default();
        arguments(&layer.arguments, &replacing, context, scope, &mut over)?;
        over.mounts = mounts(layer, context, scope)?;
        over.trust_env = one(layer.trust_env.as_ref(), scope)?;
        merged = lay_over(merged, over);
    }
    Ok(merged)
}

fn request(
    spec: &RequestSpec,
    layers: &[Arc<SessionSpec>],
    context: &Context,
    scope: &Scope,
) -> Result<Request, BuildError> {
    let mut request = Request { secrets: Arc::clone(&context.secrets), ..Request::default() };
    request.method =
        spec.method.as_ref().map(|method| method.resolve(scope)).transpose()?.map(|m| m.0.clone());
    request.url = url(spec, layers, context, scope)?;
    arguments(&spec.arguments, &[], context, scope, &mut request)?;
    if let Some(data) = &spec.data {
        let argument = data.resolve(scope)?;
        if matches!(*argument, DataArgument::Command(..)) && !names_command(data) {
            return Err(Box::new(given_command(data.span())));
        }
        request.data = body(&argument, data.span(), context, scope)?;
    }
    if let Some(json) = &spec.json {
        request.json = Some(json.resolve(scope)?.0.clone());
    }
    if let Some(files) = &spec.files {
        request.files = Some(parts(&*files.resolve(scope)?, files.span(), context)?);
    }
    request.allow_redirects = one(spec.allow_redirects.as_ref(), scope)?;
    request.encoding = spec
        .encoding
        .as_ref()
        .map(|encoding| encoding.resolve(scope))
        .transpose()?
        .map(|e| e.0.clone());
    let overrides = &context.options.overrides.request;
    // What a person says on the command line holds for every request.
    request.timeout = overrides.timeout.or(request.timeout);
    request.verify = overrides.verify.clone().or(request.verify);
    request.cert = overrides.cert.clone().or(request.cert);
    if !overrides.proxies.is_empty() {
        request.proxies.clone_from(&overrides.proxies);
    }
    Ok(request)
}

/// Whether the file itself says that the body is a program's.
fn names_command(data: &Written<DataArgument>) -> bool {
    let members = data.node().as_mapping().unwrap_or_default();
    members.iter().any(|it| &*it.key == "$command" && it.value.as_sequence().is_some())
}

/// A value from elsewhere, such as a response's, must not become a program.
fn given_command(span: Span) -> Diagnostic {
    let message = "a template gives `$command`: a program is named in the file itself";
    Diagnostic::error(&codes::cli::NOT_ALLOWED, span, message, "not from a template")
        .help("write `data: {$command: […]}`; its parts may be templates")
}

/// A path with nothing to put it behind.
pub(super) fn path_alone(path: &str, spec: &RequestSpec) -> Diagnostic {
    let message = format!("`{path}` is a path, and the session has no `base_url`");
    let code = &codes::request::NO_BASE_URL;
    Diagnostic::error(code, spec.url.span(), message, "a path alone")
        .help("write the whole URL, or set `base_url` in `session`")
}

/// The URL; a path is put behind the session's `base_url`.
fn url(
    spec: &RequestSpec,
    layers: &[Arc<SessionSpec>],
    context: &Context,
    scope: &Scope,
) -> Result<String, BuildError> {
    let url = spec.url.resolve(scope)?;
    if !url.0.starts_with('/') {
        return Ok(url.0.clone());
    }
    let written = layers.iter().rev().find_map(|layer| layer.base_url.as_ref());
    let base = match (&context.options.overrides.base_url, written) {
        (Some(base), _) => base.clone(),
        (None, Some(base)) => base.resolve(scope)?.0.clone(),
        (None, None) => return Err(Box::new(path_alone(&url.0, spec))),
    };
    Ok(format!("{}{}", base.trim_end_matches('/'), url.0))
}

/// Renders arguments but for what those `over` them replace.
fn arguments(
    own: &Arguments,
    over: &[&Arguments],
    context: &Context,
    scope: &Scope,
    into: &mut Request,
) -> Result<(), BuildError> {
    if let Some(params) = &own.params {
        let params = params.resolve_under(over, |over| &over.params, is_same, scope)?;
        into.params = params.0.clone();
    }
    if let Some(headers) = &own.headers {
        let headers = headers.resolve_under(over, |over| &over.headers, is_same_header, scope)?;
        into.headers = headers.0.clone();
    }
    if let Some(cookies) = &own.cookies {
        let cookies = cookies.resolve_under(over, |over| &over.cookies, is_same, scope)?;
        into.cookies = cookies.0.clone();
    }
    if let Some(auth) = own.unless_replaced(over, |over| &over.auth) {
        into.auth = Some(auth.resolve(scope)?.0.clone());
    }
    if let Some(timeout) = own.unless_replaced(over, |over| &over.timeout) {
        into.timeout = Some(timeout.resolve(scope)?.0);
    }
    into.max_redirects = one(own.unless_replaced(over, |over| &over.max_redirects), scope)?;
    if let Some(proxies) = &own.proxies {
        let proxies = proxies.resolve_under(over, |over| &over.proxies, is_same, scope)?;
        into.proxies = proxies.0.clone();
    }
    if let Some(verify) = own.unless_replaced(over, |over| &over.verify) {
        let value = verify.resolve(scope)?.0.clone();
        if let Verify::Bundle(path) = &value {
            allow(path, verify.span(), context)?;
        }
        into.verify = Some(value);
    }
    if let Some(cert) = own.unless_replaced(over, |over| &over.cert) {
        let value = cert.resolve(scope)?.0.clone();
        for Cert { cert: path, key } in value.iter() {
            allow(path, cert.span(), context)?;
            key.iter().try_for_each(|key| allow(key, cert.span(), context))?;
        }
        into.cert = Some(value);
    }
    Ok(())
}

/// `adapters`; a unix socket is a file of this machine, and not any collection's to speak to.
fn mounts(
    layer: &SessionSpec,
    context: &Context,
    scope: &Scope,
) -> Result<Arc<Mounts>, BuildError> {
    let Some(adapters) = &layer.adapters else { return Ok(Arc::default()) };
    let mounts = adapters.resolve(scope)?.0.clone();
    for (prefix, mount) in mounts.iter() {
        if let Some(Address::Unix(path)) = &mount.address {
            allow(path, socket_span(adapters, prefix), context)?;
        }
    }
    Ok(Arc::new(mounts))
}

/// Where an adapter's `unix_socket` is written; the adapters' own place when that is a template.
fn socket_span(adapters: &Written<AdaptersArgument>, prefix: &str) -> Span {
    let members = adapters.node().as_mapping().unwrap_or_default();
    let adapter = members.iter().find(|member| member.key.to_lowercase() == prefix);
    let socket = adapter.and_then(|adapter| adapter.value.get("unix_socket"));
    socket.map_or(adapters.span(), |socket| socket.span)
}

/// Refuses a file that a collection may not use, whoever would open it.
pub(super) fn allow(path: &Path, span: Span, context: &Context) -> Result<(), BuildError> {
    match context.world.files.allow(path) {
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
            Err(Box::new(unreadable(path, span, &error)))
        }
        // What else is wrong with it is told by who opens it, should it come to that.
        _ => Ok(()),
    }
}

fn one<T: Shape + Copy>(
    field: Option<&Written<T>>,
    scope: &Scope,
) -> Result<Option<T>, BuildError> {
    Ok(field.map(|field| field.resolve(scope)).transpose()?.map(|value| *value))
}

/// `merge_setting` between two layers of a session: mappings by key, the rest replaced.
fn lay_over(under: Request, over: Request) -> Request {
    Request {
        params: lay_params(under.params, over.params),
        headers: lay_mapping(under.headers, over.headers, |a, b| a.eq_ignore_ascii_case(b)),
        cookies: {
            let mut cookies = under.cookies;
            for cookie in over.cookies {
                cookies.retain(|below| below.name != cookie.name);
                cookies.push(cookie);
            }
            cookies
        },
        proxies: lay_mapping(under.proxies, over.proxies, |a, b| a == b),
        auth: over.auth.or(under.auth),
        timeout: over.timeout.or(under.timeout),
        allow_redirects: over.allow_redirects.or(under.allow_redirects),
        max_redirects: over.max_redirects.or(under.max_redirects),
        verify: over.verify.or(under.verify),
        cert: over.cert.or(under.cert),
        trust_env: over.trust_env.or(under.trust_env),
        mounts: match under.mounts.is_empty() {
            true => over.mounts,
            false => Arc::new(Mounts::clone(&under.mounts).under(&over.mounts)),
        },
        ..over
    }
}

fn lay_params(under: Option<Params>, over: Option<Params>) -> Option<Params> {
    match (under, over) {
        (Some(Params::Mapping(under)), Some(Params::Mapping(over))) => {
            Some(Params::Mapping(lay_mapping(under, over, |a, b| a == b)))
        }
        (under, over) => over.or(under),
    }
}

fn lay_mapping<T>(
    under: Mapping<T>,
    over: Mapping<T>,
    is_same: fn(&str, &str) -> bool,
) -> Mapping<T> {
    let mut merged = under;
    for (name, value) in over {
        match merged.iter_mut().find(|(below, _)| is_same(below, &name)) {
            Some(slot) => *slot = (name, value),
            None => merged.push((name, value)),
        }
    }
    merged
}

fn body(
    data: &DataArgument,
    span: Span,
    context: &Context,
    scope: &Scope,
) -> Result<Option<Data>, BuildError> {
    Ok(Some(match data {
        DataArgument::None => return Ok(None),
        DataArgument::Text(text) => Data::Text(text.clone()),
        DataArgument::Bytes(bytes) => Data::Bytes(bytes.clone()),
        DataArgument::Form(fields) => Data::Form(fields.clone()),
        DataArgument::File(path) => Data::Stream(Arc::new(open(path, span, context)?)),
        DataArgument::Chunks(chunks) => Data::Stream(Arc::new(Chunks(chunks.clone()))),
        DataArgument::Command(argv, folder) => {
            let program = Program { argv: argv.clone(), folder: folder.clone(), env: Vec::new() };
            let programs = scope.world.programs.clone();
            Data::Stream(Arc::new(CommandUpload::new(program, programs)))
        }
        DataArgument::Stdin => Data::Stream(Arc::new(StdinUpload::default())),
    }))
}

fn parts(
    files: &FilesArgument,
    span: Span,
    context: &Context,
) -> Result<Vec<(String, FilePart)>, BuildError> {
    let parts = files.0.iter().map(|(field, file)| {
        let FileArgument { filename, content, content_type, headers } = file;
        let content = match content {
            FileContent::Inline(bytes) => PartContent::Bytes(bytes.clone()),
            FileContent::Path(path) => PartContent::Stream(Arc::new(open(path, span, context)?)),
        };
        let part = FilePart {
            filename: filename.clone(),
            content,
            content_type: content_type.clone(),
            headers: headers.clone(),
        };
        Ok((field.clone(), part))
    });
    parts.collect()
}

fn open(path: &Path, span: Span, context: &Context) -> Result<FileUpload, BuildError> {
    FileUpload::new(Arc::clone(&context.world.files), path)
        .map_err(|error| Box::new(unreadable(path, span, &error)))
}
