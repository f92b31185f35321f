//! Server-sent events: lines gathered into events as the HTML standard says (section 9.2.6).

use crate::value::{Map, Value};

/// An event under way.
#[derive(Debug, Default)]
pub(super) struct Events {
    kind: String,
    data: Option<String>,
    /// Stays from event to event, as `lastEventId` does.
    id: String,
    retry: Option<u64>,
    has_begun: bool,
}

impl Events {
    /// Takes a line; an event when it ends one: `{event, data, id, retry}`, the last `null`
    /// unless the event says it.
    pub(super) fn line(&mut self, line: &[u8]) -> Option<Value> {
        let mark = if self.has_begun { &b""[..] } else { b"\xEF\xBB\xBF" };
        self.has_begun = true;
        let line = String::from_utf8_lossy(line.strip_prefix(mark).unwrap_or(line));
        if line.is_empty() {
            return self.dispatch();
        }
        let (field, value) = line.split_once(':').unwrap_or((&line, ""));
        self.field(field, value.strip_prefix(' ').unwrap_or(value));
        None
    }

    fn field(&mut self, field: &str, value: &str) {
        match field {
            "event" => value.clone_into(&mut self.kind),
            "data" => match &mut self.data {
                Some(data) => data.extend(["\n", value]),
                None => self.data = Some(value.to_owned()),
            },
            "id" if !value.contains('\0') => value.clone_into(&mut self.id),
            "retry" if value.bytes().all(|byte| byte.is_ascii_digit()) => {
                self.retry = value.parse().ok();
            }
            // A comment begins with the colon: its field has no name.
            _ => {}
        }
    }

    /// Ends the event. One without data is none.
    fn dispatch(&mut self) -> Option<Value> {
        let kind = std::mem::take(&mut self.kind);
        let retry = self.retry.take();
        let data = self.data.take()?;
        let kind = if kind.is_empty() { "message".to_owned() } else { kind };
        let mut event = Map::default();
        event.insert("event".to_owned(), Value::String(kind));
        event.insert("data".to_owned(), Value::String(data));
        event.insert("id".to_owned(), Value::String(self.id.clone()));
        event.insert("retry".to_owned(), retry.map_or(Value::Null, Value::from));
        Some(Value::Object(event))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(stream: &str) -> Vec<String> {
        let mut events = Events::default();
        stream
            .lines()
            .filter_map(|line| events.line(line.as_bytes()))
            .map(|event| event.to_json())
            .collect()
    }

    /// The examples of the standard.
    #[test]
    fn events_are_those_of_the_standard() {
        assert_eq!(
            events("data: YHOO\ndata: +2\ndata: 10\n\n"),
            [r#"{"event":"message","data":"YHOO\n+2\n10","id":"","retry":null}"#]
        );
        assert_eq!(
            events(
                ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n"
            ),
            [
                r#"{"event":"message","data":"first event","id":"1","retry":null}"#,
                r#"{"event":"message","data":"second event","id":"","retry":null}"#
            ],
            "an event that is not ended is none"
        );
        assert_eq!(
            events("data\n\ndata\ndata\n\ndata:"),
            [
                r#"{"event":"message","data":"","id":"","retry":null}"#,
                r#"{"event":"message","data":"\n","id":"","retry":null}"#
            ]
        );
        assert_eq!(events("data:test\n\ndata: test\n\n").len(), 2);
    }

    #[test]
    fn names_ids_and_retries_are_kept_for_the_event_they_are_of() {
        assert_eq!(
            events(
                "\u{feff}event: add\nretry: 250\nid: 7\ndata: 1\n\nevent: lost\n\nretry: x\nfoo: bar\ndata: 2\n\n"
            ),
            [
                r#"{"event":"add","data":"1","id":"7","retry":250}"#,
                r#"{"event":"message","data":"2","id":"7","retry":null}"#
            ]
        );
    }
}
