//! The request in a content coding.

use super::echo;
use super::json;
use super::reply::Reply;
use super::request::Request;
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use serde_json::json;
use std::io::{self, Write as _};

pub(super) fn gzip(request: &Request<'_>) -> Reply {
    coded(request, "gzipped", "gzip", |bytes| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::new(4));
        encoder.write_all(bytes)?;
        encoder.finish()
    })
}

pub(super) fn deflate(request: &Request<'_>) -> Reply {
    coded(request, "deflated", "deflate", |bytes| {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes)?;
        encoder.finish()
    })
}

pub(super) fn brotli(request: &Request<'_>) -> Reply {
    coded(request, "brotli", "br", |bytes| Ok(stored_brotli(bytes)))
}

fn coded(
    request: &Request<'_>,
    flag: &str,
    coding: &str,
    encode: impl Fn(&[u8]) -> io::Result<Vec<u8>>,
) -> Reply {
    let shown = json!({
        "origin": request.origin(),
        "headers": echo::headers(request),
        "method": request.method,
        flag: true,
    });
    match encode(&json::pretty(&shown)) {
        Ok(bytes) => Reply::bytes(200, "application/json", bytes).with("Content-Encoding", coding),
        Err(_) => Reply::error(500),
    }
}

/// A brotli stream (RFC 7932 section 9) of uncompressed meta-blocks: no encoder needed.
fn stored_brotli(bytes: &[u8]) -> Vec<u8> {
    let mut stream = Vec::with_capacity(bytes.len() + 16);
    // The window size, 16, is one bit; it stands before the first meta-block only.
    let mut bits_before = 1;
    for block in bytes.chunks(1 << 16) {
        // ISLAST 0, MNIBBLES 0 (four nibbles), MLEN - 1 in 16 bits, ISUNCOMPRESSED 1, padding.
        let length = u32::try_from(block.len() - 1).unwrap_or(0);
        let header = ((length << 3) | (1 << 19)) << bits_before;
        stream.extend(header.to_le_bytes().iter().take(3));
        stream.extend_from_slice(block);
        bits_before = 0;
    }
    // ISLAST 1, ISLASTEMPTY 1.
    stream.push(0b11 << bits_before);
    stream
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    #[test]
    fn stored_brotli_decompresses_to_what_was_stored() {
        for length in [0, 1, 65_536, 65_537, 200_000] {
            let bytes: Vec<u8> = (0..length).map(|n: u32| n.to_le_bytes()[1]).collect();
            let stream = stored_brotli(&bytes);
            let mut back = Vec::new();
            brotli_decompressor::Decompressor::new(&*stream, 4096).read_to_end(&mut back).unwrap();
            assert_eq!(back, bytes);
        }
    }
}
