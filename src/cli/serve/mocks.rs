//! `runner serve --mock FILE`: the mocks of a file.

use super::{Args, until_interrupted};
use crate::cli::given::Given;
use crate::cli::open::{Servers, open_for, quiet_options};
use crate::cli::{ColorChoice, Exit, message, start::Output};
use crate::diagnostic::render_all;
use crate::load::Purpose;
use crate::mock::{Mock, Whole};
use crate::world::Exec;
use std::fmt::Write as _;
use std::sync::Arc;

/// Serves them.
pub(super) fn run(args: &Args, file: &str, color: ColorChoice) -> Exit {
    let given =
        Given { vars: args.vars.clone(), allow_outside: args.allow_outside, ..Given::default() };
    let opened = match open_for(Purpose::Mocks, &[file.to_owned()], &given, color) {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    let ready = match opened.ready(&quiet_options(Exec::Refused), Servers::At(args.address())) {
        Ok(ready) => ready,
        Err(diagnostics) => {
            let masker = crate::cli::hidden::masker(&opened.files, &given);
            message::print(&diagnostics, &opened.files, color, &masker);
            return Exit::Refused;
        }
    };
    let contexts = ready.collections.iter().map(|(context, _)| context);
    let mut said = String::new();
    let mut mocks: Vec<Arc<Mock>> = Vec::new();
    for context in contexts {
        for (mock, (_, url)) in context.served.mocks.iter().zip(context.served.mock_urls.iter()) {
            let routes = match mock.spec.routes.len() {
                1 => "1 route".to_owned(),
                count => format!("{count} routes"),
            };
            let _ = writeln!(said, "serving `{}` ({routes}) on {url}", mock.title());
            mocks.push(Arc::clone(mock));
        }
    }
    if mocks.is_empty() {
        message::error(&format!("`{file}` has no mocks"), Some("add `mocks: [{path: /…}]`"));
        return Exit::Refused;
    }
    if let Err(exit) = until_interrupted(&said) {
        return exit;
    }
    drop(ready.servers);
    if !args.verify {
        return Exit::Passed;
    }
    let failures = mocks.iter().flat_map(|mock| mock.verdict(Whole::Yes));
    let failures: Vec<_> =
        failures.filter_map(|verdict| Some(verdict.failure?.diagnostic)).collect();
    let text = render_all(&failures, &opened.files, color.on(Output::Stderr));
    message::write(Output::Stderr, &ready.masker.mask(&text));
    if failures.is_empty() { Exit::Passed } else { Exit::Failed }
}
