//! A header list: order, case and repetition kept, looked up in any case.

/// Header lines as sent or received (RFC 9110 section 5). Values are Latin-1 text, as Requests
/// and http.client hold them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers {
    lines: Vec<(String, String)>,
}

impl Headers {
    /// Adds a line.
    pub fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.lines.push((name.into(), value.into()));
    }

    /// Every line, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.lines.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The first line's value, the name in any case.
    #[must_use]
    pub fn first(&self, name: &str) -> Option<&str> {
        self.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Every value under the name, in any case.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The values joined by `, `, as Requests' `response.headers[name]` gives them.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<String> {
        let values: Vec<&str> = self.all(name).collect();
        (!values.is_empty()).then(|| values.join(", "))
    }

    /// Whether there is a line of this name.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.first(name).is_some()
    }

    /// Removes every line of this name.
    pub fn remove(&mut self, name: &str) {
        self.lines.retain(|(key, _)| !key.eq_ignore_ascii_case(name));
    }

    /// Puts lines in place of those of this name: where the first stood, else at the end, as
    /// Requests' `CaseInsensitiveDict` keeps its order. None at all removes them.
    pub fn set_all(&mut self, name: &str, values: impl IntoIterator<Item = String>) {
        let at = self.position(name);
        self.remove(name);
        let lines = values.into_iter().map(|value| (name.to_owned(), value));
        self.lines.splice(at..at, lines);
    }

    /// Where lines of this name stand or would be put.
    fn position(&self, name: &str) -> usize {
        let is_named = |(key, _): &(String, String)| key.eq_ignore_ascii_case(name);
        self.lines.iter().position(is_named).unwrap_or(self.lines.len())
    }

    /// Puts one line in place of those of this name: where the first stood, else at the end.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.set_all(&name.into(), [value.into()]);
    }

    /// Puts a line right behind that of another name, before all when there is none.
    pub fn push_behind(&mut self, other: &str, name: &str, value: &str) {
        let is_other = |(key, _): &(String, String)| key.eq_ignore_ascii_case(other);
        let at = self.lines.iter().position(is_other).map_or(0, |at| at + 1);
        self.lines.insert(at, (name.to_owned(), value.to_owned()));
    }

    /// Puts a line before all others.
    pub fn push_front(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.lines.insert(0, (name.into(), value.into()));
    }

    /// Whether there are no lines.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}

/// A header's text as bytes: Latin-1, as http.client encodes it, UTF-8 where Latin-1 has no
/// such character and http.client gives up.
#[must_use]
pub fn header_bytes(text: &str) -> Vec<u8> {
    let latin1: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    latin1.unwrap_or_else(|| text.as_bytes().to_vec())
}

impl FromIterator<(String, String)> for Headers {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(lines: I) -> Headers {
        Headers { lines: lines.into_iter().collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(headers: &Headers) -> Vec<String> {
        headers.iter().map(|(name, value)| format!("{name}: {value}")).collect()
    }

    #[test]
    fn setting_keeps_the_place_and_takes_the_new_spelling() {
        let mut headers = Headers::default();
        for name in ["Accept", "X-A", "Accept", "X-B"] {
            headers.push(name, "1");
        }
        headers.set("ACCEPT", "2");
        headers.set_all("x-a", ["3".to_owned(), "4".to_owned()]);
        headers.set("X-C", "5");
        assert_eq!(lines(&headers), ["ACCEPT: 2", "x-a: 3", "x-a: 4", "X-B: 1", "X-C: 5"]);
    }

    #[test]
    fn values_are_latin_1_where_it_has_the_characters() {
        assert_eq!(header_bytes("é"), b"\xe9");
        assert_eq!(header_bytes("é€"), "é€".as_bytes());
    }
}
