//! Digest authentication (RFC 7616), with httpbin's cookies that make a nonce stale.

use super::cookies;
use super::reply::Reply;
use super::request::Request;
use md5::Md5;
use serde_json::json;
use sha2::{Digest, Sha256, Sha512};
use std::fmt::Write as _;

/// `/digest-auth/{qop}/{user}/{passwd}[/{algorithm}[/{stale_after}]]`.
pub(super) fn digest(request: &Request<'_>) -> Reply {
    let stale_after = request.parts.get(4).map_or("never", String::as_str);
    let challenge = |is_stale| challenge(request, is_stale, stale_after);
    let header = request.header("Authorization").unwrap_or_default();
    let wants_cookie = request.args().iter().any(|(name, value)| {
        name == "require-cookie" && matches!(&*value.to_lowercase(), "1" | "t" | "true")
    });
    let credentials = match Credentials::read(header) {
        Some(credentials) if !wants_cookie || request.header("Cookie").is_some() => credentials,
        _ => return challenge(false).with_cookie("fake", "fake_value"),
    };
    if wants_cookie && cookies::value(request, "fake").as_deref() != Some("fake_value") {
        return Reply::json(&json!({"errors": ["missing cookie set on challenge"]}))
            .status(403)
            .with_cookie("fake", "fake_value");
    }
    let nonce = credentials.get("nonce");
    let stale_cookie = cookies::value(request, "stale_after");
    let was_used = nonce.is_some() && cookies::value(request, "last_nonce").as_deref() == nonce;
    let is_stale = was_used || stale_cookie.as_deref() == Some("0");
    if is_stale || !credentials.prove(request) {
        return challenge(is_stale)
            .with_cookie("last_nonce", nonce.unwrap_or_default())
            .with_cookie("fake", "fake_value");
    }
    let reply = Reply::json(&json!({"authenticated": true, "user": request.part(1)}))
        .with_cookie("fake", "fake_value");
    match stale_cookie.filter(|value| !value.is_empty()) {
        Some(value) => reply.with_cookie("stale_after", &one_less(&value)),
        None => reply,
    }
}

fn challenge(request: &Request<'_>, is_stale: bool, stale_after: &str) -> Reply {
    let known = |algorithm: &&str| matches!(*algorithm, "SHA-256" | "SHA-512");
    let algorithm = Some(request.part(3)).filter(known).unwrap_or("MD5");
    let qop = match request.part(0) {
        known @ ("auth" | "auth-int") => known,
        _ => "auth, auth-int",
    };
    let nonce = hash(&fastrand::u128(..).to_be_bytes(), algorithm);
    let opaque = hash(&fastrand::u128(..).to_be_bytes(), algorithm);
    let stale = if is_stale { "True" } else { "False" };
    let header = format!(
        "Digest realm=\"me@kennethreitz.com\", nonce=\"{nonce}\", opaque=\"{opaque}\", \
         qop=\"{qop}\", algorithm={algorithm}, stale={stale}"
    );
    Reply::empty(401).with("WWW-Authenticate", &header).with_cookie("stale_after", stale_after)
}

fn one_less(count: &str) -> String {
    count.trim().parse::<i64>().map_or_else(|_| "never".to_owned(), |count| (count - 1).to_string())
}

/// The parameters of a `Digest` header.
struct Credentials(Vec<(String, String)>);

impl Credentials {
    fn read(header: &str) -> Option<Credentials> {
        let (scheme, parameters) = header.split_once(' ')?;
        let is_digest = scheme.eq_ignore_ascii_case("digest");
        is_digest.then(|| Credentials(parameters_of(parameters)))
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether the response is the one that only the password gives.
    fn prove(&self, request: &Request<'_>) -> bool {
        self.expected(request).is_some_and(|expected| self.get("response") == Some(&*expected))
    }

    /// RFC 7616 section 3.4.1; `None` when a parameter it needs is missing.
    fn expected(&self, request: &Request<'_>) -> Option<String> {
        let algorithm = self.get("algorithm").unwrap_or("MD5");
        let hash = |text: String| hash(text.as_bytes(), algorithm);
        let user = self.get("username")?;
        let realm = self.get("realm").unwrap_or_default();
        let secret = hash(format!("{user}:{realm}:{}", request.part(2)));
        if user != request.part(1) {
            return None;
        }
        let target = target(request);
        let nonce = self.get("nonce").unwrap_or_default();
        let qop = self.get("qop");
        let asked = match qop {
            None | Some("auth") => hash(format!("{}:{target}", request.method)),
            Some("auth-int") => {
                let body = self::hash(&request.body, algorithm);
                hash(format!("{}:{target}:{body}", request.method))
            }
            Some(_) => return None,
        };
        let Some(qop) = qop else { return Some(hash(format!("{secret}:{nonce}:{asked}"))) };
        let (count, client) = (self.get("nc")?, self.get("cnonce")?);
        Some(hash(format!("{secret}:{nonce}:{count}:{client}:{qop}:{asked}")))
    }
}

/// The path as decoded, the query as sent: what httpbin takes for the digest's URI.
fn target(request: &Request<'_>) -> String {
    match request.query.as_str() {
        "" => request.path.clone(),
        query => format!("{}?{query}", request.path),
    }
}

/// `name=value, name="value"`.
fn parameters_of(text: &str) -> Vec<(String, String)> {
    let mut parameters = Vec::new();
    let mut rest = text;
    while let Some((name, after)) = rest.split_once('=') {
        let name = name.trim_matches([' ', '\t', ',']).to_owned();
        let after = after.trim_start();
        let Some(quoted) = after.strip_prefix('"') else {
            let (value, after) = after.split_once(',').unwrap_or((after, ""));
            parameters.push((name, value.trim().to_owned()));
            rest = after;
            continue;
        };
        let mut value = String::new();
        let mut characters = quoted.chars();
        while let Some(character) = characters.next() {
            match character {
                '"' => break,
                '\\' => value.extend(characters.next()),
                _ => value.push(character),
            }
        }
        parameters.push((name, value));
        rest = characters.as_str();
    }
    parameters
}

/// In lower-case hexadecimal; MD5 for an algorithm not known.
fn hash(bytes: &[u8], algorithm: &str) -> String {
    fn hex(bytes: &[u8]) -> String {
        bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
    match algorithm {
        "SHA-256" => hex(&Sha256::digest(bytes)),
        "SHA-512" => hex(&Sha512::digest(bytes)),
        _ => hex(&Md5::digest(bytes)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_may_be_quoted_and_escaped() {
        let parameters = parameters_of(r#"username="a\"b, c", qop=auth,nc=00000001"#);
        let expected = [("username", "a\"b, c"), ("qop", "auth"), ("nc", "00000001")];
        assert_eq!(parameters, expected.map(|(n, v)| (n.to_owned(), v.to_owned())));
    }

    #[test]
    fn an_unknown_algorithm_is_md5() {
        assert_eq!(hash(b"", "X"), "d41d8cd98f00b204e9800998ecf8427e");
    }
}
