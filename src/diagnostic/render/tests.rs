//! Whole messages, as they are printed.

use super::*;
use crate::diagnostic::codes::model::UNKNOWN_KEY;
use crate::source::{File, FileId, Span};

fn files(text: &str) -> Files {
    let mut files = Files::default();
    files.add(File::new("a.yaml", None, text));
    files
}

fn at(text: &str, part: &str, label: &str) -> Diagnostic {
    let start = u32::try_from(text.find(part).unwrap()).unwrap();
    let end = start + u32::try_from(part.len()).unwrap();
    Diagnostic::error(&UNKNOWN_KEY, Span::new(FileId(0), start, end), "unknown key `x`", label)
}

fn plain(diagnostic: &Diagnostic, text: &str) -> String {
    render(diagnostic, &files(text), Color::Never)
}

#[test]
fn a_message_has_line_caret_label_and_help() {
    let text = "requests:\n  - url: /\n    retries: 3\n";
    let diagnostic = at(text, "retries", "not a key of a request").help("did you mean `retry`?");
    assert_eq!(
        plain(&diagnostic, text),
        "\
error[E0107]: unknown key `x`
 --> a.yaml:3:5
  |
3 |     retries: 3
  |     ^^^^^^^ not a key of a request
  |
  = help: did you mean `retry`?
"
    );
}

#[test]
fn another_place_is_shown_beside_or_apart() {
    let text = "a: 1\nb: 2\nx: 3\n";
    let near = at(text, "x", "again").also(Span::new(FileId(0), 0, 1), "first");
    assert_eq!(
        plain(&near, text),
        "\
error[E0107]: unknown key `x`
 --> a.yaml:3:1
  |
1 | a: 1
  | - first
2 | b: 2
3 | x: 3
  | ^ again
"
    );
    let text = format!("a: 1\n{}x: 3\n", "-\n".repeat(20));
    let far = at(&text, "x", "again").also(Span::new(FileId(0), 0, 1), "first");
    assert_eq!(
        plain(&far, &text),
        "\
error[E0107]: unknown key `x`
  --> a.yaml:22:1
   |
22 | x: 3
   | ^ again
   |
  ::: a.yaml:1:1
   |
 1 | a: 1
   | - first
"
    );
}

#[test]
fn of_several_lines_the_first_is_marked() {
    let text = "a:\r\n  b: 1\r\n  c: 2\r\n";
    assert_eq!(
        plain(&at(text, "b: 1\r\n  c: 2", "here"), text),
        "\
error[E0107]: unknown key `x`
 --> a.yaml:2:3
  |
2 |   b: 1
  |   ^^^^ here
"
    );
}

#[test]
fn a_long_line_is_cut_around_the_place() {
    let text = format!("{}é_x{}", "ab".repeat(500_000), "cd".repeat(500));
    assert_eq!(
        plain(&at(&text, "_x", "here"), &text),
        "\
error[E0107]: unknown key `x`
 --> a.yaml:1:1000002
  |
1 | …abababababababababababababababababababé_xcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd…
  |                                         ^^ here
"
    );
}

#[test]
fn tabs_and_wide_characters_keep_the_caret_in_place() {
    let text = "\tx: 日本 y\n";
    assert_eq!(
        plain(&at(text, "y", "here"), text),
        "\
error[E0107]: unknown key `x`
 --> a.yaml:1:8
  |
1 |     x: 日本 y
  |             ^ here
"
    );
}

#[test]
fn a_place_at_the_end_of_the_file_is_shown() {
    let text = "a: [";
    let end = Span::new(FileId(0), 4, 4);
    let diagnostic = Diagnostic::error(&UNKNOWN_KEY, end, "unfinished", "ends here");
    assert_eq!(
        plain(&diagnostic, text),
        "\
error[E0107]: unfinished
 --> a.yaml:1:5
  |
1 | a: [
  |     ^ ends here
"
    );
    assert_eq!(
        plain(&Diagnostic::placeless(&UNKNOWN_KEY, "no place"), ""),
        "error[E0107]: no place\n"
    );
}

#[test]
fn programs_get_every_part() {
    let text = "é: 1\nx: 2\n";
    let diagnostic = at(text, "x", "not this").note("a, b: c").help("100%");
    assert_eq!(
        json(&diagnostic, &files(text)).to_json(),
        "{\"severity\":\"error\",\"code\":\"E0107\",\"message\":\"unknown key `x`\",\"file\":\"a.yaml\",\
        \"line\":2,\"column\":1,\"end_line\":2,\"end_column\":2,\"label\":\"not this\",\
        \"notes\":[\"a, b: c\"],\"help\":[\"100%\"]}"
    );
    assert_eq!(
        github(&diagnostic, &files(text)),
        "::error file=a.yaml,line=2,endLine=2,col=1,endColumn=2,title=E0107%3A unknown key::\
        unknown key `x`%0Anot this%0Anote: a, b: c%0Ahelp: 100%25"
    );
}
