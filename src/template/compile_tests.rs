//! Templates, whole: what they give, what they refer to, what is said when they fail.

use super::*;
use crate::source::File;
use crate::template::samples::scope;
use crate::template::{Reference, ReferenceKind, Row};

/// Compiles `text` as the double-quoted scalar of `url: "…"`.
fn compile(text: &str) -> (Files, Result<Template, Diagnostic>) {
    let file = format!("url: \"{text}\"\n");
    let mut files = Files::default();
    let end = u32::try_from(file.len() - 1).unwrap();
    let id = files.add(File::new("a.yaml", None, file));
    let template = Template::compile(text, Span::new(id, 5, end), &files);
    (files, template)
}

fn json(text: &str) -> String {
    compile(text).1.unwrap().render(&scope()).unwrap().to_json()
}

/// Code, the text under the caret, message, label, notes and help of what fails.
fn mistake(text: &str) -> String {
    mistake_in(text, &scope())
}

fn mistake_in(text: &str, scope: &Scope) -> String {
    let (files, template) = compile(text);
    let diagnostic = match template {
        Err(diagnostic) => diagnostic,
        Ok(template) => template.render(scope).unwrap_err(),
    };
    let primary = diagnostic.primary.unwrap();
    let mut lines = vec![
        format!("{} {} <{}>", diagnostic.code.id, diagnostic.message, files.text(primary.span)),
        primary.text,
    ];
    lines.extend(diagnostic.notes);
    lines.extend(diagnostic.help);
    lines.join("\n")
}

fn references(text: &str) -> Vec<Reference> {
    compile(text).1.unwrap().references().to_vec()
}

fn kinds(text: &str) -> Vec<ReferenceKind> {
    references(text).into_iter().map(|reference| reference.kind).collect()
}

fn variable(name: &str) -> ReferenceKind {
    ReferenceKind::Variable(name.to_owned())
}

