//! `needs`: which steps must have passed, as edges between steps that stand side by side.

use super::PlannedStep;
use super::expand::Expanded;
use super::names::{Names, Path};
use crate::diagnostic::{Diagnostic, codes};
use crate::registry::suggest;
use crate::source::Located;
use std::sync::Arc;

/// One of `needs`, with the frame of its name.
pub(super) type Need = (usize, Located<String>);

/// `needs` by name or id: steps that must have passed.
pub(super) fn resolve_needs(
    needs: Vec<(Path, Vec<Need>)>,
    expanded: &mut Expanded,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let Expanded { steps, names, floors, .. } = expanded;
    for (path, needs) in needs {
        for (frame, need) in needs {
            let Some(names) = names.get(frame) else { continue };
            let Some(found) = names.find(&need) else {
                diagnostics.push(unknown(&need, names));
                continue;
            };
            let edges: Vec<Edge> = found.iter().filter_map(|to| edge(&path, to)).collect();
            let is_later = |edge: &&Edge| edge.is_later(steps, floors);
            let name = step_at(steps, &path).map(|step| Arc::clone(&step.name));
            let name = name.unwrap_or_else(|| "".into());
            if let Some(later) = edges.iter().find(is_later) {
                let later = step_at(steps, &later.to).map_or("", |step| &step.name);
                diagnostics.push(refuse_later(&name, later, &need));
            } else if edges.is_empty() {
                let message = format!("`{name}` needs itself");
                let code = &codes::plan::CIRCLE;
                let diagnostic = Diagnostic::error(code, need.span, message, "itself");
                diagnostics.push(diagnostic);
            }
            for Edge { from, to } in edges {
                if let (Some(step), Some(to)) = (step_at_mut(steps, &from), to.last()) {
                    step.needs.push(*to);
                }
            }
        }
    }
}
/// A need between two steps that stand side by side, in the plan or in the body of one loop.
struct Edge {
    from: Path,
    to: Path,
}

impl Edge {
    /// Whether a sequence puts the step that is needed behind the one that needs it.
    fn is_later(&self, steps: &[PlannedStep], floors: &[usize]) -> bool {
        let (Some((index, loops)), Some(to)) = (self.from.split_last(), self.to.last()) else {
            return false;
        };
        let floors = match loops {
            [] => Some(floors),
            loops => step_at(steps, loops)
                .and_then(|step| step.body.as_deref())
                .map(|body| body.floors.as_slice()),
        };
        floors.and_then(|floors| floors.get(*to)).is_some_and(|floor| floor > index)
    }
}

/// What it means that the step at one path needs the one at another: the loop around the first
/// needs the loop around the second, as far inside as they stand side by side. `None` when one is
/// the other, or the loop around it.
fn edge(from: &[usize], to: &[usize]) -> Option<Edge> {
    let common = from.iter().zip(to).take_while(|(from, to)| from == to).count();
    let (from, to) = (from.get(..=common)?.to_vec(), to.get(..=common)?.to_vec());
    Some(Edge { from, to })
}

fn step_at<'s>(steps: &'s [PlannedStep], path: &[usize]) -> Option<&'s PlannedStep> {
    let (first, rest) = path.split_first()?;
    let step = steps.get(*first)?;
    if rest.is_empty() { Some(step) } else { step_at(&step.body.as_deref()?.steps, rest) }
}

fn step_at_mut<'s>(steps: &'s mut [PlannedStep], path: &[usize]) -> Option<&'s mut PlannedStep> {
    let (first, rest) = path.split_first()?;
    let step = steps.get_mut(*first)?;
    if rest.is_empty() {
        return Some(step);
    }
    step_at_mut(&mut Arc::make_mut(step.body.as_mut()?).steps, rest)
}

fn unknown(need: &Located<String>, names: &Names) -> Diagnostic {
    let near = suggest(names.all(), need);
    let message = format!("unknown step `{}` in `needs`", need.value);
    let code = &codes::plan::UNKNOWN_STEP;
    let diagnostic = Diagnostic::error(code, need.span, message, "no step has this name or id");
    // Rows may be known only in the run: a step needs all of them.
    let row = need.rsplit_once('.').filter(|(_, row)| row.parse::<usize>().is_ok());
    match row.filter(|(looped, _)| names.find(looped).is_some()) {
        Some((looped, _)) => {
            diagnostic.help(format!("a step is needed with all its rows: `{looped}`"))
        }
        None => diagnostic.did_you_mean(near),
    }
}

/// A need of a step that the order of a sequence puts behind it: a circle of the shortest kind.
fn refuse_later(name: &str, later: &str, need: &Located<String>) -> Diagnostic {
    let message = format!("`{name}` needs `{later}`, which comes later in the sequence");
    Diagnostic::error(&codes::plan::CIRCLE, need.span, message, "runs only after this step")
        .help(format!("move `{later}` before `{name}`, or set `mode: parallel`"))
}
