//! The files of a run, held for as long as something may be said about them.

use super::{FileId, Span};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file's text and where its lines begin.
#[derive(Debug)]
pub struct File {
    name: String,
    path: Option<PathBuf>,
    text: Arc<str>,
    lines: Vec<u32>,
}

/// A line and a column, both from 1; the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The character in the line, from 1.
    pub column: u32,
}

impl File {
    /// A file named `name` in messages. `path` is where it was read from: `None` for stdin and
    /// for text that was never a file.
    #[must_use]
    pub fn new(name: impl Into<String>, path: Option<PathBuf>, text: impl Into<Arc<str>>) -> File {
        let text = text.into();
        let starts = text.bytes().zip(1..).filter(|(byte, _)| *byte == b'\n').map(|(_, next)| next);
        let lines = std::iter::once(0).chain(starts).collect();
        File { name: name.into(), path, text, lines }
    }

    /// The name messages use.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where the file was read from, if anywhere.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// The byte a line begins at; lines count from 1. The text's end for any line beyond it.
    #[must_use]
    pub fn line_start(&self, line: u32) -> u32 {
        let index = line.saturating_sub(1) as usize;
        let end = || u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        self.lines.get(index).copied().unwrap_or_else(end)
    }

    /// A line's text without its line break; lines count from 1. Empty beyond the end.
    #[must_use]
    pub fn line(&self, line: u32) -> &str {
        let range = self.line_start(line) as usize..self.line_start(line + 1) as usize;
        self.text.get(range).unwrap_or("").trim_end_matches(['\n', '\r'])
    }

    /// The line and column of a byte.
    #[must_use]
    pub fn position(&self, byte: u32) -> Position {
        let line = self.lines.partition_point(|start| *start <= byte).max(1);
        let start = self.lines.get(line - 1).copied().unwrap_or(0);
        let before = self.text.get(start as usize..byte as usize).unwrap_or("");
        let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        Position { line: count(line), column: count(before.chars().count()) + 1 }
    }
}

/// Every file that something may be said about, by [`FileId`].
#[derive(Clone, Debug, Default)]
pub struct Files {
    files: Vec<Arc<File>>,
}

impl Files {
    /// Takes a file in and gives the id its spans carry.
    pub fn add(&mut self, file: File) -> FileId {
        self.files.push(Arc::new(file));
        FileId(u32::try_from(self.files.len() - 1).unwrap_or(u32::MAX))
    }

    /// The id the next file gets.
    #[must_use]
    pub fn next_id(&self) -> FileId {
        FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX))
    }

    /// The file with this id.
    #[must_use]
    pub fn get(&self, id: FileId) -> Option<&Arc<File>> {
        self.files.get(id.0 as usize)
    }

    /// All files with their ids, in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Arc<File>)> {
        (0..).map(FileId).zip(&self.files)
    }

    /// The text a span covers; empty when there is no such place.
    #[must_use]
    pub fn text(&self, span: Span) -> &str {
        self.get(span.file)
            .and_then(|file| file.text.get(span.start as usize..span.end as usize))
            .unwrap_or("")
    }

    /// `name:line:column` of a span's start.
    #[must_use]
    pub fn location(&self, span: Span) -> String {
        match self.get(span.file) {
            Some(file) => {
                let Position { line, column } = file.position(span.start);
                format!("{}:{line}:{column}", file.name)
            }
            None => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_from_one() {
        let file = File::new("a.yaml", None, "ä: 1\nbé: x\n");
        assert_eq!(file.position(0), Position { line: 1, column: 1 });
        assert_eq!(file.position(4), Position { line: 1, column: 4 });
        assert_eq!(file.position(11), Position { line: 2, column: 5 });
        assert_eq!(file.position(13), Position { line: 3, column: 1 });
    }
}
