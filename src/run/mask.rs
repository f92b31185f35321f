//! Secrets kept out of everything that leaves the run.

use super::disguises::finders;
use super::fragment::{fragments, whole_forms};
use crate::diagnostic::Diagnostic;
use crate::event::{AttemptRecord, MoveRecord, RequestRecord, ResponseRecord, StepRecord};
use crate::http::as_host;
use crate::value::Value;
use regex::Regex;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// What stands where a secret stood.
const MASK: &str = "***";

/// The mask, and the cut behind the beginning of a secret.
const MASKED: &str = "***${cut}";

/// The shortest secret that is masked as a host is written, in characters.
const SHORTEST_HOST: usize = 4;

/// Replaces every secret, and the forms it takes in URLs, JSON and base64, by `***`.
#[derive(Debug, Default)]
pub struct Masker {
    secrets: BTreeSet<String>,
    /// What finds each secret, the longest first: it is to be masked whole. One for each, because
    /// one for all would be made anew whenever a step captures a secret.
    finders: Vec<(usize, Regex)>,
    /// What may be left of the secrets at a cut.
    forms: BTreeSet<String>,
}

impl Masker {
    /// Learns a secret. An empty text is none.
    pub fn add(&mut self, secret: &str) {
        if secret.is_empty() || !self.secrets.insert(secret.to_owned()) {
            return;
        }
        // A host is shown in lower case, in IDNA's form. What is short might be any word then.
        let is_long = secret.chars().count() >= SHORTEST_HOST;
        let in_host = as_host(secret).filter(|host| is_long && host != secret);
        let found = in_host.iter().flat_map(|host| finders(host));
        for (length, finder) in finders(secret).into_iter().chain(found) {
            let place = self.finders.partition_point(|(other, _)| *other >= length);
            self.finders.insert(place, (length, finder));
        }
        self.forms.extend(whole_forms(secret));
        self.forms.extend(in_host);
    }

    /// Learns every scalar in a value.
    pub fn add_value(&mut self, value: &Value) {
        match value {
            Value::Null | Value::Bool(_) => {}
            Value::Array(items) => items.iter().for_each(|item| self.add_value(item)),
            Value::Object(members) => members.values().for_each(|member| self.add_value(member)),
            scalar => self.add(&scalar.to_text()),
        }
    }

    /// The known secrets.
    #[must_use]
    pub fn secrets(&self) -> Vec<String> {
        self.secrets.iter().cloned().collect()
    }

    /// The text without secrets.
    #[must_use]
    pub fn mask(&self, text: &str) -> String {
        let mut masked = text.to_owned();
        self.text(&mut masked);
        masked
    }

    fn text(&self, text: &mut String) {
        for (_, finder) in &self.finders {
            if let Cow::Owned(masked) = finder.replace_all(text, MASKED) {
                *text = masked;
            }
        }
        for range in fragments(text, self.forms.iter().map(String::as_str)).into_iter().rev() {
            text.replace_range(range, MASK);
        }
    }

    fn optional(&self, text: &mut Option<String>) {
        if let Some(text) = text {
            self.text(text);
        }
    }

    fn pairs(&self, pairs: &mut [(String, String)]) {
        for (name, value) in pairs {
            self.text(name);
            self.text(value);
        }
    }

    fn value(&self, value: &mut Value) {
        match value {
            Value::String(text) => self.text(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.value(item)),
            Value::Object(members) => {
                let masked = std::mem::take(members).into_iter().map(|(mut name, mut member)| {
                    self.text(&mut name);
                    self.value(&mut member);
                    (name, member)
                });
                *members = masked.collect();
            }
            Value::Number(_) if self.mask(&value.to_text()) != value.to_text() => {
                *value = Value::from(MASK);
            }
            Value::Bytes(bytes) => {
                let text = String::from_utf8_lossy(bytes);
                let masked = self.mask(&text);
                if masked != text {
                    *value = Value::Bytes(masked.into_bytes());
                }
            }
            _ => {}
        }
    }

