//! Content codings undone: gzip, deflate, br, zstd (urllib3's decoders).
