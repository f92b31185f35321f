//! A user and a password: how they are written and what they become.

use crate::http::header_bytes;
use crate::value::Value;
use base64::Engine as _;

/// `Basic …` as Requests encodes it (`_basic_auth_str`): each part in Latin-1, in UTF-8 where
/// Latin-1 has no such character and Requests gives up.
pub(in crate::http) fn basic_credentials(user: &str, password: &str) -> String {
    let mut both = header_bytes(user);
    both.push(b':');
    both.extend(header_bytes(password));
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(both))
}

/// Reads `[user, password]`; numbers are taken as their text. The error says what was expected.
pub(super) fn pair(argument: &Value) -> Result<(String, String), String> {
    match argument.as_array() {
        Some([user, password]) => Ok((text(user, "a user")?, text(password, "a password")?)),
        _ => Err("`[user, password]`".to_owned()),
    }
}

/// A scalar's text; `what` is what it is of, with its article.
pub(super) fn text(value: &Value, what: &str) -> Result<String, String> {
    match value {
        Value::Null | Value::Array(_) | Value::Object(_) => Err(format!("{what} that is text")),
        scalar => Ok(scalar.to_text()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_is_latin_1_where_it_can_be() {
        // Requests: _basic_auth_str("ü", "p:ß")
        assert_eq!(basic_credentials("ü", "p:ß"), "Basic /DpwOt8=");
        assert_eq!(basic_credentials("", ""), "Basic Og==");
        assert_eq!(basic_credentials("é", "€"), "Basic 6Trigqw=");
    }

    #[test]
    fn a_pair_is_two_scalars() {
        let pair_of = |json: &str| pair(&Value::from_json(json.as_bytes()).unwrap());
        assert_eq!(pair_of("[\"u\", 12]"), Ok(("u".to_owned(), "12".to_owned())));
        assert_eq!(pair_of("[\"u\"]"), Err("`[user, password]`".to_owned()));
        assert_eq!(pair_of("[\"u\", null]"), Err("a password that is text".to_owned()));
    }
}
