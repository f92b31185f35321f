//! What is running now, on a terminal.
//!
//! The bar draws itself ten times a second from shared state, so that a run of many fast steps
//! pays for drawing only when a line is printed above it.

use super::paint::{BAD, FAINT, Paint};
use crate::event::{Outcome, RunStarted, StepRecord, StepStarted};
use crate::report::duration;
use crate::report::text::{cut, visible_line};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Steps that run shorter than this only flicker.
const WORTH_SHOWING: Duration = Duration::from_millis(300);

/// How many running steps have a line of their own.
const SHOWN: usize = 8;

/// The longest name, in characters.
const NAME: usize = 60;

/// How often the bar draws itself.
const TICK: Duration = Duration::from_millis(100);

/// A live view on stderr.
pub(super) struct Live {
    bar: ProgressBar,
    state: Arc<Mutex<Running>>,
}

impl Live {
    pub(super) fn start(paint: Paint, run: &RunStarted) -> Live {
        let state = Arc::new(Mutex::new(Running { steps: run.steps, ..Running::default() }));
        let shared = Arc::clone(&state);
        let draw = move |bar: &ProgressState, out: &mut dyn fmt::Write| {
            let view = lock(&shared).draw(paint, Instant::now());
            let elapsed = paint.on(FAINT, &duration::total(bar.elapsed().as_secs_f64()));
            let _ = write!(out, "{view}  {elapsed}");
        };
        let style = ProgressStyle::with_template("{running}")
            .unwrap_or_else(|_| ProgressStyle::default_spinner())
            .with_key("running", draw);
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        bar.set_style(style);
        bar.enable_steady_tick(TICK);
        Live { bar, state }
    }

    pub(super) fn started(&self, step: &StepStarted) {
        let name = cut(&visible_line(&step.name), NAME).into_owned();
        let key = (step.collection, step.index, step.within.clone());
        lock(&self.state).running.insert(key, (Instant::now(), name));
    }

    pub(super) fn ended(&self, step: &StepRecord) {
        let mut state = lock(&self.state);
        state.running.remove(&(step.collection, step.index, step.within.clone()));
        state.done += 1;
        if matches!(step.outcome, Outcome::Failed | Outcome::Errored) {
            state.failed += 1;
        }
    }

    /// Writes something else while the view is away.
    pub(super) fn suspend<T>(&self, write: impl FnOnce() -> T) -> T {
        self.bar.suspend(write)
    }

    pub(super) fn stop(&self) {
        self.bar.finish_and_clear();
    }
}

fn lock(state: &Mutex<Running>) -> MutexGuard<'_, Running> {
    // Every change is whole before the lock is given back, whatever happened to its holder.
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the view shows.
#[derive(Debug, Default)]
struct Running {
    steps: usize,
    done: usize,
    failed: usize,
    running: BTreeMap<(usize, usize, Vec<usize>), (Instant, String)>,
}

impl Running {
    /// A line for each step that takes long, the longest first, and the counts.
    fn draw(&self, paint: Paint, now: Instant) -> String {
        let mut slow: Vec<(Duration, &str)> = self
            .running
            .values()
            .map(|(since, name)| (now.saturating_duration_since(*since), name.as_str()))
            .filter(|(elapsed, _)| *elapsed >= WORTH_SHOWING)
            .collect();
        slow.sort_by_key(|(elapsed, _)| std::cmp::Reverse(*elapsed));
        let mut text = String::new();
        for (elapsed, name) in slow.iter().take(SHOWN) {
            let elapsed = paint.on(FAINT, &duration::short(elapsed.as_secs_f64()));
            let _ = writeln!(text, "  {name}  {elapsed}");
        }
        if slow.len() > SHOWN {
            let _ = writeln!(text, "  … and {} more", slow.len() - SHOWN);
        }
        text + &self.counts(paint)
    }

    fn counts(&self, paint: Paint) -> String {
        let left = self.steps.saturating_sub(self.done);
        let mut parts = vec![format!("{}/{} done", self.done, self.steps)];
        if self.failed > 0 {
            parts.push(paint.on(BAD, &format!("{} failed", self.failed)));
        }
        parts.push(format!("{} running", self.running.len()));
        parts.push(format!("{left} left"));
        parts.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Color;

    fn draw(running: &[(u64, &str)], failed: usize) -> String {
        let start = Instant::now();
        let now = start + Duration::from_secs(100);
        let running = running
            .iter()
            .enumerate()
            .map(|(index, (ago, name))| {
                ((0, index, Vec::new()), (now - Duration::from_millis(*ago), (*name).to_owned()))
            })
            .collect();
        Running { steps: 20, done: 3, failed, running }.draw(Paint(Color::Never), now)
    }

    #[test]
    fn slow_steps_have_a_line_the_slowest_first() {
        assert_eq!(
            draw(&[(400, "upload"), (20, "quick"), (1240, "poll")], 1),
            "  poll  1.24 s\n  upload  400 ms\n3/20 done, 1 failed, 3 running, 17 left"
        );
    }

    #[test]
    fn only_the_counts_remain_when_all_is_quick() {
        assert_eq!(draw(&[(20, "quick")], 0), "3/20 done, 1 running, 17 left");
    }

    #[test]
    fn many_slow_steps_are_counted() {
        let view = draw(&[(500, "step"); 11], 0);
        assert_eq!(view.lines().count(), SHOWN + 2);
        assert!(view.contains("\n  … and 3 more\n"), "{view}");
    }
}
