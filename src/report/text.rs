//! Makes text from outside safe to show: a response must not move the cursor, set the window's
//! title or turn the line around.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Text of several lines: line breaks and tabs stay, all else that a terminal obeys is written
/// as an escape.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    escape(text, |c| c != '\n' && c != '\t' && is_hostile(c))
}

/// As [`visible`], in one line: line breaks and tabs are escapes too.
pub(super) fn visible_line(text: &str) -> Cow<'_, str> {
    escape(text, is_hostile)
}

fn escape(text: &str, is_escaped: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.chars().any(&is_escaped) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            c if !is_escaped(c) => escaped.push(c),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            c if c.is_ascii() => {
                let _ = write!(escaped, "\\x{:02x}", u32::from(c));
            }
            c => {
                let _ = write!(escaped, "\\u{{{:x}}}", u32::from(c));
            }
        }
    }
    Cow::Owned(escaped)
}

/// Control characters (C0, DEL, C1), the line and paragraph separators, what changes the
/// direction of text (Unicode's Bidi_Control), the byte order mark, and the two
/// noncharacters that XML refuses.
fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61c}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}'
                | '\u{feff}'
                | '\u{fffe}'
                | '\u{ffff}'
        )
}

/// A line, cut when it has more than `most` characters; what is missing is counted.
pub(super) fn cut(line: &str, most: usize) -> Cow<'_, str> {
    // A character is at least one byte: most lines need no counting.
    if line.len() <= most {
        return Cow::Borrowed(line);
    }
    match line.char_indices().nth(most) {
        None => Cow::Borrowed(line),
        Some((end, _)) => {
            let (kept, rest) = line.split_at(end);
            Cow::Owned(format!("{kept}… ({} more characters)", rest.chars().count()))
        }
    }
}

/// The text with two spaces before every line that is not empty, ending in a newline.
pub(super) fn indent(text: &str) -> String {
    let mut indented = String::with_capacity(text.len() + 64);
    for line in text.lines() {
        if !line.is_empty() {
            indented.push_str("  ");
            indented.push_str(line);
        }
        indented.push('\n');
    }
    indented
}

/// `1 step`, `2 steps`
pub(super) fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("{count} {noun}") } else { format!("{count} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_written_as_an_escape() {
        let hostile = "a\u{1b}[31m\tb\r\n\u{7f}\u{9b}\u{202e}\u{feff}é漢👍🏽";
        assert_eq!(visible(hostile), "a\\x1b[31m\tb\\r\n\\x7f\\u{9b}\\u{202e}\\u{feff}é漢👍🏽");
        assert_eq!(
            visible_line(hostile),
            "a\\x1b[31m\\tb\\r\\n\\x7f\\u{9b}\\u{202e}\\u{feff}é漢👍🏽"
        );
    }

    #[test]
    fn harmless_text_is_borrowed() {
        assert!(matches!(visible("a\n\tb é"), Cow::Borrowed(_)));
        assert!(matches!(visible_line("a b é"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_line_is_cut_between_characters() {
        assert_eq!(cut("ééé", 3), "ééé");
        assert_eq!(cut("éééé", 3), "ééé… (1 more characters)");
    }
}
