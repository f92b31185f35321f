//! Against the examples of RFC 7515 and RFC 8037, and what pyca/cryptography signs.

use super::*;
use crate::value::Value;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Recorded by `tests/wire/record_keys.py`.
const RECORDED: &str = include_str!("../../tests/wire/keys.json");

#[test]
fn what_others_sign_is_verified_and_signed_alike() {
    let mut count = 0;
    for line in RECORDED.lines() {
        let case = Value::from_json(line.as_bytes()).unwrap();
        let case = case.as_object().unwrap();
        let text = |name: &str| case.get(name).and_then(Value::as_str).unwrap();
        let bytes = |name: &str| URL_SAFE_NO_PAD.decode(text(name)).unwrap();
        let name = text("name");
        let (_, scheme) = SCHEMES.iter().find(|(alg, _)| *alg == text("alg")).unwrap();
        let private =
            Key::read(case.get("private").unwrap()).unwrap_or_else(|why| panic!("{name}: {why:?}"));
        let public =
            Key::read(case.get("public").unwrap()).unwrap_or_else(|why| panic!("{name}: {why:?}"));
        let (message, signature) = (bytes("message"), bytes("signature"));
        assert_eq!(public.is_public(), public.kind != KeyKind::Secret, "{name}");
        for key in [&private, &public] {
            assert_eq!(verify(*scheme, key, &message, &signature), Ok(true), "{name}");
            assert_eq!(verify(*scheme, key, b"another", &signature), Ok(false), "{name}");
            assert_eq!(verify(*scheme, key, &message, &signature[1..]), Ok(false), "{name}");
        }
        let made = sign(*scheme, &private, &message).unwrap();
        assert_eq!(verify(*scheme, &public, &message, &made), Ok(true), "{name}");
        let draws = text("alg").starts_with("ES") || text("alg").starts_with("PS");
        assert_eq!(made == signature, !draws, "{name}");
        count += 1;
    }
    assert_eq!(count, 26);
}

fn refused(value: &str) -> String {
    Key::read(&Value::from(value)).unwrap_err().message
}

#[test]
fn what_is_no_key_says_why() {
    assert_eq!(refused(""), "the key is empty");
    assert_eq!(refused("-----BEGIN PRIVATE KEY-----\nAAAA"), "the key's PEM has no end");
    assert_eq!(
        refused("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"),
        "the key is not an RSA key, a key on P-256 or P-384, or an Ed25519 key that can be used"
    );
    let encrypted =
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----";
    assert_eq!(refused(encrypted), "the key has a password");
    let jwk =
        |json: &str| Key::read(&Value::from_json(json.as_bytes()).unwrap()).unwrap_err().message;
    assert_eq!(jwk("{}"), "the key is a mapping without `kty`, so it is no JWK");
    assert_eq!(jwk(r#"{"kty": "oct"}"#), "the JWK has no `k` in base64url");
    assert_eq!(jwk(r#"{"kty": "EC", "crv": "P-521"}"#), "a JWK of `EC` on `P-521` cannot be used");
    assert_eq!(jwk("[]"), "a key is a text, bytes, a PEM or a JWK, found a list");
}

#[test]
fn a_key_is_not_shown() {
    let key = Key::secret(b"hunter2").unwrap();
    assert_eq!(format!("{key:?}"), "Key { kind: Secret, .. }");
}

#[test]
fn a_key_makes_its_own_signatures_alone() {
    let key = Key::secret(b"a").unwrap();
    let refusal = sign(Scheme::RsaSha256, &key, b"").unwrap_err();
    assert_eq!(refusal.message, "an RSA key is expected, found a secret");
}
