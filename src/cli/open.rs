//! Collections opened: read, planned, every mistake found; contexts to run or show them with.

use super::chosen::Failed;
use super::folders::{Folders, Part, Planned};
use super::given::{Given, Values};
use super::hidden::masker;
use super::inputs::inputs;
use super::{ColorChoice, Exit, folders, message, settings};
use crate::diagnostic::{Diagnostic, codes};
use crate::event::Detail;
use crate::http::{Environment, Network};
use crate::load::{Input, Purpose, RunSettings, Settings, Unloaded, load_under};
use crate::mock::{Expected, Listener, Mock, Served};
use crate::model::{Action, ServerKind};
use crate::plan::{Choices, Plan, mistakes_of_part, plan};
use crate::run::{
    Context, Listeners, Masker, OnFailure, Overrides, Prepared, RunOptions, Snapshots, Tokens,
    prepare_collection,
};
use crate::serve::{Server, Site};
use crate::source::{Files, Located, Span};
use crate::template::Variables;
use crate::world::{Exec, Folder, Outside, Programs, SystemClock, World};
use std::collections::BTreeMap;
use std::mem::ManuallyDrop;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

/// Collections without a mistake.
pub(super) struct Opened {
    pub(super) files: Arc<Files>,
    /// Never dropped: what so many steps hold goes quicker with the process that is about to end.
    pub(super) plans: ManuallyDrop<Vec<Planned>>,
    pub(super) values: Values,
    /// `run` of the settings.
    pub(super) run: RunSettings,
    outside: Outside,
}

/// Reads and plans everything `paths` name; prints the mistakes if there are any.
pub(super) fn open(paths: &[String], given: &Given, color: ColorChoice) -> Result<Opened, Exit> {
    open_for(Purpose::Steps, paths, given, color)
}

/// As [`open`]; of files opened for their mocks none need have steps.
pub(super) fn open_for(
    purpose: Purpose,
    paths: &[String],
    given: &Given,
    color: ColorChoice,
) -> Result<Opened, Exit> {
    let mut files = Files::default();
    match try_open_for(purpose, paths, given, &mut files) {
        Ok(opened) => Ok(Opened { files: Arc::new(files), ..opened }),
        Err(diagnostics) => {
            let diagnostics = crate::diagnostic::in_order(diagnostics);
            message::print(&diagnostics, &files, color, &masker(&files, given));
            Err(Exit::Refused)
        }
    }
}

/// As [`open`], the mistakes given back.
pub(super) fn try_open(
    paths: &[String],
    given: &Given,
    files: &mut Files,
) -> Result<Opened, Vec<Diagnostic>> {
    try_open_for(Purpose::Steps, paths, given, files)
}

fn try_open_for(
    purpose: Purpose,
    paths: &[String],
    given: &Given,
    files: &mut Files,
) -> Result<Opened, Vec<Diagnostic>> {
    let values = given.read(files)?;
    let outside = if given.allow_outside { Outside::Allowed } else { Outside::Refused };
    let mut plans = Vec::new();
    let mut diagnostics = Vec::new();
    let mut choices = values.choices.clone();
    let mut settings = settings::Found::default();
    let mut folders = Folders::new(&values, given, outside);
    let inputs = inputs(paths)?;
    let chains = chains(&inputs, given, &mut settings, files, &mut diagnostics);
    for (number, input) in inputs.into_iter().enumerate() {
        let folder = input.folder.to_owned();
        let chain = chains.get(number).cloned().unwrap_or_default();
        plans.extend(folders.enter(&chain, &settings, files, &mut diagnostics));
        let settings = match given.no_config {
            true => Ok(None),
            false => settings.of(&folder, files),
        };
        let settings = match settings {
            Ok(settings) => settings,
            Err(mistakes) => {
                diagnostics.extend(mistakes);
                None
            }
        };
        if given.environments.is_empty() {
            let run = settings.map(|settings| settings.run.environments.clone());
            choices.environments = run.unwrap_or_default();
        }
        let server = settings.and_then(|settings| settings.server_of());
        choices.folder = folders.gives(&chain);
        choices.folder.has_server = server.is_some();
        let origin = Origin { outside, settings, purpose };
        match planned(input, origin, &values, &mut choices, files) {
            Ok(found) => {
                let found = found.into_iter().map(|plan| Planned {
                    unmatched: plan.unmatched.clone(),
                    plan,
                    folder: folder.clone(),
                    part: Part::File,
                    chain: chain.clone(),
                    server: server.clone(),
                    is_asked_for: false,
                });
                plans.extend(found);
            }
            Err(mut mistakes) => {
                if folders.is_broken(&chain) {
                    // Nobody knows which variables it would be given.
                    mistakes.retain(|one| one.code.id != codes::plan::UNDEFINED_VARIABLE.id);
                }
                diagnostics.extend(mistakes);
            }
        }
        let is_last =
            |path: &&PathBuf| chains.iter().skip(number + 1).all(|chain| !chain.contains(path));
        let left: Vec<&PathBuf> = chain.iter().rev().filter(is_last).collect();
        plans.extend(left.into_iter().filter_map(|path| folders.leave(path)));
    }
    diagnostics.extend(unmatched(&plans));
    if diagnostics.is_empty()
        && given.selects()
        && choices.selection.shard.is_none()
        && plans
            .iter()
            .all(|one| !one.is_asked_for && (one.part != Part::File || one.plan.steps.is_empty()))
    {
        diagnostics.push(values.failed.as_ref().map_or_else(nothing_selected, Failed::elsewhere));
    }
    if !diagnostics.is_empty() {
        return Err(diagnostics);
    }
    if given.selects() {
        folders::retain(&mut plans);
    }
    let files = Arc::default();
    let run = settings.run;
    Ok(Opened { files, plans: ManuallyDrop::new(plans), values, run, outside })
}

