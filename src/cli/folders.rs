//! The folders around collections: what their `runner.yaml` runs before the first collection and
//! after the last, planned as collections of the run.
//!
//! ```text
//! tests/runner.yaml setup ─▶ tests/a.yaml
//!                         └▶ tests/api/runner.yaml setup ─▶ … ─▶ teardown ─▶ tests' teardown
//! ```

use super::given::{Given, Values};
use super::settings::Found;
use crate::diagnostic::Diagnostic;
use crate::event::Phase;
use crate::load::Unloaded;
use crate::model::{Collection, ServerKind};
use crate::plan::{Choices, FolderGives, Plan, Selection, mistakes_of_part, plan};
use crate::run::Around;
use crate::source::{Files, Located};
use crate::world::{Folder, Outside};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// One collection of a run, planned.
pub(super) struct Planned {
    pub(super) plan: Arc<Plan>,
    /// What it may read and write.
    pub(super) folder: PathBuf,
    pub(super) part: Part,
    /// The settings files with steps around it, outermost first; of a folder's setup and teardown
    /// the last one is their own.
    pub(super) chain: Vec<PathBuf>,
    /// The server it has when it starts none, with the folder whose it is.
    pub(super) server: Option<(PathBuf, Located<ServerKind>)>,
    /// What the selection names that no step of it is.
    pub(super) unmatched: Vec<Diagnostic>,
    /// Whether it is kept for steps of its own that the selection asks for.
    pub(super) is_asked_for: bool,
}

/// What a collection of a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// One that a person named.
    File,
    /// The setup of a folder.
    Setup,
    /// The teardown of a folder.
    Teardown,
}

/// The folders of a run, each planned once.
pub(super) struct Folders<'f> {
    pub(super) values: &'f Values,
    pub(super) given: &'f Given,
    pub(super) outside: Outside,
    known: BTreeMap<PathBuf, Known>,
}

/// One folder.
#[derive(Default)]
struct Known {
    gives: FolderGives,
    /// Whether it has mistakes, so that nobody knows what it gives.
    is_broken: bool,
    teardown: Option<Planned>,
}

impl<'f> Folders<'f> {
    pub(super) fn new(values: &'f Values, given: &'f Given, outside: Outside) -> Folders<'f> {
        Folders { values, given, outside, known: BTreeMap::new() }
    }

    /// What collections below these folders are given.
    pub(super) fn gives(&self, chain: &[PathBuf]) -> FolderGives {
        let innermost = chain.last().and_then(|path| self.known.get(path));
        innermost.map(|known| known.gives.clone()).unwrap_or_default()
    }

    /// Whether what these folders give is not known.
    pub(super) fn is_broken(&self, chain: &[PathBuf]) -> bool {
        let mut known = chain.iter().filter_map(|path| self.known.get(path));
        known.any(|known| known.is_broken)
    }

    /// Plans the folders of a chain that are new, outermost first: their setups.
    pub(super) fn enter(
        &mut self,
        chain: &[PathBuf],
        settings: &Found,
        files: &mut Files,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Vec<Planned> {
        let mut setups = Vec::new();
        for (depth, path) in chain.iter().enumerate() {
            if self.known.contains_key(path) {
                continue;
            }
            let mut known = Known {
                gives: self.gives(chain.get(..depth).unwrap_or_default()),
                ..Known::default()
            };
            let chain = chain.get(..=depth).unwrap_or_default();
            match self.folder(chain, &mut known, settings, files) {
                Ok(setup) => setups.extend(setup),
                Err(mistakes) => {
                    diagnostics.extend(mistakes);
                    known.is_broken = true;
                }
            }
            self.known.insert(path.clone(), known);
        }
        setups
    }

    /// The teardown of a folder, once.
    pub(super) fn leave(&mut self, path: &PathBuf) -> Option<Planned> {
        self.known.get_mut(path)?.teardown.take()
    }

    /// Plans one folder; gives its setup, the rest goes to `known`.
    fn folder(
        &self,
        chain: &[PathBuf],
        known: &mut Known,
        settings: &Found,
        files: &mut Files,
    ) -> Result<Option<Planned>, Vec<Diagnostic>> {
        let Some(settings) = chain.last().and_then(|path| settings.get(path)) else {
            return Ok(None);
        };
        let mut choices = self.values.choices.clone();
        if self.given.environments.is_empty() {
            choices.environments.clone_from(&settings.run.environments);
        }
        let access = Folder::new(settings.folder.to_path_buf(), self.outside);
        let Some(loaded) = settings.collection(files, &access) else { return Ok(None) };
        let collection = loaded.map_err(|unloaded| {
            let Unloaded { mut diagnostics, partial, names } = unloaded;
            for collection in partial {
                diagnostics.extend(mistakes_of_part(collection, &choices, &names, files));
            }
            diagnostics
        })?;
        // It may lack an environment that the collections have.
        let has = |name: &String| collection.environments.iter().any(|known| *known.name == *name);
        choices.environments.retain(has);
        choices.folder = known.gives.clone();
        choices.folder.has_server |= settings.server.is_some();
        let folder = settings.folder.to_path_buf();
        let server = settings.server_of();
        let planner = Planner { folder, chain, server, values: self.values, files };
        let collection = Arc::new(collection);
        let setup = planner.part(&collection, Part::Setup, &choices)?;
        if let Some(setup) = &setup {
            choices.folder.captured.extend(setup.plan.captured_names());
            choices.folder.secrets.extend(setup.plan.secret_names());
        }
        known.teardown = planner.part(&collection, Part::Teardown, &choices)?;
        let has_server = known.gives.has_server;
        known.gives = FolderGives { has_server, ..choices.folder };
        Ok(setup)
    }
}

