//! Colours: the ones of our own lines, and rustc's for diagnostics, found by a line's shape.

use crate::diagnostic::Color;
use anstyle::{AnsiColor, Style};

/// What held.
pub(super) const GOOD: Style = AnsiColor::Green.on_default().bold();
/// What did not.
pub(super) const BAD: Style = AnsiColor::Red.on_default().bold();
/// What a person should look at.
pub(super) const CAUTION: Style = AnsiColor::Yellow.on_default().bold();
/// What is there if needed.
pub(super) const FAINT: Style = Style::new().dimmed();
/// Headings.
pub(super) const STRONG: Style = Style::new().bold();

const PLACE: Style = AnsiColor::BrightBlue.on_default().bold();
const ADDED: Style = AnsiColor::Green.on_default();
const REMOVED: Style = AnsiColor::Red.on_default();
const HUNK: Style = AnsiColor::Cyan.on_default();

/// Writes text in colours, or without.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paint(pub(super) Color);

impl Paint {
    /// The text in this style.
    pub(super) fn on(self, style: Style, text: &str) -> String {
        match self.0 {
            Color::Never => text.to_owned(),
            Color::Always if text.is_empty() => String::new(),
            Color::Always => format!("{style}{text}{style:#}"),
        }
    }

    /// A plain diagnostic in rustc's colours.
    pub(super) fn diagnostic(self, text: &str) -> String {
        if self.0 == Color::Never {
            return text.to_owned();
        }
        let lines: Vec<String> = text.lines().map(|line| self.diagnostic_line(line)).collect();
        lines.join("\n")
    }

    fn diagnostic_line(self, line: &str) -> String {
        let body = line.trim_start();
        let (margin, _) = line.split_at(line.len() - body.len());
        if let Some(style) = title_style(body) {
            let (kind, message) = body.split_once(':').unwrap_or((body, ""));
            return format!(
                "{margin}{}{}",
                self.on(style, kind),
                self.on(STRONG, &format!(":{message}"))
            );
        }
        if let Some(place) = body.strip_prefix("-->").or_else(|| body.strip_prefix(":::")) {
            let (arrow, _) = body.split_at(body.len() - place.len());
            return format!("{margin}{}{place}", self.on(PLACE, arrow));
        }
        if let Some((gutter, source)) = gutter(body) {
            return format!("{margin}{}{}", self.on(PLACE, gutter), self.source(gutter, source));
        }
        if let Some((kind, text)) = body.strip_prefix("= ").and_then(|note| note.split_once(':')) {
            return format!("{margin}{} {}:{text}", self.on(PLACE, "="), self.on(STRONG, kind));
        }
        match diff_style(body) {
            Some(style) => format!("{margin}{}", self.on(style, body)),
            None => line.to_owned(),
        }
    }

    /// What stands right of the gutter: carets and their words in colour, source as it is.
    fn source(self, gutter: &str, source: &str) -> String {
        let marks = source.trim_start();
        let is_numbered = gutter.starts_with(|c: char| c.is_ascii_digit());
        let style = match marks.chars().next() {
            Some('^') if !is_numbered => BAD,
            Some('-') if !is_numbered => PLACE,
            _ => return source.to_owned(),
        };
        let (margin, _) = source.split_at(source.len() - marks.len());
        format!("{margin}{}", self.on(style, marks))
    }
}

fn title_style(body: &str) -> Option<Style> {
    let kind = body.split([':', '[']).next().unwrap_or_default();
    match kind {
        "error" => Some(BAD),
        "warning" => Some(CAUTION),
        _ => None,
    }
}

/// `14 |` or `|`, and what follows.
fn gutter(body: &str) -> Option<(&str, &str)> {
    let digits = body.len() - body.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let after = body.get(digits..)?;
    let bar = after.trim_start_matches(' ').strip_prefix('|')?;
    Some(body.split_at(body.len() - bar.len()))
}

fn diff_style(body: &str) -> Option<Style> {
    match body.chars().next()? {
        '+' => Some(ADDED),
        '-' => Some(REMOVED),
        '@' if body.starts_with("@@") => Some(HUNK),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIAGNOSTIC: &str = "\
error[E0401]: `status` is not `201`
  --> orders.yaml:14:7
   |
12 |   assert:
   |   ------ asserted here
14 |     status: 201
   |             ^^^ found 422
   |
   = help: look at it
   @@ -1,2 +1,2 @@
   -a
   +b
    c";

    const PAINTED: &str = "\
<bad>error[E0401]</><strong>: `status` is not `201`</>
  <place>--></> orders.yaml:14:7
   <place>|</>
<place>12 |</>   assert:
   <place>|</>   <place>------ asserted here</>
<place>14 |</>     status: 201
   <place>|</>             <bad>^^^ found 422</>
   <place>|</>
   <place>=</> <strong>help</>: look at it
   <hunk>@@ -1,2 +1,2 @@</>
   <removed>-a</>
   <added>+b</>
    c";

    #[test]
    fn without_colours_nothing_changes() {
        assert_eq!(Paint(Color::Never).diagnostic(DIAGNOSTIC), DIAGNOSTIC);
    }

    #[test]
    fn colours_follow_the_shape_of_the_line() {
        let mut painted = Paint(Color::Always).diagnostic(DIAGNOSTIC);
        // Compound styles first: the others are parts of them.
        let names = [(BAD, "bad"), (PLACE, "place"), (STRONG, "strong")];
        let plain = [(ADDED, "added"), (REMOVED, "removed"), (HUNK, "hunk")];
        for (style, name) in names.into_iter().chain(plain) {
            painted = painted.replace(&style.to_string(), &format!("<{name}>"));
        }
        assert_eq!(painted.replace("\u{1b}[0m", "</>"), PAINTED);
    }

    #[test]
    fn colouring_adds_nothing_but_colours() {
        let painted = Paint(Color::Always).diagnostic(DIAGNOSTIC);
        let plain: String = painted
            .split('\u{1b}')
            .enumerate()
            .map(|(index, part)| if index == 0 { part } else { part.split_once('m').unwrap().1 })
            .collect();
        assert_eq!(plain, DIAGNOSTIC);
    }
}
