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
        if !self.read.contains_key(&path) {
            let name = shown(&path);
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
        Ok(self.read.get(&path).and_then(Option::as_ref))
    }
}

/// The nearest file at or above a folder, within the border.
fn nearest(folder: &Path) -> Option<PathBuf> {
    let folder = folder.canonicalize().ok()?;
    let repository = folder.ancestors().find(|above| above.join(".git").exists());
    let here = std::env::current_dir().and_then(|here| here.canonicalize()).ok();
    let here = here.filter(|here| folder.starts_with(here));
    let border = repository.map(Path::to_owned).or(here).unwrap_or_else(|| folder.clone());
    let mut within = folder.ancestors().take_while(|above| above.starts_with(&border));
    // A link that leads out is no settings file: a mistake in it would print what it leads to.
    let is_inside =
        |path: &PathBuf| path.canonicalize().is_ok_and(|real| real.starts_with(&border));
    within.find_map(|above| Some(above.join(NAME)).filter(|path| path.is_file() && is_inside(path)))
}

/// The path as a person here would write it.
fn shown(path: &Path) -> String {
    let here = std::env::current_dir().and_then(|here| here.canonicalize()).unwrap_or_default();
    path.strip_prefix(here).unwrap_or(path).display().to_string()
}
