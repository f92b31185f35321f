//! `runner run`: collections run, reports written.

use super::given::Given;
use super::hidden::masker;
use super::network::NetworkArgs;
use super::open::{Ready, Servers, exec, open};
use super::start::Output;
use super::{ColorChoice, Exit, cookie_jar, message, session_file};
use crate::event::{Detail, Event};
use crate::http::{Request, Timeout};
use crate::load::RunSettings;
use crate::report::{
    Destination, Human, Progress, Report, ReportArgument, Style, Verbosity, parse_report_argument,
};
use crate::run::{
    Interrupt, Kept, OnFailure, Overrides, Prompt, Ran, RunOptions, Snapshots, Tokens,
    run as run_collections,
};
use crate::value::Value;
use crate::world::Programs;
use std::io::Write as _;
use std::sync::Arc;

/// Arguments of `runner run`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  runner run smoke.yaml --env staging --report junit=out/junit.xml\n  runner run api/ --tag read --skip-tag slow --secret token=$TOKEN"
)]
pub struct Args {
    /// Files, folders, globs, or `-` for stdin.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<String>,
    #[command(flatten)]
    given: Given,
    /// The most requests in flight at once; `auto` is four for each core, at least 8.
    #[arg(short, long, value_name = "N|auto", value_parser = jobs, help_heading = "How")]
    jobs: Option<Jobs>,
    /// Start no further step after the first failure; teardown still runs.
    #[arg(long, help_heading = "How")]
    fail_fast: bool,
    /// Try a request up to N times until it passes, where it has no `retry` of its own.
    #[arg(long, value_name = "N", value_parser = attempts, help_heading = "How")]
    retry: Option<u32>,
    /// A `timeout` for every request, over what the collection says.
    #[arg(long, value_name = "SECONDS", value_parser = seconds, help_heading = "How")]
    timeout: Option<std::time::Duration>,
    /// What a `url` beginning with `/` is put behind, over what the collection says.
    #[arg(long, value_name = "URL", value_parser = base_url, help_heading = "How")]
    base_url: Option<String>,
    #[command(flatten)]
    network: NetworkArgs,
    /// Let collections run programs: `exec` in hooks, `data: {$command: […]}`.
    #[arg(long, help_heading = "Trust")]
    allow_exec: bool,
    /// Write a report: `json=PATH`, `junit=PATH` or `events=PATH`; `-` is stdout. Repeatable.
    #[arg(long = "report", value_name = "KIND=PATH", help_heading = "Output")]
    reports: Vec<String>,
    /// Write the files that bodies are compared with (`{$file: …}`) where they differ or are
    /// missing; refused where `CI` is set, unless it is `--update-snapshots=force`.
    #[arg(
        long,
        value_enum,
        value_name = "force",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "locally",
        hide_possible_values = true,
        help_heading = "Output"
    )]
    update_snapshots: Option<Update>,
    /// Say more: `-v` requests and responses, `-vv` headers and bodies.
    #[arg(short, long, action = clap::ArgAction::Count, conflicts_with = "quiet", help_heading = "Output")]
    verbose: u8,
    /// Say only what failed, and the summary.
    #[arg(short, long, help_heading = "Output")]
    quiet: bool,
    /// Show live what is running: `auto` (on a terminal, outside CI), `live` or `off`.
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "WHEN",
        hide_possible_values = true,
        hide_default_value = true,
        help_heading = "Output"
    )]
    progress: ProgressChoice,
}

/// Whether to show live what is running.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum ProgressChoice {
    /// On a terminal, outside CI.
    #[default]
    Auto,
    /// Always.
    Live,
    /// Never.
    Off,
}

/// Where snapshots may be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Update {
    /// Where somebody sees what changed: not in CI.
    #[value(hide = true)]
    Locally,
    /// Everywhere.
    Force,
}

/// `-j`.
#[derive(Clone, Copy, Debug)]
struct Jobs(usize);

/// Four for each core, at least 8.
fn auto() -> usize {
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    (cores * 4).max(8)
}

fn jobs(text: &str) -> Result<Jobs, String> {
    if text == "auto" {
        return Ok(Jobs(auto()));
    }
    match text.parse() {
        Ok(jobs @ 1..=1024) => Ok(Jobs(jobs)),
        _ => Err("expected `auto`, or a number from 1 to 1024".to_owned()),
    }
}

fn attempts(text: &str) -> Result<u32, String> {
    let number = text.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| "expected a number of attempts, 1 or more".to_owned())
}

fn seconds(text: &str) -> Result<std::time::Duration, String> {
    let duration = Value::from(text).as_duration().filter(|duration| !duration.is_zero());
    duration.ok_or_else(|| "expected seconds, or a duration such as `500ms`".to_owned())
}