#[test]
fn one_expression_keeps_its_type() {
    assert_eq!(json("{{ count }}"), "3");
    assert_eq!(json("{{ flag }}"), "true");
    assert_eq!(json("{{ nothing }}"), "null");
    assert_eq!(json("{{- user -}}"), r#"{"login":"ann","tags":["a","b"],"rate":1.10}"#);
    assert_eq!(json("{{ user.tags[1] }}"), r#""b""#);
    assert_eq!(json("{{ [count, {'a': none}] }}"), r#"[3,{"a":null}]"#);
    assert_eq!(json("{{ '}}' }}"), r#""}}""#);
}

#[test]
fn anything_else_is_text_in_json_spelling() {
    assert_eq!(json("{{ base }}/users/{{ count }}"), r#""http://localhost/users/3""#);
    assert_eq!(json(" {{ count }}"), r#"" 3""#);
    assert_eq!(json("{{ flag }} {{ nothing }} {{ user.tags }}"), r#""true null [\"a\",\"b\"]""#);
    assert_eq!(json("{{ flag | string }}!"), r#""true!""#);
    assert_eq!(json("{# a comment #}<{{ '<' }}>"), r#""<<>""#);
}

#[test]
fn joining_spells_as_json_does() {
    assert_eq!(json("{{ flag ~ nothing ~ user.rate ~ [flag] ~ 'x' }}"), r#""truenull1.10[true]x""#);
    assert_eq!(
        json("{% if flag %}{{ flag ~ (nothing) ~ owner.upper() }}{% endif %}"),
        r#""truenullOCTOKIT""#
    );
    assert!(mistake("{{ flag ~ flag ~ ownr }}").starts_with("E0202 `ownr` is undefined <ownr>"));
    assert!(
        mistake("{{ flag ~ flag ~ (1 + 'a') }}").starts_with("E0206 tried to use + operator on"),
    );
    assert!(mistake("{{ flag ~ flag ~ (1 + 'a') }}").contains("<1 + 'a'>"));
}

#[test]
fn a_trailing_newline_is_kept() {
    assert_eq!(json("{{ count }}\n"), r#""3\n""#);
    assert_eq!(json("{% if flag %}a{% endif %}\n"), r#""a\n""#);
}

#[test]
fn statements_run() {
    assert_eq!(
        json("{% for row in rows %}{{ row.id }}{{ ',' if not loop.last }}{% endfor %}"),
        r#""1,2""#
    );
    assert_eq!(json("{% set a = flag %}{{ a }} {{ nothing }} {{ price }}"), r#""true null 1.10""#);
}

#[test]
fn numbers_keep_their_digits_where_they_are_moved_and_compute_where_they_are_used() {
    assert_eq!(json("{{ price }}"), "1.10");
    assert_eq!(json("{{ user.rate }} EUR"), r#""1.10 EUR""#);
    assert_eq!(json("{{ big }}"), "123456789012345678901234567890123456789012345");
    assert_eq!(json("{{ [price] | tojson }}"), r#""[1.10]""#);
    assert_eq!(json("{{ price * 2 }} {{ price }}"), r#""2.2 1.10""#);
    assert_eq!(json("{{ price > 1 }}"), "true");
    assert_eq!(json("{{ price == 1.1 }}"), "true");
    assert_eq!(json("{{ price | round }}"), "1.0");
}

#[test]
fn an_environment_variable_may_be_missing_where_that_is_said() {
    assert_eq!(json("{{ env.HOME }}"), r#""/home/ann""#);
    assert_eq!(json("{{ env.GONE or 'x' }}"), r#""x""#);
    assert_eq!(json("{{ env.GONE | default('y') }}"), r#""y""#);
    assert_eq!(json("{{ env.GONE is defined }}"), "false");
    assert_eq!(json("{{ 'a' if env.GONE else 'b' }}"), r#""b""#);
}

#[test]
fn a_missing_environment_variable_is_no_value() {
    let expected = "E0202 the environment variable `HOMES` is not set";
    for (text, under) in [
        ("{{ env.HOMES }}", "env.HOMES"),
        ("{{ env.HOMES }}/x", "env.HOMES"),
        ("{{ env['HOMES'] ~ 'x' }}", "env['HOMES']"),
        ("{{ env.HOMES | upper }}", "env.HOMES"),
        ("{% if true %}{{ env.HOMES }}{% endif %}", "env.HOMES"),
    ] {
        let found = mistake(text);
        assert!(found.starts_with(&format!("{expected} <{under}>\nnot set")), "{text}: {found}");
        assert!(found.ends_with("did you mean `HOME`?"), "{text}: {found}");
    }
}

#[test]
fn a_choice_without_else_is_null_or_empty() {
    assert_eq!(json("{{ 'a' if not flag }}"), "null");
    assert_eq!(json("[{{ 'a' if not flag }}]"), r#""[]""#);
    assert!(mistake("{{ ownr if flag }}").starts_with("E0202 `ownr` is undefined <ownr>"));
}

#[test]
fn python_methods_work_on_text() {
    assert_eq!(json("{{ owner.upper() }}"), r#""OCTOKIT""#);
    assert_eq!(json("{{ user.get('none', 1) }}"), "1");
}

#[test]
fn an_undefined_name_is_named_with_a_suggestion() {
    assert_eq!(
        mistake("{{ base }}/{{ ownr }}"),
        "E0202 `ownr` is undefined <ownr>\nno variable of this name\ndid you mean `owner`?"
    );
    assert_eq!(
        mistake("{{ response.status }}"),
        "E0202 `response` is undefined <response>\nthere is no response yet"
    );
    assert_eq!(
        mistake("{{ vars.ownr }}").lines().next(),
        Some("E0202 `vars.ownr` is undefined <vars.ownr>")
    );
}

#[test]
fn a_missing_key_says_which_there_are() {
    assert_eq!(
        mistake("{{ user.lgoin }}"),
        "E0202 `user.lgoin` is undefined <user.lgoin>\n`user` has no `lgoin`\n\
         `user` has `login`, `tags`, `rate`\ndid you mean `login`?"
    );
    assert_eq!(
        mistake("x{{ rows[2].id }}"),
        "E0202 `rows[2]` is undefined <rows[2]>\n`rows` is a list of 2 items"
    );
    assert_eq!(
        mistake("{{ nothing.a }}"),
        "E0202 `nothing.a` is undefined <nothing.a>\n`nothing` is null"
    );
}

#[test]
fn the_undefined_part_is_found_in_filters_loops_and_arguments() {
    assert_eq!(
        mistake("{{ ownr | upper }}").lines().next(),
        Some("E0202 `ownr` is undefined <ownr>")
    );
    assert!(mistake("{{ count + cuont }}").starts_with("E0202 `cuont` is undefined <cuont>"));
    assert!(
        mistake("{% for a in rowz %}{{ a }}{% endfor %}").starts_with("E0202 `rowz` is undefined")
    );
    assert!(
        mistake("{% for a in rows %}{{ a.nme }}{% endfor %}")
            .starts_with("E0202 `a.nme` is undefined")
    );
    assert!(
        mistake("{{ x | default('') ~ ownr }}").starts_with("E0202 `ownr` is undefined <ownr>")
    );
}

#[test]
fn unknown_filters_tests_and_functions_are_found_before_a_run() {
    assert_eq!(
        mistake("{{ 'uper' | uper }}"),
        "E0203 unknown filter `uper` <uper>\nno filter of this name\ndid you mean `upper`?"
    );
    assert_eq!(
        mistake("{{ 1 is evn }}"),
        "E0204 unknown test `evn` <evn>\nno test of this name\ndid you mean `even`?"
    );
    assert_eq!(
        mistake("{{ uid() }}"),
        "E0205 unknown function `uid` <uid>\nno function of this name\ndid you mean `uuid`?"
    );
    assert_eq!(
        mistake("{{ fake.emial() }}"),
        "E0205 unknown kind of fake data `emial` <emial>\nno kind of fake data of this name\n\
         did you mean `email`?"
    );
}

#[test]
fn a_wrong_template_is_found_before_a_run() {
    assert_eq!(
        mistake("a {{ owner"),
        "E0201 `{{` is not closed <{{>\nno `}}` follows\nwrite `}}` after the expression\n\
         for the text `{{` itself, write `{{ '{{' }}`"
    );
    for text in ["{{ a b }}", "{{ }}", "{% if a %}", "{% for %}", "{{ 'a }}", "{% include 'a' %}"] {
        assert!(mistake(text).starts_with("E0201 "), "{text}: {}", mistake(text));
    }
}

#[test]
fn what_is_left_open_is_named() {
    assert_eq!(
        mistake("{{ (owner }}"),
        "E0201 a bracket or quote is not closed <(owner>\nopened here, still open at `}}`\n\
         close it before `}}`"
    );
    assert!(
        mistake("{% if flag %}a")
            .starts_with("E0201 a statement is not closed: its `{% end… %}` is missing")
    );
}

#[test]
fn a_function_without_a_call_is_no_value() {
    let expected = "E0206 a function is no value; call it with `()` <uuid>\nfails";
    assert_eq!(mistake("{{ uuid }}"), expected);
    assert_eq!(mistake("{{ fake }}"), expected.replace("uuid", "fake"));
}

#[test]
fn values_are_not_printed() {
    let mut scope = scope();
    scope.vars.set("secret", Value::from("hunter2"));
    scope.vars.set("huge", Value::from(i64::MAX));
    for text in
        ["{{ secret + 1 }}", "{{ secret.nope() }}", "{{ secret | int }}", "{{ huge ** huge }}"]
    {
        let found = mistake_in(text, &scope);
        assert!(!found.contains("hunter2") && !found.contains("9223372"), "{text}: {found}");
    }
}

#[test]
fn a_runaway_is_stopped() {
    let nested = "{% for a in range(99999) %}{% for b in range(99999) %}.{% endfor %}{% endfor %}";
    assert!(mistake(nested).starts_with("E0208 "));
    assert!(mistake("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}").starts_with("E0208 "));
    let doubled = "{% for a in range(99999) %}{{ 'x' * 1000000 }}{% endfor %}";
    assert!(mistake(doubled).starts_with("E0208 "));
    assert!(mistake("{{ range(10000000) }}").starts_with("E0206 "));
}

#[test]
fn references_are_found_once_with_their_places() {
    let (files, template) =
        compile("{{ base }}/{{ steps['a b'].response.json.id }}?{{ vars.base }}");
    let found: Vec<(ReferenceKind, String)> = template
        .unwrap()
        .references()
        .iter()
        .map(|reference| (reference.kind.clone(), files.text(reference.span).to_owned()))
        .collect();
    assert_eq!(
        found,
        [
            (variable("base"), "base".to_owned()),
            (ReferenceKind::Step("a b".to_owned()), "steps['a b']".to_owned()),
        ]
    );
}

#[test]
fn every_kind_of_reference_is_known() {
    assert_eq!(
        kinds(
            "{{ env.A }}{{ response.status }}{{ request.url }}{{ item }}{{ line }}{{ server.url }}\
             {{ step.name }}{{ steps[x] }}{{ vars | length }}{{ steps.a }}{{ now() }}{{ fake.name() }}"
        ),
        [
            ReferenceKind::Env("A".to_owned()),
            ReferenceKind::Response,
            ReferenceKind::Request,
            ReferenceKind::Item,
            ReferenceKind::Line,
            ReferenceKind::Server,
            ReferenceKind::CurrentStep,
            variable("x"),
            ReferenceKind::AnyStep,
            ReferenceKind::AnyVariable,
            ReferenceKind::Step("a".to_owned()),
        ]
    );
}

#[test]
fn a_template_s_own_names_are_no_references() {
    assert_eq!(
        kinds(
            "{% for a in rows %}{{ a.id }}{{ loop.index }}{% endfor %}{% set b = c %}{{ b }}\
             {% macro m(x) %}{{ x }}{% endmacro %}{{ m(d) }}"
        ),
        [variable("rows"), variable("c"), variable("d")]
    );
}

#[test]
fn a_name_whose_absence_is_provided_for_is_guarded() {
    let guarded = |text: &str| references(text).iter().map(|it| it.is_guarded).collect::<Vec<_>>();
    assert_eq!(guarded("{{ x | default('a') }}"), [true]);
    assert_eq!(guarded("{{ x if x is defined else 'a' }}"), [true]);
    assert_eq!(guarded("{{ vars.x | d('a') }}"), [true]);
    assert_eq!(guarded("{{ x.y | default('a') }}"), [false]);
    assert_eq!(guarded("{{ x or 'a' }}"), [false]);
    assert_eq!(guarded("{{ env.X or 'a' }}"), [true]);
    assert_eq!(guarded("{{ env.X }}"), [false]);
}

#[test]
fn an_expression_may_stand_without_braces() {
    let mut files = Files::default();
    let id = files.add(File::new("a.yaml", None, "when: count == 3 and nope"));
    let span = Span::new(id, 6, 25);
    let template = Template::compile_expression("count == 3 and nope", span, &files).unwrap();
    let diagnostic = template.render(&scope()).unwrap_err();
    assert_eq!(files.text(diagnostic.primary.unwrap().span), "nope");
}

#[test]
fn variables_and_reserved_names_are_seen() {
    let mut scope = scope();
    scope.server = Some("http://127.0.0.1:1".into());
    scope.step = Some(("create".into(), "c".into(), 2, 1));
    scope.row = Some(Arc::new(Row {
        item: Arc::new(Value::from_json(br#"{"id":5}"#).unwrap()),
        names: Arc::from([]),
        frame: 0,
        index: 1,
        length: 1,
        label: "5".into(),
        around: None,
    }));
    let template =
        compile("{{ server.url }} {{ step.name }} {{ step.id }} {{ step.attempt }} {{ item.id }}");
    assert_eq!(
        template.1.unwrap().render(&scope).unwrap(),
        Value::from("http://127.0.0.1:1 create c 1 5")
    );
}

#[test]
fn a_wrong_literal_pattern_is_found_before_a_run() {
    let diagnostic = compile("{{ gone | regex('(') }}").1.unwrap_err();
    assert_eq!(diagnostic.code.id, "E0207");
    assert!(diagnostic.message.starts_with("`(` is no regular expression: "));
}

#[test]
fn templates_and_scopes_are_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Template>();
    shared::<Scope>();
}
