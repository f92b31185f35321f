//! `examples/repository-life`, many steps of two users on a server that remembers: the same reports
//! and the same requests whatever `--jobs`, and nothing left behind, whatever happens in the middle.

use crate::determinism::{untimed, without_times};
use crate::program::{Finished, Folder, outcomes};
use crate::site::{Reply, Site, path, status};
use runner::serve::Server;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

/// Requests of a whole life, and steps.
const REQUESTS: usize = 54;
const STEPS: usize = 48;

/// The example in a folder of its own.
fn example() -> Folder {
    let folder = Folder::new();
    for entry in Path::new("examples/repository-life").read_dir().unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            folder
                .write(path.file_name().unwrap().to_str().unwrap(), std::fs::read(&path).unwrap());
        }
    }
    folder
}

/// A server of its own, and a site before it that writes down what comes. What `instead` answers
/// does not reach the server.
fn github(instead: impl Fn(&str) -> Option<Reply> + Send + Sync + 'static) -> (Server, Site) {
    let server = Server::start("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = server.address();
    let site = Site::start(move |request| {
        instead(request).unwrap_or_else(|| Reply::Bytes(ask(address, request)))
    });
    (server, site)
}

/// The bytes a server answers with.
fn ask(address: SocketAddr, request: &str) -> Vec<u8> {
    let bytes: Vec<u8> = request.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let mut socket = TcpStream::connect(address).unwrap();
    socket.write_all(&bytes).unwrap();
    // It closes the connection behind its answer.
    socket.shutdown(std::net::Shutdown::Write).unwrap();
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).unwrap();
    answer
}

const REPORTS: [&str; 4] = ["--report", "json=report.json", "--report", "junit=junit.xml"];

fn arguments(site: &Site, more: &[&str]) -> Vec<String> {
    let api = format!("api={}", site.url("/github"));
    let run = ["run", "life.yaml", "--seed", "7", "--var", &api];
    [&run, &REPORTS[..], more].concat().into_iter().map(str::to_owned).collect()
}

