//! Requests' charset rules: what `text` is decoded by.
