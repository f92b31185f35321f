//! What the command line gives a collection: values, environments, a selection.

use super::chosen::{Chosen, Failed};
use super::session_file;
use crate::diagnostic::{Diagnostic, codes};
use crate::plan::Choices;
use crate::run::{Kept, KeptValue};
use crate::source::{File, Files, Limits, Member, Scalar, ScalarStyle, decode, parse};
use crate::value::Value;
use crate::world::reason;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Options of every command that reads collections.
#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct Given {
    #[command(flatten)]
    pub chosen: Chosen,
    /// Set a variable; the value is read as YAML reads it: `--var n=5` is a number.
    #[arg(long = "var", value_name = "NAME=VALUE", help_heading = "Values")]
    pub vars: Vec<String>,
    /// Set variables from a YAML or JSON mapping.
    #[arg(long = "vars", value_name = "FILE", help_heading = "Values")]
    pub vars_files: Vec<PathBuf>,
    /// Use one of the collection's `environments`; of several the later wins.
    #[arg(long = "env", value_name = "NAME", help_heading = "Values")]
    pub environments: Vec<String>,
    /// Set variables, and `env`, from a file of NAME=value lines.
    #[arg(long = "env-file", value_name = "FILE", help_heading = "Values")]
    pub env_files: Vec<PathBuf>,
    /// Set a variable whose value is masked in everything printed or written.
    #[arg(long = "secret", value_name = "NAME=VALUE", help_heading = "Values")]
    pub secrets: Vec<String>,
    /// Begin with the cookies, captured values and OAuth 2 tokens of a file; `run` writes it anew at the end.
    #[arg(long, value_name = "FILE", help_heading = "Values")]
    pub session: Option<PathBuf>,
    /// Do without `runner.yaml`.
    #[arg(long, help_heading = "Values")]
    pub no_config: bool,
    /// Make random values repeat; a failed run that used any prints its seed.
    #[arg(long, value_name = "N", help_heading = "Values")]
    pub seed: Option<u64>,
    /// Let collections read and write files outside their own folder.
    #[arg(long, help_heading = "Trust")]
    pub allow_outside: bool,
}

/// Values and environment, read.
#[derive(Debug)]
pub(super) struct Values {
    pub(super) choices: Choices,
    /// Where each of its variables was given.
    pub(super) sources: Vec<String>,
    /// `--session`, read.
    pub(super) kept: Kept,
    /// `--rerun-failed`, read.
    pub(super) failed: Option<Failed>,
    /// The process's environment with `--env-file` over it.
    pub(super) env: Arc<BTreeMap<String, String>>,
    pub(super) seed: u64,
}

impl Given {
    /// Whether only some of the steps are asked for.
    pub(super) fn selects(&self) -> bool {
        self.chosen.selects()
    }

    /// Reads everything given; the files read are added to `files`.
    pub(super) fn read(&self, files: &mut Files) -> Result<Values, Vec<Diagnostic>> {
        let mut diagnostics = Vec::new();
        let mut env: BTreeMap<String, String> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let mut variables = Vec::new();
        let mut sources = Vec::new();
        let mut secrets = BTreeSet::new();
        let kept = self.session.as_deref().map(session_file::read).transpose();
        let kept = kept.unwrap_or_else(|diagnostic| {
            diagnostics.push(diagnostic);
            None
        });
        let kept = kept.unwrap_or_default();
        for (name, KeptValue { value, is_secret }) in &kept.values {
            let path = self.session.as_deref().unwrap_or(Path::new(""));
            sources.push(format!("--session {}", path.display()));
            variables.push((name.clone(), Value::clone(value)));
            secrets.extend(is_secret.then(|| name.clone()));
        }
        for path in &self.env_files {
            match env_file(path) {
                Ok(pairs) => {
                    for (name, value) in pairs {
                        env.insert(name.clone(), value.clone());
                        sources.push(format!("--env-file {}", path.display()));
                        variables.push((name, Value::String(value)));
                    }
                }
                Err(diagnostic) => diagnostics.push(diagnostic),
            }
        }
        for path in &self.vars_files {
            match vars_file(path, files) {
                Ok(members) => {
                    for (name, value, place) in members {
                        sources.push(format!("--vars {place}"));
                        variables.push((name, value));
                    }
                }
                Err(mistakes) => diagnostics.extend(mistakes),
            }
        }
        for text in &self.secrets {
            match pair("--secret", text) {
                Ok((name, value)) => {
                    secrets.insert(name.to_owned());
                    sources.push("--secret".to_owned());
                    variables.push((name.to_owned(), Value::from(value)));
                }
                Err(diagnostic) => diagnostics.push(diagnostic),
            }
        }
        for text in &self.vars {
            match pair("--var", text) {
                Ok((name, value)) => {
                    sources.push("--var".to_owned());
                    variables.push((name.to_owned(), scalar(value)));
                }
                Err(diagnostic) => diagnostics.push(diagnostic),
            }
        }
        let selection = self.chosen.read(&env, files, &mut diagnostics);
        let failed = self.chosen.failed(&mut diagnostics);
        if !diagnostics.is_empty() {
            return Err(diagnostics);
        }
        let environments = self.environments.clone();
        let choices = Choices { environments, variables, secrets, selection, ..Choices::default() };
        let seed = self.seed.unwrap_or_else(|| fastrand::u64(..1 << 53));
        Ok(Values { choices, sources, kept, failed, env: Arc::new(env), seed })
    }
}

