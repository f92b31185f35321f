//! The report for people: events in, lines out.

use super::paint::{FAINT, Paint, STRONG};
use super::progress::Live;
use super::summary::Recap;
use super::{Progress, Style, Verbosity, failure, hooks, line};
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
    /// The collection whose steps are printed as they end. Those behind it wait for their turn,
    /// so that collections that run side by side read one after another, in file order.
    current: usize,
    /// What waits for its turn, by collection.
    waiting: BTreeMap<usize, Waiting>,
    /// Whether what was printed last leaves a blank line behind it, as nothing printed does.
    is_apart: bool,
    recap: Recap,
}

/// A collection whose turn has not come, or that has nothing to show yet.
#[derive(Default)]
struct Waiting {
    /// Its name and file, printed before its first line, when there are several collections.
    header: String,
    text: String,
    is_finished: bool,
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
            current: 0,
            waiting: BTreeMap::new(),
            is_apart: true,
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
        if text.is_empty() {
            return Ok(());
        }
        self.is_apart = text.ends_with("\n\n");
        write(self.live.as_ref(), &mut *self.stdout, text)
    }

    fn run_started(&mut self, run: &RunStarted) {
        if self.style.progress == Progress::Live {
            self.live = Some(Live::start(self.paint, run));
        }
        self.run = Some(run.clone());
    }

    fn collection_started(&mut self, collection: &CollectionStarted) {
        let waiting = self.waiting.entry(collection.collection).or_default();
        if self.run.as_ref().is_some_and(|run| run.collections > 1) {
            let name = self.paint.on(STRONG, &visible_line(&collection.name));
            let file = self.paint.on(FAINT, &visible_line(&collection.file));
            waiting.header = format!("{name}  {file}\n");
        }
    }

    /// Ends a collection's turn, and those of the ones behind it that have ended already.
    fn collection_finished(&mut self, collection: usize) -> io::Result<()> {
        self.waiting.entry(collection).or_default().is_finished = true;
        while self.waiting.get(&self.current).is_some_and(|waiting| waiting.is_finished) {
            self.waiting.remove(&self.current);
            self.current += 1;
            self.catch_up()?;
        }
        Ok(())
    }

    /// Prints what the current collection has kept while it waited.
    fn catch_up(&mut self) -> io::Result<()> {
        let Some(waiting) = self.waiting.get_mut(&self.current) else { return Ok(()) };
        if waiting.text.is_empty() {
            return Ok(());
        }
        let header = std::mem::take(&mut waiting.header);
        let text = std::mem::take(&mut waiting.text);
        let gap = if header.is_empty() || self.is_apart { "" } else { "\n" };
        self.print(&format!("{gap}{header}{text}"))
    }

    fn step_finished(&mut self, step: &StepRecord) -> io::Result<()> {
        if let Some(live) = &self.live {
            live.ended(step);
        }
        let is_failure = matches!(step.outcome, Outcome::Failed | Outcome::Errored);
        self.recap.step(self.paint, step);
        if self.style.verbosity == Verbosity::Quiet && !is_failure {
            return Ok(());
        }
        let waiting = self.waiting.entry(step.collection).or_default();
        waiting.text.push_str(&line::line(self.paint, step));
        waiting.text.push_str(&hooks::lines(self.paint, step));
        waiting.text.push_str(&failure::block(self.paint, self.style.verbosity, step));
        if step.collection == self.current { self.catch_up() } else { Ok(()) }
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
        // A collection that never ended has shown nothing if it stood behind another.
        while let Some(collection) = self.waiting.keys().next().copied() {
            self.current = collection;
            self.catch_up()?;
            self.waiting.remove(&collection);
        }
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
            Event::CollectionFinished(finished) => self.collection_finished(finished.collection)?,
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