/// What the parts of one folder are planned with.
struct Planner<'p> {
    folder: PathBuf,
    chain: &'p [PathBuf],
    server: Option<(PathBuf, Located<ServerKind>)>,
    values: &'p Values,
    files: &'p Files,
}

impl Planner<'_> {
    /// Its setup or its teardown; `None` when it has no steps. All of it runs whenever anything
    /// in the folder does.
    fn part(
        &self,
        collection: &Arc<Collection>,
        part: Part,
        choices: &Choices,
    ) -> Result<Option<Planned>, Vec<Diagnostic>> {
        let (phase, steps) = match part {
            Part::Teardown => (Phase::Teardown, &collection.teardown),
            Part::Setup | Part::File => (Phase::Setup, &collection.setup),
        };
        if steps.is_empty() {
            return Ok(None);
        }
        let mut selected = Choices { phase: Some(phase), ..choices.clone() };
        let whole = Choices { selection: Selection::default(), ..selected.clone() };
        let whole = Arc::new(plan(Arc::clone(collection), &whole)?);
        if let Some(failed) = &self.values.failed {
            let file = self.files.get(collection.file).map_or("", |file| file.name());
            // The report calls setup and teardown the same.
            let mut ids = failed.of(file, &collection.name);
            ids.retain(|id| has_step(&whole, id));
            selected.selection.failed = Some(ids);
        }
        let asked = plan(Arc::clone(collection), &selected)?;
        let Selection { steps, from, to, failed, .. } = &selected.selection;
        let names_steps = !steps.is_empty() || from.is_some() || to.is_some() || failed.is_some();
        Ok(Some(Planned {
            plan: whole,
            folder: self.folder.clone(),
            part,
            chain: self.chain.to_vec(),
            server: self.server.clone(),
            is_asked_for: names_steps && !asked.steps.is_empty(),
            unmatched: asked.unmatched,
        }))
    }
}

/// Whether this is the id of a step, or of a row of one.
fn has_step(plan: &Plan, id: &str) -> bool {
    let is_it = |known: &str| {
        id.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    plan.leaves().iter().any(|step| is_it(&step.id))
}

/// What is left when only some of the steps are asked for: collections with some of them, and the
/// folders around those.
pub(super) fn retain(plans: &mut Vec<Planned>) {
    let is_chosen = |one: &Planned| match one.part {
        Part::File => !one.plan.steps.is_empty(),
        Part::Setup | Part::Teardown => one.is_asked_for,
    };
    let chosen: Vec<Vec<PathBuf>> =
        plans.iter().filter(|one| is_chosen(one)).map(|one| one.chain.clone()).collect();
    plans.retain(|one| match one.part {
        Part::File => !one.plan.steps.is_empty(),
        Part::Setup | Part::Teardown => chosen.iter().any(|chain| chain.starts_with(&one.chain)),
    });
}

/// Where a collection stands among those of a run.
pub(super) fn around(index: usize, plans: &[Planned]) -> Around {
    let Some(own) = plans.get(index) else { return Around::default() };
    let setup = |chain: &[PathBuf]| {
        let is_meant = |one: &Planned| one.part == Part::Setup && one.chain == chain;
        plans.iter().position(is_meant)
    };
    // The innermost of so many of the folders around it.
    let nearest = |depth: usize| {
        (1..=depth).rev().find_map(|depth| setup(own.chain.get(..depth).unwrap_or_default()))
    };
    let depth = own.chain.len();
    let within = match own.part {
        Part::File => nearest(depth),
        Part::Setup | Part::Teardown => nearest(depth.saturating_sub(1)),
    };
    if own.part != Part::Teardown {
        return Around { begins_with: within, within, after: within.into_iter().collect() };
    }
    let inside = plans
        .iter()
        .enumerate()
        .filter(|(other, one)| *other != index && one.chain.starts_with(&own.chain));
    let inside = inside.map(|(other, _)| other);
    Around { begins_with: nearest(depth), within, after: inside.chain(within).collect() }
}
