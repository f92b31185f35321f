//! The operation of a request: by method and path, the most specific path first.

use super::document::OpenApi;
use super::operation::Operation;
use crate::registry::suggest;
use percent_encoding::percent_decode_str;

/// Which operation a request must be of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The one that its method and path lead to.
    Found,
    /// This one, by its place in the document.
    Named(usize),
}

/// An operation, and what stood where its path has names.
pub(super) struct Match<'a> {
    pub(super) operation: &'a Operation,
    pub(super) path: Vec<(String, String)>,
}

impl OpenApi {
    /// The operation of this `operationId`, or of this method and path.
    ///
    /// # Errors
    /// When there is none: what may have been meant.
    pub fn named(&self, name: &str) -> Result<Wanted, String> {
        let is_named = |operation: &Operation| {
            operation.id.as_deref() == Some(name) || operation.name() == name
        };
        if let Some(index) = self.operations.iter().position(is_named) {
            return Ok(Wanted::Named(index));
        }
        let names: Vec<String> = self.operations.iter().map(Operation::name).collect();
        let ids = self.operations.iter().filter_map(|operation| operation.id.as_deref());
        let known: Vec<&str> = ids.chain(names.iter().map(String::as_str)).collect();
        Err(match suggest(known.iter().copied(), name) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("its operations are {}", listed(&known)),
        })
    }

    /// The operation of a request.
    pub(super) fn find(
        &self,
        wanted: &Wanted,
        method: &str,
        path: &str,
    ) -> Result<Match<'_>, (String, Option<String>)> {
        if let Wanted::Named(index) = wanted
            && let Some(operation) = self.operations.get(*index)
        {
            let path = self.paths(path).find_map(|path| fit(&operation.path, path));
            return Ok(Match { operation, path: path.unwrap_or_default() });
        }
        for path in self.paths(path) {
            let mut fitting: Vec<(&Operation, Vec<(String, String)>)> = self
                .operations
                .iter()
                .filter_map(|one| Some((one, fit(&one.path, path)?)))
                .collect();
            fitting.sort_by_key(|(one, _)| specificity(&one.path));
            let Some(best) = fitting.first().map(|(one, _)| one.path.clone()) else { continue };
            let of_method = fitting.iter().position(|(one, _)| one.method == method);
            if let Some(place) = of_method {
                let (operation, path) = fitting.swap_remove(place);
                return Ok(Match { operation, path });
            }
            let methods: Vec<&str> = fitting
                .iter()
                .filter(|(one, _)| one.path == best)
                .map(|(one, _)| &*one.method)
                .collect();
            let message = format!("`{}` has no operation `{method} {best}`", self.name);
            return Err((message, Some(format!("the path has {}", listed(&methods)))));
        }
        Err(self.unknown(method, path))
    }

    /// What may be the path in the document: without what stands before it, and as it is.
    fn paths<'p>(&'p self, path: &'p str) -> impl Iterator<Item = &'p str> {
        let behind = self.bases.iter().filter(|base| !base.is_empty()).filter_map(move |base| {
            path.strip_prefix(base.as_str()).filter(|rest| rest.starts_with('/'))
        });
        behind.chain([path])
    }

    fn unknown(&self, method: &str, path: &str) -> (String, Option<String>) {
        let path = self.paths(path).next().unwrap_or(path);
        let mut known: Vec<&str> = self.operations.iter().map(|one| one.path.as_str()).collect();
        known.dedup();
        let help = match suggest(known.iter().copied(), path) {
            Some(near) => format!("there is `{near}`"),
            None => format!("its paths are {}", listed(&known)),
        };
        (format!("`{}` has no path for `{method} {path}`", self.name), Some(help))
    }
}

/// Names, at most twelve.
pub(super) fn listed(names: &[&str]) -> String {
    let shown: Vec<String> = names.iter().take(12).map(|name| format!("`{name}`")).collect();
    match names.len().saturating_sub(12) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// What a path has where its template has names; `None` when it is of another template.
fn fit(template: &str, path: &str) -> Option<Vec<(String, String)>> {
    let mut names = Vec::new();
    let (mut parts, mut segments) = (template.split('/'), path.split('/'));
    loop {
        match (parts.next(), segments.next()) {
            (None, None) => return Some(names),
            (Some(part), Some(segment)) => {
                let segment = percent_decode_str(segment).decode_utf8_lossy();
                fit_segment(part, &segment, &mut names)?;
            }
            _ => return None,
        }
    }
}

fn fit_segment(part: &str, segment: &str, names: &mut Vec<(String, String)>) -> Option<()> {
    let Some((before, rest)) = part.split_once('{') else {
        return (part == segment).then_some(());
    };
    let (name, after) = rest.split_once('}')?;
    let segment = segment.strip_prefix(before)?;
    let next = after.split('{').next().unwrap_or_default();
    let end = match (next.is_empty(), after.contains('{')) {
        (true, _) => segment.len(),
        (false, true) => segment.find(next)?,
        (false, false) => segment.strip_suffix(next)?.len(),
    };
    let (value, left) = segment.split_at_checked(end)?;
    if value.is_empty() {
        return None;
    }
    names.push((name.to_owned(), value.to_owned()));
    fit_segment(after, left, names)
}

/// Sorts what is written out before what is left open, from the first segment on.
fn specificity(template: &str) -> Vec<u8> {
    let open = |segment: &str| match (
        segment.starts_with('{') && segment.ends_with('}'),
        segment.contains('{'),
    ) {
        (true, _) => 2,
        (false, true) => 1,
        (false, false) => 0,
    };
    template.split('/').map(open).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fitted(template: &str, path: &str) -> Option<String> {
        let names = fit(template, path)?;
        let names: Vec<String> =
            names.iter().map(|(name, value)| format!("{name}={value}")).collect();
        Some(names.join(" "))
    }

    #[test]
    fn a_path_fits_its_template() {
        assert_eq!(fitted("/users/{id}", "/users/7").as_deref(), Some("id=7"));
        assert_eq!(fitted("/a/{x}.{y}", "/a/b%20c.json").as_deref(), Some("x=b c y=json"));
        assert_eq!(fitted("/a/{x}/b", "/a/1/b").as_deref(), Some("x=1"));
        assert_eq!(fitted("/users", "/users").as_deref(), Some(""));
        for path in ["/users", "/users/", "/users/7/x", "/user/7"] {
            assert_eq!(fitted("/users/{id}", path), None, "{path}");
        }
    }

    #[test]
    fn what_is_written_out_comes_first() {
        let mut paths = ["/{a}/{b}", "/users/{id}", "/users/me", "/users/{id}.json"];
        paths.sort_by_key(|path| specificity(path));
        assert_eq!(paths, ["/users/me", "/users/{id}.json", "/users/{id}", "/{a}/{b}"]);
    }
}