/// By input, the settings files that run steps around it, outermost first.
fn chains(
    inputs: &[Input],
    given: &Given,
    settings: &mut settings::Found,
    files: &mut Files,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Vec<PathBuf>> {
    let mut chains = Vec::with_capacity(inputs.len());
    for input in inputs.iter().filter(|_| !given.no_config) {
        // The nearest first: its options are those of the run.
        let nearest = settings.of(&input.folder, files).map(|_| ());
        let around = nearest.and_then(|()| settings.around(&input.folder, files));
        chains.push(around.unwrap_or_else(|mistakes| {
            diagnostics.extend(mistakes);
            Vec::new()
        }));
    }
    chains
}

/// What `--step` and `--tag` name that no collection has. A suggestion from any collection is
/// better than none.
fn unmatched(plans: &[Planned]) -> Vec<Diagnostic> {
    let Some((first, others)) = plans.split_first() else { return Vec::new() };
    let everywhere = first.unmatched.iter().filter_map(|diagnostic| {
        let said_by = |one: &Planned| {
            one.unmatched.iter().find(|other| other.message == diagnostic.message).cloned()
        };
        let others: Option<Vec<Diagnostic>> = others.iter().map(said_by).collect();
        let has_suggestion =
            |one: &Diagnostic| one.help.iter().any(|help| help.starts_with("did you mean"));
        std::iter::once(diagnostic.clone()).chain(others?).max_by_key(has_suggestion)
    });
    everywhere.collect()
}

/// A run of nothing would pass, and a misspelt tag be green for ever.
fn nothing_selected() -> Diagnostic {
    let message = "no step has the tags asked for, or all are left out".to_owned();
    Diagnostic::placeless(&codes::cli::NOTHING_TO_RUN, message)
        .help("`runner list` shows the steps with their tags")
}

/// What a file is read with.
#[derive(Clone, Copy)]
struct Origin<'o> {
    outside: Outside,
    settings: Option<&'o Settings>,
    purpose: Purpose,
}

fn planned(
    input: Input,
    origin: Origin<'_>,
    values: &Values,
    choices: &mut Choices,
    files: &mut Files,
) -> Result<Vec<Arc<Plan>>, Vec<Diagnostic>> {
    let access = Folder::new(input.folder.to_owned(), origin.outside);
    let collections = match load_under(origin.settings, origin.purpose, input, files, &access) {
        Ok(collections) => collections,
        Err(Unloaded { mut diagnostics, partial, names }) => {
            for collection in partial {
                diagnostics.extend(mistakes_of_part(collection, choices, &names, files));
            }
            return Err(diagnostics);
        }
    };
    let mut plans = Vec::with_capacity(collections.len());
    let mut diagnostics = Vec::new();
    for collection in collections {
        if let Some(failed) = &values.failed {
            let file = files.get(collection.file).map_or("", |file| file.name());
            let ids = failed.of(file, &collection.name);
            // What a mock says is said of the whole collection.
            let is_mock = |id: &String| id == "mocks" || id.starts_with("mocks.");
            let is_whole = !collection.mocks.is_empty() && ids.iter().any(is_mock);
            choices.selection.failed = (!is_whole).then_some(ids);
        }
        match plan(Arc::new(collection), choices) {
            Ok(plan) => {
                if let Some(shard) = &mut choices.selection.shard {
                    shard.before += plan.units;
                }
                diagnostics.extend(plan.missing_files(&access));
                plans.push(Arc::new(plan));
            }
            Err(mistakes) => diagnostics.extend(mistakes),
        }
    }
    if diagnostics.is_empty() { Ok(plans) } else { Err(diagnostics) }
}

