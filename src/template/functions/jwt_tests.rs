//! JWTs at their edges.

use crate::source::{File, Files, Span};
use crate::template::samples::scope;
use crate::template::{Scope, Template};
use crate::value::Value;

/// RFC 7515, appendix A.1: the token, and its key as a JWK.
const TOKEN: &str = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const KEY: &str = "{'kty': 'oct', 'k': 'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow'}";

fn render(text: &str, scope: &Scope) -> Result<Value, String> {
    let mut files = Files::default();
    let file = files.add(File::new("a.yaml", None, text));
    let span = Span::new(file, 0, u32::try_from(text.len()).unwrap());
    let template = Template::compile(text, span, &files).map_err(|it| it.message)?;
    template.render(scope).map_err(|it| it.message)
}

fn json(text: &str) -> String {
    render(text, &scope()).map_or_else(|message| message, |value| value.to_json())
}

#[test]
fn the_token_of_rfc_7515_is_read_and_verified() {
    let claims = r#"{"iss":"joe","exp":1300819380,"http://example.com/is_root":true}"#;
    assert_eq!(json(&format!("{{{{ '{TOKEN}' | jwt_decode }}}}")), claims);
    let verified = format!("{{{{ '{TOKEN}' | jwt_decode({KEY}, verify_exp=false) }}}}");
    assert_eq!(json(&verified), claims);
    let expired = format!("{{{{ '{TOKEN}' | jwt_decode({KEY}) }}}}");
    assert_eq!(json(&expired), "the JWT expired at 2011-03-22T18:43:00Z");
    let header = format!("{{{{ ('{TOKEN}' | jwt_decode(complete=true)).header }}}}");
    assert_eq!(json(&header), r#"{"typ":"JWT","alg":"HS256"}"#);
}

#[test]
fn what_is_made_is_what_others_make() {
    // PyJWT 2.15.1: jwt.encode({"sub": "ann"}, "secret").
    assert_eq!(
        json("{{ jwt_encode({'sub': 'ann'}, 'secret') }}"),
        r#""eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbm4ifQ.PjR3fgnevdXvvFDIexpV052PaeBybdsfUE102L3fkg4""#
    );
    let decoded = "{{ (jwt_encode({'a': 1}, 'k', 'HS512', headers={'kid': '7', 'typ': none}) | jwt_decode(complete=true)).header }}";
    assert_eq!(json(decoded), r#"{"alg":"HS512","kid":"7"}"#);
}

#[test]
fn times_are_held_to_the_clock_with_leeway() {
    // The clock stands at 1709208000.
    let token = |claims: &str, more: &str| {
        json(&format!("{{{{ jwt_encode({claims}, 'k') | jwt_decode('k'{more}) }}}}"))
    };
    assert_eq!(token("{'exp': 1709208001}", ""), r#"{"exp":1709208001}"#);
    assert!(token("{'exp': 1709208000}", "").starts_with("the JWT expired at"));
    assert_eq!(token("{'exp': 1709208000}", ", leeway=1"), r#"{"exp":1709208000}"#);
    assert_eq!(token("{'nbf': 1709208010}", ""), "the JWT holds from 2024-02-29T12:00:10Z on");
    assert_eq!(token("{'nbf': 1709208010}", ", leeway=10"), r#"{"nbf":1709208010}"#);
}

#[test]
fn what_does_not_hold_says_why() {
    let said = |text: &str| json(&format!("{{{{ {text} }}}}"));
    assert_eq!(
        said("jwt_encode({}, 'k') | jwt_decode('x')"),
        "the JWT's signature does not fit the key"
    );
    assert_eq!(
        said("jwt_encode({}, 'k') | jwt_decode('k', alg='HS512')"),
        "the JWT is signed by `HS256`, expected `HS512`"
    );
    assert_eq!(said("jwt_encode({}, 'k', 'HS1')"), "`HS1` is no `alg` of a JWT that is known here");
    assert_eq!(
        said("jwt_encode({}, 'k', 'RS256')"),
        "`jwt_encode` cannot sign: an RSA key is expected, found a secret"
    );
    assert_eq!(said("jwt_encode({}, '')"), "the key is empty");
    assert_eq!(
        said("jwt_encode(3, 'k')"),
        "`jwt_encode` expects claims, a mapping, found an integer"
    );
    assert_eq!(
        said("'a.b' | jwt_decode"),
        "`jwt_decode` expects a JWT, three parts with `.` between them, found 2"
    );
    assert_eq!(said("'!.b.c' | jwt_decode"), "the JWT's header is not base64url");
    assert_eq!(said("'e30.e30.' | jwt_decode('k')"), "the JWT's header has no `alg`");
    // {"alg":"none"}
    assert_eq!(
        said("'eyJhbGciOiJub25lIn0.e30.' | jwt_decode('k')"),
        "the JWT says `alg` is `none`, which nothing can verify"
    );
    assert_eq!(
        said("'e30.e30.' | jwt_decode(alg='HS256')"),
        "`jwt_decode` has an `alg` but no key"
    );
}

#[test]
fn a_key_that_was_used_is_learned() {
    let scope = scope();
    render("{{ jwt_encode({}, 'hunter2') }}", &scope).unwrap();
    assert_eq!(scope.take_learned(), [Value::from("hunter2")]);
}
