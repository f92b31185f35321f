//! What every table is made of: an entry with a key, found by it, suggested when misspelt.
//!
//! Predicates, subjects, auth kinds, template functions, reports, commands and error codes are
//! tables of entries. The parser, "did you mean", the JSON Schema, the docs and `explain` all
//! read the same table, so a new thing is one file and one line.

/// One row of a table.
pub trait Entry {
    /// The name people write, unique in its table.
    fn key(&self) -> &'static str;
    /// One line that says what it is, for docs and the schema; no full stop.
    fn summary(&self) -> &'static str;
    /// A fragment of a collection that uses it, as YAML; it must check clean where it stands.
    fn example(&self) -> &'static str;
}

/// The entry with this key.
pub fn find<'t, T: Entry + ?Sized>(table: &'t [&'static T], key: &str) -> Option<&'t &'static T> {
    table.iter().find(|entry| entry.key() == key)
}

/// The name among `names` that `written` was probably meant to be, if one is near enough: the
/// least edit distance (transpositions count once), at most a third of the length; else the
/// same stem, as `retries` has that of `retry` and `assertions` that of `assert`.
pub fn suggest<'n>(names: impl IntoIterator<Item = &'n str>, written: &str) -> Option<&'n str> {
    // Nobody means a name by something much longer, and comparing it would cost its length.
    if written.len() > 100 {
        return None;
    }
    let lower = written.to_lowercase();
    let names: Vec<&str> = names.into_iter().collect();
    let near = names
        .iter()
        .map(|name| (distance(&name.to_lowercase(), &lower), *name))
        .filter(|(distance, name)| *distance <= name.chars().count().max(3) / 3)
        .min_by_key(|(distance, _)| *distance);
    let stem = || {
        names
            .iter()
            .map(|name| (common_prefix(&name.to_lowercase(), &lower), *name))
            .filter(|(common, name)| *common >= 4 && *common * 3 >= name.chars().count() * 2)
            .max_by_key(|(common, _)| *common)
    };
    near.or_else(stem).map(|(_, name)| name)
}

/// How many characters two texts begin with in common.
fn common_prefix(a: &str, b: &str) -> usize {
    a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count()
}

/// Optimal string alignment distance: insertions, deletions, substitutions, transpositions.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at =
                |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX / 2);
            let mut best =
                (at(&last, j) + usize::from(x != y)).min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                best = best.min(at(&before_last, j - 1) + 1);
            }
            row.push(best);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_suggested() {
        let names = ["retry", "headers", "params", "json"];
        assert_eq!(suggest(names, "retries"), Some("retry"));
        assert_eq!(suggest(names, "header"), Some("headers"));
        assert_eq!(suggest(names, "parmas"), Some("params"));
        assert_eq!(suggest(names, "JSON"), Some("json"));
        assert_eq!(suggest(names, "banana"), None);
    }
}