fn base_url(text: &str) -> Result<String, String> {
    let lower = text.to_ascii_lowercase();
    match lower.starts_with("http://") || lower.starts_with("https://") {
        true => Ok(text.to_owned()),
        false => Err("expected a URL that begins with `http://` or `https://`".to_owned()),
    }
}

/// Runs.
pub(super) fn run(args: Args, color: ColorChoice) -> Exit {
    let arguments = match report_arguments(&args.reports) {
        Ok(arguments) => arguments,
        Err(exit) => return exit,
    };
    if args.update_snapshots == Some(Update::Locally) && is_ci() {
        let message = "`--update-snapshots` is refused where `CI` is set";
        let help = "snapshots are looked at before they are kept: write them where you commit, or \
            say `--update-snapshots=force`";
        message::error(message, Some(help));
        return Exit::Refused;
    }
    let opened = match open(&args.paths, &args.given, color) {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    let human = human(&args, &arguments, color);
    let wanted = arguments.iter().map(|argument| argument.kind.wants);
    let detail = wanted.chain([human.wants()]).max().unwrap_or(Detail::Failures);
    let options = Arc::new(options(&args, &opened.run, detail));
    let ready = match opened.ready(&options, Servers::Started) {
        Ok(ready) => ready,
        Err(diagnostics) => {
            let masker = masker(&opened.files, &args.given);
            message::print(&diagnostics, &opened.files, color, &masker);
            return Exit::Refused;
        }
    };
    let kept = match begun(&args, opened.values.kept) {
        Ok(kept) => kept,
        Err(exit) => return exit,
    };
    match Reports::open(&arguments, human) {
        Ok(reports) => execute(&args, ready, kept, &options, reports),
        Err(exit) => exit,
    }
}

/// What the run begins with: the session's, and over its cookies those of the jar.
fn begun(args: &Args, mut kept: Kept) -> Result<Kept, Exit> {
    if let Some(path) = &args.given.session {
        session_file::is_writable(path)?;
    }
    if let Some(path) = &args.network.cookie_jar {
        let jar = cookie_jar::read(path)?;
        kept.jars.entry(String::new()).or_default().merge(&jar);
    }
    Ok(kept)
}

/// Writes what the run leaves; whether that could be done.
fn keep(args: &Args, kept: &Kept) -> bool {
    let jar = args.network.cookie_jar.as_ref();
    let is_written = jar.is_none_or(|path| cookie_jar::write(path, &kept.own_jar()));
    let session = args.given.session.as_ref();
    session.is_none_or(|path| session_file::write(path, kept)) && is_written
}

/// Whether this runs for nobody to see, as CI systems say.
fn is_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| !matches!(value.as_str(), "" | "false" | "0"))
}

fn execute(
    args: &Args,
    ready: Ready,
    kept: Kept,
    options: &Arc<RunOptions>,
    mut reports: Reports,
) -> Exit {
    let interrupt = Interrupt::default();
    let Ready { mut collections, masker, servers, programs } = ready;
    collections.iter_mut().for_each(|(context, state)| kept.begin(&context.plan, state));
    watch_signals(&interrupt, &programs);
    let Ran { finished, kept } =
        run_collections(collections, options, masker, kept, &interrupt, &mut |event| {
            reports.event(event);
        });
    let is_kept = keep(args, &kept);
    let written = reports.finish() && is_kept;
    drop(servers);
    match (written, Exit::of_run(finished.exit_code)) {
        (_, Exit::Interrupted) => Exit::Interrupted,
        (false, _) => Exit::Unwritten,
        (true, exit) => exit,
    }
}

/// The first Ctrl-C or SIGTERM ends the run in order, the second at once.
fn watch_signals(interrupt: &Interrupt, programs: &Programs) {
    let interrupt = interrupt.clone();
    let programs = programs.clone();
    let handled = ctrlc::set_handler(move || {
        if interrupt.is_raised() {
            programs.end_all();
            let help = "what teardown would have cleaned may still be there; no report is whole";
            message::error("interrupted twice: ended at once", Some(help));
            std::process::exit(i32::from(Exit::Interrupted.code()));
        }
        interrupt.raise();
    });
    if let Err(error) = handled {
        tracing::warn!("Ctrl-C will end the run without teardown: {error}");
    }
}

fn report_arguments(texts: &[String]) -> Result<Vec<ReportArgument>, Exit> {
    let mut arguments: Vec<ReportArgument> = Vec::with_capacity(texts.len());
    for text in texts {
        let argument = parse_report_argument(text).map_err(|error| {
            message::error(&error.message, Some(&error.help));
            Exit::Refused
        })?;
        if arguments.iter().any(|other| other.destination == argument.destination) {
            message::error(&format!("two reports go to the same place: `{text}`"), None);
            return Err(Exit::Refused);
        }
        arguments.push(argument);
    }
    Ok(arguments)
}

