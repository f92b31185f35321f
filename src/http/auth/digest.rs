//! `auth: {digest: [user, password]}` (`HTTPDigestAuth`; RFC 7616, 2617).
//!
//! As in Requests: MD5, MD5-sess, SHA, SHA-256, SHA-512; qop `auth` or none, `auth-int` is not
//! answered; of several challenges the last one's values win. The client nonce, random in
//! Requests, is made from what is signed, so that the same run sends the same bytes.

use super::credentials::pair;
use super::{Auth, AuthKind, AuthTakes};
use crate::http::{Environment, PreparedRequest, Response};
use sha1::Digest as _;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The kind.
pub(super) const DIGEST: AuthKind = AuthKind {
    key: "digest",
    summary: "a user and a password that never go out themselves: the server's challenge is signed",
    example: "auth: {digest: [user, pass]}",
    takes: AuthTakes::Credentials,
    build: |argument| {
        let (user, password) = pair(argument)?;
        Ok(Arc::new(Digest { user, password, state: Mutex::default() }))
    },
};

/// A user, a password and what the server asked for last.
#[derive(Debug)]
struct Digest {
    user: String,
    password: String,
    state: Mutex<AuthMemory>,
}

/// The last challenge, which later requests answer unasked, and how often that was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthMemory {
    challenge: BTreeMap<String, String>,
    last_nonce: String,
    nonce_count: u32,
}

