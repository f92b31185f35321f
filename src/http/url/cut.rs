//! Secrets in a URL's user or password that a `/`, `?`, `#` or `\` in them cuts in two: the first
//! part would be taken for a host or a port, and be shown as such.

use super::{Error, ErrorKind, unquote};

/// What ends an authority, wherever it stands.
pub(super) const MARKS: [char; 4] = ['\\', '/', '?', '#'];

/// What is wrong with a URL whose user or password is cut; it quotes nothing of it.
pub(super) const WHY: &str = "its user or password holds a `/`, `?`, `#` or `\\`";

/// Whether what follows an authority looks like the rest of a password and a host.
pub(super) fn has_host(behind: &str) -> bool {
    behind.trim_start_matches(MARKS).split(MARKS).next().is_some_and(|text| text.contains('@'))
}

/// Refuses a URL that cuts one of `secrets`.
///
/// # Errors
/// An error of this kind, which says nothing of the URL.
pub fn refuse_cut(url: &str, secrets: &[String], kind: ErrorKind) -> Result<(), Error> {
    if !secrets.iter().any(|secret| secret.contains(MARKS)) {
        return Ok(());
    }
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let Some((authority, behind)) = rest.find(MARKS).and_then(|at| rest.split_at_checked(at))
    else {
        return Ok(());
    };
    let (authority, behind) = (unquote(authority), unquote(behind));
    let is_cut = |secret: &String| {
        secret.match_indices(MARKS).filter_map(|(at, _)| secret.split_at_checked(at)).any(
            |(head, tail)| {
                let left = behind.strip_prefix(tail).and_then(|left| left.split(MARKS).next());
                // One that begins with a mark is behind the host, whole.
                !head.is_empty()
                    && authority.ends_with(head)
                    && left.is_some_and(|left| left.contains('@'))
            },
        )
    };
    if secrets.iter().any(is_cut) {
        let message = "a secret in a URL's user or password holds a `/`, `?`, `#` or `\\`";
        return Err(Error::new(kind, message).help(HELP));
    }
    Ok(())
}

/// How such a secret is written.
pub(super) const HELP: &str = "percent-encode it: `{{ key | urlencode | replace('/', '%2F') }}`";

#[cfg(test)]
mod tests {
    use super::*;

    fn is_refused(url: &str, secret: &str) -> bool {
        refuse_cut(url, &[secret.to_owned()], ErrorKind::InvalidURL).is_err()
    }

    #[test]
    fn a_cut_secret_is_refused() {
        for url in [
            "http://u:s3kr/et9@h/",
            "http://s3kr/et9:p@h/",
            "http://u:xs3kr/et9x@h/a",
            "u:s3kr/et9@h:1",
        ] {
            assert!(is_refused(url, "s3kr/et9"), "{url}");
        }
        assert!(is_refused("http://u:a%20/b@h/", "a /b"));
        assert!(is_refused("http://u:a?b/c@h/", "a?b/c"));
    }

    #[test]
    fn a_secret_that_stays_whole_is_not() {
        for url in ["http://u:s3kr%2Fet9@h/", "http://h/s3kr/et9@x", "http://s3kr/et9", "http://h"]
        {
            assert!(!is_refused(url, "s3kr/et9"), "{url}");
        }
        assert!(!is_refused("http://u:a@b@h/", "a@b"));
        assert!(!is_refused("http://h/b@c", "/b"));
        assert!(!is_refused("https://h/T0/B0", "https://h/T0/B0"));
    }
}
