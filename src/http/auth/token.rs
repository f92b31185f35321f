//! OAuth 2's tokens, and as JSON what of them a run leaves for the next.

use crate::http::cookies::date;
use crate::value::{Map, Value};
use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A token as a server gave it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// What is sent.
    pub access: String,
    /// What gets another.
    pub refresh: Option<String>,
    /// Until when it is used; `None` until it is refused.
    pub until: Option<SystemTime>,
}

impl Token {
    /// What must not be shown.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.access.as_str()).chain(self.refresh.as_deref())
    }

    /// Whether it may still be sent.
    #[must_use]
    pub fn is_current(&self, now: SystemTime) -> bool {
        self.until.is_none_or(|until| now < until)
    }

    /// A mapping; `until` is in seconds since 1970. What is not there is left out.
    #[must_use]
    pub fn to_saved(&self) -> Value {
        let mut members = Map::default();
        let mut add = |key: &str, value: Value| members.insert(key.to_owned(), value);
        add("access", Value::from(self.access.as_str()));
        if let Some(refresh) = &self.refresh {
            add("refresh", Value::from(refresh.as_str()));
        }
        if let Some(until) = self.until {
            add("until", Value::from(date::seconds(until)));
        }
        Value::Object(members)
    }

    /// Reads such a mapping.
    ///
    /// # Errors
    /// What is wrong with it, without what it holds.
    pub fn from_saved(saved: &Value) -> Result<Token, String> {
        let members = saved.as_object().ok_or("expected a mapping")?;
        let text = |key: &str| {
            let text = members.get(key).map(|value| value.as_str().map(str::to_owned));
            text.map(|text| text.ok_or_else(|| format!("expected a text at `{key}`"))).transpose()
        };
        let time = |value: &Value| {
            let seconds = value.as_number().and_then(|number| number.as_u64());
            let time = seconds.and_then(|it| UNIX_EPOCH.checked_add(Duration::from_secs(it)));
            time.ok_or("expected seconds since 1970 at `until`")
        };
        Ok(Token {
            access: text("access")?.ok_or("expected a text at `access`")?,
            refresh: text("refresh")?,
            until: members.get("until").map(time).transpose()?,
        })
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").field("until", &self.until).finish_non_exhaustive()
    }
}