/// `NAME=VALUE`.
fn pair<'t>(option: &str, text: &'t str) -> Result<(&'t str, &'t str), Diagnostic> {
    let is_name = |name: &str| {
        !name.is_empty()
            && !name.starts_with(|c: char| c.is_ascii_digit())
            && name.chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    match text.split_once('=') {
        Some((name, value)) if is_name(name) => Ok((name, value)),
        Some((name, _)) => {
            let message = format!("`{option} {name}=…`: `{name}` cannot be a variable's name");
            let help = "a name is letters, digits and `_`, and does not begin with a digit";
            Err(Diagnostic::placeless(&codes::cli::BAD_VALUE, message).help(help))
        }
        None => {
            // The text may be a secret: it is not repeated.
            let message = format!("`{option}` takes `name=value`, found no `=`");
            let help = format!("write `{option} name=value`");
            Err(Diagnostic::placeless(&codes::cli::BAD_VALUE, message).help(help))
        }
    }
}

/// A value as YAML reads a plain scalar; in quotes it is text.
fn scalar(text: &str) -> Value {
    let quoted = ['"', '\'']
        .iter()
        .find_map(|quote| text.strip_prefix(*quote).and_then(|rest| rest.strip_suffix(*quote)));
    match quoted {
        Some(inner) => Value::from(inner),
        None if text.is_empty() => Value::from(text),
        None => Scalar { text: text.into(), style: ScalarStyle::Plain }.to_value(),
    }
}

fn env_file(path: &PathBuf) -> Result<Vec<(String, String)>, Diagnostic> {
    let refuse = |error: String| {
        let message = format!("`--env-file {}`: {error}", path.display());
        Diagnostic::placeless(&codes::cli::BAD_VALUE, message)
            .help("a line is `NAME=value`; `#` begins a comment")
    };
    let text = std::fs::read_to_string(path).map_err(|error| refuse(reason(&error)))?;
    let lines = dotenvy::from_read_iter(text.as_bytes());
    let said = |error| match error {
        // The line may hold a secret: it is counted, not repeated.
        dotenvy::Error::LineParse(wrong, _) => {
            let line = text.lines().position(|line| wrong.trim().starts_with(line.trim()));
            format!("line {} is not `NAME=value`", line.unwrap_or_default() + 1)
        }
        other => other.to_string(),
    };
    lines.map(|line| line.map_err(|error| refuse(said(error)))).collect()
}

/// The names and values of a file, and where they stand.
fn vars_file(
    path: &PathBuf,
    files: &mut Files,
) -> Result<Vec<(String, Value, String)>, Vec<Diagnostic>> {
    let refuse = |message: String| {
        let message = format!("`--vars {}`: {message}", path.display());
        vec![Diagnostic::placeless(&codes::cli::BAD_VALUE, message)]
    };
    let bytes = std::fs::read(path).map_err(|error| refuse(reason(&error)))?;
    let text = decode(files.next_id(), &bytes).map_err(|error| refuse(error.message))?;
    let file = files.add(File::new(path.display().to_string(), Some(path.clone()), text.as_str()));
    let documents = parse(file, &text, &Limits::default())
        .map_err(|errors| errors.into_iter().map(Diagnostic::from).collect::<Vec<_>>())?;
    match documents.as_slice() {
        [] => Ok(Vec::new()),
        [document] if let Some(members) = document.as_mapping() => {
            let member = |member: &Member| {
                let place = files.location(member.key_span);
                (member.key.to_string(), member.value.to_value(), place)
            };
            Ok(members.iter().map(member).collect())
        }
        _ => Err(refuse("a mapping of names to values is expected".to_owned())),
    }
}
