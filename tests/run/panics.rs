//! A worker that panics: one errored step, and the run goes on.

use runner::event::{Detail, Event, Outcome};
use runner::http::Environment;
use runner::load::{Input, load};
use runner::plan::{Choices, plan};
use runner::run::{
    Around, Context, Interrupt, Kept, Masker, OnFailure, Overrides, RunOptions, Snapshots,
    prepare_collection, run,
};
use runner::source::Files;
use runner::world::{Exec, FileAccess, Programs, SystemClock, World};
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::Arc;

/// Files that make whoever opens them panic.
#[derive(Debug)]
struct Traps;

impl FileAccess for Traps {
    fn open(&self, _: &Path) -> io::Result<(Box<dyn Read + Send>, Option<u64>)> {
        std::panic::resume_unwind(Box::new("a trap"))
    }

    fn create(&self, _: &Path) -> io::Result<Box<dyn Write + Send>> {
        std::panic::resume_unwind(Box::new("a trap"))
    }
}

/// Names and outcomes of a run's steps in the order they ended, and its exit code.
fn outcomes(text: &str, jobs: usize) -> (Vec<(String, Outcome)>, u8) {
    let mut files = Files::default();
    let input = Input {
        name: "collection.yaml".to_owned(),
        path: None,
        folder: "/nowhere".into(),
        bytes: text.as_bytes().to_vec(),
    };
    let collection = load(input, &mut files, &Traps).unwrap().remove(0);
    let plan = Arc::new(plan(Arc::new(collection), &Choices::default()).unwrap());
    let options = Arc::new(RunOptions {
        jobs,
        on_failure: OnFailure::Continue,
        detail: Detail::Failures,
        exec: Exec::Refused,
        snapshots: Snapshots::Compared,
        attempts: 1,
        network: runner::http::Network::default(),
        overrides: Overrides::default(),
        tokens: runner::run::Tokens::default(),
        prompt: None,
    });
    let clock = Arc::new(SystemClock);
    let context = Context {
        plan: Arc::clone(&plan),
        index: 0,
        around: Around::default(),
        files: Arc::new(files),
        environment: Environment::default(),
        world: Arc::new(World {
            clock,
            files: Arc::new(Traps),
            programs: Programs::default(),
            env: Arc::default(),
            seed: 1,
            is_drawn_from: Arc::default(),
        }),
        server: None,
        served: Default::default(),
        listeners: runner::run::Listeners::default(),
        folder: Arc::new("/nowhere".into()),
        options: Arc::clone(&options),
        sessions: Vec::new(),
        secrets: Arc::default(),
    };
    let prepared = prepare_collection(context, &plan).unwrap();
    let mut ended = Vec::new();
    let (masker, kept) = (Masker::default(), Kept::default());
    let finished =
        run(vec![prepared], &options, masker, kept, &Interrupt::default(), &mut |event| {
            if let Event::StepFinished(step) = event {
                ended.push((step.name.clone(), step.outcome));
            }
        });
    (ended, finished.finished.exit_code)
}

#[test]
fn a_panic_is_an_errored_step_and_everything_else_runs() {
    for mode in ["sequence", "parallel"] {
        let text = format!(
            "mode: {mode}\nrequests:
- {{name: a, method: POST, url: 'http://127.0.0.1:1/', data: {{$file: trap}}}}
- {{name: b, method: POST, url: 'http://127.0.0.1:1/', data: {{$file: trap}}}}
- {{name: c, url: 'http://127.0.0.1:1/', assert: {{error: ConnectionError}}}}
- {{name: d, url: 'http://127.0.0.1:1/', needs: [a]}}
teardown:
- {{name: clean, url: 'http://127.0.0.1:1/', assert: {{error: ConnectionError}}}}"
        );
        for jobs in [1, 4] {
            let (mut ended, code) = outcomes(&text, jobs);
            assert_eq!(ended.last().unwrap().0, "clean");
            ended.sort();
            let expected = [
                ("a", Outcome::Errored),
                ("b", Outcome::Errored),
                ("c", Outcome::Passed),
                ("clean", Outcome::Passed),
                ("d", Outcome::Skipped),
            ];
            assert_eq!(ended, expected.map(|(name, outcome)| (name.to_owned(), outcome)));
            assert_eq!(code, 3, "{mode} {jobs}");
        }
    }
}
