//! `jwt_encode` and `jwt_decode` (RFC 7515, 7519; PyJWT's words).

use super::Function;
use super::input::context;
use crate::crypto::{Key, KeyKind, Refusal, SCHEMES, Scheme, sign, verify};
use crate::registry::suggest;
use crate::template::convert::{from_dynamic, to_dynamic};
use crate::template::explain::{complain, complain_with_help};
use crate::value::{Map, Value};
use ::base64::Engine as _;
use ::base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use minijinja::value::Kwargs;
use minijinja::{Error, State, Value as Dynamic};
use std::sync::{Arc, PoisonError};

/// The table's row.
pub(super) const JWT_ENCODE: Function = Function {
    key: "jwt_encode",
    summary: "a JWT of claims, signed with a secret, a PEM or a JWK; `alg` is HS256 unless given, `headers` adds to its header",
    example: "{{ jwt_encode({'sub': 'ann', 'exp': now('%s', minutes=5) | int}, 'a secret') }}",
    register: |env| env.add_function("jwt_encode", encode),
    check: None,
};

/// The table's row.
pub(super) const JWT_DECODE: Function = Function {
    key: "jwt_decode",
    summary: "the claims of a JWT; with a key its signature, `exp` and `nbf` must hold; `complete=true` gives header, claims and signature",
    example: "{{ (jwt_encode({'sub': 'ann'}, 'a secret') | jwt_decode('a secret')).sub }}",
    register: |env| env.add_filter("jwt_decode", decode),
    check: None,
};

/// The shortest key that is masked, in characters.
const SHORTEST_KEY: usize = 4;

fn encode(
    state: &State,
    claims: &Dynamic,
    key: &Dynamic,
    alg: Option<String>,
    options: Kwargs,
) -> Result<String, Error> {
    let alg = given(alg, &options, "alg")?.unwrap_or_else(|| "HS256".to_owned());
    let headers = options.get::<Option<Dynamic>>("headers")?;
    options.assert_all_used()?;
    let scheme = scheme(&alg)?;
    let key = read_key(state, key)?;
    let payload = match from_dynamic(claims)? {
        claims @ Value::Object(_) => claims.to_json(),
        Value::String(text) => text,
        other => {
            let message = format!("`jwt_encode` expects claims, a mapping, found {}", other.kind());
            return Err(complain(message));
        }
    };
    let header = header(&alg, headers.as_ref())?;
    let message = format!("{}.{}", coded(header.as_bytes()), coded(payload.as_bytes()));
    let signature = sign(scheme, &key, message.as_bytes()).map_err(|it| refused("encode", it))?;
    Ok(format!("{message}.{}", coded(&signature)))
}

fn header(alg: &str, more: Option<&Dynamic>) -> Result<String, Error> {
    let named = |name: &str, value: &str| (name.to_owned(), Value::from(value));
    let mut header = Map::from_iter([named("alg", alg), named("typ", "JWT")]);
    let more = more.map(from_dynamic).transpose()?;
    match more {
        None | Some(Value::Null) => {}
        Some(Value::Object(more)) => {
            for (name, value) in more {
                match value {
                    Value::Null => drop(header.shift_remove(&name)),
                    value => drop(header.insert(name, value)),
                }
            }
        }
        Some(other) => {
            let message = format!("`headers` expects a mapping, found {}", other.kind());
            return Err(complain(message));
        }
    }
    Ok(Value::Object(header).to_json())
}

/// A JWT in its parts.
struct Parts {
    header: Value,
    claims: Value,
    signature: Vec<u8>,
    /// What is signed.
    message: String,
}

fn decode(
    state: &State,
    token: &Dynamic,
    key: Option<Dynamic>,
    options: Kwargs,
) -> Result<Dynamic, Error> {
    let key = match key {
        Some(key) => Some(key),
        None => options.get::<Option<Dynamic>>("key")?,
    };
    let alg = options.get::<Option<String>>("alg")?;
    let is_complete = options.get::<Option<bool>>("complete")?.unwrap_or(false);
    let leeway = options.get::<Option<i64>>("leeway")?.unwrap_or(0);
    let is_dated = options.get::<Option<bool>>("verify_exp")?.unwrap_or(true);
    options.assert_all_used()?;
    let Some(token) = token.as_str() else {
        return Err(complain("`jwt_decode` expects a JWT, which is text"));
    };
    let parts = parts(token.trim())?;
    if let Some(key) = key {
        check_signature(&parts, &read_key(state, &key)?, alg.as_deref())?;
        if is_dated {
            check_times(state, &parts.claims, leeway)?;
        }
    } else if alg.is_some() {
        let help = "give it the key: `jwt_decode(key, alg='RS256')`".to_owned();
        return Err(complain_with_help("`jwt_decode` has an `alg` but no key", Some(help)));
    }
    let value = match is_complete {
        false => parts.claims,
        true => Value::Object(Map::from_iter([
            ("header".to_owned(), parts.header),
            ("claims".to_owned(), parts.claims),
            ("signature".to_owned(), Value::Bytes(parts.signature)),
        ])),
    };
    Ok(to_dynamic(&Arc::new(value), context(state)?.numbers))
}

