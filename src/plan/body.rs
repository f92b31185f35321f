//! A loop in the plan: its steps once, and its rows made of them.
//!
//! ```text
//! `foreach` over a group ──▶ one step of the plan, with a body: the group's steps, once
//!                  rows known ──▶ the body's steps for each row, each a step of its own
//! ```
//!
//! To the steps around it a loop is one step: it comes after what any of its steps comes after,
//! and gives what they give, gathered. So a loop of many rows costs the plan no more than one.

use super::{Part, PlannedStep, Use};
use crate::model::{Loop, Mode, Rows};
use crate::template::{Reference, ReferenceKind, Row, qualified};
use crate::value::Value;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

/// More sections than a collection has.
const SECTIONS: usize = 1 << 24;

/// The longest label of a row, in characters.
const LABEL: usize = 40;

/// What a loop does for each of its rows.
#[derive(Clone, Debug)]
pub struct Body {
    /// The steps, in file order; their indexes in `after`, `needs` and `uses` are those in here.
    pub steps: Vec<PlannedStep>,
    /// Whether rows come one after another or side by side: the mode around the loop.
    pub mode: Mode,
    /// The rows chosen with `--step`, from 1; `None` for all.
    pub chosen: Option<BTreeSet<usize>>,
    /// As in [`super::expand::Expanded::floors`].
    pub(super) floors: Vec<usize>,
    /// The groups with a setup or a teardown inside.
    pub(super) wholes: Range<usize>,
    /// The limits of groups inside: each row has its own.
    pub limits: Range<usize>,
}

/// The names that the rows of the loops around a step give.
#[derive(Clone, Debug, Default)]
pub struct RowNames {
    /// Names among those of all frames.
    names: BTreeSet<String>,
    /// The frames with a loop: `item` and `loop` are known in them.
    frames: BTreeSet<usize>,
}

impl RowNames {
    /// Those of a loop of a frame, with those of the loops around it.
    pub(super) fn within(around: Option<&RowNames>, frame: usize, looped: &Loop) -> RowNames {
        let mut all = around.cloned().unwrap_or_default();
        all.names.extend(looped.names.iter().map(|name| qualified(frame, name).into_owned()));
        all.frames.insert(frame);
        all
    }

    /// Whether a row gives what a reference of this frame names.
    pub(super) fn has(&self, reference: &Reference, frame: usize) -> bool {
        match &reference.kind {
            ReferenceKind::Item | ReferenceKind::Loop => self.frames.contains(&frame),
            ReferenceKind::Variable(name) => self.names.contains(name),
            _ => false,
        }
    }
}

impl PlannedStep {
    /// The loop it is, and what it does for each row.
    #[must_use]
    pub fn looped(&self) -> Option<(&Loop, &Body)> {
        Some((self.step.rows.as_ref()?, self.body.as_deref()?))
    }

    /// The steps of all these rows, in order, as a plan of their own. `secrets` are names whose
    /// values no label shows.
    #[must_use]
    pub fn rows(&self, rows: &Rows, secrets: &BTreeSet<String>) -> Vec<PlannedStep> {
        let Some((looped, body)) = self.looped() else { return Vec::new() };
        let is_secret = |name: &str| secrets.contains(&*qualified(self.frame, name));
        let labels = labels(looped, rows, &is_secret);
        let ends = ends(&body.steps);
        let is_chosen =
            |index: usize| body.chosen.as_ref().is_none_or(|chosen| chosen.contains(&index));
        let mut steps = Vec::new();
        let mut before: Vec<usize> = Vec::new();
        for ((index, item), label) in (1..).zip(rows.iter()).zip(labels) {
            if !is_chosen(index) {
                continue;
            }
            let row = Arc::new(Row {
                item: Arc::clone(item),
                names: Arc::clone(&looped.names),
                frame: self.frame,
                index,
                length: rows.len(),
                label,
                around: self.row.clone(),
            });
            let first = steps.len();
            steps.extend(body.steps.iter().map(|step| body.of_row(step, &row, first, &before)));
            if body.mode == Mode::Sequence {
                before = ends.iter().map(|end| first + end).collect();
            }
        }
        steps
    }
}

impl Body {
    /// The loop as a whole holds the locks of its steps.
    pub(super) fn unlock(&mut self) {
        for step in &mut self.steps {
            step.section = None;
            if let Some(body) = step.body.as_mut().map(Arc::make_mut) {
                body.unlock();
            }
        }
    }

