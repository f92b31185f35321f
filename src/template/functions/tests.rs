//! Each row of the table by its example, and what functions do at their edges.

use super::*;
use crate::diagnostic::Diagnostic;
use crate::source::{File, Files, Span};
use crate::template::samples::scope;
use crate::template::{Scope, Template};
use crate::value::Value;

fn render_in(text: &str, scope: &Scope) -> Result<Value, Diagnostic> {
    let mut files = Files::default();
    let file = files.add(File::new("a.yaml", None, text));
    let span = Span::new(file, 0, u32::try_from(text.len()).unwrap());
    Template::compile(text, span, &files)?.render(scope)
}

fn json(text: &str) -> String {
    render_in(text, &scope()).unwrap().to_json()
}

fn message(text: &str) -> String {
    render_in(text, &scope()).unwrap_err().message
}

#[test]
fn every_example_renders() {
    for function in FUNCTIONS {
        let uses_others = function.key == "jsonpath";
        if !uses_others {
            let rendered = render_in(function.example, &scope());
            assert!(rendered.is_ok(), "{}: {rendered:?}", function.key);
        }
        assert!(function.example.contains(function.key), "{}", function.key);
        assert!(!function.summary.is_empty() && !function.summary.ends_with('.'));
    }
}

#[test]
fn keys_are_unique() {
    let mut keys: Vec<&str> = FUNCTIONS.iter().map(|function| function.key).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), FUNCTIONS.len());
}

#[test]
fn now_is_the_world_s_clock_in_utc() {
    assert_eq!(json("{{ now() }}"), r#""2024-02-29T12:00:00Z""#);
    assert_eq!(json("{{ now('%Y-%m-%d', days=1) }}"), r#""2024-03-01""#);
    assert_eq!(json("{{ now(format='%H:%M', hours=-1, minutes=5) }}"), r#""11:05""#);
    assert_eq!(json("{{ now('%s') | int }}"), "1709208000");
    assert!(message("{{ now('%!') }}").starts_with("`%!` is no time format: "));
}

#[test]
fn the_same_seed_draws_the_same_values_and_goes_on() {
    let text = "{{ uuid() }} {{ random_int(1, 9) }} {{ random_hex(4) }} {{ random_string(4) }} \
                {{ random_float() }} {{ random_choice(['a', 'b', 'c']) }} {{ fake.name() }}";
    let seeded = scope();
    let first = render_in(text, &seeded).unwrap();
    assert_eq!(render_in(text, &scope()).unwrap(), first);
    assert_ne!(render_in(text, &seeded).unwrap(), first);
}

#[test]
fn draws_stay_within_bounds() {
    let scope = scope();
    for _ in 0..100 {
        let drawn = render_in("{{ random_int(-1, 1) }}", &scope).unwrap();
        assert!(matches!(drawn.as_number().unwrap().as_i64(), Some(-1..=1)));
        let drawn = render_in("{{ random_float(2, 3) }}", &scope).unwrap();
        assert!((2.0..=3.0).contains(&drawn.as_number().unwrap().as_f64()));
    }
    assert_eq!(render_in("{{ random_hex(3) | length }}", &scope).unwrap(), Value::from(3_i64));
    assert_eq!(message("{{ random_int(2, 1) }}"), "`random_int(2, 1)` has no number to draw");
    assert_eq!(message("{{ random_choice([]) }}"), "`random_choice` was given an empty list");
}

#[test]
fn every_fake_kind_gives_text() {
    for (kind, _) in FAKES {
        let text = render_in(&format!("{{{{ fake.{kind}() }}}}"), &scope()).unwrap();
        assert!(!text.as_str().unwrap().is_empty(), "{kind}");
    }
}

#[test]
fn a_file_is_read_from_the_collection_s_folder() {
    assert_eq!(json("{{ file('query.graphql') }}"), r#""{ me }""#);
    let error = render_in("{{ file('gone') }}", &scope()).unwrap_err();
    assert_eq!(error.message, "`gone` cannot be read: there is no such file");
    assert_eq!(error.help, ["it was looked for at `/collection/gone`"]);
}

#[test]
fn digests_are_the_known_ones() {
    assert_eq!(json("{{ 'abc' | md5 }}"), r#""900150983cd24fb0d6963f7d28e17f72""#);
    assert_eq!(json("{{ 'abc' | sha1 }}"), r#""a9993e364706816aba3e25717850c26c9cd0d89d""#);
    assert_eq!(
        json("{{ 'abc' | sha256 }}"),
        r#""ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad""#
    );
    // RFC 4231 test case 2, RFC 2202 test case 2.
    assert_eq!(
        json("{{ 'what do ya want for nothing?' | hmac_sha256('Jefe') | hex }}"),
        r#""5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843""#
    );
    assert_eq!(
        json("{{ 'what do ya want for nothing?' | hmac_sha1('Jefe') | hex }}"),
        r#""effcdf6ae5eb2fa2d27416d5f184df9c259a7c79""#
    );
}

#[test]
fn base64_goes_both_ways() {
    assert_eq!(json("{{ 'user:pass' | base64 }}"), r#""dXNlcjpwYXNz""#);
    assert_eq!(json("{{ 'eyJhIjoxfQ' | base64_decode | fromjson }}"), r#"{"a":1}"#);
    assert_eq!(json("{{ '_-8=' | base64_decode | hex }}"), r#""ffef""#);
    assert_eq!(
        render_in("{{ '/+8=' | base64_decode }}", &scope()).unwrap(),
        Value::Bytes(vec![255, 239])
    );
    assert!(message("{{ '!' | base64_decode }}").contains("is not base64"));
}

#[test]
fn json_is_compact_utf8_with_its_digits() {
    assert_eq!(
        json("{{ user | tojson }}"),
        r#""{\"login\":\"ann\",\"tags\":[\"a\",\"b\"],\"rate\":1.10}""#
    );
    assert_eq!(json("{{ '<é>' | tojson }}"), r#""\"<é>\"""#);
    assert_eq!(json("{{ '[1.10]' | fromjson }}"), "[1.10]");
    assert!(message("{{ '{' | fromjson }}").starts_with("what `fromjson` was given is not JSON: "));
}

#[test]
fn urlencode_is_jinja_s() {
    assert_eq!(json("{{ 'a b/ä~?' | urlencode }}"), r#""a%20b/%C3%A4~%3F""#);
    assert_eq!(json("{{ {'a b': '1/2', 'c': true} | urlencode }}"), r#""a+b=1%2F2&c=true""#);
}

#[test]
fn a_regex_gives_its_first_group_or_the_match() {
    assert_eq!(json(r"{{ 'id=42' | regex('id=(\\d+)') }}"), r#""42""#);
    assert_eq!(json("{{ 'id=42' | regex('[0-9]+') }}"), r#""42""#);
    assert_eq!(json("{{ 'x' | regex('y') | default('none') }}"), r#""none""#);
    assert!(message("{{ 'x' | regex('(') }}").starts_with("`(` is no regular expression: "));
}