    /// Masks what a diagnostic says in place; the lines of the files are shown by others.
    pub fn diagnostic(&self, diagnostic: &mut Diagnostic) {
        self.text(&mut diagnostic.message);
        let labels = diagnostic.primary.as_deref_mut().into_iter().chain(&mut diagnostic.secondary);
        labels.for_each(|label| self.text(&mut label.text));
        let notes = diagnostic.notes.iter_mut().chain(&mut diagnostic.help);
        notes.for_each(|note| self.text(note));
    }

    /// Masks a step's record in place.
    pub fn step(&self, step: &mut StepRecord) {
        if self.finders.is_empty() {
            return;
        }
        self.text(&mut step.name);
        self.text(&mut step.id);
        step.groups.iter_mut().for_each(|group| self.text(group));
        self.optional(&mut step.reason);
        self.optional(&mut step.once);
        for attempt in &mut step.attempts {
            self.attempt(attempt);
        }
    }

    fn attempt(&self, attempt: &mut AttemptRecord) {
        if let Some(request) = &mut attempt.request {
            self.request(request);
        }
        if let Some(response) = &mut attempt.response {
            self.response(response);
        }
        if let Some(received) = &mut attempt.received {
            self.request(received);
        }
        if let Some(socket) = &mut attempt.socket {
            self.text(&mut socket.address);
            for action in ["send", "recv"] {
                self.pieces(socket.moves.iter_mut().filter(|one| one.action == action));
            }
        }
        for hop in &mut attempt.history {
            self.text(&mut hop.url);
            self.optional(&mut hop.location);
        }
        for page in attempt.pages.iter_mut().flat_map(|pages| &mut pages.pages) {
            self.text(&mut page.url);
        }
        for token in &mut attempt.tokens {
            self.text(&mut token.url);
            self.optional(&mut token.error);
        }
        for retry in &mut attempt.retries {
            self.text(&mut retry.url);
            self.optional(&mut retry.error);
        }
        for assertion in &mut attempt.assertions {
            self.text(&mut assertion.subject);
            self.value(&mut assertion.expected);
            self.value(&mut assertion.actual);
            for text in [
                &mut assertion.expected_text,
                &mut assertion.found_text,
                &mut assertion.diff,
                &mut assertion.diagnostic,
            ] {
                self.optional(text);
            }
        }
        for capture in &mut attempt.captures {
            self.value(&mut capture.value);
            self.optional(&mut capture.message);
            self.optional(&mut capture.diagnostic);
        }
        for hook in &mut attempt.hooks {
            hook.log.iter_mut().for_each(|line| self.text(line));
            self.optional(&mut hook.warning);
        }
        if let Some(until) = &mut attempt.until {
            self.optional(&mut until.message);
            self.optional(&mut until.diagnostic);
        }
        if let Some(error) = &mut attempt.error {
            self.text(&mut error.message);
            self.optional(&mut error.help);
            self.text(&mut error.diagnostic);
        }
        self.optional(&mut attempt.curl);
    }

