//! `exec: [./sign.py]`: a program that is told what there is as JSON and answers edits as JSON
//! (`specs/exec.schema.json`).

use super::argument::{members, text};
use super::exec_json::{RequestEdits, ResponseEdits, error_told, request_told, response_told};
use super::{Action, ActionKind, Bench, Failed, Fault, Mistake, OCCASIONS, Occasion};
use crate::http::{Exchange, PreparedRequest};
use crate::value::{Map, Value};
use crate::world::{Program, ended};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// The kind.
pub(super) const KIND: ActionKind = ActionKind {
    key: "exec",
    summary: "runs a program (`--allow-exec`): it gets what there is as JSON and answers edits as JSON",
    example: "hooks: {request: [{exec: [./sign.py]}]}",
    occasions: &OCCASIONS,
    reads_body: true,
    runs_program: true,
    writes_files: true,
    schema: r##"{"type": ["array", "object"], "items": {"$ref": "#/$defs/scalar"}, "minItems": 1,
        "required": ["command"], "additionalProperties": false, "properties": {
        "command": {"description": "the program and its arguments", "type": "array", "minItems": 1, "items": {"$ref": "#/$defs/scalar"}},
        "timeout": {"description": "how long it may take; 30s unless given", "$ref": "#/$defs/duration"},
        "env": {"description": "environment variables", "type": "object", "additionalProperties": {"$ref": "#/$defs/scalar"}}}}"##,
    build: |argument, folder| Ok(Arc::new(exec(argument, folder)?)),
};

/// How long a program may take unless it says so.
const LIMIT: Duration = Duration::from_secs(30);

#[derive(Debug)]
struct Exec {
    program: Program,
    limit: Duration,
}

fn exec(argument: &Value, folder: &Path) -> Result<Exec, Mistake> {
    const EXPECTED: &str = "a list of the program and its arguments";
    let folder = folder.to_owned();
    if let Value::String(line) = argument {
        let words: Vec<&str> = line.split_whitespace().collect();
        let help = format!("no shell reads it: write `[{}]`", words.join(", "));
        return Err(Mistake::new(EXPECTED).help(help));
    }
    if argument.as_array().is_some() {
        let program = Program { argv: argv(argument)?, folder, env: Vec::new() };
        return Ok(Exec { program, limit: LIMIT });
    }
    let expected = format!("{EXPECTED}, or a mapping with `command`");
    let members = members(argument, &expected, &["command", "timeout", "env"])?;
    let Some(command) = members.get("command") else {
        return Err(Mistake::new(expected).found("no `command`"));
    };
    let argv = argv(command).map_err(|mistake| mistake.under("command"))?;
    let limit = match members.get("timeout") {
        None => LIMIT,
        Some(value) => value
            .as_duration()
            .filter(|limit| !limit.is_zero())
            .ok_or_else(|| Mistake::new("a duration above 0").under("timeout"))?,
    };
    let env = members.get("env").map(environment).transpose()?.unwrap_or_default();
    Ok(Exec { program: Program { argv, folder, env }, limit })
}

fn argv(value: &Value) -> Result<Vec<String>, Mistake> {
    const EXPECTED: &str = "a list of the program and its arguments";
    let items = value.as_array().filter(|items| !items.is_empty());
    let items = items.ok_or_else(|| Mistake::new(EXPECTED))?;
    items.iter().map(|item| text(item, EXPECTED)).collect()
}

fn environment(value: &Value) -> Result<Vec<(String, String)>, Mistake> {
    let expected = "a mapping of names to texts";
    let members = members(value, expected, &[]).map_err(|mistake| mistake.under("env"))?;
    let pairs = members.iter().map(|(name, value)| {
        Ok((name.clone(), text(value, expected).map_err(|mistake| mistake.under("env"))?))
    });
    pairs.collect()
}

