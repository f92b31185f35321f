//! What the command line says of which steps run: tags, names, a report's failures, a shard.

use crate::diagnostic::{Diagnostic, codes};
use crate::plan::{Selection, Shard, TagExpression, TagMistake};
use crate::source::{File, Files, Span};
use crate::value::Value;
use crate::world::reason;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Options that choose steps.
#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct Chosen {
    /// Run only steps with this tag, and what they need: `smoke`, or `smoke and not slow`.
    #[arg(long = "tag", value_name = "TAGS", help_heading = "What runs")]
    pub tags: Vec<String>,
    /// Leave out steps with this tag: `slow`, or `slow or (flaky and not smoke)`.
    #[arg(long = "skip-tag", value_name = "TAGS", help_heading = "What runs")]
    pub skip_tags: Vec<String>,
    /// Run only these steps, by name or id, and what they need.
    #[arg(long = "step", value_name = "NAME", help_heading = "What runs")]
    pub steps: Vec<String>,
    /// Run this step and those behind it in the file, and what they need.
    #[arg(long, value_name = "NAME", help_heading = "What runs")]
    pub from: Option<String>,
    /// Run this step and those before it in the file.
    #[arg(long, value_name = "NAME", help_heading = "What runs")]
    pub to: Option<String>,
    /// Run only what did not pass in a JSON report, and what it needs.
    #[arg(long, value_name = "REPORT", help_heading = "What runs")]
    pub rerun_failed: Option<PathBuf>,
    /// Run one part of several: `2/5`; `auto` reads which from the environment of CI.
    #[arg(long, value_name = "I/N|auto", value_parser = shard, help_heading = "What runs")]
    pub shard: Option<ShardArgument>,
}

/// `--shard`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ShardArgument {
    /// `auto`
    Auto,
    /// `I/N`, counted from 0.
    Part(usize, usize),
}

/// Variables that CI systems number parallel jobs with: which, of how many, what the first is.
const NODES: &[(&str, &str, usize)] =
    &[("CI_NODE_INDEX", "CI_NODE_TOTAL", 1), ("JOB_COMPLETION_INDEX", "SHARD_TOTAL", 0)];

fn shard(text: &str) -> Result<ShardArgument, String> {
    if text == "auto" {
        return Ok(ShardArgument::Auto);
    }
    let numbers = text.split_once('/').and_then(|(index, total)| {
        Some((index.parse::<usize>().ok()?, total.parse::<usize>().ok()?))
    });
    match numbers {
        Some((index, total)) if 1 <= index && index <= total => {
            Ok(ShardArgument::Part(index - 1, total))
        }
        Some((_, total)) if total > 0 => Err(format!("the parts are 1/{total} to {total}/{total}")),
        _ => Err("expected `auto`, or a part such as `2/5`".to_owned()),
    }
}

/// What did not pass in a report, by collection.
#[derive(Clone, Debug)]
pub(super) struct Failed {
    name: String,
    collections: Vec<FailedIn>,
}

#[derive(Clone, Debug)]
struct FailedIn {
    file: String,
    name: String,
    ids: BTreeSet<String>,
}

impl Chosen {
    /// Whether only some of the steps are asked for.
    pub(super) fn selects(&self) -> bool {
        let has_names = !self.steps.is_empty() || self.from.is_some() || self.to.is_some();
        let has_tags = !self.tags.is_empty() || !self.skip_tags.is_empty();
        has_names || has_tags || self.rerun_failed.is_some() || self.shard.is_some()
    }

