//! `runner serve --record URL`: a proxy that writes what it passes on as mocks.

use super::{Args, unbound, until_interrupted};
use crate::cli::{Exit, message, start::Output};
use crate::http::{Client, ClientOptions, Environment, Network, Verify};
use crate::mock::Recorder;
use crate::run::shown_url;
use crate::serve::{Server, Site};
use crate::world::SystemClock;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How many requests may be on their way upstream at once.
const JOBS: usize = 64;

/// The URL of the server that is recorded.
pub(super) fn url(text: &str) -> Result<String, String> {
    let lower = text.to_ascii_lowercase();
    let is_url = lower.starts_with("http://") || lower.starts_with("https://");
    match is_url && !text.contains(['?', '#']) {
        true => Ok(text.to_owned()),
        false => {
            Err("expected a URL that begins with `http://` or `https://`, without a query"
                .to_owned())
        }
    }
}

/// Records.
pub(super) fn run(args: &Args, url: &str) -> Exit {
    if args.output.exists() {
        let message = format!("`{}` is there already", args.output.display());
        message::error(&message, Some("name another file with `--output`, or remove it"));
        return Exit::Refused;
    }
    let variables = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let environment = Environment::new(Arc::new(variables.collect()));
    let client = Client::new(ClientOptions {
        jobs: JOBS,
        environment: environment.clone(),
        network: Network::default(),
        clock: Arc::new(SystemClock),
    });
    let verify = args.insecure.then_some(Verify::Off);
    let recorder = Recorder::new(url, client, environment, verify, beside(&args.output));
    let recorder = Arc::new(recorder);
    let server = match Server::with_site(args.address(), Arc::clone(&recorder) as Arc<dyn Site>) {
        Ok(server) => server,
        Err(error) => return unbound(args.address(), &error),
    };
    let said = format!("recording {} on {}\n", shown_url(url), server.url());
    if let Err(exit) = until_interrupted(&said) {
        return exit;
    }
    drop(server);
    match write(&recorder, &args.output) {
        Ok(said) => {
            message::write(Output::Stdout, &said);
            Exit::Passed
        }
        Err(error) => {
            let message = format!("cannot write `{}`: {error}", args.output.display());
            message::error(&message, None);
            Exit::Unwritten
        }
    }
}

/// The folder of bodies that are files of their own: `bank.files` for `bank.yaml`.
fn beside(output: &Path) -> PathBuf {
    output.with_extension("files")
}

fn write(recorder: &Recorder, output: &Path) -> std::io::Result<String> {
    let recording = recorder.recording();
    let folder = beside(output);
    let name = folder.file_name().map(PathBuf::from).unwrap_or_default();
    let written = recording.write(&name);
    if !written.beside.is_empty() {
        std::fs::create_dir_all(&folder)?;
    }
    for (name, bytes) in &written.beside {
        std::fs::write(folder.join(name), bytes)?;
    }
    std::fs::write(output, &written.text)?;
    let mut said = format!(
        "wrote {}: {} as {}\n",
        output.display(),
        counted(recording.count(), "exchange"),
        counted(written.routes, "route")
    );
    for left_out in &written.left_out {
        said.push_str(&format!("left out {left_out}\n"));
    }
    if recording.failed > 0 {
        said.push_str(&format!("{} had no answer\n", counted(recording.failed, "request")));
    }
    Ok(said)
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
