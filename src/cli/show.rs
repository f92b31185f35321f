//! `runner show`: the prepared requests, exact bytes, nothing sent.

use super::given::Given;
use super::open::{Ready, Servers, exec, open, quiet_options};
use super::python::python;
use super::start::Output;
use super::{ColorChoice, Exit, beside, hidden, message};
use crate::diagnostic::Diagnostic;
use crate::http::{Body, Error, PreparedRequest, prepare};
use crate::model::Loop;
use crate::plan::PlannedStep;
use crate::run::{Context, Entered, Masker, State, build, curl, edit, first_request, shown_url};
use crate::template::{Row, Scope, Variables, qualified, unqualified};
use crate::value::{Map, Value};
use crate::world::Exec;
use std::sync::Arc;

/// Arguments of `runner show`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  runner show smoke.yaml --step login --as curl")]
pub struct Args {
    /// Files, folders, globs, or `-` for stdin.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<String>,
    /// How to show: the bytes of `http`, `curl` commands, `python` (Requests), or `json`.
    #[arg(long = "as", value_enum, default_value_t, hide_possible_values = true)]
    format: Format,
    /// Let collections run programs: `exec` in hooks, `data: {$command: […]}`.
    #[arg(long, help_heading = "Trust")]
    allow_exec: bool,
    #[command(flatten)]
    given: Given,
}

/// How to show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// The bytes on the wire.
    #[default]
    Http,
    /// A curl command.
    Curl,
    /// A call of Python's Requests.
    Python,
    /// One JSON document.
    Json,
}

/// A step's request.
struct Shown {
    step: String,
    /// What it does beside this request, in words and as JSON.
    beside: (Vec<String>, Map),
    request: PreparedRequest,
    /// The request as a curl command.
    curl: String,
    /// The request as a call of Requests.
    python: String,
    /// What its templates have used as keys.
    learned: Vec<Value>,
    /// The request for the token it needs, by what shares that token.
    token: Option<(String, PreparedRequest)>,
}

