//! URLs as Requests prepares them (`PreparedRequest.prepare_url`, urllib3's `parse_url`,
//! `requests.utils.requote_uri`).

/// A prepared URL, in parts and whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    /// The whole, as `response.url` shows it, fragment included.
    text: String,
    // the parts, as the helper decides
}

impl Url {
    /// The whole URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}
