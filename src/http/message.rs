//! A body that is no response's: what came over a socket, or with a request that was received.

use super::{Content, charset};
use crate::value::{JsonError, Value};
use std::sync::{Arc, OnceLock};

/// Bytes, and what they are as text and as data.
#[derive(Clone, Debug, Default)]
pub struct Message {
    content: Content,
    /// The charset that was declared; UTF-8, else a guess, unless there is one.
    encoding: Option<String>,
    text: OnceLock<Arc<str>>,
    json: OnceLock<Result<Arc<Value>, JsonError>>,
}

impl Message {
    /// A body that is whole in memory.
    #[must_use]
    pub fn new(bytes: impl Into<Arc<[u8]>>, encoding: Option<String>) -> Message {
        Message { content: Content::whole(bytes), encoding, ..Message::default() }
    }

    /// The bytes.
    #[must_use]
    pub fn content(&self) -> &Content {
        &self.content
    }

    /// The text, decoded once by Requests' charset rules.
    #[must_use]
    pub fn text(&self) -> &Arc<str> {
        self.text.get_or_init(|| {
            let bytes = &self.content.bytes;
            if self.encoding.is_none()
                && let Ok(text) = std::str::from_utf8(bytes)
            {
                return Arc::from(text);
            }
            let guess = || charset::apparent_encoding(bytes);
            let encoding = self.encoding.clone().unwrap_or_else(guess);
            Arc::from(&*charset::decode(bytes, &encoding))
        })
    }

    /// The data, parsed once.
    ///
    /// # Errors
    /// When it is not JSON.
    pub fn json(&self) -> Result<&Arc<Value>, &JsonError> {
        let parse = || {
            let text = charset::json_text(&self.content.bytes, self.encoding.as_deref());
            Value::from_json(text.as_bytes()).map(Arc::new)
        };
        self.json.get_or_init(parse).as_ref()
    }
}
