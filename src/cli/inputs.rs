//! Paths to inputs: files, folders, globs, stdin.

use crate::diagnostic::{Diagnostic, codes};
use crate::load::{Input, is_collection};
use crate::source::{FileId, Limits, Node, decode, parse};
use crate::world::reason;
use globset::GlobBuilder;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Every file the paths name, in order, each once.
pub(super) fn inputs(paths: &[String]) -> Result<Vec<Input>, Vec<Diagnostic>> {
    let mut found = Vec::new();
    let mut diagnostics = Vec::new();
    for path in paths {
        match one(path) {
            Ok(inputs) => found.extend(inputs),
            Err(diagnostic) => diagnostics.push(diagnostic),
        }
    }
    if !diagnostics.is_empty() {
        return Err(diagnostics);
    }
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|input: &Input| seen.insert(identity(input)));
    // As of a folder, so of what a shell makes of `*.yaml`.
    let (settings, collections): (Vec<Input>, Vec<Input>) =
        found.into_iter().partition(is_settings);
    match settings.first().filter(|_| collections.is_empty()) {
        Some(settings) => Err(vec![no_collection(&settings.name)]),
        None => Ok(collections),
    }
}

/// Whether it is a `runner.yaml` that does not mean to be a collection as well.
fn is_settings(input: &Input) -> bool {
    let name = input.path.as_deref().and_then(Path::file_name);
    let is_named = name.is_some_and(|name| name == super::settings::NAME);
    let text = || decode(FileId(0), &input.bytes).ok();
    let documents = || parse(FileId(0), &text()?, &Limits::default()).ok();
    let has_requests = |node: &Node| node.get("requests").is_some() || node.as_mapping().is_none();
    is_named && documents().is_some_and(|documents| !documents.iter().any(has_requests))
}

fn no_collection(name: &str) -> Diagnostic {
    let message = format!("`{name}` is no collection: it has what those of its folder share");
    let folder = Path::new(name).parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new(".")).display();
    Diagnostic::placeless(&codes::cli::NOTHING_TO_RUN, message)
        .help(format!("name the folder: `runner run {folder}`"))
}

/// What tells that a file was named twice: `a.yaml ./a.yaml`.
fn identity(input: &Input) -> PathBuf {
    let real = input.path.as_deref().and_then(|path| path.canonicalize().ok());
    real.unwrap_or_else(|| PathBuf::from(&input.name))
}

fn one(text: &str) -> Result<Vec<Input>, Diagnostic> {
    if text == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).map_err(|error| unreadable("-", &error))?;
        let folder = absolute(Path::new("."))?;
        return Ok(vec![Input { name: "-".to_owned(), path: None, folder, bytes }]);
    }
    let path = Path::new(text);
    if path.is_dir() {
        let found = collections_in(path)?;
        if found.is_empty() {
            let message = format!("`{text}` has no collection in it");
            return Err(Diagnostic::placeless(&codes::cli::NOTHING_TO_RUN, message).help(
                "a collection is a `*.yaml` or `*.yml` file whose top level has `requests`",
            ));
        }
        return Ok(found);
    }
    if !path.exists() && text.contains(['*', '?', '[', '{']) {
        return matching(text);
    }
    Ok(vec![read(path)?])
}

fn read(path: &Path) -> Result<Input, Diagnostic> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|error| unreadable(&name, &error))?;
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => absolute(parent)?,
        _ => absolute(Path::new("."))?,
    };
    Ok(Input { name, path: Some(path.to_owned()), folder, bytes })
}

/// A collection's folder stays where it is whatever paths are joined to it.
fn absolute(folder: &Path) -> Result<PathBuf, Diagnostic> {
    std::path::absolute(folder).map_err(|error| unreadable(&folder.display().to_string(), &error))
}

fn unreadable(name: &str, error: &std::io::Error) -> Diagnostic {
    let message = format!("cannot read `{name}`: {}", reason(error));
    let diagnostic = Diagnostic::placeless(&codes::cli::CANNOT_OPEN, message);
    match near(Path::new(name)) {
        Some(near) => diagnostic.help(format!("did you mean `{}`?", near.display())),
        None => diagnostic,
    }
}

/// A file beside a missing one with nearly its name.
fn near(path: &Path) -> Option<PathBuf> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let names: Vec<String> = std::fs::read_dir(parent.unwrap_or(Path::new(".")))
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    let written = path.file_name()?.to_str()?;
    let near = crate::registry::suggest(names.iter().map(String::as_str), written)?;
    Some(path.with_file_name(near))
}

/// Every YAML file below a folder whose top level is a collection, sorted; hidden ones left out.
fn collections_in(folder: &Path) -> Result<Vec<Input>, Diagnostic> {
    let mut inputs = Vec::new();
    for path in files_below(folder) {
        // Nobody writes `./` before a file's name.
        let path = path.strip_prefix(".").map_or(path.clone(), Path::to_owned);
        let is_yaml =
            path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
        if !is_yaml || path.file_name().is_some_and(|name| name == super::settings::NAME) {
            continue;
        }
        let input = read(&path)?;
        if looks_like_one(&input.bytes) {
            inputs.push(input);
        }
    }
    Ok(inputs)
}

/// A file that cannot be parsed may be a collection: its mistakes should be seen.
fn looks_like_one(bytes: &[u8]) -> bool {
    let Ok(text) = decode(FileId(0), bytes) else { return false };
    match parse(FileId(0), &text, &Limits::default()) {
        Ok(documents) => documents.iter().any(is_collection),
        Err(_) => text.contains("requests:") || text.contains("url:"),
    }
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
            match entry.file_type() {
                Ok(kind) if is_hidden || kind.is_symlink() && entry.path().is_dir() => {}
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                Ok(_) => files.push(entry.path()),
                Err(_) => {}
            }
        }
    }
    files.sort();
    files
}

fn matching(pattern: &str) -> Result<Vec<Input>, Diagnostic> {
    let none = |reason: String| {
        Diagnostic::placeless(&codes::cli::NOTHING_TO_RUN, format!("`{pattern}` {reason}"))
    };
    let glob = GlobBuilder::new(pattern).literal_separator(true).build();
    let matcher =
        glob.map_err(|error| none(format!("is no glob: {}", error.kind())))?.compile_matcher();
    // The part before the first folder with a wildcard is where to look.
    let fixed: PathBuf = Path::new(pattern)
        .components()
        .take_while(|part| !part.as_os_str().to_string_lossy().contains(['*', '?', '[', '{']))
        .collect();
    let (root, is_here) =
        if fixed.as_os_str().is_empty() { (PathBuf::from("."), true) } else { (fixed, false) };
    let mut inputs = Vec::new();
    for path in files_below(&root) {
        let path = if is_here {
            path.strip_prefix(".").map_or(path.clone(), Path::to_owned)
        } else {
            path
        };
        if matcher.is_match(&path) {
            inputs.push(read(&path)?);
        }
    }
    if inputs.is_empty() {
        return Err(none("matches no file".to_owned()));
    }
    Ok(inputs)
}
