//! Character indexes, which saphyr-parser counts in, to bytes.

/// How many characters lie between two remembered places.
const STRIDE: usize = 64;

/// The bytes at which a text's characters begin: every 64th is remembered, the rest counted
/// from there. An ASCII text needs nothing.
pub(super) struct Offsets<'t> {
    text: &'t str,
    checkpoints: Vec<usize>,
    is_ascii: bool,
}

impl<'t> Offsets<'t> {
    pub(super) fn new(text: &'t str) -> Offsets<'t> {
        let is_ascii = text.is_ascii();
        let checkpoints = if is_ascii {
            Vec::new()
        } else {
            text.char_indices().step_by(STRIDE).map(|(byte, _)| byte).collect()
        };
        Offsets { text, checkpoints, is_ascii }
    }

    /// The byte of a character; the text's length for any beyond its end.
    pub(super) fn byte(&self, character: usize) -> usize {
        if self.is_ascii {
            return character.min(self.text.len());
        }
        let start = self.checkpoints.get(character / STRIDE).copied();
        let rest = start.and_then(|start| self.text.get(start..));
        match (start, rest) {
            (Some(start), Some(rest)) => rest
                .char_indices()
                .nth(character % STRIDE)
                .map_or(self.text.len(), |(byte, _)| start + byte),
            _ => self.text.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_is_found_at_its_byte() {
        for text in ["", "plain", &"äß𝄞x".repeat(100), &"é".repeat(64)] {
            let offsets = Offsets::new(text);
            for (index, (byte, _)) in text.char_indices().enumerate() {
                assert_eq!(offsets.byte(index), byte);
            }
            assert_eq!(offsets.byte(text.chars().count()), text.len());
            assert_eq!(offsets.byte(usize::MAX), text.len());
        }
    }
}
