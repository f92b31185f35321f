//! `runner serve`: the embedded server, until it is interrupted.

use super::start::Output;
use super::{Exit, message};
use crate::serve::Server;
use std::net::{IpAddr, SocketAddr};
use std::sync::mpsc::channel;

/// Arguments of `runner serve`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  runner serve --port 8080")]
pub struct Args {
    /// The address to listen on; only this machine can reach the default.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    host: IpAddr,
    /// The port; 0 takes a free one.
    #[arg(long, value_name = "N", default_value_t = 8080)]
    port: u16,
}

/// Serves.
pub(super) fn run(args: &Args) -> Exit {
    let address = SocketAddr::new(args.host, args.port);
    let server = match Server::start(address) {
        Ok(server) => server,
        Err(error) => {
            let message = format!("cannot listen on {address}: {error}");
            message::error(&message, Some("`--port 0` takes a free port"));
            return Exit::Errored;
        }
    };
    let (sender, receiver) = channel();
    let handled = ctrlc::set_handler(move || {
        // After the first signal nobody receives any more.
        let _ = sender.send(());
    });
    message::write(Output::Stdout, &format!("serving httpbin on {}\n", server.url()));
    match handled {
        Ok(()) => {
            // An error means that the handler is gone, which it never is.
            let _ = receiver.recv();
            drop(server);
            Exit::Passed
        }
        Err(error) => {
            message::error(&format!("cannot wait for Ctrl-C: {error}"), None);
            Exit::Errored
        }
    }
}
