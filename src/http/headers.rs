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

    /// Puts one line in place of those of this name: where the first stood, else at the end.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let name = name.into();
        let at = self.lines.iter().position(|(key, _)| key.eq_ignore_ascii_case(&name));
        self.remove(&name);
        let at = at.unwrap_or(self.lines.len()).min(self.lines.len());
        self.lines.insert(at, (name, value.into()));
    }
}

impl FromIterator<(String, String)> for Headers {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(lines: I) -> Headers {
        Headers { lines: lines.into_iter().collect() }
    }
}
