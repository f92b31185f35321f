//! `runner serve`: the embedded server, mocks, or a recording proxy, until it is interrupted.

mod mocks;
mod record;

use super::start::Output;
use super::{ColorChoice, Exit, message};
use crate::serve::Server;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::mpsc::channel;

/// Arguments of `runner serve`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  runner serve --port 8080\n  runner serve --mock bank.yaml --verify\n  runner serve --record https://api.example.com --output bank.yaml\n  runner serve --replay bank.yaml"
)]
pub struct Args {
    /// The address to listen on; only this machine can reach the default.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    host: IpAddr,
    /// The port; 0 takes a free one.
    #[arg(long, value_name = "N", default_value_t = 8080)]
    port: u16,
    /// Serve the `mocks` of a file: a collection, or a file of nothing but mocks.
    #[arg(long, value_name = "FILE", visible_alias = "replay", conflicts_with = "record")]
    mock: Option<String>,
    /// At the end, say which routes were not called as often as they must be, and which requests
    /// no route answers; any is exit code 1.
    #[arg(long, requires = "mock")]
    verify: bool,
    /// Set a variable that the mocks' templates use; the value is read as YAML reads it.
    #[arg(long = "var", value_name = "NAME=VALUE", requires = "mock")]
    vars: Vec<String>,
    /// Let mocks read files outside their own folder.
    #[arg(long, requires = "mock")]
    allow_outside: bool,
    /// Pass requests on to this server, and write what it answers as mocks.
    #[arg(long, value_name = "URL", value_parser = record::url)]
    record: Option<String>,
    /// The file that `--record` writes when it is interrupted.
    #[arg(long, value_name = "FILE", default_value = "recorded.yaml", requires = "record")]
    output: PathBuf,
    /// Do not verify the TLS of the server that is recorded.
    #[arg(short = 'k', long, requires = "record")]
    insecure: bool,
}

impl Args {
    fn address(&self) -> SocketAddr {
        SocketAddr::new(self.host, self.port)
    }
}

/// Serves.
pub(super) fn run(args: &Args, color: ColorChoice) -> Exit {
    match (&args.mock, &args.record) {
        (Some(file), _) => mocks::run(args, file, color),
        (None, Some(url)) => record::run(args, url),
        (None, None) => httpbin(args),
    }
}

fn httpbin(args: &Args) -> Exit {
    match Server::start(args.address()) {
        Ok(server) => {
            let said = format!("serving httpbin on {}\n", server.url());
            until_interrupted(&said).err().unwrap_or(Exit::Passed)
        }
        Err(error) => unbound(args.address(), &error),
    }
}

fn unbound(address: SocketAddr, error: &std::io::Error) -> Exit {
    let message = format!("cannot listen on {address}: {error}");
    message::error(&message, Some("`--port 0` takes a free port"));
    Exit::Errored
}

/// Says what is served, and waits for Ctrl-C or SIGTERM.
fn until_interrupted(said: &str) -> Result<(), Exit> {
    let (sender, receiver) = channel();
    let handled = ctrlc::set_handler(move || {
        // After the first signal nobody receives any more.
        let _ = sender.send(());
    });
    message::write(Output::Stdout, said);
    match handled {
        Ok(()) => {
            // An error means that the handler is gone, which it never is.
            let _ = receiver.recv();
            Ok(())
        }
        Err(error) => {
            message::error(&format!("cannot wait for Ctrl-C: {error}"), None);
            Err(Exit::Errored)
        }
    }
}