impl Auth for Digest {
    fn sign(&self, request: &mut PreparedRequest, _: &Environment) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.last_nonce.is_empty() {
            return;
        }
        let uri = request.url.digest_uri();
        if let Some(header) = self.header(&mut state, &request.method, &uri, client_nonce) {
            request.headers.set("Authorization", header);
        }
    }

    fn answer(&self, request: &PreparedRequest, response: &Response) -> Option<PreparedRequest> {
        let asked = response.headers.get("www-authenticate")?;
        let lower = asked.to_ascii_lowercase();
        if !(400..500).contains(&response.status) || !lower.contains("digest") {
            return None;
        }
        let mut again = request.clone();
        again.add_cookies(&response.cookies);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.challenge = parse_challenge(&asked);
        // Requests sends again even when it cannot answer the challenge.
        let uri = again.url.digest_uri();
        if let Some(header) = self.header(&mut state, &again.method, &uri, client_nonce) {
            again.headers.set("Authorization", header);
        }
        Some(again)
    }

    fn memory(&self) -> Option<AuthMemory> {
        Some(self.state.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    fn with_memory(&self, memory: AuthMemory) -> Option<Arc<dyn Auth>> {
        let (user, password) = (self.user.clone(), self.password.clone());
        Some(Arc::new(Digest { user, password, state: Mutex::new(memory) }))
    }
}

impl Digest {
    /// `build_digest_header`; `None` for a challenge that cannot be answered.
    fn header(
        &self,
        state: &mut AuthMemory,
        method: &str,
        uri: &str,
        client_nonce: impl FnOnce(&str) -> String,
    ) -> Option<String> {
        let challenge = state.challenge.clone();
        let given = |key: &str| challenge.get(key).map(String::as_str);
        let (realm, nonce) = (given("realm")?, given("nonce")?);
        let qop = given("qop").filter(|qop| !qop.is_empty());
        let algorithm = given("algorithm").map_or_else(|| "MD5".to_owned(), str::to_uppercase);
        let hash = hasher(&algorithm)?;
        if qop.is_some_and(|qop| !qop.split(',').any(|one| one == "auth")) {
            return None;
        }
        state.nonce_count = if nonce == state.last_nonce { state.nonce_count + 1 } else { 1 };
        state.last_nonce = nonce.to_owned();
        let count = format!("{:08x}", state.nonce_count);
        let mut secret = hash(&format!("{}:{realm}:{}", self.user, self.password));
        let cnonce = client_nonce(&format!("{count}:{nonce}:{secret}:{method}:{uri}"));
        if algorithm == "MD5-SESS" {
            secret = hash(&format!("{secret}:{nonce}:{cnonce}"));
        }
        let asked = hash(&format!("{method}:{uri}"));
        let response = match qop {
            None => hash(&format!("{secret}:{nonce}:{asked}")),
            Some(_) => hash(&format!("{secret}:{nonce}:{count}:{cnonce}:auth:{asked}")),
        };
        let mut fields = vec![
            format!("username=\"{}\", realm=\"{realm}\", nonce=\"{nonce}\"", self.user),
            format!("uri=\"{uri}\", response=\"{response}\""),
        ];
        for key in ["opaque", "algorithm"] {
            fields.extend(
                given(key).filter(|value| !value.is_empty()).map(|v| format!("{key}=\"{v}\"")),
            );
        }
        fields.extend(qop.map(|_| format!("qop=\"auth\", nc={count}, cnonce=\"{cnonce}\"")));
        Some(format!("Digest {}", fields.join(", ")))
    }
}

/// Sixteen hexadecimal digits. The secret in the seed keeps a server from foreseeing them.
fn client_nonce(seed: &str) -> String {
    let mut digits = hex(&sha1::Sha1::digest(seed.as_bytes()));
    digits.truncate(16);
    digits
}

/// The hash of an algorithm in upper case, `None` for one Requests does not know.
fn hasher(algorithm: &str) -> Option<fn(&str) -> String> {
    match algorithm {
        "MD5" | "MD5-SESS" => Some(|text| hex(&md5::Md5::digest(text.as_bytes()))),
        "SHA" => Some(|text| hex(&sha1::Sha1::digest(text.as_bytes()))),
        "SHA-256" => Some(|text| hex(&sha2::Sha256::digest(text.as_bytes()))),
        "SHA-512" => Some(|text| hex(&sha2::Sha512::digest(text.as_bytes()))),
        _ => None,
    }
}

/// Lower-case hexadecimal digits.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `parse_dict_header` of a challenge, its first `Digest ` taken out.
fn parse_challenge(header: &str) -> BTreeMap<String, String> {
    let rest = match header.to_ascii_lowercase().find("digest ") {
        Some(at) => {
            let (before, after) = header.split_at(at);
            format!("{before}{}", after.get("digest ".len()..).unwrap_or_default())
        }
        None => header.to_owned(),
    };
    let mut challenge = BTreeMap::new();
    for item in list_items(&rest) {
        if let Some((name, value)) = item.split_once('=') {
            let inner = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
            challenge.insert(name.to_owned(), inner.unwrap_or(value).to_owned());
        }
    }
    challenge
}

/// `urllib.request.parse_http_list`: split at commas outside quotes, escapes in quotes undone.
fn list_items(text: &str) -> Vec<String> {
    let mut items = vec![String::new()];
    let mut is_quoted = false;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let c = match c {
            ',' if !is_quoted => {
                items.push(String::new());
                continue;
            }
            '\\' if is_quoted => match chars.next() {
                Some(escaped) => escaped,
                None => break,
            },
            '"' => {
                is_quoted = !is_quoted;
                c
            }
            c => c,
        };
        if let Some(item) = items.last_mut() {
            item.push(c);
        }
    }
    items.iter().map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Url;
    use serde_json::{Value, json};

    /// What HTTPDigestAuth answers, recorded by `tests/wire/record_digest.py`.
    const RECORDED: &str = include_str!("../../../tests/wire/digest.json");

    fn digest(challenge: &str) -> (Digest, AuthMemory) {
        let digest = Digest {
            user: "Müfasa".to_owned(),
            password: "Circle: of Life".to_owned(),
            state: Mutex::default(),
        };
        (digest, AuthMemory { challenge: parse_challenge(challenge), ..AuthMemory::default() })
    }

    #[test]
    fn a_challenge_is_answered_as_requests_does() {
        let mut wrong = Vec::new();
        for line in RECORDED.lines() {
            let case: Value = serde_json::from_str(line).unwrap();
            let text = |key: &str| case[key].as_str().unwrap_or_default();
            let (digest, mut state) = digest(text("challenge"));
            let uri = Url::parse(text("url")).unwrap().digest_uri();
            let cnonce = |_: &str| text("cnonce").to_owned();
            let found = digest.header(&mut state, text("method"), &uri, cnonce);
            if json!(found) != case["header"] {
                wrong.push(format!("{line}\n  found {found:?}"));
            }
        }
        assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
    }

    #[test]
    fn the_example_of_rfc_7616_comes_out() {
        let digest = Digest {
            user: "Mufasa".to_owned(),
            password: "Circle of Life".to_owned(),
            state: Mutex::default(),
        };
        // Section 3.9.1, both algorithms.
        for (algorithm, response) in [
            ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
            ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
        ] {
            let challenge = format!(
                "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", \
                 algorithm={algorithm}, nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", \
                 opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\""
            );
            let challenge = parse_challenge(&challenge);
            let mut state = AuthMemory { challenge, ..AuthMemory::default() };
            let cnonce = |_: &str| "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ".to_owned();
            let header = digest.header(&mut state, "GET", "/dir/index.html", cnonce).unwrap();
            assert_eq!(parse_challenge(&header)["response"], response);
        }
    }

    #[test]
    fn the_nonce_is_counted_and_a_new_one_begins_anew() {
        let (digest, mut state) = digest("Digest realm=\"r\", nonce=\"a\", qop=\"auth\"");
        let mut counts = Vec::new();
        for nonce in ["a", "a", "b"] {
            state.challenge.insert("nonce".to_owned(), nonce.to_owned());
            let header = digest.header(&mut state, "GET", "/", client_nonce).unwrap();
            counts.push(parse_challenge(&header)["nc"].clone());
        }
        assert_eq!(counts, ["00000001", "00000002", "00000001"]);
    }
}
