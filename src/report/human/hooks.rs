//! What hooks said, beneath the step they ran around.

use super::paint::{FAINT, Paint};
use crate::event::StepRecord;
use crate::report::text::visible_line;

/// The lines that hooks logged, each with its newline; those of all tries, oldest first.
pub(super) fn lines(paint: Paint, step: &StepRecord) -> String {
    let hooks = step.attempts.iter().flat_map(|attempt| &attempt.hooks);
    let said = hooks.flat_map(|hook| hook.log.iter().map(move |line| (&hook.action, line)));
    let mut text = String::new();
    for (action, said) in said {
        let action = paint.on(FAINT, &format!("{action}:"));
        for line in said.lines() {
            text.push_str(&format!("  {action} {}\n", visible_line(line)));
        }
    }
    text
}
