//! `paginate` against a server that says what came: tries of one page, cookies, other hosts.

use crate::program::{Folder, outcomes};
use crate::site::{Reply, Site, ok, path, status};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Pages 1 to 4 with an item each, `/pages/N`; the third fails as often as it is told.
fn site(failures: usize) -> Site {
    let left = Arc::new(AtomicUsize::new(failures));
    Site::start(move |request| {
        let path = path(request);
        let number: usize = path.rsplit('/').next().unwrap().parse().unwrap();
        let fails = |left: usize| left.checked_sub(1);
        if number == 3 && left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, fails).is_ok() {
            return status("503 Not Now", "Retry-After: 0\r\n", "");
        }
        let next = if number < 4 { format!("\"{}\"", number + 1) } else { "null".to_owned() };
        let cookie = format!("Set-Cookie: seen{number}=yes\r\n");
        ok(&cookie, &format!("{{\"items\":[{number}],\"next\":{next}}}"))
    })
}

fn run(site: &Site, step: &str) -> (Vec<String>, serde_json::Value) {
    let folder = Folder::with(&format!(
        "requests:\n  - {{name: all, url: \"{}\", {step}}}\n",
        site.url("/pages/1")
    ));
    let (_, report) = folder.report(&[]);
    (outcomes(&report), report)
}

/// The numbers of the pages that were asked for, in order.
fn asked(site: &Site) -> String {
    site.paths().iter().filter_map(|path| path.rsplit('/').next()).collect()
}

const ALL: &str =
    "paginate: {next: $.next, items: $.items}, assert: {jsonpath: {$.items: [1, 2, 3, 4]}}";

#[test]
fn a_page_that_failed_is_tried_again_and_not_those_before_it() {
    let site = site(2);
    let (outcomes, report) = run(&site, &format!("retry: {{delay: 1ms}}, {ALL}"));
    assert_eq!(outcomes, ["all passed"]);
    assert_eq!(asked(&site), "123334");
    let step = &report["collections"][0]["steps"][0];
    assert_eq!(step["flaky"], true);
    assert_eq!(step["attempts"].as_array().unwrap().len(), 3);
    assert_eq!(step["attempts"][2]["pages"]["items"], 4);
    assert_eq!(report["counts"]["requests"], 6);
}

#[test]
fn a_page_has_as_many_tries_as_a_request() {
    let site = site(3);
    let (outcomes, _) = run(&site, &format!("retry: {{delay: 1ms}}, {ALL}"));
    assert_eq!(outcomes, ["all failed"]);
    assert_eq!(asked(&site), "12333");
}

#[test]
fn what_does_not_hold_of_all_pages_is_tried_again_from_the_first() {
    let site = site(0);
    let step = "retry: {attempts: 2, delay: 1ms}, paginate: {next: $.next, items: $.items}, \
                assert: {jsonpath: {$.items: {length: 5}}}";
    let (outcomes, _) = run(&site, step);
    assert_eq!(outcomes, ["all failed"]);
    assert_eq!(asked(&site), "12341234");
}

#[test]
fn a_page_sends_the_cookies_of_those_before_it_and_the_step_leaves_them_all() {
    let site = site(0);
    let first = site.url("/pages/1");
    let folder = Folder::with(&format!(
        "requests:\n  - {{name: all, url: \"{first}\", {ALL}}}\n  - {{name: one, url: \"{first}\"}}\n"
    ));
    assert_eq!(folder.runner(&["run", "collection.yaml"]).code, Some(0));
    let requests = site.requests();
    let cookies = |index: usize| {
        let line = requests[index].lines().find_map(|line| line.strip_prefix("Cookie: "));
        line.unwrap_or_default().to_owned()
    };
    assert_eq!(cookies(0), "");
    assert_eq!(cookies(2), "seen1=yes; seen2=yes");
    assert_eq!(cookies(4), "seen1=yes; seen2=yes; seen3=yes; seen4=yes");
}

/// What of a request's credentials a server got, as `(authorization, own, key, session's cookie)`.
fn credentials(request: &str) -> [bool; 4] {
    let has = |line: &str| request.to_ascii_lowercase().contains(line);
    [has("\r\nauthorization:"), has("own=1"), has("x-key:"), has("kept=1")]
}

#[test]
fn credentials_stay_with_their_host() {
    let stranger = Site::friendly();
    // The same machine, by another name.
    let elsewhere = stranger.url("/2").replace("127.0.0.1", "localhost");
    let page = format!("<{elsewhere}>; rel=\"next\"");
    let home = Site::start(move |request| match path(request).as_str() {
        "/login" => ok("Set-Cookie: kept=1\r\n", ""),
        "/1" => ok("Link: </again>; rel=\"next\"\r\n", ""),
        _ => ok(&format!("Link: {page}\r\n"), ""),
    });
    let folder = Folder::with(&format!(
        r#"
vars: {{key: s3cr3t-key}}
secrets: [key]
session: {{auth: [user, password], base_url: "{}"}}
requests:
  - {{url: /login}}
  - url: /1
    method: POST
    json: {{a: 1}}
    headers: {{x-key: "{{{{ key }}}}", x-plain: kept}}
    cookies: {{own: "1"}}
    hooks: {{request: [{{set_header: {{authorization: Bearer signed}}}}]}}
    paginate: {{next: links.next}}
"#,
        home.url("")
    ));
    let finished = folder.runner(&["run", "collection.yaml"]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let asked: Vec<[bool; 4]> = home.requests().iter().map(|one| credentials(one)).collect();
    assert_eq!(asked[1..], [[true; 4], [true; 4]]);
    let [there] = stranger.requests().try_into().unwrap();
    assert_eq!(credentials(&there), [false; 4]);
    assert!(there.starts_with("POST /2 HTTP/1.1\r\n"), "{there}");
    assert!(there.contains("x-plain: kept\r\n") && there.ends_with("{\"a\":1}"), "{there}");
}

#[test]
fn a_signal_between_pages_ends_them() {
    let site = Site::start(|request| match path(request).as_str() {
        "/1" => ok("Link: </never>; rel=\"next\"\r\n", ""),
        _ => Reply::Silence,
    });
    let folder = Folder::with(&format!(
        "requests: [{{name: all, url: \"{}\", paginate: {{next: links.next}}}}]\n",
        site.url("/1")
    ));
    let child = folder.start(&["run", "collection.yaml", "--report", "json=report.json"]);
    while site.next_path() != "/never" {}
    let kill = ["-s", "INT", &child.id().to_string()].map(ToOwned::to_owned);
    assert!(std::process::Command::new("kill").args(kill).status().unwrap().success());
    assert_eq!(crate::program::Finished::of(child).code, Some(130));
    let report: serde_json::Value = serde_json::from_str(&folder.read("report.json")).unwrap();
    assert_eq!(outcomes(&report), ["all errored: Interrupted"]);
    let pages = &report["collections"][0]["steps"][0]["attempts"][0]["pages"]["pages"];
    assert_eq!(pages.as_array().unwrap().len(), 1);
}