    /// Masks what went one way in pieces. Where a secret lies in several of them the first has all
    /// of it, for no piece alone would show where the secret is.
    fn pieces<'p>(&self, moves: impl Iterator<Item = &'p mut MoveRecord>) {
        let mut pieces: Vec<&mut String> = moves.filter_map(|one| one.bytes.as_mut()).collect();
        let whole = self.mask(&pieces.iter().map(|piece| piece.as_str()).collect::<String>());
        pieces.iter_mut().for_each(|piece| self.text(piece));
        if pieces.iter().map(|piece| piece.as_str()).collect::<String>() == whole {
            return;
        }
        let mut pieces = pieces.into_iter();
        if let Some(first) = pieces.next() {
            *first = whole;
        }
        pieces.for_each(|piece| MASK.clone_into(piece));
    }

    fn request(&self, request: &mut RequestRecord) {
        self.text(&mut request.url);
        self.pairs(&mut request.headers);
        self.optional(&mut request.body);
    }

    fn response(&self, response: &mut ResponseRecord) {
        self.text(&mut response.reason);
        self.text(&mut response.url);
        self.pairs(&mut response.headers);
        self.optional(&mut response.saved);
        self.optional(&mut response.body);
        self.pairs(&mut response.cookies);
        self.pairs(&mut response.links);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_masked_in_every_form() {
        let mut masker = Masker::default();
        masker.add("a \"b\"/c");
        for text in
            ["a \"b\"/c", "a%20%22b%22%2Fc", "a+%22b%22%2Fc", "a \\\"b\\\"/c", "YSAiYiIvYw=="]
        {
            assert_eq!(masker.mask(&format!("<{text}>")), "<***>", "{text}");
        }
    }

    #[test]
    fn a_secret_is_masked_where_ways_of_writing_mix() {
        let mut masker = Masker::default();
        masker.add("s/+ \"q\"&é'x");
        for text in [
            "s/%2B%20\"q\"&%C3%A9'x",
            "s/%2b+%22q%22%26%c3%a9%27x",
            r#"s/+ \"q\"&\u00e9'x"#,
            r#"s\/+ \\\"q\\\"&é'\''x"#,
            "s/+ &quot;q&quot;&amp;Ã©'x",
            "s/+ \"q\"&\u{fffd}'x",
            r#"s/+ \"q\"&\xc3\xa9'x"#,
            "732f2b2022712226c3a92778",
        ] {
            assert_eq!(masker.mask(&format!("<{text}>")), "<***>", "{text}");
        }
    }

    #[test]
    fn a_secret_outside_ascii_is_masked_in_every_form() {
        let mut masker = Masker::default();
        masker.add("a b/é-x");
        let forms =
            ["a+b%2F%C3%A9-x", "a%20b/%C3%A9-x", "a b/\\u00e9-x", "a+b/\\u00e9-x", "YSBiL8OpLXg"];
        for text in forms {
            assert_eq!(masker.mask(&format!("<{text}>")), "<***>", "{text}");
        }
    }

    #[test]
    fn a_secret_is_masked_in_credentials() {
        let mut masker = Masker::default();
        masker.add("hunter2hunter2");
        for text in
            ["dXNlcjpodW50ZXIyaHVudGVyMg==", "YTpodW50ZXIyaHVudGVyMg", "YWI6aHVudGVyMmh1bnRlcjI="]
        {
            let masked = masker.mask(text);
            assert!(masked.ends_with("***") && masked.len() <= 10, "{text} {masked}");
        }
    }

    #[test]
    fn the_beginning_of_a_secret_is_masked_where_a_text_was_cut() {
        let mut masker = Masker::default();
        masker.add("abcdef");
        assert_eq!(masker.mask("x abcd… y"), "x ***… y");
        assert_eq!(masker.mask("x abcd y abcd\"…"), "x abcd y ***\"…");
    }

    #[test]
    fn the_lines_of_a_secret_are_masked_one_by_one() {
        let mut masker = Masker::default();
        masker.add("-----BEGIN-----\nMIIE\n}\n");
        assert_eq!(masker.mask("- -----BEGIN-----\n- MIIE\n- }"), "- ***\n- ***\n- }");
    }

    #[test]
    fn a_secret_is_masked_in_a_host() {
        let mut masker = Masker::default();
        masker.add("S3kret9");
        masker.add("bücher9");
        masker.add("OK");
        assert_eq!(masker.mask("s3kret9.a, b.xn--bcher9-3ya.c"), "***.a, b.***.c");
        assert_eq!(masker.mask("ok"), "ok");
    }

    #[test]
    fn the_longest_secret_is_masked_whole() {
        let mut masker = Masker::default();
        masker.add("abc");
        masker.add("abcdef");
        assert_eq!(masker.mask("x abcdef y abc"), "x *** y ***");
    }
}