fn human(args: &Args, reports: &[ReportArgument], color: ColorChoice) -> Human {
    let takes_stdout = reports.iter().any(|report| report.destination == Destination::Stdout);
    let output = if takes_stdout { Output::Stderr } else { Output::Stdout };
    let is_live = match args.progress {
        ProgressChoice::Live => true,
        ProgressChoice::Off => false,
        ProgressChoice::Auto => {
            Output::Stderr.is_terminal() && std::env::var_os("CI").is_none() && !args.quiet
        }
    };
    let verbosity = match (args.quiet, args.verbose) {
        (true, _) => Verbosity::Quiet,
        (false, 0) => Verbosity::Normal,
        (false, 1) => Verbosity::Verbose,
        (false, _) => Verbosity::VeryVerbose,
    };
    let progress = if is_live { Progress::Live } else { Progress::Off };
    let style = Style { color: color.on(output), progress, verbosity };
    match output {
        Output::Stdout => Human::on_terminal(style),
        Output::Stderr => {
            Human::new(style, Box::new(std::io::stderr()), Box::new(std::io::stderr()))
        }
    }
}

fn options(args: &Args, settings: &RunSettings, detail: Detail) -> RunOptions {
    let both = |limit| Timeout { connect: Some(limit), read: Some(limit), total: None };
    let request = Request {
        timeout: args.timeout.map(both),
        verify: args.network.verify(),
        cert: args.network.cert(),
        proxies: args.network.proxies(),
        ..Request::default()
    };
    RunOptions {
        jobs: args.jobs.map(|jobs| jobs.0).or(settings.jobs).unwrap_or_else(auto),
        on_failure: if args.fail_fast || settings.fail_fast == Some(true) {
            OnFailure::Stop
        } else {
            OnFailure::Continue
        },
        detail,
        network: args.network.network(),
        exec: exec(args.allow_exec),
        snapshots: match args.update_snapshots {
            Some(_) => Snapshots::Updated,
            None => Snapshots::Compared,
        },
        attempts: args.retry.or(settings.retry).unwrap_or(1),
        overrides: Overrides { request, base_url: args.base_url.clone() },
        tokens: Tokens::default(),
        prompt: prompt(),
    }
}

/// Tells the person at the terminal, when there is one: in CI nobody would see it.
fn prompt() -> Option<Prompt> {
    let is_ci = std::env::var_os("CI").is_some_and(|value| !value.is_empty());
    let is_seen = std::io::IsTerminal::is_terminal(&std::io::stderr()) && !is_ci;
    is_seen.then(|| Prompt(Arc::new(|text| message::write(Output::Stderr, &format!("{text}\n")))))
}

/// Every report of a run. One that cannot be written does not keep the others from being.
struct Reports {
    reports: Vec<(String, Box<dyn Report>)>,
    is_whole: bool,
}

impl Reports {
    fn open(arguments: &[ReportArgument], human: Human) -> Result<Reports, Exit> {
        let mut reports: Vec<(String, Box<dyn Report>)> = vec![(String::new(), Box::new(human))];
        for argument in arguments {
            let name = format!("{}={}", argument.kind.key, argument.destination);
            match (argument.kind.open)(&argument.destination) {
                Ok(report) => reports.push((name, report)),
                Err(error) => {
                    let message = format!("cannot write `--report {name}`: {error}");
                    message::error(&message, Some("nothing was sent"));
                    return Err(Exit::Unwritten);
                }
            }
        }
        Ok(Reports { reports, is_whole: true })
    }

    fn event(&mut self, event: &Event) {
        self.each(|report| report.event(event));
    }

    /// Whether everything was written.
    fn finish(mut self) -> bool {
        self.each(|report| report.finish());
        // What cannot be flushed to a closed pipe is wanted by nobody.
        let _ = std::io::stdout().flush();
        self.is_whole
    }

    fn each(&mut self, mut act: impl FnMut(&mut dyn Report) -> std::io::Result<()>) {
        let mut is_whole = true;
        self.reports.retain_mut(|(name, report)| match act(&mut **report) {
            Ok(()) => true,
            Err(_) if name.is_empty() => {
                // Stdout is closed: nobody reads what is said, the run goes on.
                false
            }
            Err(error) => {
                message::error(&format!("cannot write `--report {name}`: {error}"), None);
                is_whole = false;
                false
            }
        });
        self.is_whole &= is_whole;
    }
}
