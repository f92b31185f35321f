//! What a recording must not have: found by where it stands, replaced wherever it stands.

use super::recording::{Call, Recorded};
use crate::value::Value;
use base64::Engine as _;

/// Secret values, and what stands for each.
#[derive(Debug, Default)]
pub(super) struct Secrets {
    values: Vec<String>,
}

/// The shortest value that is looked for everywhere: shorter ones are in everything.
const SHORTEST: usize = 6;

/// Names of headers, parameters and members whose values are secret, without `-` and `_`.
const NAMES: [&str; 9] = [
    "token",
    "secret",
    "password",
    "passwd",
    "apikey",
    "credential",
    "authorization",
    "privatekey",
    "sessionid",
];

/// Ends of names that only speak of a secret: `token_type`, `password_url`.
const ABOUT: [&str; 8] =
    ["type", "url", "uri", "expires", "expiresin", "expiresat", "name", "count"];

impl Secrets {
    /// Whether what stands under this name is secret.
    pub(super) fn names(name: &str) -> bool {
        let bare: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        let bare = bare.to_ascii_lowercase();
        NAMES.iter().any(|known| bare.contains(known))
            && !ABOUT.iter().any(|about| bare.ends_with(about))
    }

    /// Takes in what is secret in an exchange.
    pub(super) fn learn(&mut self, call: &Call) {
        for (name, value) in call.headers.iter() {
            match name.to_ascii_lowercase().as_str() {
                "authorization" | "proxy-authorization" => self.credentials(value),
                "cookie" => self.cookies(value),
                name if Secrets::names(name) => self.add(value),
                _ => {}
            }
        }
        let pairs = call.params.iter().chain(call.form.iter().flatten());
        pairs.filter(|(name, _)| Secrets::names(name)).for_each(|(_, value)| self.add(value));
        call.json.iter().for_each(|json| self.members(json));
        for (name, value) in &call.answered {
            if name.eq_ignore_ascii_case("set-cookie") {
                self.cookies(value.split(';').next().unwrap_or_default());
            } else if Secrets::names(name) {
                self.add(value);
            }
        }
        if let Recorded::Held(bytes) = &call.content
            && let Ok(json) = Value::from_json(bytes)
        {
            self.members(&json);
        }
    }

    /// A text with every secret replaced, the longest first.
    pub(super) fn mask(&self, text: &str) -> String {
        let mut masked = text.to_owned();
        for (index, value) in self.values.iter().enumerate() {
            if masked.contains(value.as_str()) {
                masked = masked.replace(value.as_str(), &format!("redacted-{}", index + 1));
            }
        }
        masked
    }

    /// A `Set-Cookie` line with another value.
    pub(super) fn cookie(line: &str) -> String {
        let (pair, attributes) = match line.split_once(';') {
            Some((pair, attributes)) => (pair, format!(";{attributes}")),
            None => (line, String::new()),
        };
        match pair.split_once('=') {
            Some((_, "")) | None => line.to_owned(),
            Some((name, _)) => format!("{name}=redacted{attributes}"),
        }
    }

    fn credentials(&mut self, value: &str) {
        let (scheme, credential) = value.split_once(' ').unwrap_or(("", value));
        self.add(credential.trim());
        if scheme.eq_ignore_ascii_case("basic")
            && let Ok(bytes) = base64::engine::general_purpose::STANDARD.decode(credential.trim())
            && let Some((_, password)) = String::from_utf8_lossy(&bytes).split_once(':')
        {
            self.add(password);
        }
    }

    fn cookies(&mut self, line: &str) {
        for pair in line.split(';') {
            if let Some((_, value)) = pair.split_once('=') {
                self.add(value.trim().trim_matches('"'));
            }
        }
    }

    fn members(&mut self, value: &Value) {
        match value {
            Value::Object(members) => {
                for (name, item) in members {
                    match item {
                        Value::String(text) if Secrets::names(name) => self.add(text),
                        Value::Number(number) if Secrets::names(name) => {
                            self.add(&number.to_string());
                        }
                        item => self.members(item),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.members(item)),
            _ => {}
        }
    }

    fn add(&mut self, value: &str) {
        if value.len() < SHORTEST || self.values.iter().any(|known| known == value) {
            return;
        }
        let place = self.values.iter().position(|known| known.len() < value.len());
        self.values.insert(place.unwrap_or(self.values.len()), value.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_known_in_any_spelling() {
        for name in ["access_token", "X-Api-Key", "clientSecret", "password", "Authorization"] {
            assert!(Secrets::names(name), "{name}");
        }
        for name in ["token_type", "keyboard", "author", "password_url", "expires_in"] {
            assert!(!Secrets::names(name), "{name}");
        }
    }

    #[test]
    fn the_longest_is_replaced_first() {
        let mut secrets = Secrets::default();
        ["abcdef", "abcdefgh", "abc"].iter().for_each(|value| secrets.add(value));
        assert_eq!(secrets.mask("abcdefgh abcdef abc"), "redacted-1 redacted-2 abc");
    }

    #[test]
    fn a_cookie_keeps_all_but_its_value() {
        assert_eq!(Secrets::cookie("sid=s3cret; Path=/"), "sid=redacted; Path=/");
        assert_eq!(Secrets::cookie("gone=; Max-Age=0"), "gone=; Max-Age=0");
    }
}