/// Whether embedded servers are started, or only said to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Servers {
    /// Started, on a free loopback port each.
    Started,
    /// The mocks are what is wanted: the first that says nothing of where listens here, others on
    /// a free port.
    At(SocketAddr),
    /// A URL that nothing answers at, for commands that send nothing.
    Named,
}

/// Contexts with variables rendered, the servers they use, and what to mask.
pub(super) struct Ready {
    pub(super) collections: Vec<Prepared>,
    pub(super) masker: Masker,
    /// Stopped when dropped.
    pub(super) servers: Vec<Server>,
    /// The programs of all collections: ended when the run is.
    pub(super) programs: Programs,
}

impl Opened {
    /// Makes everything ready to run.
    pub(super) fn ready(
        &self,
        options: &Arc<RunOptions>,
        servers: Servers,
    ) -> Result<Ready, Vec<Diagnostic>> {
        let mut ready = Ready {
            collections: Vec::new(),
            masker: Masker::default(),
            servers: Vec::new(),
            programs: Programs::new(options.exec, &self.values.env),
        };
        self.values.kept.token_secrets().for_each(|secret| ready.masker.add(secret));
        let mut diagnostics = self.refused_programs(options.exec, servers);
        let mut shared = BTreeMap::new();
        for (index, planned) in self.plans.iter().enumerate() {
            let server = match server(planned, servers, &mut shared, &mut ready.servers) {
                Ok(server) => server,
                Err(diagnostic) => {
                    diagnostics.push(diagnostic);
                    continue;
                }
            };
            let mut context = self.context((index, planned), server, &ready.programs, options);
            match served(&context, servers, &mut ready.servers) {
                Ok(served) => context.served = served,
                Err(diagnostic) => {
                    diagnostics.push(diagnostic);
                    continue;
                }
            }
            let listeners = match servers {
                Servers::Named | Servers::At(_) => Ok(Listeners::named(&planned.plan)),
                Servers::Started => Listeners::bind(&planned.plan, &*context.world.files),
            };
            match listeners {
                Ok(listeners) => context.listeners = listeners,
                Err(mistakes) => {
                    diagnostics.extend(mistakes);
                    continue;
                }
            }
            match prepare_collection(context, &planned.plan) {
                Ok((context, state)) => {
                    for secret in context.secrets.iter() {
                        ready.masker.add(secret);
                    }
                    ready.collections.push((context, state));
                }
                Err(mistakes) => diagnostics.extend(mistakes),
            }
        }
        if diagnostics.is_empty() { Ok(ready) } else { Err(diagnostics) }
    }

    /// What would run programs though nobody allowed it. A command that sends nothing runs those
    /// alone that edit requests, and says so of each.
    fn refused_programs(&self, exec: Exec, servers: Servers) -> Vec<Diagnostic> {
        match (exec, servers) {
            (Exec::Refused, Servers::Started) => {
                self.plans.iter().flat_map(|one| one.plan.refuse_programs()).collect()
            }
            _ => Vec::new(),
        }
    }

    fn context(
        &self,
        (index, planned): (usize, &Planned),
        server: Option<Arc<str>>,
        programs: &Programs,
        options: &Arc<RunOptions>,
    ) -> Context {
        let Planned { plan, folder, .. } = planned;
        let world = World {
            clock: Arc::new(SystemClock),
            files: Arc::new(Folder::new(folder.to_owned(), self.outside)),
            programs: programs.clone(),
            env: Arc::clone(&self.values.env),
            seed: self.values.seed,
            is_drawn_from: Arc::default(),
        };
        Context {
            plan: Arc::clone(plan),
            index,
            around: folders::around(index, &self.plans),
            files: Arc::clone(&self.files),
            environment: Environment::new(Arc::clone(&self.values.env)),
            world: Arc::new(world),
            server,
            listeners: Listeners::default(),
            served: Served::default(),
            folder: Arc::new(folder.to_owned()),
            options: Arc::clone(options),
            sessions: Vec::new(),
            secrets: Arc::default(),
        }
    }
}

/// A collection's server: its own, else its folder's, which is started for the first that has it.
fn server(
    planned: &Planned,
    servers: Servers,
    shared: &mut BTreeMap<PathBuf, Arc<str>>,
    started: &mut Vec<Server>,
) -> Result<Option<Arc<str>>, Diagnostic> {
    match (&planned.plan.server, &planned.server) {
        (Some(own), _) => own_server(own, servers, started),
        (None, None) => Ok(None),
        (None, Some((path, written))) => {
            if let Some(url) = shared.get(path) {
                return Ok(Some(Arc::clone(url)));
            }
            let url = own_server(written, servers, started)?;
            shared.extend(url.clone().map(|url| (path.clone(), url)));
            Ok(url)
        }
    }
}

