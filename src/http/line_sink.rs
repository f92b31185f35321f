//! A body that is read line by line: each line looked at as it comes, as many kept as are wanted.

use super::events::Events;
use super::lines::{Line, Lines};
use super::sink::{self, Digesting, Open, Taken};
use super::{Content, Error, ErrorKind, charset};
use crate::value::Value;
use std::fmt;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What a line is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LineFormat {
    /// Text.
    #[default]
    Text,
    /// JSON, each line a document; empty ones are passed over.
    Json,
    /// Server-sent events: `{event, data, id, retry}`.
    Sse,
}

/// How a body is read line by line.
#[derive(Clone, Debug, Default)]
pub struct LineRules {
    /// What a line is.
    pub format: LineFormat,
    /// What ends a line instead of `\n`, `\r` or `\r\n`; not empty.
    pub delimiter: Option<Vec<u8>>,
    /// How many are read at most.
    pub max: Option<u64>,
    /// How long is read, from the head on; what has come by then is what is looked at.
    pub time: Option<Duration>,
    /// Whether all lines and all their bytes are kept, or only the last and the beginning.
    pub keep: Keep,
}

/// How much of what is read stays in memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keep {
    /// All of it.
    #[default]
    All,
    /// The last line, and so many bytes of the beginning, for messages.
    Beginning(usize),
}

/// Whether more lines are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// They are.
    On,
    /// This was the last.
    Last,
}

/// Where a body goes that is read line by line.
pub struct LineSink<'w> {
    /// How it is read.
    pub rules: LineRules,
    /// Looks at each line, counted from 1.
    pub each: &'w dyn Fn(u64, &Arc<Value>) -> Flow,
    /// The file that gets the bytes of the lines that are read.
    pub save: Option<(PathBuf, Open<'w>)>,
    /// Whether the digest of these bytes is taken.
    pub digest: Digesting,
}

impl fmt::Debug for LineSink<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LineSink").field("rules", &self.rules).finish_non_exhaustive()
    }
}

/// The lines that were read of a body.
#[derive(Clone, Debug, Default)]
pub struct LinesRead {
    /// How many.
    pub count: u64,
    /// The last.
    pub last: Option<Arc<Value>>,
    /// All of them, a list; `None` when they were not kept.
    pub all: Option<Arc<Value>>,
    /// What they are.
    pub format: LineFormat,
}

/// A body that broke, and what had come of it.
pub(super) struct Broken {
    pub(super) error: Error,
    pub(super) content: Option<Content>,
}

impl From<Error> for Box<Broken> {
    fn from(error: Error) -> Box<Broken> {
        Box::new(Broken { error, content: None })
    }
}

/// Reads the lines of a body. `encoding` is the charset of its text.
///
/// # Errors
/// What the body's reader says, a line that is no JSON, a file that cannot be written.
pub(super) fn take(
    sink: &LineSink<'_>,
    body: Box<dyn Read + Send>,
    encoding: Option<&str>,
    ends: Option<Instant>,
) -> Result<Content, Box<Broken>> {
    let rules = &sink.rules;
    let keep = match rules.keep {
        Keep::All => usize::MAX,
        Keep::Beginning(bytes) => bytes,
    };
    let mut taken = Taken::new(keep, sink.digest);
    let opened = sink.save.as_ref().map(|(path, open)| taken.save_to(path, *open)).transpose();
    let mut reader = Reader {
        rules,
        encoding,
        events: Events::default(),
        lines: Vec::new(),
        read: LinesRead { format: rules.format, ..LinesRead::default() },
    };
    let mut lines = Lines::new(body, rules.delimiter.clone());
    let read = opened.and_then(|_| reader.read(sink, &mut lines, &mut taken, ends));
    let read = read.and_then(|()| taken.flush());
    let mut content = taken.finish();
    content.lines = Some(Arc::new(reader.finish()));
    match read {
        Ok(()) => Ok(content),
        Err(error) => Err(Box::new(Broken { error, content: Some(content) })),
    }
}

/// Lines becoming values.
struct Reader<'r> {
    rules: &'r LineRules,
    encoding: Option<&'r str>,
    events: Events,
    lines: Vec<Value>,
    read: LinesRead,
}

impl Reader<'_> {
    fn read(
        &mut self,
        sink: &LineSink<'_>,
        lines: &mut Lines<Box<dyn Read + Send>>,
        taken: &mut Taken<'_>,
        ends: Option<Instant>,
    ) -> Result<(), Error> {
        while self.rules.max.is_none_or(|max| self.read.count < max) {
            let line = match lines.next() {
                // Time is up: that is an end like another.
                Err(_) if ends.is_some_and(|ends| ends <= Instant::now()) => return Ok(()),
                other => other.map_err(sink::broken)?,
            };
            let Some(Line { content, raw }) = line else {
                return taken.take(lines.rest());
            };
            taken.take(raw)?;
            let Some(value) = self.value(content)? else { continue };
            let value = Arc::new(value);
            self.read.count += 1;
            if self.rules.keep == Keep::All {
                self.lines.push(Value::clone(&value));
            }
            let flow = (sink.each)(self.read.count, &value);
            self.read.last = Some(value);
            if flow == Flow::Last || ends.is_some_and(|ends| ends <= Instant::now()) {
                return Ok(());
            }
        }
        Ok(())
    }

    /// A line's value; `None` when it is none of its own.
    fn value(&mut self, line: &[u8]) -> Result<Option<Value>, Error> {
        match self.rules.format {
            LineFormat::Text => {
                let text = charset::decode(line, self.encoding.unwrap_or("utf-8"));
                Ok(Some(Value::String(text.into_owned())))
            }
            LineFormat::Sse => Ok(self.events.line(line)),
            LineFormat::Json if line.trim_ascii().is_empty() => Ok(None),
            LineFormat::Json => Value::from_json(line).map(Some).map_err(|error| {
                let number = self.read.count + 1;
                let begin: String = String::from_utf8_lossy(line).chars().take(60).collect();
                Error::new(
                    ErrorKind::JSONDecodeError,
                    format!("line {number} is no JSON: {error}; it begins {begin:?}"),
                )
                .help("without `format: json` a line is text")
            }),
        }
    }

    fn finish(self) -> LinesRead {
        let all = (self.rules.keep == Keep::All).then(|| Arc::new(Value::Array(self.lines)));
        LinesRead { all, ..self.read }
    }
}
