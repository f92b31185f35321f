//! A kind of report: a row of the table.

use super::{Destination, Report};
use crate::event::Detail;
use crate::registry::Entry;
use std::io;

/// A kind of report.
#[derive(Debug)]
pub struct ReportKind {
    /// What `--report KIND=PATH` calls it.
    pub key: &'static str,
    /// One line that says what it is.
    pub summary: &'static str,
    /// Arguments of `runner run` that write it.
    pub example: &'static str,
    /// How much of passed steps it shows.
    pub wants: Detail,
    /// Opens it before anything is sent, so that a path that cannot be written is found early.
    pub open: fn(&Destination) -> io::Result<Box<dyn Report>>,
}

impl Entry for ReportKind {
    fn key(&self) -> &'static str {
        self.key
    }

    fn summary(&self) -> &'static str {
        self.summary
    }

    fn example(&self) -> &'static str {
        self.example
    }
}

#[cfg(test)]
mod tests {
    use crate::report::{REPORTS, parse_report_argument};
    use std::collections::BTreeSet;

    #[test]
    fn keys_are_unique_and_rows_are_whole() {
        let keys: BTreeSet<_> = REPORTS.iter().map(|kind| kind.key).collect();
        assert_eq!(keys.len(), REPORTS.len());
        assert!(REPORTS.iter().all(|kind| !kind.summary.is_empty()));
    }

    #[test]
    fn every_example_parses_to_its_own_kind() {
        for kind in REPORTS {
            let argument = kind.example.strip_prefix("--report ").unwrap();
            assert_eq!(parse_report_argument(argument).unwrap().kind.key, kind.key);
        }
    }
}
