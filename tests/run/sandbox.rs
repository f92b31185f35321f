//! Files outside a collection's folder: neither read nor written unless the person says so.

use crate::program::{Finished, Folder};
use crate::site::Site;
use std::os::unix::fs::symlink;

/// A folder `in` with a collection, beside files and links out of it.
fn folder(collection: &str) -> Folder {
    let folder = Folder::new();
    folder.write("in/collection.yaml", collection);
    folder.write("in/inside.txt", "inside");
    folder.write("secret.txt", "outside");
    folder.write("shared.yaml", "vars: {a: 1}\n");
    symlink("../secret.txt", folder.file("in/link")).unwrap();
    symlink("..", folder.file("in/up")).unwrap();
    folder
}

fn run(step: &str, arguments: &[&str]) -> (Finished, Folder, Site) {
    let site = Site::friendly();
    let folder = folder(&format!("requests: [{{url: '{{{{ site }}}}/', {step}}}]"));
    let given = format!("site={}", site.url(""));
    let finished =
        folder.runner(&[&["run", "in/collection.yaml", "--var", &given], arguments].concat());
    (finished, folder, site)
}

#[test]
fn nothing_outside_is_read_or_written() {
    let outside = [
        "method: POST, data: {$file: ../secret.txt}",
        "method: POST, data: {$file: link}",
        "method: POST, data: {$file: up/secret.txt}",
        "method: POST, files: {f: ../secret.txt}",
        "params: {a: \"{{ file('../secret.txt') }}\"}",
        "params: {a: \"{{ file('link') }}\"}",
        "assert: {text: {$file: ../secret.txt}}",
    ];
    for step in outside {
        let (finished, _folder, site) = run(step, &[]);
        assert_ne!(finished.code, Some(0), "{step}");
        let all = finished.stdout + &finished.stderr;
        assert!(all.contains("outside the collection's folder"), "{step}: {all}");
        assert!(all.contains("--allow-outside"), "{step}: {all}");
        assert!(site.requests().iter().all(|request| !request.contains("outside")), "{step}");
    }
}

#[test]
fn a_body_is_saved_nowhere_outside() {
    for path in ["../new", "up/new", "/proc/self/comm", "link"] {
        let (finished, folder, site) = run(&format!("save: {path}"), &[]);
        assert_eq!(finished.code, Some(2), "{path} {finished:?}");
        assert!(finished.stderr.contains("outside the collection's folder"), "{finished:?}");
        assert!(site.requests().is_empty());
        assert!(!folder.file("new").exists());
        assert_eq!(folder.read("secret.txt"), "outside");
    }
}

#[test]
fn what_the_person_allows_outside_is_read_and_written() {
    let step = "method: POST, data: {$file: ../secret.txt}, save: ../new";
    let (finished, folder, site) = run(step, &["--allow-outside"]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert!(site.requests()[0].ends_with("outside"));
    assert!(folder.file("new").exists());
}

#[test]
fn a_fragment_outside_is_not_included() {
    let text = "include: [../shared.yaml]\nrequests: [{url: 'http://127.0.0.1/{{ a }}'}]";
    let folder = folder(text);
    let finished = folder.runner(&["check", "in/collection.yaml"]);
    assert_eq!(finished.code, Some(2), "{finished:?}");
    assert!(finished.stderr.contains("outside the collection's folder"), "{finished:?}");
    let allowed = folder.runner(&["check", "in/collection.yaml", "--allow-outside"]);
    assert_eq!(allowed.code, Some(0), "{allowed:?}");
}

#[test]
fn a_ca_bundle_or_certificate_outside_is_not_used() {
    for argument in ["verify: ../secret.txt", "cert: ../secret.txt", "cert: [link, link]"] {
        for step in [argument.to_owned(), format!("{{{{X}}}}{argument}")] {
            let (head, step) = match step.strip_prefix("{{X}}") {
                Some(default) => (format!("session: {{{default}}}\n"), String::new()),
                None => (String::new(), format!(", {step}")),
            };
            let folder =
                folder(&format!("{head}requests: [{{url: 'https://127.0.0.1:1/'{step}}}]"));
            let finished = folder.runner(&["run", "in/collection.yaml"]);
            let all = format!("{}{}", finished.stdout, finished.stderr);
            assert!(all.contains("outside the collection's folder"), "{argument}: {all}");
            assert!(all.contains("--allow-outside"), "{argument}: {all}");
        }
    }
}

#[test]
fn a_ca_bundle_given_on_the_command_line_is_the_persons_own() {
    let folder = folder("requests: [{url: 'https://127.0.0.1:1/'}]");
    let finished = folder.runner(&["run", "in/collection.yaml", "--cacert", "secret.txt"]);
    let all = format!("{}{}", finished.stdout, finished.stderr);
    assert!(!all.contains("outside"), "{all}");
}
