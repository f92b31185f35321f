//! Messages of this area.

use super::Code;

/// In order.
pub const TABLE: &[&Code] = &[];