fn run(folder: &Folder, site: &Site, more: &[&str]) -> Finished {
    let arguments = arguments(site, more);
    folder.runner(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Who sent a request, and which of the things that go on beside each other it is of.
fn thread(request: &str) -> (String, String) {
    let who = request.split("ghp_").nth(1).map_or("nobody", |rest| rest.lines().next().unwrap());
    let target = path(request).replace("/uploads", "");
    let mut pieces = target.split(['/', '?']).skip(5);
    let what = match (pieces.next().unwrap_or_default(), pieces.next().unwrap_or_default()) {
        ("contents", file) => format!("contents of {file}"),
        // The number of an issue; of its comments the id, which the issue's number has a part in.
        ("issues", "comments") => format!("comment {}", pieces.next().unwrap_or_default()),
        ("issues", number) if number.parse::<u32>().is_ok() => format!("issue {number}"),
        (what, _) => what.to_owned(),
    };
    (who.to_owned(), what)
}

/// What one run sent, by who sent it and what for, in order; and its reports but for times.
#[derive(Debug, PartialEq)]
struct Seen {
    code: Option<i32>,
    journal: BTreeMap<(String, String), Vec<String>>,
    report: Value,
    junit: String,
}

/// Headers that say when an answer was given, or how many were before it: of what goes on at once the
/// server itself decides that. (An issue's tag is of its milestone, which counts the closed ones.)
const OF_THE_MOMENT: [&str; 4] = ["Date", "ETag", "X-RateLimit-Remaining", "X-RateLimit-Used"];

fn without_the_moment(value: &mut Value) {
    match value {
        Value::Array(items) => match items.as_mut_slice() {
            [Value::String(name), Value::String(value)] => {
                if OF_THE_MOMENT.contains(&name.as_str()) {
                    value.clear();
                }
            }
            items => items.iter_mut().for_each(without_the_moment),
        },
        Value::Object(members) => members.values_mut().for_each(without_the_moment),
        _ => {}
    }
}

fn seen(folder: &Folder, jobs: &str) -> Seen {
    let (_server, site) = github(|_| None);
    let finished = run(folder, &site, &["-j", jobs]);
    let host = site.address.to_string();
    let timeless = |text: &str| {
        let times = regex::Regex::new(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ").unwrap();
        times.replace_all(&text.replace(&host, "HOST"), "TIME").into_owned()
    };
    let mut journal: BTreeMap<_, Vec<String>> = BTreeMap::new();
    for request in site.requests() {
        journal.entry(thread(&request)).or_default().push(timeless(&request));
    }
    let mut report = serde_json::from_str(&timeless(&folder.read("report.json"))).unwrap();
    without_times(&mut report);
    without_the_moment(&mut report);
    let junit = untimed(&timeless(&folder.read("junit.xml")));
    Seen { code: finished.code, journal, report, junit }
}

#[test]
fn a_life_is_the_same_whatever_jobs() {
    let folder = example();
    let first = seen(&folder, "1");
    assert_eq!(first.code, Some(0));
    assert_eq!(first.report["counts"]["passed"], STEPS);
    assert_eq!(first.report["counts"]["flaky"], 1);
    assert_eq!(first.journal.values().map(Vec::len).sum::<usize>(), REQUESTS);
    for jobs in ["32", "2", "32", "1", "32", "32"] {
        let again = seen(&folder, jobs);
        for (thread, requests) in &first.journal {
            assert_eq!(again.journal.get(thread), Some(requests), "-j {jobs} {thread:?}");
        }
        let steps =
            |seen: &Seen| seen.report["collections"][0]["steps"].as_array().unwrap().clone();
        for (again, first) in steps(&again).iter().zip(&steps(&first)) {
            assert_eq!(again, first, "-j {jobs}");
        }
        assert_eq!(again, first, "-j {jobs}");
    }
}

#[test]
fn its_branches_go_on_at_once() {
    // Either of two branches is answered when the other has been heard of.
    type Ends = (Mutex<Sender<()>>, Mutex<Receiver<()>>);
    let ((to_plan, of_labels), (to_labels, of_plan)) = (channel(), channel());
    let labels: Ends = (Mutex::new(to_plan), Mutex::new(of_plan));
    let plan: Ends = (Mutex::new(to_labels), Mutex::new(of_labels));
    let meet = |(tell, hear): &Ends| {
        tell.lock().unwrap().send(()).unwrap();
        let heard = hear.lock().unwrap().recv_timeout(Duration::from_secs(20));
        heard.is_err().then(|| status("500 Alone", "", ""))
    };
    let (_server, site) = github(move |request| {
        let (is_get, path) = (request.starts_with("GET"), path(request));
        match () {
            () if is_get && path.ends_with("/labels") => meet(&labels),
            () if path.ends_with("/milestones") => meet(&plan),
            () => None,
        }
    });
    let finished = run(&example(), &site, &["-j", "8"]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
}

/// The two last requests delete the repository and find it gone; the server agrees.
fn assert_deleted(server: &Server, site: &Site) {
    let requests = site.requests();
    let [.., delete, look] = requests.as_slice() else { panic!("{requests:?}") };
    assert!(delete.starts_with("DELETE /github/repos/octocat/life-"), "{delete}");
    assert!(look.starts_with("GET /github/repos/octocat/life-"), "{look}");
    let answer = String::from_utf8(ask(server.address(), look)).unwrap();
    assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
}

#[test]
fn a_failure_in_the_middle_leaves_nothing_behind() {
    let (server, site) = github(|request| {
        let is_upload = request.starts_with("POST /github/uploads/");
        is_upload.then(|| status("502 Bad Gateway", "X-RateLimit-Remaining: 4711\r\n", ""))
    });
    let folder = example();
    let finished = run(&folder, &site, &["-j", "32"]);
    assert_eq!(finished.code, Some(1), "{finished:?}");
    let report: Value = serde_json::from_str(&folder.read("report.json")).unwrap();
    let others: Vec<String> =
        outcomes(&report).into_iter().filter(|step| !step.ends_with(" passed")).collect();
    assert_eq!(
        others,
        [
            "upload failed",
            "upload it twice failed",
            "publish skipped: needs `asset` from `upload`, which failed",
            "download skipped: needs `asset` from `upload`, which failed",
        ]
    );
    assert!(finished.stdout.contains("  log: 4711 requests left in this hour\n"), "{finished:?}");
    assert_deleted(&server, &site);
}

#[test]
fn a_signal_in_the_middle_leaves_nothing_behind() {
    let (server, site) =
        github(|request| path(request).ends_with("/stats/contributors").then_some(Reply::Silence));
    let folder = example();
    let arguments = arguments(&site, &["-j", "32"]);
    let child = folder.start(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    while !site.next_path().ends_with("/stats/contributors") {}
    let killed = Command::new("kill").args(["-s", "INT", &child.id().to_string()]).status();
    assert!(killed.unwrap().success());
    let finished = Finished::of(child);
    assert_eq!(finished.code, Some(130), "{finished:?}");
    let report: Value = serde_json::from_str(&folder.read("report.json")).unwrap();
    let all = outcomes(&report);
    assert_eq!(
        all[all.len() - 4..],
        [
            "statistics errored: Interrupted",
            "what it took skipped: interrupted",
            "delete the repository passed",
            "it is gone passed",
        ]
    );
    assert_deleted(&server, &site);
}

/// The graph of the README: the text, and the picture Graphviz has drawn of it. `UPDATE=1` makes
/// both anew.
#[test]
fn its_graph_is_the_one_that_is_drawn() {
    let (dot, svg) = ("examples/repository-life/graph.dot", "examples/repository-life/graph.svg");
    let listed = example().runner(&["list", "life.yaml", "--format", "dot"]).stdout;
    let mark =
        |text: &str| format!("<!-- of graph.dot, {} bytes, sum {} -->\n", text.len(), sum(text));
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(dot, &listed).unwrap();
        let drawn = Command::new("dot").args(["-Tsvg", dot]).output().unwrap();
        assert!(drawn.status.success(), "{drawn:?}");
        std::fs::write(svg, String::from_utf8(drawn.stdout).unwrap() + &mark(&listed)).unwrap();
    }
    assert_eq!(std::fs::read_to_string(dot).unwrap(), listed);
    assert!(std::fs::read_to_string(svg).unwrap().ends_with(&mark(&listed)), "{svg} is of another");
}

/// Enough to tell one text from another.
fn sum(text: &str) -> u64 {
    text.bytes().fold(0, |sum: u64, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)))
}
