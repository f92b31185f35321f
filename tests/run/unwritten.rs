//! Reports that cannot be written: exit code 4.

use crate::program::Folder;
use crate::site::Site;

const COLLECTION: &str = r#"requests: [{url: "{{ site }}/"}]"#;

#[test]
fn a_report_that_cannot_be_opened_is_told_before_anything_is_sent() {
    let site = Site::friendly();
    let folder = Folder::with(COLLECTION);
    folder.write("file", "");
    let given = format!("site={}", site.url(""));
    for report in ["json=file/report.json", "junit=/proc/none/junit.xml", "events=file/x"] {
        let run = ["run", "collection.yaml", "--var", &given, "--report", report];
        let finished = folder.runner(&run);
        assert_eq!(finished.code, Some(4), "{finished:?}");
        let message = format!("error: cannot write `--report {report}`");
        assert!(finished.stderr.starts_with(&message), "{finished:?}");
        assert!(finished.stderr.contains("nothing was sent"), "{finished:?}");
    }
    assert!(site.requests().is_empty());
}

#[test]
fn a_full_disk_at_the_end_is_told_and_other_reports_are_whole() {
    let site = Site::friendly();
    let folder = Folder::with(COLLECTION);
    let given = format!("site={}", site.url(""));
    for kind in ["json", "junit", "events"] {
        let full = format!("{kind}=/dev/full");
        let (finished, report) = folder.report(&["--var", &given, "--report", &full]);
        assert_eq!(finished.code, Some(4), "{kind} {finished:?}");
        assert!(finished.stderr.contains("cannot write `--report"), "{finished:?}");
        assert_eq!(report["counts"]["passed"], 1);
    }
}
