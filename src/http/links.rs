//! The `Link` header (RFC 8288), parsed as Requests' `parse_header_links` does.

/// One link: its URL and parameters, `rel` among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The target as written between `<` and `>`.
    pub url: String,
    /// The parameters in order, each name once.
    pub params: Vec<(String, String)>,
}

impl Link {
    /// A parameter's value.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// What `response.links` has it under: its `rel`, else its URL.
    #[must_use]
    pub fn key(&self) -> &str {
        self.param("rel").filter(|rel| !rel.is_empty()).unwrap_or(&self.url)
    }
}

/// The characters Requests strips from every piece.
const MARKS: [char; 3] = [' ', '\'', '"'];

/// Parses a `Link` header's value.
#[must_use]
pub fn parse_links(value: &str) -> Vec<Link> {
    let value = value.trim_matches(MARKS);
    if value.is_empty() {
        return Vec::new();
    }
    split_links(value).into_iter().map(parse_link).collect()
}

/// `response.links`: by [`Link::key`], of a repeated one the last, where the first stood.
#[must_use]
pub fn links_by_key(links: Vec<Link>) -> Vec<(String, Link)> {
    let mut keyed: Vec<(String, Link)> = Vec::new();
    for link in links {
        let key = link.key().to_owned();
        match keyed.iter_mut().find(|(other, _)| *other == key) {
            Some((_, old)) => *old = link,
            None => keyed.push((key, link)),
        }
    }
    keyed
}

/// Splits at a comma, spaces and `<`.
fn split_links(value: &str) -> Vec<&str> {
    let mut links = Vec::new();
    let mut start = 0;
    for (at, _) in value.match_indices(',') {
        let after = value.get(at + 1..).unwrap_or_default();
        let spaces = after.len() - after.trim_start_matches(' ').len();
        if after.get(spaces..).is_some_and(|rest| rest.starts_with('<')) {
            links.extend(value.get(start..at));
            start = at + 1 + spaces + 1;
        }
    }
    links.extend(value.get(start..));
    links
}

/// A URL and parameters; a parameter without one `=` ends them.
fn parse_link(text: &str) -> Link {
    let (url, params) = text.split_once(';').unwrap_or((text, ""));
    let url = url.trim_matches(['<', '>', ' ', '\'', '"']).to_owned();
    let mut link = Link { url, params: Vec::new() };
    for param in params.split(';') {
        let mut pieces = param.split('=');
        let (Some(key), Some(value), None) = (pieces.next(), pieces.next(), pieces.next()) else {
            break;
        };
        let (key, value) = (key.trim_matches(MARKS), value.trim_matches(MARKS));
        match link.params.iter_mut().find(|(other, _)| other == key) {
            Some((_, old)) => value.clone_into(old),
            // Requests keeps the URL in the same mapping.
            None if key == "url" => value.clone_into(&mut link.url),
            None => link.params.push((key.to_owned(), value.to_owned())),
        }
    }
    link
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Links as one line, `url name=value …`.
    fn shown(value: &str) -> Vec<String> {
        let show = |link: &Link| {
            let params = link.params.iter().map(|(key, value)| format!(" {key}={value}"));
            format!("{}{}", link.url, params.collect::<String>())
        };
        parse_links(value).iter().map(show).collect()
    }

    #[test]
    fn links_are_what_requests_parses() {
        // requests.utils.parse_header_links of each.
        for (value, links) in [
            (
                "<http:/.../front.jpeg>; rel=front; type=\"image/jpeg\"",
                &["http:/.../front.jpeg rel=front type=image/jpeg"][..],
            ),
            ("<http:/.../front.jpeg>", &["http:/.../front.jpeg"]),
            ("<http:/.../front.jpeg>;", &["http:/.../front.jpeg"]),
            ("<a>; rel=front,<b>;   rel=\"back\"", &["a rel=front", "b rel=back"]),
            ("<a>; title=\"x, y\"; rel=next", &["a title=x, y rel=next"]),
            ("<a?x=1>; rel=next, <b>; bad; rel=prev", &["a?x=1 rel=next", "b"]),
            ("<a>; x=y=z; rel=next", &["a"]),
            ("", &[]),
            (" ' ", &[]),
        ] {
            assert_eq!(shown(value), links, "{value}");
        }
    }

    #[test]
    fn links_are_keyed_by_rel_or_url() {
        let keyed = links_by_key(parse_links("<a>; rel=next, <b>, <c>; rel=next"));
        let keys: Vec<(&str, &str)> =
            keyed.iter().map(|(key, link)| (&**key, &*link.url)).collect();
        assert_eq!(keys, [("next", "c"), ("b", "b")]);
    }
}
