//! Loops: begun as a graph of steps of their own, ended as one step.

use super::Coordinator;
use crate::plan::PlannedStep;
use crate::run::frame::Entered;
use crate::run::loops::{self, Begun};
use crate::run::progress::RowsOf;
use crate::run::state::{Delta, State};
use crate::run::step::{self, Finished};
use std::sync::Arc;

impl Coordinator<'_> {
    /// Begins a loop: its rows are a graph of their own.
    pub(super) fn enter(&mut self, graph: usize, index: usize, before: State) {
        let Some(progress) = self.graphs.get(graph) else { return };
        let Some(planned) = progress.steps.get(index) else { return };
        let mut entered = Entered::default();
        let begun = loops::begin(&progress.context, planned, &before, &mut entered);
        for secret in &entered.secrets {
            self.masker.add_value(secret);
        }
        match begun {
            Begun::Steps(steps) => {
                let spot = progress.spot(index);
                let (step, entered) = ((graph, index), entered.values);
                self.begin_rows(steps, RowsOf { step, spot, before, entered, skipped: None });
            }
            Begun::Skipped(reason) => self.leave_out(graph, index, before, reason),
            Begun::Failed(diagnostic) => {
                let spot = progress.spot(index);
                let record = step::broken(&progress.context, planned, &spot, &diagnostic);
                self.take(graph, index, Some(Finished::of_nothing(record, before)));
            }
        }
    }

    fn begin_rows(&mut self, steps: Vec<PlannedStep>, rows_of: RowsOf) {
        let Some(progress) = self.graphs.get(rows_of.step.0) else { return };
        for secret in loops::secrets(&progress.context, &steps) {
            self.masker.add_value(&secret);
        }
        self.gates.begin_rows(rows_of.step.0, &steps, &progress.context.plan);
        let rows = progress.of_rows(steps, rows_of);
        let (graph, roots) = (self.graphs.len(), rows.roots());
        self.graphs.push(rows);
        self.ready(graph, roots);
    }

    /// Ends a loop whose rows have all ended.
    pub(super) fn leave(&mut self, graph: usize) {
        let Some(rows) = self.graphs.get_mut(graph) else { return };
        let Some(rows_of) = rows.rows_of.take() else { return };
        let RowsOf { step: (above, index), before, entered, .. } = rows_of;
        let (outcome, is_opted_out) = (rows.outcome(), rows.is_opted_out());
        let delta = Delta { entered, ..loops::gather(rows) };
        // Nobody asks for the rows again.
        rows.steps = Arc::default();
        let Some(progress) = self.graphs.get_mut(above) else { return };
        if is_opted_out {
            progress.opt_out(index);
        }
        progress.end(index, outcome, before, delta);
        self.release(above, index);
        self.close(above);
    }

    /// Skips the rows of a loop that does not begin.
    pub(super) fn begin_skipped(
        &mut self,
        step: (usize, usize),
        rows: Vec<PlannedStep>,
        before: State,
        reason: String,
    ) {
        let Some(progress) = self.graphs.get(step.0) else { return };
        let (spot, entered, skipped) = (progress.spot(step.1), Vec::new(), Some(reason));
        self.begin_rows(rows, RowsOf { step, spot, before, entered, skipped });
    }
}
