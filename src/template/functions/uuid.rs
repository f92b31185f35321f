//! `uuid()`: a random UUID (RFC 9562 version 4).

use super::Function;
use super::input::draw;
use minijinja::{Error, State};

/// The table's row.
pub(super) const UUID: Function = Function {
    key: "uuid",
    summary: "a random UUID, version 4",
    example: "{{ uuid() }}",
    register: |env| env.add_function("uuid", uuid),
    check: None,
};

fn uuid(state: &State) -> Result<String, Error> {
    let random = draw(state, |random| random.u128(..))?;
    Ok(spell(random))
}

/// The text of a UUID, version and variant bits set (RFC 9562 section 5.4).
fn spell(random: u128) -> String {
    let bits = (random & !(0xF << 76) & !(0b11 << 62)) | (0x4 << 76) | (0b10 << 62);
    let hex = format!("{bits:032x}");
    let part = |range: std::ops::Range<usize>| hex.get(range).unwrap_or_default();
    [part(0..8), part(8..12), part(12..16), part(16..20), part(20..32)].join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_and_variant_are_set() {
        assert_eq!(spell(0), "00000000-0000-4000-8000-000000000000");
        assert_eq!(spell(u128::MAX), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }
}