fn own_server(
    written: &Located<ServerKind>,
    servers: Servers,
    started: &mut Vec<Server>,
) -> Result<Option<Arc<str>>, Diagnostic> {
    match (written.value, servers) {
        (ServerKind::Httpbin, Servers::Named) => Ok(Some("http://127.0.0.1:80".into())),
        (ServerKind::Httpbin, Servers::Started | Servers::At(_)) => {
            let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
            match Server::start(address) {
                Ok(server) => {
                    let url = server.url();
                    started.push(server);
                    Ok(Some(url.into()))
                }
                Err(error) => {
                    let message = format!("the embedded server cannot start: {error}");
                    let code = &crate::diagnostic::codes::cli::CANNOT_OPEN;
                    Err(Diagnostic::error(code, written.span, message, "asked for here"))
                }
            }
        }
    }
}

/// Mocks and listeners of a collection, started.
fn served(
    context: &Context,
    servers: Servers,
    started: &mut Vec<Server>,
) -> Result<Served, Diagnostic> {
    let plan = &context.plan;
    let mut served = Served::default();
    let mut urls = Vec::with_capacity(plan.mocks.len());
    let unbound_first = plan.mocks.iter().position(|planned| planned.spec.bind.is_none());
    for (index, planned) in plan.mocks.iter().enumerate() {
        let mock = Arc::new(Mock::new(planned.spec.clone()));
        let free = match servers {
            Servers::At(address) if unbound_first == Some(index) => address,
            Servers::At(address) => SocketAddr::new(address.ip(), 0),
            Servers::Started | Servers::Named => SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        };
        let bind = planned.spec.bind;
        let site = Arc::clone(&mock) as Arc<dyn Site>;
        let url = listen(site, (bind, free), planned.spec.name.span, servers, started)?;
        urls.push((Arc::from(planned.spec.name.as_str()), url));
        served.mocks.push(mock);
    }
    served.mock_urls = Arc::new(urls);
    let mut urls = Vec::with_capacity(plan.listeners.len());
    for planned in plan.listeners.iter().filter(|_| !matches!(servers, Servers::At(_))) {
        let steps = planned.steps.iter().filter_map(|receive| match &receive.step.action {
            Action::Receive(spec) => Some(Expected {
                route: Arc::clone(&spec.route),
                is_known: receive.is_known.clone(),
            }),
            _ => None,
        });
        let listener = Arc::new(Listener::new(&planned.name, steps.collect()));
        let free = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let site = Arc::clone(&listener) as Arc<dyn Site>;
        let mut url = listen(site, (planned.bind, free), planned.span, servers, started)?;
        if let Some(written) = &planned.url {
            let scope = context.scope(Variables::default(), context.world.seed);
            url = written.resolve(&scope)?.0.trim_end_matches('/').into();
        }
        urls.push((Arc::from(planned.name.as_str()), url));
        served.listeners.push(listener);
    }
    served.listener_urls = Arc::new(urls);
    Ok(served)
}

/// Serves a site where it is bound, else where it is free to; its URL.
fn listen(
    site: Arc<dyn Site>,
    (bind, free): (Option<Located<SocketAddr>>, SocketAddr),
    span: Span,
    servers: Servers,
    started: &mut Vec<Server>,
) -> Result<Arc<str>, Diagnostic> {
    if servers == Servers::Named {
        return Ok("http://127.0.0.1:80".into());
    }
    let address = bind.map_or(free, |bind| bind.value);
    let server = Server::with_site(address, site).map_err(|error| {
        let reason = crate::world::reason(&error);
        let message = format!("cannot listen on {address}: {reason}");
        let span = bind.map_or(span, |bind| bind.span);
        Diagnostic::error(&codes::cli::CANNOT_OPEN, span, message, "asked for here")
            .help("without `bind` a free port is taken")
    })?;
    let url = server.url();
    started.push(server);
    Ok(url.into())
}

/// Options for commands that send nothing.
pub(super) fn quiet_options(exec: Exec) -> Arc<RunOptions> {
    Arc::new(RunOptions {
        jobs: 1,
        on_failure: OnFailure::Continue,
        detail: Detail::Failures,
        exec,
        snapshots: Snapshots::Compared,
        network: Network::default(),
        attempts: 1,
        overrides: Overrides::default(),
        tokens: Tokens::default(),
        prompt: None,
    })
}

/// What `--allow-exec` says.
pub(super) fn exec(is_allowed: bool) -> Exec {
    if is_allowed { Exec::Allowed } else { Exec::Refused }
}
