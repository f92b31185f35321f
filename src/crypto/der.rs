//! DER (X.690) as far as keys need it.

/// Tags of the values that keys are made of.
pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const OID: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;

/// Bytes being read, value by value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Der<'d>(pub(super) &'d [u8]);

impl<'d> Der<'d> {
    /// The next value's tag and content.
    pub(super) fn next(&mut self) -> Option<(u8, &'d [u8])> {
        let (&tag, rest) = self.0.split_first()?;
        let (&first, mut rest) = rest.split_first()?;
        let mut length = usize::from(first);
        if first >= 0x80 {
            let count = usize::from(first & 0x7f);
            let (bytes, behind) =
                rest.split_at_checked(count).filter(|_| (1..=4).contains(&count))?;
            length = bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
            rest = behind;
        }
        let (content, behind) = rest.split_at_checked(length)?;
        self.0 = behind;
        Some((tag, content))
    }

    /// The next value's content, when it has this tag.
    pub(super) fn take(&mut self, tag: u8) -> Option<&'d [u8]> {
        self.next().filter(|(found, _)| *found == tag).map(|(_, content)| content)
    }

    /// What the next sequence holds.
    pub(super) fn sequence(&mut self) -> Option<Der<'d>> {
        self.take(SEQUENCE).map(Der)
    }

    /// The next integer's bytes, without a leading zero.
    pub(super) fn integer(&mut self) -> Option<&'d [u8]> {
        let bytes = self.take(INTEGER)?;
        Some(bytes.strip_prefix(&[0]).filter(|rest| !rest.is_empty()).unwrap_or(bytes))
    }

    /// The next bit string's bytes.
    pub(super) fn bits(&mut self) -> Option<&'d [u8]> {
        self.take(BIT_STRING)?.strip_prefix(&[0])
    }

    /// The content of the first value left with this tag.
    pub(super) fn find(&self, tag: u8) -> Option<&'d [u8]> {
        let mut values = *self;
        std::iter::from_fn(|| values.next()).find(|(found, _)| *found == tag).map(|(_, it)| it)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_one_by_one_and_what_is_cut_is_none() {
        let mut der = Der(&[0x02, 0x02, 0x00, 0xff, 0x04, 0x81, 0x01, 7, 0x30, 0x05, 1]);
        assert_eq!(der.integer(), Some(&[0xff][..]));
        assert_eq!(der.take(OCTET_STRING), Some(&[7][..]));
        assert!(der.sequence().is_none());
        assert_eq!(Der(&[0x04, 0x80]).next(), None);
        assert_eq!(Der(&[0x04, 0x85, 1, 1, 1, 1, 1]).next(), None);
    }
}