/// Shows.
pub(super) fn run(args: Args, color: ColorChoice) -> Exit {
    let opened = match open(&args.paths, &args.given, color) {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    let ready = match opened.ready(&quiet_options(exec(args.allow_exec)), Servers::Named) {
        Ok(ready) => ready,
        Err(diagnostics) => {
            let masker = hidden::masker(&opened.files, &args.given);
            message::print(&diagnostics, &opened.files, color, &masker);
            return Exit::Refused;
        }
    };
    let Ready { mut collections, mut masker, .. } = ready;
    let kept = &opened.values.kept;
    collections.iter_mut().for_each(|(context, state)| kept.begin(&context.plan, state));
    let mut shown = Vec::new();
    let mut diagnostics = Vec::new();
    let mut tokens: Vec<String> = Vec::new();
    for (context, state) in &collections {
        let mut steps = Vec::new();
        shown_steps(context, state, &context.plan.steps, &mut steps);
        for (index, step) in steps {
            if step.request().is_none() || !is_asked_for(&step, &args.given.chosen.steps) {
                continue;
            }
            match prepared(context, state, index, &step) {
                Ok(request) => {
                    if let Some((key, token)) = &request.token
                        && !tokens.contains(key)
                    {
                        tokens.push(key.clone());
                        shown.push(of_token(&request.step, token.clone(), context));
                    }
                    request.learned.iter().for_each(|value| masker.add_value(value));
                    let auth = request.request.auth.iter();
                    auth.flat_map(|auth| auth.secrets(&context.environment))
                        .for_each(|secret| masker.add(&secret));
                    shown.push(request);
                }
                Err(diagnostic) => diagnostics.push(*diagnostic),
            }
        }
    }
    message::write(Output::Stdout, &text(args.format, &shown, &masker));
    if diagnostics.is_empty() {
        return Exit::Passed;
    }
    message::print(&diagnostics, &opened.files, color, &masker);
    Exit::Refused
}

/// Every step with its index, loops as their rows. Where rows are known only in the run there is
/// one, `name […]`, whose `item` is `captured_item`.
fn shown_steps(
    context: &Context,
    state: &State,
    steps: &[PlannedStep],
    into: &mut Vec<(usize, PlannedStep)>,
) {
    for (index, step) in steps.iter().enumerate() {
        let Some((looped, body)) = step.looped() else {
            into.push((index, step.clone()));
            continue;
        };
        let scope = scope(context, state, state.vars.clone(), (index, step));
        let rows = match scope.and_then(|scope| looped.rows(&scope).map_err(Box::new)) {
            Ok(rows) => step.rows(&rows, &context.plan.secrets),
            Err(_) => body.steps.iter().map(|inner| unknown_row(step, inner, looped)).collect(),
        };
        shown_steps(context, state, &rows, into);
    }
}

fn unknown_row(planned: &PlannedStep, inner: &PlannedStep, looped: &Loop) -> PlannedStep {
    let named = |name: &Arc<str>| (name.to_string(), Value::from(format!("captured_{name}")));
    let item = match looped.names.is_empty() {
        true => Value::from("captured_item"),
        false => Value::Object(looped.names.iter().map(named).collect()),
    };
    let row = Row {
        item: Arc::new(item),
        names: Arc::clone(&looped.names),
        frame: planned.frame,
        index: 1,
        length: 1,
        label: "…".into(),
        around: planned.row.clone(),
    };
    let name = format!("{} […]", inner.name).into();
    // What the loop itself uses is captured for the steps in it as well.
    let uses = inner.uses.iter().chain(&planned.uses).cloned().collect();
    PlannedStep { name, row: Some(Arc::new(row)), uses, ..inner.clone() }
}

/// What a step's templates see.
fn scope(
    context: &Context,
    state: &State,
    vars: Variables,
    (index, step): (usize, &PlannedStep),
) -> Result<Scope, Box<Diagnostic>> {
    let mut scope = context.scope(vars, context.world.seed);
    scope.row.clone_from(&step.row);
    let entered = context.enter(step.frame, &mut scope, &state.views, &mut Entered::default());
    entered
        .or_else(|mistakes| mistakes.into_iter().next().map_or(Ok(()), |one| Err(Box::new(one))))?;
    scope.step = Some((step.name.clone(), step.id.clone(), index, 1));
    Ok(scope)
}

/// `--step` shows the steps named, not those they need.
fn is_asked_for(step: &PlannedStep, names: &[String]) -> bool {
    let is_named = |name: &String| {
        let names = [&step.name, &step.id, &step.title.name, &step.title.id];
        names.iter().any(|known| ***known == **name) || step.groups.contains(name)
    };
    names.is_empty() || names.iter().any(is_named)
}

/// A step's request; what other steps would capture stands as `captured_NAME`, or as a URL of
/// that name where nothing else can be sent.
fn prepared(
    context: &Context,
    state: &State,
    index: usize,
    step: &PlannedStep,
) -> Result<Shown, Box<Diagnostic>> {
    let prepared = prepared_with("captured_", context, state, index, step);
    match prepared {
        Err(first) if !step.uses.is_empty() || !context.plan.begun_with.is_empty() => {
            prepared_with("http://captured/", context, state, index, step).map_err(|_| first)
        }
        prepared => prepared,
    }
}

fn prepared_with(
    placeholder: &str,
    context: &Context,
    state: &State,
    index: usize,
    step: &PlannedStep,
) -> Result<Shown, Box<Diagnostic>> {
    if context.world.programs.exec() == Exec::Refused
        && let Some(refused) = step.refuse_programs_of_request()
    {
        return Err(Box::new(refused));
    }
    let mut vars = state.vars.clone();
    for name in &context.plan.begun_with {
        for frame in 0..context.plan.frames.len() {
            let value = Value::String(format!("{placeholder}{name}"));
            vars.set(&qualified(frame, name), value);
        }
    }
    for used in &step.uses {
        let (_, name) = unqualified(&used.name);
        vars.set(&used.name, Value::String(format!("{placeholder}{name}")));
    }
    let mut scope = scope(context, state, vars, (index, step))?;
    let built = build(context, step, &scope)?;
    let now = context.world.clock.now();
    let jar = state.jar(context.plan.jar(step.session, step.row.as_deref()));
    let prepared = prepare(&built.request, &built.session, &jar, &context.environment, now)
        .map_err(|error| refused(step, error))?;
    let stream = step.request().and_then(|request| request.stream.as_ref());
    let is_streamed =
        stream.map(|stream| stream.resolve(&scope)).transpose()?.is_some_and(|it| *it);
    let mut prepared = prepared;
    let wanted = prepared.auth.as_ref().and_then(|auth| auth.wants().cloned());
    let mut token = None;
    if let Some(settings) = &wanted {
        // What the token will be is known only when it has been gotten.
        prepared.headers.set("Authorization", "Bearer oauth2_token");
        let first = first_request(settings, &prepared.transport, &context.environment, now);
        let first = first.transpose().map_err(|error| refused(step, error))?;
        token = first.map(|request| (settings.key.clone(), request));
    }
    let mut request = edit(context, step, &mut scope, prepared)?;
    // A body that only programs and pipes know of is not read to be shown.
    let sealed = request.seal(&context.environment, now, None);
    sealed.map_err(|error| refused(step, error))?;
    let curl = curl(&request, &context.environment);
    let python = python(&request, &context.environment, is_streamed);
    let learned = scope.take_learned();
    let beside = (beside::words(step), beside::members(step));
    Ok(Shown { step: step.name.to_string(), beside, request, curl, python, learned, token })
}

/// The request for a token that a step needs.
fn of_token(step: &str, request: PreparedRequest, context: &Context) -> Shown {
    let curl = curl(&request, &context.environment);
    let python = python(&request, &context.environment, false);
    let step = format!("{step}: token");
    Shown {
        step,
        beside: (Vec::new(), Map::default()),
        request,
        curl,
        python,
        learned: Vec::new(),
        token: None,
    }
}

fn refused(step: &PlannedStep, error: Error) -> Box<Diagnostic> {
    let span = step.request().map_or(step.span, |request| request.url.span());
    let message = format!("{}: {}", error.kind.name(), error.message);
    let code = &crate::diagnostic::codes::failure::REQUEST;
    let diagnostic = Diagnostic::error(code, span, message, "");
    Box::new(error.help.into_iter().fold(diagnostic, Diagnostic::help))
}

fn text(format: Format, shown: &[Shown], masker: &Masker) -> String {
    if format == Format::Json {
        let list = shown.iter().map(json);
        return format!("{}\n", masker.mask(&Value::Array(list.collect()).to_json_pretty()));
    }
    let several = shown.len() > 1;
    let parts = shown.iter().map(|one| {
        let body = match format {
            Format::Http => http(&one.request),
            Format::Curl => format!("{}\n", one.curl),
            Format::Python | Format::Json => one.python.clone(),
        };
        let beside: String = one.beside.0.iter().map(|word| format!("  {word}")).collect();
        let title = match several || !beside.is_empty() {
            true => format!("# {}{beside}\n", one.step),
            false => String::new(),
        };
        masker.mask(&format!("{title}{body}"))
    });
    parts.collect::<Vec<_>>().join("\n")
}

/// The head and the body as they go out. Bytes that are not text are shown as `\xNN`.
fn http(request: &PreparedRequest) -> String {
    let head = String::from_utf8_lossy(&request.head_bytes()).into_owned();
    let body = match &request.body {
        Body::Empty => String::new(),
        Body::Bytes(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => format!("{text}\n"),
            Err(_) => format!("{}\n", bytes.escape_ascii()),
        },
        Body::Stream(upload) => format!("({})\n", upload.describe()),
    };
    format!("{head}{body}")
}

fn json(shown: &Shown) -> Value {
    let request = &shown.request;
    let headers =
        request.headers.iter().map(|(name, value)| Value::Array(vec![name.into(), value.into()]));
    let body = match &request.body {
        Body::Empty => Value::Null,
        Body::Bytes(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Value::from(text),
            Err(_) => Value::Bytes(bytes.to_vec()),
        },
        Body::Stream(upload) => Value::from(upload.describe()),
    };
    let mut members = Map::from_iter([
        ("step".to_owned(), Value::from(shown.step.as_str())),
        ("method".to_owned(), Value::from(request.method.as_str())),
        ("url".to_owned(), Value::from(shown_url(request.url.as_str()))),
        ("headers".to_owned(), Value::Array(headers.collect())),
        ("body".to_owned(), body),
    ]);
    members.extend(shown.beside.1.clone());
    Value::Object(members)
}