    /// The selection; what is wrong with an expression points into it.
    pub(super) fn read(
        &self,
        env: &BTreeMap<String, String>,
        files: &mut Files,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Selection {
        let shard = match self.shard {
            None => None,
            Some(ShardArgument::Part(index, total)) => Some(Shard { index, total, before: 0 }),
            Some(ShardArgument::Auto) => match of_ci(env) {
                Ok(shard) => Some(shard),
                Err(diagnostic) => {
                    diagnostics.push(diagnostic);
                    None
                }
            },
        };
        Selection {
            tags: expressions("--tag", &self.tags, files, diagnostics),
            skip_tags: expressions("--skip-tag", &self.skip_tags, files, diagnostics),
            steps: self.steps.clone(),
            from: self.from.clone(),
            to: self.to.clone(),
            failed: None,
            shard,
        }
    }

    /// The report of `--rerun-failed`.
    pub(super) fn failed(&self, diagnostics: &mut Vec<Diagnostic>) -> Option<Failed> {
        let path = self.rerun_failed.as_ref()?;
        match report(path) {
            Ok(failed) => Some(failed),
            Err(diagnostic) => {
                diagnostics.push(diagnostic);
                None
            }
        }
    }
}

fn expressions(
    option: &str,
    texts: &[String],
    files: &mut Files,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<TagExpression> {
    let mut read = Vec::with_capacity(texts.len());
    for text in texts {
        match TagExpression::parse(text) {
            Ok(expression) => read.push(expression),
            Err(TagMistake { range, message, help }) => {
                let file = files.add(File::new(option, None, text.as_str()));
                let place = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
                let span = Span::new(file, place(range.start), place(range.end));
                let code = &codes::cli::BAD_VALUE;
                diagnostics.push(Diagnostic::error(code, span, message, "here").help(help));
            }
        }
    }
    read
}

fn of_ci(env: &BTreeMap<String, String>) -> Result<Shard, Diagnostic> {
    let number = |name: &str| env.get(name).and_then(|text| text.trim().parse::<usize>().ok());
    for (index, total, first) in NODES {
        let Some(total) = number(total).filter(|total| *total > 0) else { continue };
        // A job that is alone has a total and no index.
        let index = number(index).or_else(|| (total == 1).then_some(*first));
        let index = index.and_then(|index| index.checked_sub(*first));
        if let Some(index) = index.filter(|index| *index < total) {
            return Ok(Shard { index, total, before: 0 });
        }
    }
    let names = NODES.iter().map(|(index, total, _)| format!("`{index}` and `{total}`"));
    let message = "`--shard auto`: the environment does not say which part this is".to_owned();
    Err(Diagnostic::placeless(&codes::cli::BAD_VALUE, message)
        .help(format!("set {}, or write `--shard 1/3`", names.collect::<Vec<_>>().join(", or "))))
}

fn report(path: &Path) -> Result<Failed, Diagnostic> {
    let name = path.display().to_string();
    let refuse = |why: String| {
        let message = format!("`--rerun-failed {name}`: {why}");
        Diagnostic::placeless(&codes::cli::BAD_VALUE, message)
            .help("`--report json=PATH` writes such a report")
    };
    let bytes = std::fs::read(path).map_err(|error| refuse(reason(&error)))?;
    let value = Value::from_json(&bytes).map_err(|_| refuse("this is no JSON".to_owned()))?;
    let collections = member(&value, "collections").and_then(Value::as_array);
    let Some(collections) = collections else {
        return Err(refuse("this is no report of a run".to_owned()));
    };
    let collections: Vec<FailedIn> = collections.iter().filter_map(failed_in).collect();
    if collections.is_empty() {
        let message = format!("`--rerun-failed {name}`: everything passed");
        let diagnostic = Diagnostic::placeless(&codes::cli::NOTHING_TO_RUN, message);
        return Err(diagnostic.help("there is nothing to run again"));
    }
    Ok(Failed { name, collections })
}

fn member<'v>(value: &'v Value, key: &str) -> Option<&'v Value> {
    value.as_object()?.get(key)
}

fn failed_in(collection: &Value) -> Option<FailedIn> {
    let text = |value: &Value, key: &str| Some(member(value, key)?.as_str()?.to_owned());
    let has_not_passed = |step: &&Value| match text(step, "outcome").as_deref() {
        Some("failed" | "errored") => true,
        // What a failure kept from running has not been seen to pass either.
        Some("skipped") => text(step, "reason").as_deref() != Some("`when` is false"),
        _ => false,
    };
    let steps = member(collection, "steps")?.as_array()?;
    let ids = steps.iter().filter(has_not_passed).filter_map(|step| text(step, "id"));
    let ids: BTreeSet<String> = ids.collect();
    let (file, name) = (text(collection, "file")?, text(collection, "name")?);
    (!ids.is_empty()).then_some(FailedIn { file, name, ids })
}

impl Failed {
    /// The steps of a collection that did not pass.
    pub(super) fn of(&self, file: &str, name: &str) -> BTreeSet<String> {
        let real = |file: &str| Path::new(file).canonicalize().ok();
        let is_same = |other: &FailedIn| {
            other.name == name
                && (other.file == file
                    || real(file).is_some_and(|one| real(&other.file) == Some(one)))
        };
        let found = self.collections.iter().filter(|other| is_same(other));
        found.flat_map(|found| found.ids.iter().cloned()).collect()
    }

    /// The mistake of a report that has none of the files of this run.
    pub(super) fn elsewhere(&self) -> Diagnostic {
        let files: BTreeSet<&str> = self.collections.iter().map(|one| one.file.as_str()).collect();
        let files: Vec<&str> = files.into_iter().collect();
        let message = format!(
            "`--rerun-failed {}`: what did not pass is not in the files of this run",
            self.name
        );
        Diagnostic::placeless(&codes::cli::NOTHING_TO_RUN, message)
            .help(format!("it is in `{}`", files.join("`, `")))
    }
}
