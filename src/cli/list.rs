//! `runner list`: what would run, in which order.

mod dot;

use super::given::Given;
use super::open::open;
use super::start::Output;
use super::{ColorChoice, Exit, beside, message};
use crate::event::Phase;
use crate::plan::{Plan, PlannedStep};
use crate::value::{Map, Value};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

/// Arguments of `runner list`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  runner list smoke.yaml --format dot | dot -Tsvg > smoke.svg")]
pub struct Args {
    /// Files, folders, globs, or `-` for stdin.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<String>,
    /// How to list: as a `tree`, as `json`, or as a graph for Graphviz, `dot`.
    #[arg(long, value_enum, default_value_t, hide_possible_values = true)]
    format: Format,
    #[command(flatten)]
    given: Given,
}

/// How to list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Indented text.
    #[default]
    Tree,
    /// One JSON document.
    Json,
    /// A graph for Graphviz.
    Dot,
}

/// Lists.
pub(super) fn run(args: Args, color: ColorChoice) -> Exit {
    let opened = match open(&args.paths, &args.given, color) {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    let plans: Vec<&Plan> = opened.plans.iter().map(|one| &*one.plan).collect();
    let text = match args.format {
        Format::Tree => plans.iter().map(|plan| tree(plan)).collect::<Vec<_>>().join("\n"),
        Format::Json => {
            let list = plans.iter().map(|plan| json(plan, &opened.files));
            format!("{}\n", Value::Array(list.collect()).to_json_pretty())
        }
        Format::Dot => dot::graph(&plans),
    };
    message::write(Output::Stdout, &text);
    Exit::Passed
}

fn phase_name(phase: Phase) -> &'static str {
    match phase {
        Phase::Setup => "setup",
        Phase::Requests => "requests",
        Phase::Teardown => "teardown",
    }
}

/// A step as it is listed: a row of a loop is one.
struct Listed {
    step: PlannedStep,
    needs: Vec<Needed>,
}

/// A step that another needs.
#[derive(Clone)]
struct Needed {
    /// As the file of the other one knows it.
    title: String,
    id: Arc<str>,
}

/// Every step of a plan, loops as their rows. Of rows that are known only in the run there is one,
/// `name […]`.
fn listed(plan: &Plan) -> Vec<Listed> {
    let mut all = Vec::with_capacity(plan.steps.len());
    list(&plan.steps, &[], &plan.secrets, &mut all);
    all
}

fn list(
    steps: &[PlannedStep],
    above: &[Needed],
    secrets: &BTreeSet<String>,
    into: &mut Vec<Listed>,
) {
    for step in steps {
        let mut needs = above.to_vec();
        needs.extend(self::needs(steps, step));
        let Some((looped, body)) = step.looped() else {
            into.push(Listed { step: step.clone(), needs });
            continue;
        };
        let rows = match looped.known() {
            Some(rows) => step.rows(rows, secrets),
            None => body.steps.iter().map(|step| renamed(step, "…")).collect(),
        };
        if rows.is_empty() {
            into.push(Listed { step: renamed(step, ""), needs });
        } else {
            list(&rows, &needs, secrets, into);
        }
    }
}

fn renamed(step: &PlannedStep, row: &str) -> PlannedStep {
    PlannedStep { name: format!("{} [{row}]", step.name).into(), ..step.clone() }
}

/// The steps a step needs: written and inferred, not the order of a sequence.
fn needs(steps: &[PlannedStep], step: &PlannedStep) -> Vec<Needed> {
    let used = step.uses.iter().flat_map(|used| used.providers().iter());
    let all: BTreeSet<usize> = step.needs.iter().chain(used).copied().collect();
    let needed = all.into_iter().filter_map(|index| steps.get(index));
    let needed =
        needed.map(|other| Needed { title: title(other, step.frame), id: Arc::clone(&other.id) });
    needed.collect()
}

/// A step's name, below the steps that include it where another file speaks of it.
fn title(step: &PlannedStep, frame: usize) -> String {
    match step.frame {
        own if own == 0 || own == frame => step.name.to_string(),
        _ => format!("{} › {}", step.groups.join(" › "), step.name),
    }
}

/// The locks held while a step runs, its groups' and those of the steps beside it included.
fn locks<'p>(plan: &'p Plan, step: &PlannedStep) -> Vec<&'p str> {
    let locks = step.section.and_then(|section| plan.lock_names.get(section.written));
    locks.into_iter().flatten().map(String::as_str).collect()
}

fn tree(plan: &Plan) -> String {
    let mut text = format!("{}\n", plan.collection.name);
    let mut phase = None;
    let listed = listed(plan);
    let mut groups: &[String] = &[];
    for Listed { step, needs } in &listed {
        let outermost = step.parts.first().map_or(step.phase, |part| part.phase);
        if phase != Some(outermost) {
            phase = Some(outermost);
            groups = &[];
            let _ = writeln!(text, "  {}", phase_name(outermost));
        }
        for (depth, group) in step.groups.iter().enumerate() {
            if groups.get(depth) != Some(group) {
                let _ = writeln!(text, "{}{group}/", "  ".repeat(depth + 2));
            }
        }
        groups = &step.groups;
        let _ = write!(text, "{}{}", "  ".repeat(step.groups.len() + 2), step.name);
        if step.phase != outermost {
            let _ = write!(text, "  ({})", phase_name(step.phase));
        }
        if !step.tags.is_empty() {
            let _ = write!(text, "  [{}]", step.tags.join(", "));
        }
        if !needs.is_empty() {
            let titles: Vec<&str> = needs.iter().map(|needed| needed.title.as_str()).collect();
            let _ = write!(text, "  needs {}", titles.join(", "));
        }
        let locks = locks(plan, step);
        if !locks.is_empty() {
            let _ = write!(text, "  locks {}", locks.join(", "));
        }
        for word in beside::words(step) {
            let _ = write!(text, "  {word}");
        }
        text.push('\n');
    }
    text
}

fn json(plan: &Plan, files: &crate::source::Files) -> Value {
    let texts =
        |texts: &mut dyn Iterator<Item = &str>| Value::Array(texts.map(Value::from).collect());
    let listed = listed(plan);
    let steps = listed.iter().map(|Listed { step, needs }| {
        let position = files.get(step.span.file).map(|file| file.position(step.span.start));
        let mut members = Map::from_iter([
            ("id".to_owned(), Value::from(&*step.id)),
            ("name".to_owned(), Value::from(&*step.name)),
            ("phase".to_owned(), Value::from(phase_name(step.phase))),
            ("groups".to_owned(), texts(&mut step.groups.iter().map(String::as_str))),
            ("tags".to_owned(), texts(&mut step.tags.iter().map(String::as_str))),
            ("needs".to_owned(), texts(&mut needs.iter().map(|needed| &*needed.id))),
            ("locks".to_owned(), texts(&mut locks(plan, step).into_iter())),
        ]);
        members.extend(beside::members(step));
        let line = position.map_or(Value::Null, |at| Value::from(i64::from(at.line)));
        members.insert("line".to_owned(), line);
        Value::Object(members)
    });
    let file = files.get(plan.collection.file).map_or("", |file| file.name());
    Value::Object(Map::from_iter([
        ("name".to_owned(), Value::from(plan.collection.name.as_str())),
        ("file".to_owned(), Value::from(file)),
        ("steps".to_owned(), Value::Array(steps.collect())),
    ]))
}
