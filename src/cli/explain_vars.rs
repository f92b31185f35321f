//! `runner explain vars`: where each variable has its value from, and what that lies over.

use super::given::Given;
use super::hidden::masker;
use super::open::{Opened, Servers, open, quiet_options};
use super::start::Output;
use super::{ColorChoice, Exit, message, settings};
use crate::plan::{Plan, written_variables};
use crate::run::{Context, Prepared, State};
use crate::source::Span;
use crate::template::unqualified;
use crate::value::{Map, Value};
use crate::world::Exec;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

/// How to print it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// For people.
    #[default]
    Human,
    /// One JSON document.
    Json,
}

/// A variable, and every place that gives it a value, highest first.
struct Explained {
    name: String,
    /// `None` for one that only steps give a value to.
    value: Option<Value>,
    sources: Vec<String>,
}

/// Explains the variables of collections.
pub(super) fn run(paths: &[String], given: &Given, format: Format, color: ColorChoice) -> Exit {
    let opened = match open(paths, given, color) {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    let ready = match opened.ready(&quiet_options(Exec::Refused), Servers::Named) {
        Ok(ready) => ready,
        Err(diagnostics) => {
            let masker = masker(&opened.files, given);
            message::print(&diagnostics, &opened.files, color, &masker);
            return Exit::Refused;
        }
    };
    let mut collections: Vec<(&str, Vec<Explained>)> = Vec::new();
    for (index, (context, state)) in ready.collections.iter().enumerate() {
        let plan = &*context.plan;
        // A folder's setup has told the variables that its teardown has too.
        let is_told = |one: &Prepared| Arc::ptr_eq(&one.0.plan.collection, &plan.collection);
        if ready.collections.iter().take(index).any(is_told) {
            continue;
        }
        let mut variables = explained(plan, state, &opened);
        given_by_folders(context, &ready.collections, &opened, &mut variables);
        collections.push((plan.collection.name.as_str(), variables));
    }
    let text = match format {
        Format::Human => {
            let texts = collections.iter().map(|(name, variables)| human(name, variables));
            texts.collect::<Vec<_>>().join("\n")
        }
        Format::Json => {
            let all = collections.iter().map(|(name, variables)| json(name, variables));
            format!("{}\n", Value::Array(all.collect()).to_json_pretty())
        }
    };
    message::write(Output::Stdout, &ready.masker.mask(&text));
    Exit::Passed
}

/// Every variable, those that are given from outside last.
fn explained(plan: &Plan, state: &State, opened: &Opened) -> Vec<Explained> {
    let mut all: Vec<Explained> = Vec::new();
    let mut add = |name: &str, source: String| match all.iter_mut().find(|one| one.name == name) {
        Some(known) => known.sources.insert(0, source),
        None => {
            let value = match plan.secrets.contains(name) {
                true => state.vars.get(name).map(|_| Value::from("***")),
                false => state.vars.get(name).cloned(),
            };
            all.push(Explained { name: name.to_owned(), value, sources: vec![source] });
        }
    };
    for (environment, variable) in written_variables(&plan.collection, &plan.environments) {
        let what = environment.map(|name| format!("environment `{name}`"));
        let what = what.unwrap_or_else(|| origin(variable.name.span, plan, opened).to_owned());
        let place = opened.files.location(variable.name.span);
        add(&variable.name, format!("{what}, {place}"));
    }
    for ((name, _), source) in plan.given.iter().zip(&opened.values.sources) {
        add(name, source.clone());
    }
    for step in plan.leaves().into_iter().filter(|step| step.frame == 0) {
        for name in step.step.provides() {
            let place = opened.files.location(name.span);
            add(name, format!("`{}` {} it, {place}", step.name, step.gives()));
        }
    }
    all
}

/// Adds what the setups of the folders around a collection capture, over what it says itself.
fn given_by_folders(
    context: &Context,
    all: &[Prepared],
    opened: &Opened,
    variables: &mut Vec<Explained>,
) {
    let mut setups = Vec::new();
    let mut around = context.around.begins_with;
    while let Some((setup, _)) = around.and_then(|index| all.get(index)) {
        setups.push(setup);
        around = setup.around.begins_with;
    }
    // Those further up first: what a folder captures lies over them.
    for plan in setups.into_iter().rev().map(|setup| &setup.plan) {
        for step in plan.steps.iter() {
            let place = opened.files.location(step.span);
            let source = format!("`{}` in `setup` {} it, {place}", step.name, step.gives());
            let names = step.provided(&plan.frames).into_iter();
            for name in names.filter(|name| unqualified(name).0 == 0) {
                match variables.iter_mut().find(|one| one.name == name) {
                    Some(known) => {
                        // What its own steps capture, which stands first, lies over it.
                        let own = context.plan.captured_names().contains(&name);
                        let place = usize::from(own).min(known.sources.len());
                        known.sources.insert(place, source.clone());
                    }
                    None => {
                        let sources = vec![source.clone()];
                        variables.push(Explained { name, value: None, sources });
                    }
                }
            }
        }
    }
}

fn origin(span: Span, plan: &Plan, opened: &Opened) -> &'static str {
    let path = opened.files.get(span.file).and_then(|file| file.path());
    let is_settings = path.and_then(Path::file_name).is_some_and(|name| name == settings::NAME);
    match span.file == plan.collection.file {
        true => "vars",
        false if is_settings => "settings",
        false => "include",
    }
}

fn human(collection: &str, variables: &[Explained]) -> String {
    let mut text = format!("{collection}\n");
    if variables.is_empty() {
        text.push_str("  no variables\n");
    }
    for Explained { name, value, sources } in variables {
        match value {
            Some(value) => {
                let _ = writeln!(text, "  {name} = {}", value.to_json());
            }
            None => {
                let _ = writeln!(text, "  {name}");
            }
        }
        for (index, source) in sources.iter().enumerate() {
            let over = if index == 0 { "" } else { "over " };
            let _ = writeln!(text, "    {over}{source}");
        }
    }
    text
}

fn json(collection: &str, variables: &[Explained]) -> Value {
    let variables = variables.iter().map(|Explained { name, value, sources }| {
        let sources = sources.iter().map(|source| Value::from(source.as_str())).collect();
        let mut members = vec![("name".to_owned(), Value::from(name.as_str()))];
        members.extend(value.clone().map(|value| ("value".to_owned(), value)));
        members.push(("sources".to_owned(), Value::Array(sources)));
        Value::Object(Map::from_iter(members))
    });
    Value::Object(Map::from_iter([
        ("name".to_owned(), Value::from(collection)),
        ("variables".to_owned(), Value::Array(variables.collect())),
    ]))
}
