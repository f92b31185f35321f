//! `runner.yaml`, found from a collection's folder upwards.
//!
//! Only as far as the repository's root, the folder with `.git`; without a repository as far as
//! the current folder. A file further up is somebody else's.

use crate::diagnostic::{Diagnostic, codes};
use crate::load::{RunSettings, Settings};
use crate::source::Files;
use crate::world::{Folder, Outside, reason};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What the file is called.
pub(super) const NAME: &str = "runner.yaml";

/// The settings of every folder of a run, each file read once.
#[derive(Default)]
pub(super) struct Found {
    read: BTreeMap<PathBuf, Option<Settings>>,
    /// `run` of the first collection's.
    pub(super) run: RunSettings,
}

impl Found {
    /// The settings that hold for a folder.
    pub(super) fn of(
        &mut self,
        folder: &Path,
        files: &mut Files,
    ) -> Result<Option<&Settings>, Vec<Diagnostic>> {
        let Some(path) = nearest(folder) else { return Ok(None) };
        self.load(path.clone(), folder, files)?;
        Ok(self.get(&path))
    }

    /// Reads a file, unless it was read before.
    fn load(
        &mut self,
        path: PathBuf,
        folder: &Path,
        files: &mut Files,
    ) -> Result<(), Vec<Diagnostic>> {
        if !self.read.contains_key(&path) {
            let name = shown(&path, folder);
            let settings = std::fs::read(&path).map_err(|error| {
                let message = format!("cannot read `{name}`: {}", reason(&error));
                let diagnostic = Diagnostic::placeless(&codes::cli::CANNOT_OPEN, message);
                vec![diagnostic.help("`--no-config` does without it")]
            });
            let settings = settings.and_then(|bytes| {
                let access = Folder::new(folder, Outside::Refused);
                Settings::read(&name, &path, &bytes, files, &access)
            });
            match settings {
                Ok(settings) => {
                    if self.read.is_empty() {
                        self.run = settings.run.clone();
                    }
                    self.read.insert(path.clone(), Some(settings));
                }
                Err(mistakes) => {
                    // Said once.
                    self.read.insert(path, None);
                    return Err(mistakes);
                }
            }
        }
        Ok(())
    }

    /// The files at or above a folder that run steps around its collections, outermost first.
    pub(super) fn around(
        &mut self,
        folder: &Path,
        files: &mut Files,
    ) -> Result<Vec<PathBuf>, Vec<Diagnostic>> {
        let mut around = Vec::new();
        let mut mistakes = Vec::new();
        for path in all(folder) {
            match self.load(path.clone(), folder, files) {
                Ok(()) => around.push(path),
                Err(diagnostics) => mistakes.extend(diagnostics),
            }
        }
        around.retain(|path| self.get(path).is_some_and(Settings::has_steps));
        around.reverse();
        if mistakes.is_empty() { Ok(around) } else { Err(mistakes) }
    }

    /// A file that was read.
    pub(super) fn get(&self, path: &Path) -> Option<&Settings> {
        self.read.get(path).and_then(Option::as_ref)
    }
}

/// The nearest file at or above a folder, within the border.
fn nearest(folder: &Path) -> Option<PathBuf> {
    all(folder).into_iter().next()
}

/// Every file at or above a folder, within the border, the nearest first.
fn all(folder: &Path) -> Vec<PathBuf> {
    let Ok(folder) = folder.canonicalize() else { return Vec::new() };
    let repository = folder.ancestors().find(|above| above.join(".git").exists());
    let here = std::env::current_dir().and_then(|here| here.canonicalize()).ok();
    let here = here.filter(|here| folder.starts_with(here));
    let border = repository.map(Path::to_owned).or(here).unwrap_or_else(|| folder.clone());
    let within = folder.ancestors().take_while(|above| above.starts_with(&border));
    // A link that leads out is no settings file: a mistake in it would print what it leads to.
    let is_inside =
        |path: &PathBuf| path.canonicalize().is_ok_and(|real| real.starts_with(&border));
    let paths = within.map(|above| above.join(NAME));
    paths.filter(|path| path.is_file() && is_inside(path)).collect()
}

/// The path of a file at or above a folder as a person here would write it: the folder may have
/// been named through a link.
fn shown(path: &Path, folder: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let above = folder.canonicalize().ok().and_then(|real| {
        let below = real.strip_prefix(path.parent()?).ok()?;
        folder.ancestors().nth(below.components().count())
    });
    let named = above.map_or(path.to_owned(), |above| above.join(NAME));
    let real = here.canonicalize().unwrap_or_default();
    let shown = named.strip_prefix(&here).ok().or_else(|| path.strip_prefix(real).ok());
    shown.unwrap_or(path).display().to_string()
}