fn parts(token: &str) -> Result<Parts, Error> {
    let pieces: Vec<&str> = token.split('.').collect();
    let [header, claims, signature] = pieces.as_slice() else {
        let message = format!(
            "`jwt_decode` expects a JWT, three parts with `.` between them, found {}",
            pieces.len()
        );
        return Err(match pieces.len() {
            5 => complain_with_help(message, Some("one with five parts is encrypted".to_owned())),
            _ => complain(message),
        });
    };
    let bytes = |part: &str, name: &str| {
        let decoded = URL_SAFE_NO_PAD.decode(part.trim_end_matches('='));
        decoded.map_err(|_| complain(format!("the JWT's {name} is not base64url")))
    };
    let json = |part: &str, name: &str| -> Result<Value, Error> {
        let parsed = Value::from_json(&bytes(part, name)?);
        parsed.map_err(|error| complain(format!("the JWT's {name} is not JSON: {error}")))
    };
    Ok(Parts {
        header: json(header, "header")?,
        claims: json(claims, "claims")?,
        signature: bytes(signature, "signature")?,
        message: format!("{header}.{claims}"),
    })
}

fn check_signature(parts: &Parts, key: &Key, alg: Option<&str>) -> Result<(), Error> {
    let said = parts.header.as_object().and_then(|it| it.get("alg")).and_then(Value::as_str);
    let said = said.ok_or_else(|| complain("the JWT's header has no `alg`"))?;
    if let Some(alg) = alg {
        scheme(alg)?;
        if alg != said {
            return Err(complain(format!("the JWT is signed by `{said}`, expected `{alg}`")));
        }
    }
    let Some((_, scheme)) = SCHEMES.iter().find(|(name, _)| *name == said) else {
        return Err(complain(format!("the JWT says `alg` is `{said}`, which nothing can verify")));
    };
    match verify(*scheme, key, parts.message.as_bytes(), &parts.signature) {
        Ok(true) => Ok(()),
        Ok(false) => Err(complain("the JWT's signature does not fit the key")),
        Err(refusal) => {
            let message = format!("the JWT is signed by `{said}`: {}", refusal.message);
            Err(complain_with_help(message, refusal.help.map(ToOwned::to_owned)))
        }
    }
}

/// `exp` and `nbf`, by the world's clock.
fn check_times(state: &State, claims: &Value, leeway: i64) -> Result<(), Error> {
    let now = Timestamp::try_from(context(state)?.scope.world.clock.now());
    let now = now.map(Timestamp::as_second).unwrap_or_default();
    let seconds = |name: &str| {
        let number = claims.as_object()?.get(name)?.as_number()?;
        // A fraction of a second is one to wait for.
        number.as_i64().or_else(|| format!("{:.0}", number.as_f64().ceil()).parse().ok())
    };
    let said = |time: i64| {
        let time = Timestamp::from_second(time).map(|time| time.to_string());
        time.unwrap_or_else(|_| "long ago".to_owned())
    };
    let help = || Some("`leeway=60` allows for clocks, `verify_exp=false` for any time".to_owned());
    if let Some(exp) = seconds("exp").filter(|exp| exp.saturating_add(leeway) <= now) {
        return Err(complain_with_help(format!("the JWT expired at {}", said(exp)), help()));
    }
    if let Some(nbf) = seconds("nbf").filter(|nbf| nbf.saturating_sub(leeway) > now) {
        return Err(complain_with_help(format!("the JWT holds from {} on", said(nbf)), help()));
    }
    Ok(())
}

/// The key; what of it is secret is shown nowhere from now on.
fn read_key(state: &State, key: &Dynamic) -> Result<Key, Error> {
    let value = from_dynamic(key)?;
    let read = Key::read(&value).map_err(|it| refused("use the key", it))?;
    if !read.is_public() {
        let scope = &context(state)?.scope;
        let mut learned = scope.learned.lock().unwrap_or_else(PoisonError::into_inner);
        match &value {
            // What is so short might be any word, and is no secret.
            Value::String(text) if text.chars().count() < SHORTEST_KEY => {}
            Value::Object(members) if read.kind != KeyKind::Secret => {
                // The names of a JWK's parts are no secrets, nor is its public half.
                let private = ["d", "p", "q", "dp", "dq", "qi"].iter();
                learned.extend(private.filter_map(|name| members.get(*name)).cloned());
            }
            Value::Object(members) => learned.extend(members.get("k").cloned()),
            other => learned.push(other.clone()),
        }
    }
    Ok(read)
}

fn refused(what: &str, refusal: Refusal) -> Error {
    let message = match what {
        "encode" => format!("`jwt_encode` cannot sign: {}", refusal.message),
        _ => refusal.message,
    };
    complain_with_help(message, refusal.help.map(ToOwned::to_owned))
}

fn scheme(alg: &str) -> Result<Scheme, Error> {
    if let Some((_, scheme)) = SCHEMES.iter().find(|(name, _)| *name == alg) {
        return Ok(*scheme);
    }
    let names: Vec<&str> = SCHEMES.iter().map(|(name, _)| *name).collect();
    let help = match suggest(names.iter().copied(), alg) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are `{}`", names.join("`, `")),
    };
    Err(complain_with_help(format!("`{alg}` is no `alg` of a JWT that is known here"), Some(help)))
}

fn given(
    positional: Option<String>,
    options: &Kwargs,
    name: &str,
) -> Result<Option<String>, Error> {
    match positional {
        Some(text) => Ok(Some(text)),
        None => options.get::<Option<String>>(name),
    }
}

fn coded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
#[path = "jwt_tests.rs"]
mod tests;
