//! The order of steps in groups of every shape.

use super::{Choices, Plan, plan};
use crate::load::{Input, load};
use crate::source::Files;
use crate::world::{Folder, Outside};
use fastrand::Rng;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

/// A group as written, and which steps come before which by its shape alone.
#[derive(Default)]
struct Tree {
    text: String,
    steps: usize,
    /// By step, those before it.
    before: Vec<BTreeSet<usize>>,
}

impl Tree {
    /// Adds two to four steps or groups.
    fn grow(&mut self, random: &mut Rng, depth: usize, is_sequence: bool, rest: &str) {
        let indent = "  ".repeat(depth);
        let mut earlier = BTreeSet::new();
        for _ in 0..random.usize(2..5) {
            let first = self.steps;
            if depth < 4 && random.bool() {
                let is_inner_sequence = random.bool();
                let mode = if is_inner_sequence { "sequence" } else { "parallel" };
                let _ = writeln!(self.text, "{indent}- mode: {mode}\n{indent}  requests:");
                self.grow(random, depth + 1, is_inner_sequence, rest);
            } else {
                let _ = writeln!(self.text, "{indent}- {{url: 'http://x/{first}'{rest}}}");
                self.steps += 1;
                self.before.push(BTreeSet::new());
            }
            if is_sequence {
                for before in self.before.iter_mut().skip(first) {
                    before.extend(&earlier);
                }
                earlier.extend(first..self.steps);
            }
        }
    }
}

/// A random tree, and its plan; each step has `rest` too.
fn planned(seed: u64, rest: &str) -> (Tree, Plan) {
    let mut tree = Tree { text: "requests:\n".to_owned(), ..Tree::default() };
    tree.grow(&mut Rng::with_seed(seed), 0, true, rest);
    let (name, folder) = ("tree.yaml".to_owned(), "/nowhere".into());
    let input = Input { name, path: None, folder, bytes: tree.text.clone().into_bytes() };
    let access = Folder::new("/nowhere", Outside::Refused);
    let collection = load(input, &mut Files::default(), &access).unwrap().remove(0);
    let plan = plan(Arc::new(collection), &Choices::default()).unwrap();
    (tree, plan)
}

/// By step, all that come before it.
fn closure(plan: &Plan) -> Vec<BTreeSet<usize>> {
    let mut before: Vec<BTreeSet<usize>> = Vec::new();
    for step in plan.steps.iter() {
        let mut set = BTreeSet::new();
        for other in &step.after {
            set.insert(*other);
            set.extend(&before[*other]);
        }
        before.push(set);
    }
    before
}

#[test]
fn groups_order_their_steps_and_nothing_more() {
    for seed in 0..300 {
        let (tree, plan) = planned(seed, "");
        assert_eq!(closure(&plan), tree.before, "{}", tree.text);
    }
}

#[test]
fn a_step_comes_after_every_provider_though_few_edges_say_so() {
    for seed in 0..300 {
        let rest = ", headers: {x: \"{{ v | default(1) }}\"}, capture: {v: {header: a}}";
        let (tree, plan) = planned(seed, rest);
        let all: Vec<BTreeSet<usize>> = (0..tree.steps).map(|step| (0..step).collect()).collect();
        assert_eq!(closure(&plan), all, "{}", tree.text);
    }
    let (_, plan) = planned(1, ", headers: {x: \"{{ v | default(1) }}\"}");
    assert!(plan.steps.iter().all(|step| step.uses.is_empty()));
}
