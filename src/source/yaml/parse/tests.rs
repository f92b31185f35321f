//! What is read, and what is said when it cannot be.

use super::*;
use crate::source::File;
use crate::value::Value;

fn read(text: &str) -> Result<Vec<Node>, Vec<SyntaxError>> {
    parse(FileId(0), text, &Limits::default())
}

fn json(text: &str) -> String {
    let values: Vec<Value> = read(text).unwrap().iter().map(Node::to_value).collect();
    values.iter().map(Value::to_json).collect::<Vec<_>>().join(" ")
}

/// Every mistake as `line:column text | message | help`.
fn mistakes(text: &str) -> Vec<String> {
    let file = File::new("a.yaml", None, text);
    let show = |error: SyntaxError| {
        let at = file.position(error.span.start);
        let covered = text.get(error.span.start as usize..error.span.end as usize).unwrap();
        let help = error.help.map(|help| format!(" | {help}")).unwrap_or_default();
        format!("{}:{} {covered} | {}{help}", at.line, at.column, error.message)
    };
    read(text).unwrap_err().into_iter().map(show).collect()
}

#[track_caller]
fn refused(text: &str, expected: &[&str]) {
    assert_eq!(mistakes(text), expected, "{text}");
}

#[test]
fn documents_become_nodes() {
    assert_eq!(json("a: [1, 'x', {b: ~}]\nc:\n  - d\n"), r#"{"a":[1,"x",{"b":null}],"c":["d"]}"#);
    assert_eq!(json("a: 1\n---\n- 2\n...\n"), r#"{"a":1} [2]"#);
    assert_eq!(json("---\n---\na: 1\n---\n# nothing\n"), r#"{"a":1}"#);
    assert_eq!(json(""), "null");
    assert_eq!(json("# nothing\n"), "null");
    assert_eq!(json("---\n---\n"), "null");
    assert_eq!(json("%YAML 1.2\n---\na: 1\n"), r#"{"a":1}"#);
    assert_eq!(json("\u{feff}a: 1\r\nb: |\r\n  x\r\n  y\r\n"), r#"{"a":1,"b":"x\ny\n"}"#);
}

#[test]
fn aliases_and_merge_keys_are_applied() {
    assert_eq!(json("a: &x {k: 1}\nb: *x\n"), r#"{"a":{"k":1},"b":{"k":1}}"#);
    assert_eq!(
        json("a: &x {k: 1, l: 2}\nb: {<<: *x, l: 3}\n"),
        r#"{"a":{"k":1,"l":2},"b":{"k":1,"l":3}}"#
    );
    assert_eq!(
        json("- &x {k: 1}\n- &y {k: 2, l: 2}\n- {z: 0, <<: [*x, *y], m: 3}\n"),
        r#"[{"k":1},{"k":2,"l":2},{"z":0,"k":1,"l":2,"m":3}]"#
    );
    assert_eq!(json("'<<': 1\n"), r#"{"<<":1}"#);
}

#[test]
fn every_node_knows_its_bytes() {
    let text = "ä: é\nlist:\n  - &x ünï\n  - {k: \"v\"}\nlast: |\n  tëxt\n";
    let nodes = read(text).unwrap();
    let at = |span: Span| &text[span.start as usize..span.end as usize];
    let members = nodes[0].as_mapping().unwrap();
    let keys: Vec<&str> = members.iter().map(|member| at(member.key_span)).collect();
    assert_eq!(keys, ["ä", "list", "last"]);
    let values: Vec<&str> = members.iter().map(|member| at(member.value.span)).collect();
    assert_eq!(values, ["é", "- &x ünï\n  - {k: \"v\"}", "tëxt"]);
    let items: Vec<&str> =
        members[1].value.as_sequence().unwrap().iter().map(|item| at(item.span)).collect();
    assert_eq!(items, ["ünï", "{k: \"v\"}"]);
    assert_eq!(at(nodes[0].span), text.trim_end());
}

#[test]
fn a_comment_is_no_part_of_the_value_before_it() {
    for value in ["x", "'it''s'", r#""\" # \\""#, "[1, '#']", "{k: \"v\"}", "&x 'y'", "''"] {
        let text = format!("a: {value}  # comment\nb: 1 # last\n");
        let nodes = read(&text).unwrap();
        let span = nodes[0].as_mapping().unwrap()[0].value.span;
        let covered = &text[span.start as usize..span.end as usize];
        assert_eq!(covered, value.trim_start_matches("&x "));
    }
}

#[test]
fn json_surrogate_pairs_are_one_character_in_double_quotes_only() {
    let text = "a: \"x\\uD834\\uDD1Ey\"\nb: '\\uD834\\uDD1E'\nc: \\ud834\\udd1e\nd: 1\n";
    assert_eq!(json(text), r#"{"a":"x𝄞y","b":"\\uD834\\uDD1E","c":"\\ud834\\udd1e","d":1}"#);
    let nodes = read(text).unwrap();
    let last = &nodes[0].as_mapping().unwrap()[3];
    assert_eq!(&text[last.key_span.start as usize..last.key_span.end as usize], "d");
    refused(
        "a: \"\\uD834\"\n",
        &[
            "1:5 \\uD834 | `\\uD834` is no character on its own | write both halves of the pair, or the character itself",
        ],
    );
}

#[test]
fn a_bare_json_path_in_braces_is_shown_quoted() {
    let words = "a JSONPath with `[` must be quoted in `{…}` and `[…]`";
    let cases = [
        ("a: {$.x[*].id: 1}\n", "1:5 $.x[*].id", "\"$.x[*].id\""),
        ("a: {id: $.x[0], n: $.y}\n", "1:9 $.x[0]", "\"$.x[0]\""),
        ("a: {$.h['X-A']: 1}\n", "1:5 $.h['X-A']", "\"$.h['X-A']\""),
        ("a: {$.h[\"X\"].y: 1}\n", "1:5 $.h[\"X\"].y", "'$.h[\"X\"].y'"),
        ("a: {$.x[?@.b == 1].c: [z]}\n", "1:5 $.x[?@.b == 1].c", "\"$.x[?@.b == 1].c\""),
    ];
    for (text, place, shown) in cases {
        refused(text, &[&format!("{place} | {words} | write `{shown}`")]);
    }
}

#[test]
fn an_unquoted_template_is_shown_quoted() {
    let cases = [
        ("url: {{ base }}/x\n", "1:6 {{ base }}/x", "url: \"{{ base }}/x\""),
        ("url: {{ base }}\n", "1:6 {{ base }}", "url: \"{{ base }}\""),
        ("- {{ x }}\n", "1:3 {{ x }}", "- \"{{ x }}\""),
        ("a: {{ x }} b\n", "1:4 {{ x }} b", "a: \"{{ x }} b\""),
        ("a: {{ x }}b # c\nd: 1\n", "1:4 {{ x }}b", "a: \"{{ x }}b\" # c"),
        ("a: {{ x[\"y\"] }}\n", "1:4 {{ x[\"y\"] }}", "a: '{{ x[\"y\"] }}'"),
        ("a: {{ \"y\" | upper }}\n", "1:4 {{ \"y\" | upper }}", "a: '{{ \"y\" | upper }}'"),
        ("a: [{{ x }}, 2]\n", "1:5 {{ x }}", "a: [\"{{ x }}\", 2]"),
        ("a: {b: {{ x }}/y, c: 2}\n", "1:8 {{ x }}/y", "a: {b: \"{{ x }}/y\", c: 2}"),
        ("{{ k }}: v\n", "1:1 {{ k }}", "\"{{ k }}\": v"),
        (
            "a: {% if x %}y{% endif %}\n",
            "1:4 {% if x %}y{% endif %}",
            "a: \"{% if x %}y{% endif %}\"",
        ),
        (
            "- name: a\n  url: {{ a }}:{{ b }}/c\n",
            "2:8 {{ a }}:{{ b }}/c",
            "url: \"{{ a }}:{{ b }}/c\"",
        ),
    ];
    for (text, place, line) in cases {
        refused(text, &[&format!("{place} | a template must be quoted | write `{line}`")]);
    }
}

#[test]
fn independent_mistakes_are_reported_together() {
    refused(
        "a: {{ x }}/y\nb: *nope\nc: !env HOME\nc: 2\nd: @x\ne:http://x\nf: x: y\ng: \"\\d\"\nh: {{ z }}\n",
        &[
            "1:4 {{ x }}/y | a template must be quoted | write `a: \"{{ x }}/y\"`",
            "2:4 *nope | no anchor `&nope` stands before the alias `*nope` | quote it when it is text: `\"*nope\"`",
            "3:4 !env | tag `!env`: collections have no tags | write `\"{{ env.HOME }}\"`",
            "4:1 c | the key `c` stands twice in one mapping | keep one of them",
            "5:4 @x | an unquoted value cannot begin with `@` | write `\"@x\"`",
            "6:1 e: | a space is missing after `e:` | write `e: http://x`",
            "7:5 : | `: ` inside an unquoted value | write `f: \"x: y\"`",
            "8:5 \\d | `\\d` is no escape | write `\\\\d`, or use single quotes, which have no escapes",
            "9:4 {{ z }} | a template must be quoted | write `h: \"{{ z }}\"`",
        ],
    );
}

#[test]
fn a_mistake_of_shape_says_what_to_write() {
    let cases = [
        ("a: 1\n\tb: 2\n", "2:1 \t | a tab cannot indent YAML | indent with spaces"),
        ("a:\n\t- b\n", "2:1 \t | a tab cannot indent YAML | indent with spaces"),
        (
            "- name: a\n   url: x\n",
            "2:4 url | `url` is indented by 3, the keys before it by 2 | indent it by 2 spaces to stand beside them",
        ),
        (
            "a: \"abc\nb: c\n",
            "1:4 \"abc | `\"` is never closed | close it with `\"`; inside, write `\\\"`",
        ),
        ("a: \"abc", "1:4 \"abc | `\"` is never closed | close it with `\"`; inside, write `\\\"`"),
        (
            "a: \"b\" c\nd: 1\n",
            "1:8 c | text after a closing quote | quote the whole value; a quote inside is `\\\"` in double, `''` in single quotes",
        ),
        (
            "a: [1, 2\nb: 3\n",
            "2:2 : | expected `,` or `]` | close `[` with `]`, or put a `,` between two items",
        ),
        (
            "- a\nb: c\n",
            "2:1 b: c | a list goes on with `- ` | begin the line with `- `, or indent it",
        ),
        (
            "a:\n    b: 1\n  c: 2\n",
            "3:3 c: 2 | this line is indented by 2, which fits nothing before it | what is open is indented by 0",
        ),
        ("a: &x [*x]\n", "1:8 *x | the alias `*x` stands inside its own anchor"),
        (
            "a: &base {}\nb: *bse\n",
            "2:4 *bse | no anchor `&bse` stands before the alias `*bse` | did you mean `*base`?",
        ),
        ("? [a]\n: 1\n", "1:3 [a] | a list cannot be a key"),
        (
            "<<: 1\n",
            "1:5 1 | `<<` merges mappings, found the number `1` | write `<<: *name` with the anchor `&name` on a mapping",
        ),
        (
            "a: [1]\n\u{feff}b: 2\n",
            "2:1 \u{feff} | the character U+FEFF cannot stand in YAML | write `\"\\uFEFF\"` in double quotes, or remove it",
        ),
    ];
    for (text, expected) in cases {
        refused(text, &[expected]);
    }
}

#[test]
fn duplicate_keys_name_both_places() {
    let errors = read("a: 1\nb: 2\na: 3\n").unwrap_err();
    assert_eq!(errors[0].span, Span::new(FileId(0), 10, 11));
    let first = (Span::new(FileId(0), 0, 1), "first written here".to_owned());
    assert_eq!(errors[0].other, Some(Box::new(first)));
}

#[test]
fn what_is_too_much_is_refused() {
    let bomb: String = std::iter::once("a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned())
        .chain((1..10).map(|n| {
            let aliases = vec![format!("*a{}", n - 1); 9].join(", ");
            format!("a{n}: &a{n} [{aliases}]\n")
        }))
        .collect();
    let chain: String = std::iter::once("- &a0 [x]\n".to_owned())
        .chain((1..1000).map(|n| format!("- &a{n} [*a{}]\n", n - 1)))
        .collect();
    let wide = format!("a: &a {}\nb: [{}]\n", "x".repeat(100_000), vec!["*a"; 40_000].join(", "));
    let texts = [
        bomb,
        chain,
        wide,
        "[".repeat(100_000),
        "{a: ".repeat(100_000),
        "- ".repeat(100_000),
        "? ".repeat(50_000),
        "{{".repeat(50_000),
    ];
    for text in texts {
        let errors = read(&text).unwrap_err();
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert_eq!(errors[0].kind, SyntaxErrorKind::Limit, "{errors:?}");
    }
    let small = Limits { bytes: 4, ..Limits::default() };
    assert_eq!(parse(FileId(0), "a: 12", &small).unwrap_err()[0].kind, SyntaxErrorKind::Limit);
}

/// A collection with every construct that has code of its own.
const SAMPLE: &str = r#"# é
name: "Wälk \uD834\uDD1E \x41 \"q\""
vars: &v {base: '{{ env.X or ''y'' }}', n: [1, 2.50, ~]}
more: {<<: *v, k: |-
    bad}
requests:
  - url: {{ base }}/x
    headers: {<<: [*v], accept: null}
    data: >
      folded
      text
  - ? complex
    : !tag value
    assert: {jsonpath: {$.a[?(@.b == 'c')]: 1}}
\tbad: *none
---
- @x
- "unclosed
"#;

/// The same numbers on every machine: xorshift.
fn next(state: &mut u64) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    usize::try_from(*state % (1 << 31)).unwrap()
}

#[test]
fn no_damage_to_a_file_makes_the_reader_panic() {
    let quoted = SAMPLE.replace(": {{ base }}/x", ": '{{ base }}/x'").replace("\\tbad", "    bad");
    for sample in [SAMPLE, &quoted] {
        for end in 0..=sample.len() {
            check_damaged(&sample.as_bytes()[..end]);
        }
        let mut state = 0x9E37_79B9_7F4A_7C15;
        for _ in 0..2_000 {
            let mut bytes = sample.as_bytes().to_vec();
            for _ in 0..=next(&mut state) % 4 {
                let at = next(&mut state) % bytes.len();
                let special = b"{}[]:,-?*&!|>'\"%@`# \t\n\r\\\xff\xc3u";
                bytes[at] = special[next(&mut state) % special.len()];
            }
            check_damaged(&bytes);
        }
    }
}

/// Reads and, when it is refused, shows every mistake.
fn check_damaged(bytes: &[u8]) {
    let text =
        crate::source::decode(FileId(0), bytes).unwrap_or_else(|_| crate::source::lossy(bytes));
    match read(&text) {
        Ok(nodes) => nodes.iter().for_each(|node| drop(node.to_value())),
        Err(errors) => {
            for error in errors {
                let span = error.span;
                let covered = text.get(span.start as usize..span.end as usize);
                assert!(covered.is_some(), "{error:?} in {text:?}");
            }
        }
    }
}
