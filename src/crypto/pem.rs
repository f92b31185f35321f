//! PEM (RFC 7468).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The first block of a text that may be a key: its label and its bytes.
pub(super) fn block(text: &str) -> Option<(&str, Vec<u8>)> {
    let blocks = text.split("-----BEGIN ").skip(1).filter_map(|block| {
        let (label, rest) = block.split_once("-----")?;
        let (body, _) = rest.split_once("-----END ")?;
        let body: String = body.split_whitespace().collect();
        Some((label, STANDARD.decode(body).unwrap_or_default()))
    });
    // OpenSSL may write the curve before the key.
    blocks.into_iter().find(|(label, _)| *label != "EC PARAMETERS")
}
