//! The report for people: events in, lines out.

use super::paint::{FAINT, Paint, STRONG};
use super::progress::Live;
use super::summary::Recap;
use super::{Progress, Style, Verbosity, failure, line};
use crate::event::{
    CollectionStarted, Detail, Event, Outcome, RunFinished, RunStarted, StepRecord, Warning,
};
use crate::report::text::visible_line;
use crate::report::{Report, problem};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The report for people.
pub struct Human {
    style: Style,
    paint: Paint,
    stdout: Box<dyn Write + Send>,
    stderr: Box<dyn Write + Send>,
    live: Option<Live>,
    run: Option<RunStarted>,
    /// The headers of collections, when there are several.
    headers: BTreeMap<usize, String>,
    /// The collection whose header was printed last.
    current: Option<usize>,
    recap: Recap,
}

impl Human {
    /// Results to `stdout`, warnings to `stderr`; live progress always goes to the process's own
    /// stderr.
    #[must_use]
    pub fn new(
        style: Style,
        stdout: Box<dyn Write + Send>,
        stderr: Box<dyn Write + Send>,
    ) -> Human {
        Human {
            style,
            paint: Paint(style.color),
            stdout,
            stderr,
            live: None,
            run: None,
            headers: BTreeMap::new(),
            current: None,
            recap: Recap::default(),
        }
    }

    /// To the process's own stdout and stderr.
    #[must_use]
    pub fn on_terminal(style: Style) -> Human {
        Human::new(style, Box::new(io::stdout()), Box::new(io::stderr()))
    }

    /// How much of passed steps it shows.
    #[must_use]
    pub fn wants(&self) -> Detail {
        match self.style.verbosity {
            Verbosity::Quiet | Verbosity::Normal => Detail::Failures,
            Verbosity::Verbose => Detail::Heads,
            Verbosity::VeryVerbose => Detail::Bodies,
        }
    }

    fn print(&mut self, text: &str) -> io::Result<()> {
        write(self.live.as_ref(), &mut *self.stdout, text)
    }

    fn run_started(&mut self, run: &RunStarted) {
        if self.style.progress == Progress::Live {
            self.live = Some(Live::start(self.paint, run));
        }
        self.run = Some(run.clone());
    }

    fn collection_started(&mut self, collection: &CollectionStarted) {
        if self.run.as_ref().is_some_and(|run| run.collections > 1) {
            let name = self.paint.on(STRONG, &visible_line(&collection.name));
            let file = self.paint.on(FAINT, &visible_line(&collection.file));
            self.headers.insert(collection.collection, format!("{name}  {file}\n"));
        }
    }

    fn step_finished(&mut self, step: &StepRecord) -> io::Result<()> {
        if let Some(live) = &self.live {
            live.ended(step);
        }
        let is_failure = matches!(step.outcome, Outcome::Failed | Outcome::Errored);
        let is_after_failure = self.recap.failed_last();
        self.recap.step(self.paint, step);
        if self.style.verbosity == Verbosity::Quiet && !is_failure {
            return Ok(());
        }
        let mut text = self.header(step.collection, is_after_failure);
        text.push_str(&line::line(self.paint, step));
        text.push_str(&failure::block(self.paint, self.style.verbosity, step));
        self.print(&text)
    }

    /// The header of a collection whose step is printed after another one's. A failure's block
    /// has left a blank line already.
    fn header(&mut self, collection: usize, is_after_failure: bool) -> String {
        if self.current == Some(collection) {
            return String::new();
        }
        let is_apart = self.current.is_none() || is_after_failure;
        self.current = Some(collection);
        match self.headers.get(&collection) {
            Some(header) if is_apart => header.clone(),
            Some(header) => format!("\n{header}"),
            None => String::new(),
        }
    }

    fn warning(&mut self, warning: &Warning) -> io::Result<()> {
        if self.style.verbosity == Verbosity::Quiet {
            return Ok(());
        }
        let text = self.paint.diagnostic(problem::warning(warning).trim_end());
        write(self.live.as_ref(), &mut *self.stderr, &format!("{text}\n"))
    }

    fn run_finished(&mut self, run: &RunFinished) -> io::Result<()> {
        self.stop();
        let Some(started) = self.run.take() else { return Ok(()) };
        let text = self.recap.summary(self.paint, self.style.verbosity, &started, run);
        self.print(&text)
    }

    fn stop(&mut self) {
        if let Some(live) = self.live.take() {
            live.stop();
        }
    }
}

fn write(live: Option<&Live>, out: &mut dyn Write, text: &str) -> io::Result<()> {
    let mut write = || {
        out.write_all(text.as_bytes())?;
        out.flush()
    };
    match live {
        Some(live) => live.suspend(write),
        None => write(),
    }
}

impl Report for Human {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::RunStarted(run) => self.run_started(run),
            Event::CollectionStarted(collection) => self.collection_started(collection),
            Event::StepStarted(step) => {
                if let Some(live) = &self.live {
                    live.started(step);
                }
            }
            Event::StepFinished(step) => self.step_finished(step)?,
            Event::CollectionFinished(_) => {}
            Event::Warning(warning) => self.warning(warning)?,
            Event::RunFinished(run) => self.run_finished(run)?,
        }
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        self.stop();
        self.stdout.flush()
    }
}

impl Drop for Human {
    fn drop(&mut self) {
        self.stop();
    }
}
