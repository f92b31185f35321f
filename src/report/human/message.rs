//! A request or a response as lines behind `>` and `<`, as curl writes them.

use super::paint::{FAINT, Paint};
use crate::event::SocketRecord;
use crate::report::exchange;
use crate::report::text::{cut, visible, visible_line};

/// The longest line of a beginning, in characters.
const LINE: usize = 200;

/// How many lines a body's beginning has.
const LINES: usize = 12;

/// How much of the headers or of a body to show.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Share {
    Nothing,
    /// The first lines, long ones cut.
    Beginning,
    /// As the record has it.
    All,
}

/// Lines of requests and responses, in the order they went over the wire.
pub(super) struct Message {
    paint: Paint,
    mark: &'static str,
    lines: Vec<String>,
}

impl Message {
    pub(super) fn new(paint: Paint) -> Message {
        Message { paint, mark: ">", lines: Vec::new() }
    }

    /// The first line of what was sent; what follows belongs to it.
    pub(super) fn sent(&mut self, line: &str) {
        self.mark = ">";
        self.push(&cut(&visible_line(line), LINE * 5));
    }

    /// The first line of what was received; what follows belongs to it.
    pub(super) fn received(&mut self, line: &str) {
        self.mark = "<";
        self.push(&cut(&visible_line(line), LINE * 5));
    }

    pub(super) fn headers(&mut self, headers: &[(String, String)], share: Share) {
        if share == Share::Nothing {
            return;
        }
        for (name, value) in headers {
            self.push(&limit(&visible_line(&format!("{name}: {value}")), share));
        }
    }

    pub(super) fn body(&mut self, body: Option<&str>, share: Share) {
        let Some(body) = body.filter(|body| !body.is_empty() && share != Share::Nothing) else {
            return;
        };
        let most = if share == Share::All { usize::MAX } else { LINES };
        self.push("");
        // `lines` takes CRLF for a line's end, which in a body is nothing to warn about.
        for line in body.lines().take(most) {
            self.push(&limit(&visible(line), share));
        }
        let left = body.lines().skip(most).count();
        if left > 0 {
            self.note(&format!("… ({left} more lines)"));
        }
    }

    /// What was said over a socket, a line each: long lines cut unless all of it is wanted.
    pub(super) fn socket(&mut self, socket: &SocketRecord, share: Share) {
        self.sent(&exchange::socket_line(socket));
        let share = share.max(Share::Beginning);
        for one in &socket.moves {
            self.mark = if exchange::is_received(one) { "<" } else { ">" };
            self.push(&limit(&visible_line(&exchange::move_line(one)), share));
        }
    }

    /// A remark of ours.
    pub(super) fn note(&mut self, text: &str) {
        let text = self.paint.on(FAINT, &visible_line(text));
        self.push(&text);
    }

    fn push(&mut self, line: &str) {
        let mark = self.paint.on(FAINT, self.mark);
        self.lines.push(format!("{mark} {line}").trim_end().to_owned());
    }

    /// All lines, without a newline at the end.
    pub(super) fn into_text(self) -> String {
        self.lines.join("\n")
    }
}

fn limit(line: &str, share: Share) -> std::borrow::Cow<'_, str> {
    match share {
        Share::All => line.into(),
        Share::Nothing | Share::Beginning => cut(line, LINE),
    }
}