    /// One of the steps for one row, whose first step has the index `first`.
    fn of_row(
        &self,
        step: &PlannedStep,
        row: &Arc<Row>,
        first: usize,
        before: &[usize],
    ) -> PlannedStep {
        let shifted = |indexes: &[usize]| indexes.iter().map(|index| first + index).collect();
        let mut step = step.clone();
        step.after = match step.after.is_empty() {
            true => before.to_vec(),
            false => shifted(&step.after),
        };
        step.needs = shifted(&step.needs);
        for used in &mut step.uses {
            let providers: Vec<usize> = shifted(used.providers());
            *used = Use { count: providers.len(), providers: providers.into(), ..used.clone() };
        }
        let shift = row.index - 1;
        for part in step.parts.iter_mut().filter(|part| self.wholes.contains(&part.whole)) {
            *part = Part { whole: part.whole + shift * self.wholes.len(), ..part.clone() };
        }
        for limit in step.limits.iter_mut().filter(|limit| self.limits.contains(limit)) {
            *limit += shift * self.limits.len();
        }
        if let Some(section) = &mut step.section {
            // Far from the numbers of all other rows, whatever they are.
            section.of_row = section.written + shift * SECTIONS;
        }
        let (labels, numbers): (Vec<&str>, Vec<String>) =
            row.path().iter().map(|row| (&*row.label, row.index.to_string())).unzip();
        step.name = format!("{} [{}]", step.name, labels.join(", ")).into();
        step.id = format!("{}.{}", step.id, numbers.join(".")).into();
        step.row = Some(Arc::clone(row));
        step
    }
}

/// The steps that no other comes after.
fn ends(steps: &[PlannedStep]) -> Vec<usize> {
    let followed: BTreeSet<usize> = steps.iter().flat_map(|step| &step.after).copied().collect();
    (0..steps.len()).filter(|index| !followed.contains(index)).collect()
}

/// A few words for each row, no two the same.
fn labels(looped: &Loop, rows: &Rows, is_secret: &dyn Fn(&str) -> bool) -> Vec<Arc<str>> {
    let label = |(index, item): (usize, &Arc<Value>)| {
        label(looped, item, is_secret).unwrap_or_else(|| index.to_string())
    };
    let labels: Vec<String> = (1..).zip(rows.iter()).map(label).collect();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for label in &labels {
        *counts.entry(label).or_default() += 1;
    }
    let unique = |(index, label): (usize, &String)| match counts.get(label.as_str()) {
        Some(1) => Arc::from(label.as_str()),
        _ => Arc::from(format!("{label} #{index}")),
    };
    (1..).zip(&labels).map(unique).collect()
}

/// What a row is known by: a plain value, the values of a matrix, or the first plain value of a
/// mapping.
fn label(looped: &Loop, item: &Value, is_secret: &dyn Fn(&str) -> bool) -> Option<String> {
    let Value::Object(members) = item else { return plain(item) };
    let shown = members.iter().filter(|(name, _)| !is_secret(name));
    let mut plain = shown.filter_map(|(_, value)| plain(value));
    if !looped.is_matrix {
        return plain.next();
    }
    let values: Vec<String> = plain.collect();
    (!values.is_empty()).then(|| values.join(", "))
}

/// A plain value on one line, its beginning when it is long.
fn plain(value: &Value) -> Option<String> {
    if matches!(value, Value::Null | Value::Bytes(_) | Value::Array(_) | Value::Object(_)) {
        return None;
    }
    let text = value.to_text();
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut label: String = words.chars().take(LABEL).collect();
    if label.len() < words.len() {
        label.push('…');
    }
    (!label.is_empty()).then_some(label)
}

/// How many steps run, as far as is known: each row of a loop its own, or one row where their
/// number is known only in the run.
pub(super) fn count(steps: &[PlannedStep]) -> usize {
    let of_one = |step: &PlannedStep| match step.looped() {
        None => 1,
        Some((looped, body)) => {
            let all = looped.known().map_or(1, |rows| rows.len());
            let rows = body.chosen.as_ref().map_or(all, BTreeSet::len);
            // Without rows it is one step that is skipped.
            rows.saturating_mul(count(&body.steps)).max(1)
        }
    };
    steps.iter().map(of_one).sum()
}

/// Every step that is no loop, those of loops once.
pub(super) fn leaves<'s>(steps: &'s [PlannedStep], into: &mut Vec<&'s PlannedStep>) {
    for step in steps {
        match &step.body {
            Some(body) => leaves(&body.steps, into),
            None => into.push(step),
        }
    }
}
