//! `--report KIND=PATH`, read.

use super::{Destination, REPORTS, ReportKind};
use crate::registry::{find, suggest};
use std::fmt;

/// What one `--report` asks for.
#[derive(Clone, Debug)]
pub struct ReportArgument {
    /// Which report.
    pub kind: &'static ReportKind,
    /// Where it goes.
    pub destination: Destination,
}

/// A `--report` that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArgumentError {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl fmt::Display for ArgumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.message, self.help)
    }
}

impl std::error::Error for ArgumentError {}

/// Reads `KIND=PATH`; the path `-` is stdout.
///
/// # Errors
/// When the kind is not in [`REPORTS`], or the path is missing.
pub fn parse_report_argument(text: &str) -> Result<ReportArgument, ArgumentError> {
    let (key, path) = text.split_once('=').unwrap_or((text, ""));
    let kind = find(REPORTS, key).ok_or_else(|| unknown(key))?;
    if path.is_empty() {
        return Err(ArgumentError {
            message: format!("report `{key}` has no path"),
            help: format!("write `{key}=PATH`, or `{key}=-` for stdout"),
        });
    }
    Ok(ReportArgument { kind, destination: Destination::from_path(path) })
}

fn unknown(key: &str) -> ArgumentError {
    let help = match suggest(REPORTS.iter().map(|kind| kind.key), key) {
        Some(name) => format!("did you mean `{name}`?"),
        None => {
            let keys: Vec<String> = REPORTS.iter().map(|kind| format!("`{}`", kind.key)).collect();
            format!("expected KIND=PATH, with KIND one of {}", keys.join(", "))
        }
    };
    ArgumentError { message: format!("unknown report `{key}`"), help }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn error(text: &str) -> String {
        parse_report_argument(text).unwrap_err().to_string()
    }

    #[test]
    fn a_path_may_hold_equals_signs() {
        let argument = parse_report_argument("json=out/a=b.json").unwrap();
        assert_eq!(argument.kind.key, "json");
        assert_eq!(argument.destination, Destination::File(PathBuf::from("out/a=b.json")));
    }

    #[test]
    fn a_dash_is_stdout() {
        let argument = parse_report_argument("events=-").unwrap();
        assert_eq!(argument.destination, Destination::Stdout);
    }

    #[test]
    fn a_misspelt_kind_is_suggested() {
        assert_eq!(error("jnuit=a.xml"), "unknown report `jnuit`; did you mean `junit`?");
        assert_eq!(
            error("out.json"),
            "unknown report `out.json`; \
             expected KIND=PATH, with KIND one of `json`, `junit`, `events`"
        );
    }

    #[test]
    fn a_missing_path_is_asked_for() {
        let expected = "report `json` has no path; write `json=PATH`, or `json=-` for stdout";
        assert_eq!(error("json"), expected);
        assert_eq!(error("json="), expected);
    }
}
