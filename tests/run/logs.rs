//! What `RUNNER_LOG` shows: connections and steps, plain where nobody sees colours, no secrets.

use crate::program::{Finished, Folder};
use std::process::Stdio;

const COLLECTION: &str = "\
server: httpbin
vars: {token: hunter2hunter2}
secrets: [token]
requests:
  - {name: first hunter2hunter2, url: '{{ server.url }}/get', params: {t: '{{ token }}'}, auth: {bearer: '{{ token }}'}}
  - {name: second, url: '{{ server.url }}/get'}
";

#[test]
fn a_log_tells_of_connections_and_steps_without_secrets_or_escapes() {
    let folder = Folder::with(COLLECTION);
    let mut command = folder.command(&["run", "collection.yaml"]);
    command.env("RUNNER_LOG", "trace").stdout(Stdio::piped()).stderr(Stdio::piped());
    let Finished { code, stderr, .. } = Finished::of(command.spawn().unwrap());
    assert_eq!(code, Some(0), "{stderr}");
    for part in [
        "`first ***` starts",
        "connected to 127.0.0.1:",
        "reused a connection to 127.0.0.1",
        "`second` ended: Passed in",
    ] {
        assert!(stderr.contains(part), "{part}: {stderr}");
    }
    assert!(!stderr.contains("hunter2"), "{stderr}");
    assert!(!stderr.contains('\u{1b}'), "{stderr}");
}
