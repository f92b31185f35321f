//! What runs at once, as the server sees it: `lock` and `max`.

use crate::program::{Finished, Folder};
use crate::site::{Reply, Site, ok, path};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// How many requests were open at once, at most, by the first part of their paths.
#[derive(Default)]
struct Seen {
    open: [AtomicUsize; 2],
    most: [AtomicUsize; 2],
}

impl Seen {
    /// Keeps a request open until as many as may are, and then long enough for one too many.
    fn hold(&self, kind: usize, expected: usize) {
        let open = self.open[kind].fetch_add(1, Ordering::SeqCst) + 1;
        self.most[kind].fetch_max(open, Ordering::SeqCst);
        let begun = Instant::now();
        while self.most[kind].load(Ordering::SeqCst) < expected
            && begun.elapsed() < Duration::from_secs(10)
        {
            std::thread::yield_now();
        }
        std::thread::sleep(Duration::from_millis(40));
        self.open[kind].fetch_sub(1, Ordering::SeqCst);
    }
}

fn site(seen: &Arc<Seen>, expected: [usize; 2]) -> Site {
    let seen = Arc::clone(seen);
    Site::start(move |request| {
        match path(request) {
            path if path.starts_with("/a") => seen.hold(0, expected[0]),
            path if path.starts_with("/b") => seen.hold(1, expected[1]),
            _ => {}
        }
        ok("", "")
    })
}

/// Runs files side by side; the most requests that were open at once, which should be these.
fn most(files: &[(&str, &str)], expected: [usize; 2]) -> [usize; 2] {
    let seen = Arc::new(Seen::default());
    let site = site(&seen, expected);
    let folder = Folder::with("requests: [{url: \"{{ site }}/\"}]");
    for (name, text) in files {
        folder.write(name, text);
    }
    let given = format!("site={}", site.url(""));
    let mut arguments = vec!["run", "--var", &given, "-j", "16"];
    arguments.extend(files.iter().map(|(name, _)| *name));
    let finished = Finished::of(folder.start(&arguments));
    assert_eq!(finished.code, Some(0), "{finished:?}");
    [0, 1].map(|kind| seen.most[kind].load(Ordering::SeqCst))
}

const HEAD: &str = "mode: parallel\nsession: {base_url: \"{{ site }}\"}\nrequests:\n";

#[test]
fn no_two_steps_with_one_lock_run_at_once_and_others_do() {
    let locked = (0..4).map(|n| format!("- {{url: /a{n}, lock: orders}}\n"));
    let free = (0..4).map(|n| format!("- {{url: /b{n}}}\n"));
    let text = format!("{HEAD}{}", locked.chain(free).collect::<String>());
    assert_eq!(most(&[("one.yaml", &text)], [1, 4]), [1, 4]);
}

#[test]
fn a_lock_is_one_in_all_files() {
    let text = format!("{HEAD}- {{url: /a1, lock: orders}}\n- {{url: /a2, lock: orders}}\n");
    let files = [("one.yaml", &*text), ("two.yaml", &text), ("three.yaml", &text)];
    assert_eq!(most(&files, [1, 0]), [1, 0]);
}

#[test]
fn a_group_holds_its_lock_from_its_first_step_to_its_last() {
    let group = |name: &str| {
        format!("- name: {name}\n  lock: orders\n  requests: [{{url: /a1}}, {{url: /a2}}]\n")
    };
    let text = format!("{HEAD}{}{}- {{url: /a3, lock: orders}}\n", group("g"), group("h"));
    let seen = Arc::new(Seen::default());
    let site = site(&seen, [1, 0]);
    let folder = Folder::with(&text);
    let given = format!("site={}", site.url(""));
    let child = folder.start(&["run", "collection.yaml", "--var", &given, "-j", "16"]);
    assert_eq!(Finished::of(child).code, Some(0));
    let paths = site.paths();
    let pairs: Vec<usize> = paths
        .windows(2)
        .enumerate()
        .filter(|(_, pair)| *pair == ["/a1", "/a2"])
        .map(|(at, _)| at)
        .collect();
    assert_eq!(pairs.len(), 2, "{paths:?}");
    assert_eq!(seen.most[0].load(Ordering::SeqCst), 1);
}

#[test]
fn max_bounds_a_group_and_not_the_steps_beside_it() {
    let group: String = (0..7).map(|n| format!("  - {{url: /a{n}}}\n")).collect();
    let free: String = (0..4).map(|n| format!("- {{url: /b{n}}}\n")).collect();
    let text = format!("{HEAD}- mode: parallel\n  max: 2\n  requests:\n{group}{free}");
    assert_eq!(most(&[("one.yaml", &text)], [2, 4]), [2, 4]);
}

#[test]
fn fail_fast_ends_what_runs_and_no_teardown() {
    let site = Site::start(|request| match path(request) {
        path if path.starts_with("/never") => Reply::Silence,
        path if path == "/fails" => crate::site::status("500 No", "", ""),
        _ => ok("", ""),
    });
    let folder = Folder::with(
        r#"
mode: parallel
session: {base_url: "{{ site }}", timeout: null}
requests:
  - {name: stuck, url: /never}
  - {name: sleeper, url: /slept, delay: 1h}
  - {name: fails, url: /fails, delay: 100ms}
teardown: [{name: clean, url: /clean, delay: 1ms}]
"#,
    );
    let given = format!("site={}", site.url(""));
    let run = ["run", "collection.yaml", "--var", &given, "-j", "4", "--fail-fast"];
    let reports = ["--report", "json=report.json"];
    let finished = Finished::of(folder.start(&[&run[..], &reports].concat()));
    assert_eq!(finished.code, Some(1), "{finished:?}");
    let report: serde_json::Value = serde_json::from_str(&folder.read("report.json")).unwrap();
    assert_eq!(
        crate::program::outcomes(&report),
        [
            "stuck skipped: stopped by `--fail-fast`",
            "sleeper skipped: stopped by `--fail-fast`",
            "fails failed",
            "clean passed",
        ]
    );
}
