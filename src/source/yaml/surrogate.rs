//! JSON's surrogate pairs (`"\uD834\uDD1E"`), which JSON allows and YAML's parser refuses.
//!
//! A pair of 12 bytes becomes one `\U0001D11E` of 10 before the text is read. Which of them
//! stand in double quotes is known only after reading, so in other scalars they are put back.

use std::ops::Range;

/// How many bytes a replaced pair has less than the pair.
const SHRINK: usize = 2;

/// A text without surrogate pairs, and where they were.
pub(super) struct Joined {
    pub(super) text: String,
    /// In order.
    joints: Vec<Joint>,
}

/// A pair that was replaced.
#[derive(Clone)]
struct Joint {
    /// Where the replacement begins in the joined text.
    at: usize,
    /// `\U0001D11E`
    escape: String,
    /// `\uD834\uDD1E`
    written: String,
}

impl Joined {
    /// The text as it is.
    pub(super) fn none(text: &str) -> Joined {
        Joined { text: text.to_owned(), joints: Vec::new() }
    }

    /// The text with every pair replaced; `None` when there is none.
    pub(super) fn all(text: &str) -> Option<Joined> {
        let mut joined = Joined { text: String::with_capacity(text.len()), joints: Vec::new() };
        let mut copied = 0;
        for (at, _) in text.match_indices("\\u") {
            if at < copied || is_escaped(text, at) {
                continue;
            }
            let written = text.get(at..at + 12).unwrap_or("");
            let Some(character) = pair(written) else { continue };
            let escape = format!("\\U{:08X}", u32::from(character));
            joined.text.push_str(text.get(copied..at).unwrap_or(""));
            let at_joined = joined.text.len();
            joined.text.push_str(&escape);
            joined.joints.push(Joint { at: at_joined, escape, written: written.to_owned() });
            copied = at + 12;
        }
        joined.text.push_str(text.get(copied..).unwrap_or(""));
        (!joined.joints.is_empty()).then_some(joined)
    }

    /// The same with some bytes overwritten by as many others.
    pub(super) fn overwritten(&self, range: Range<usize>, with: &str) -> Joined {
        let mut text = self.text.clone();
        if range.len() == with.len() && text.get(range.clone()).is_some() {
            text.replace_range(range, with);
        }
        Joined { text, joints: self.joints.clone() }
    }

    /// The byte in the text as written, of a byte in ours.
    pub(super) fn original(&self, byte: usize) -> usize {
        byte + SHRINK * self.joints.partition_point(|joint| joint.at < byte)
    }

    /// Puts back the pairs in a scalar that is not double-quoted.
    pub(super) fn restore(&self, text: &str, range: Range<usize>) -> Option<String> {
        let first = self.joints.partition_point(|joint| joint.at < range.start);
        let inside = self.joints.iter().skip(first).take_while(|joint| joint.at < range.end);
        let mut restored = None;
        for joint in inside {
            let before = restored.as_deref().unwrap_or(text);
            restored = Some(before.replacen(&joint.escape, &joint.written, 1));
        }
        restored
    }
}

/// Whether the backslash at `at` is itself escaped by the one before it.
fn is_escaped(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or("");
    (before.len() - before.trim_end_matches('\\').len()) % 2 == 1
}

/// The character of `\uD834\uDD1E`.
fn pair(text: &str) -> Option<char> {
    let (high, low) = text.split_at_checked(6)?;
    let half = |text: &str| u16::from_str_radix(text.strip_prefix("\\u")?, 16).ok();
    let first = half(high)?;
    if !(0xD800..0xDC00).contains(&first) {
        return None;
    }
    char::decode_utf16([first, half(low)?]).next()?.ok()
}
