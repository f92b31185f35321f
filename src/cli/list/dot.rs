//! The order of steps as a graph for Graphviz: a box in a box for groups, solid where a step needs
//! another, dashed where it only comes after it. An edge that others imply is left out.

use crate::plan::{Plan, PlannedStep};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// All collections in one graph.
pub(super) fn graph(plans: &[&Plan]) -> String {
    let mut text = String::from("digraph runner {\n  node [shape=box];\n");
    for (number, plan) in plans.iter().enumerate() {
        let _ = writeln!(text, "  subgraph cluster_{number} {{");
        let _ = writeln!(text, "    label={};", quoted(&plan.collection.name));
        boxes(&mut text, number, &plan.steps);
        edges(&mut text, number, &plan.steps);
        text.push_str("  }\n");
    }
    text.push_str("}\n");
    text
}

/// Every step, in the boxes of its groups: their steps stand together in file order.
fn boxes(text: &mut String, plan: usize, steps: &[PlannedStep]) {
    let mut open: &[String] = &[];
    for (index, step) in steps.iter().enumerate() {
        let common = open.iter().zip(&step.groups).take_while(|(a, b)| a == b).count();
        close(text, open.len(), common);
        for (depth, group) in step.groups.iter().enumerate().skip(common) {
            let indent = "  ".repeat(depth + 2);
            let _ = writeln!(text, "{indent}subgraph cluster_{plan}_{index}_{depth} {{");
            let _ = writeln!(text, "{indent}  label={};", quoted(group));
        }
        open = &step.groups;
        let indent = "  ".repeat(open.len() + 2);
        let _ = writeln!(text, "{indent}s{plan}_{index} [label={}];", quoted(&label(step)));
    }
    close(text, open.len(), 0);
}

/// Closes the boxes deeper than `kept`.
fn close(text: &mut String, open: usize, kept: usize) {
    for depth in (kept..open).rev() {
        let _ = writeln!(text, "{}}}", "  ".repeat(depth + 2));
    }
}

fn edges(text: &mut String, plan: usize, steps: &[PlannedStep]) {
    let needed: Vec<BTreeSet<usize>> = steps.iter().map(needed).collect();
    let before: Vec<BTreeSet<usize>> = steps
        .iter()
        .zip(&needed)
        .map(|(step, needed)| needed.iter().chain(&step.after).copied().collect())
        .collect();
    let reachable = reachable(&before);
    for (index, before) in before.iter().enumerate() {
        for &from in before {
            let is_implied = before.iter().any(|&other| reachable.has(other, from));
            if !is_implied {
                let is_needed = needed.get(index).is_some_and(|needed| needed.contains(&from));
                let style = if is_needed { "" } else { " [style=dashed]" };
                let _ = writeln!(text, "    s{plan}_{from} -> s{plan}_{index}{style};");
            }
        }
    }
}

fn needed(step: &PlannedStep) -> BTreeSet<usize> {
    let used = step.uses.iter().flat_map(|used| used.providers());
    step.needs.iter().chain(used).copied().collect()
}

/// Which steps come before which, however far: a row of bits a step.
struct Reachable(Vec<Vec<u64>>);

impl Reachable {
    fn has(&self, step: usize, earlier: usize) -> bool {
        let word = self.0.get(step).and_then(|row| row.get(earlier / 64));
        word.is_some_and(|word| word & (1 << (earlier % 64)) != 0)
    }
}

/// Takes each step when all that stand before it are taken; a plan has no circles.
fn reachable(before: &[BTreeSet<usize>]) -> Reachable {
    let mut behind = vec![Vec::new(); before.len()];
    let mut waits: Vec<usize> = before.iter().map(BTreeSet::len).collect();
    for (index, before) in before.iter().enumerate() {
        for &from in before {
            if let Some(behind) = behind.get_mut(from) {
                behind.push(index);
            }
        }
    }
    let mut rows = vec![Vec::new(); before.len()];
    let mut ready: Vec<usize> = (0..before.len()).filter(|&at| waits.get(at) == Some(&0)).collect();
    while let Some(index) = ready.pop() {
        let mut row = vec![0_u64; before.len().div_ceil(64)];
        for &from in before.get(index).into_iter().flatten() {
            for (word, of_it) in row.iter_mut().zip(rows.get(from).into_iter().flatten()) {
                *word |= of_it;
            }
            if let Some(word) = row.get_mut(from / 64) {
                *word |= 1 << (from % 64);
            }
        }
        if let Some(place) = rows.get_mut(index) {
            *place = row;
        }
        for &next in behind.get(index).into_iter().flatten() {
            if let Some(left) = waits.get_mut(next) {
                *left -= 1;
                if *left == 0 {
                    ready.push(next);
                }
            }
        }
    }
    Reachable(rows)
}

/// A step's name; of a loop with how many rows it has.
fn label(step: &PlannedStep) -> String {
    match step.looped().map(|(looped, _)| looped.known()) {
        None => step.name.to_string(),
        Some(None) => format!("{} […]", step.name),
        Some(Some(rows)) => format!("{} ×{}", step.name, rows.len()),
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}
