//! The canonical request, the string to sign, the signature.

use super::encode::{encode_path, normal_path};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

/// What is signed, its path and query written strictly.
#[derive(Debug)]
pub(in crate::http::auth) struct Signable<'s> {
    pub(in crate::http::auth) method: &'s str,
    pub(in crate::http::auth) path: &'s str,
    pub(in crate::http::auth) query: &'s str,
    /// Names and values in any order and case, those that are signed.
    pub(in crate::http::auth) headers: &'s [(String, String)],
    /// The payload's SHA-256 in hexadecimal digits, or a word such as `UNSIGNED-PAYLOAD`.
    pub(in crate::http::auth) payload: &'s str,
    /// Whether the path is taken as it is, as S3 does; else it is made normal.
    pub(in crate::http::auth) is_path_verbatim: bool,
    /// Whether the path is encoded once more, as every service but S3 does.
    pub(in crate::http::auth) is_path_encoded_again: bool,
}

/// What a signature holds for.
#[derive(Clone, Copy, Debug)]
pub(in crate::http::auth) struct Scope<'s> {
    /// `20150830T123600Z`.
    pub(in crate::http::auth) time: &'s str,
    pub(in crate::http::auth) region: &'s str,
    pub(in crate::http::auth) service: &'s str,
}

impl Scope<'_> {
    fn date(&self) -> &str {
        self.time.split('T').next().unwrap_or_default()
    }

    /// `20150830/us-east-1/s3/aws4_request`.
    pub(in crate::http::auth) fn text(&self) -> String {
        format!("{}/{}/{}/aws4_request", self.date(), self.region, self.service)
    }
}

impl Signable<'_> {
    pub(super) fn canonical(&self) -> String {
        let path =
            if self.is_path_verbatim { self.path.to_owned() } else { normal_path(self.path) };
        let path = if self.is_path_encoded_again { encode_path(&path) } else { path };
        let headers: String =
            sorted(self.headers).iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        format!(
            "{}\n{}\n{}\n{headers}\n{}\n{}",
            self.method,
            if path.is_empty() { "/" } else { &path },
            sorted_query(self.query),
            signed_headers(self.headers),
            self.payload
        )
    }
}

/// The signature, in hexadecimal digits.
pub(in crate::http::auth) fn signature(
    request: &Signable<'_>,
    scope: &Scope<'_>,
    secret_key: &str,
) -> String {
    let to_sign = string_to_sign(request, scope);
    let mut key = keyed(format!("AWS4{secret_key}").as_bytes(), scope.date());
    for part in [scope.region, scope.service, "aws4_request", &to_sign] {
        key = keyed(&key, part);
    }
    hex(&key)
}

pub(super) fn string_to_sign(request: &Signable<'_>, scope: &Scope<'_>) -> String {
    let hash = hex(&Sha256::digest(request.canonical().as_bytes()));
    format!("AWS4-HMAC-SHA256\n{}\n{}\n{hash}", scope.time, scope.text())
}

/// `host;x-amz-date`.
pub(in crate::http::auth) fn signed_headers(headers: &[(String, String)]) -> String {
    sorted(headers).into_iter().map(|(name, _)| name).collect::<Vec<_>>().join(";")
}

/// Names in lower case and in order, values trimmed, those of one name joined by commas.
fn sorted(headers: &[(String, String)]) -> Vec<(String, String)> {
    let mut sorted: Vec<(String, String)> = Vec::new();
    for (name, value) in headers {
        let name = name.to_ascii_lowercase();
        let value = value.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
        match sorted.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => {
                values.push(',');
                values.push_str(&value);
            }
            None => sorted.push((name, value)),
        }
    }
    sorted.sort();
    sorted
}

/// Pieces in order by name, then by value; a name alone has an empty value.
fn sorted_query(query: &str) -> String {
    let pieces = query.split('&').filter(|piece| !piece.is_empty());
    let mut pairs: Vec<(&str, &str)> =
        pieces.map(|piece| piece.split_once('=').unwrap_or((piece, ""))).collect();
    pairs.sort_unstable();
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

fn keyed(key: &[u8], text: &str) -> Vec<u8> {
    // HMAC takes a key of any length.
    let mut mac = match Hmac::<Sha256>::new_from_slice(key) {
        Ok(mac) => mac,
        Err(_) => return Vec::new(),
    };
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// Lower-case hexadecimal digits.
pub(in crate::http::auth) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
