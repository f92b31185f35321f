//! The `Link` header (RFC 8288), parsed as Requests' `parse_header_links` does.

/// One link: its URL and parameters, `rel` among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The target as written between `<` and `>`.
    pub url: String,
    /// The parameters in order.
    pub params: Vec<(String, String)>,
}

/// Parses a `Link` header's value.
#[must_use]
pub fn parse_links(value: &str) -> Vec<Link> {
    let _ = value;
    todo!()
}