impl Exec {
    /// Tells the program, and gives what it answered; what it said on stderr goes to the log.
    fn ask(
        &self,
        occasion: Occasion,
        told: Vec<(&str, Value)>,
        bench: &mut Bench<'_>,
    ) -> Result<Option<Map>, Fault> {
        let name = self.program.argv.first().map_or("", String::as_str);
        let (step, id) = bench.step;
        let step = Map::from_iter([
            ("name".to_owned(), Value::from(step)),
            ("id".to_owned(), Value::from(id)),
        ]);
        let mut input = Map::from_iter([
            ("hook".to_owned(), Value::from(occasion.key())),
            ("step".to_owned(), Value::Object(step)),
        ]);
        input.extend(told.into_iter().map(|(key, value)| (key.to_owned(), value)));
        let input = Value::Object(input).to_json().into_bytes();
        let output = bench
            .programs
            .run(&self.program, input, self.limit)
            .map_err(|error| not_run(name, &error))?;
        let said = String::from_utf8_lossy(&output.stderr);
        bench.log.extend(said.lines().map(str::to_owned));
        if !output.status.success() {
            return Err(Fault::new(format!("`{name}` {}", ended(output.status, &output.stderr))));
        }
        if output.stdout.iter().all(u8::is_ascii_whitespace) {
            return Ok(None);
        }
        match Value::from_json(&output.stdout) {
            Ok(Value::Object(members)) => Ok(Some(members)),
            Ok(_) => Err(Fault::new(format!("`{name}` answered JSON that is no mapping"))),
            Err(error) => Err(Fault::new(format!("`{name}` answered no JSON: {error}"))
                .help("it writes edits to stdout, or nothing; what it has to say goes to stderr")),
        }
    }

    fn no_edits(&self, why: String) -> Fault {
        let name = self.program.argv.first().map_or("", String::as_str);
        Fault::new(format!("`{name}` answered {why}"))
    }
}

/// A program that was not started, or not left to its end.
fn not_run(name: &str, error: &io::Error) -> Fault {
    let said = match error.kind() {
        io::ErrorKind::NotFound => format!("cannot run `{name}`: there is no such program"),
        io::ErrorKind::PermissionDenied if error.get_ref().is_some() => {
            return Fault::new(format!("`{name}` was not run"))
                .help("`--allow-exec` lets a collection run programs");
        }
        io::ErrorKind::PermissionDenied => {
            return Fault::new(format!("cannot run `{name}`: it may not be executed"))
                .help(&format!("`chmod +x {name}`"));
        }
        _ => format!("`{name}`: {error}"),
    };
    Fault::new(said)
}

impl Action for Exec {
    fn on_request(
        &self,
        request: &mut PreparedRequest,
        bench: &mut Bench<'_>,
    ) -> Result<(), Fault> {
        let told = vec![("request", request_told(request))];
        if let Some(answer) = self.ask(Occasion::Request, told, bench)? {
            let edits = RequestEdits::read(&answer).map_err(|why| self.no_edits(why))?;
            edits.apply(request)?;
        }
        Ok(())
    }

    fn on_response(&self, exchange: &mut Exchange, bench: &mut Bench<'_>) -> Result<(), Fault> {
        let told = vec![
            ("request", request_told(&exchange.request)),
            ("response", response_told(&exchange.response)),
        ];
        if let Some(answer) = self.ask(Occasion::Response, told, bench)? {
            let edits = ResponseEdits::read(&answer).map_err(|why| self.no_edits(why))?;
            edits.apply(&mut exchange.response);
        }
        Ok(())
    }

    fn on_failure(&self, failed: Failed<'_>, bench: &mut Bench<'_>) -> Result<(), Fault> {
        let mut told = Vec::new();
        if let Some(exchange) = failed.exchange {
            told.push(("request", request_told(&exchange.request)));
            told.push(("response", response_told(&exchange.response)));
        }
        told.push(("error", error_told(failed.error)));
        match self.ask(Occasion::Failure, told, bench)? {
            None => Ok(()),
            Some(answer) if answer.is_empty() => Ok(()),
            Some(_) => Err(self.no_edits("edits, but a failure has nothing to edit".to_owned())),
        }
    }
}
