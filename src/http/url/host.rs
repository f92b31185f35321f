//! Hosts: what urllib3 takes for one, and IDNA 2008 as Python's `idna` encodes it.

use super::quote::encode_invalid;
use regex::Regex;
use std::net::Ipv6Addr;
use std::sync::LazyLock;

/// Splits `host:port` (`_HOST_PORT_RE`); a port of zero or nothing is none.
pub(super) fn split(text: &str) -> Result<(&str, Option<u16>), String> {
    let end = match text.strip_prefix('[') {
        Some(rest) => rest.find(']').map_or(text.len(), |at| at + 2),
        None => text.find(':').unwrap_or(text.len()),
    };
    let (host, port) = text.split_at(end);
    let is_host = if host.starts_with('[') { ipv6(host).is_some() } else { is_reg_name(host) };
    if !is_host {
        return Err(format!("`{host}` is not a host"));
    }
    if port.is_empty() {
        return Ok((host, None));
    }
    let digits = port.strip_prefix(':').unwrap_or(port);
    let bad = || format!("`{digits}` is not a port: 0 to 65535 is expected");
    if !port.starts_with(':') || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(bad());
    }
    match digits.trim_start_matches('0') {
        "" => Ok((host, None)),
        digits => digits.parse().map(|port| (host, Some(port))).map_err(|_| bad()),
    }
}

/// `_REG_NAME_PAT`: anything but delimiters, `%` only before two hexadecimal digits.
fn is_reg_name(host: &str) -> bool {
    !host.contains(['[', ']', ':', '/', '?', '#'])
        && host
            .split('%')
            .skip(1)
            .all(|part| part.get(..2).is_some_and(|two| two.bytes().all(|b| b.is_ascii_hexdigit())))
}

/// The address and zone (with its `%`) of `[address%zone]`.
fn ipv6(host: &str) -> Option<(&str, &str)> {
    let inner = host.strip_prefix('[')?.strip_suffix(']')?;
    let (address, zone) = inner.split_at(inner.find('%').unwrap_or(inner.len()));
    address.parse::<Ipv6Addr>().ok()?;
    (zone.len() != 1).then_some((address, zone))
}

/// `_normalize_host`: lower case, IDNA for labels that are not ASCII, one `%` before a zone.
pub(super) fn normalize(host: &str) -> Result<String, String> {
    if let Some((address, zone)) = ipv6(host) {
        let address = address.to_lowercase();
        if zone.is_empty() {
            return Ok(format!("[{address}]"));
        }
        let zone = zone.strip_prefix("%25").filter(|rest| !rest.is_empty()).unwrap_or(
            // A lone `%` was refused by `ipv6`.
            zone.strip_prefix('%').unwrap_or(zone),
        );
        return Ok(format!("[{address}%{}]", encode_invalid(zone, "")));
    }
    if let Some(stray) = host.chars().find(|c| is_control_or_space(*c)) {
        return Err(format!("`{}` in a host", stray.escape_default()));
    }
    let host = requote(host)?;
    let labels: Result<Vec<String>, String> = host.split('.').map(encode_label).collect();
    Ok(labels?.join("."))
}

/// How a text is written where it is a host, or labels of one; `None` when it cannot be.
#[must_use]
pub fn as_host(text: &str) -> Option<String> {
    is_reg_name(text).then(|| normalize(text).ok()).flatten()
}

/// `_HOST_INVALID_CHAR_RE`.
fn is_control_or_space(c: char) -> bool {
    c <= ' ' || c == '\u{7f}'
}

/// `_normalize_host_percent_encoding`: what need not be quoted is not, the rest in upper case.
fn requote(host: &str) -> Result<String, String> {
    let mut pieces = host.split('%');
    let mut requoted = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        // `split` has seen two hexadecimal digits behind each `%`.
        let (digits, rest) = piece.split_at_checked(2).unwrap_or((piece, ""));
        let octet = u8::from_str_radix(digits, 16).map(char::from).unwrap_or_default();
        if octet < ' ' || octet == '\u{7f}' {
            return Err(format!("`%{digits}` in a host"));
        }
        match octet {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '.' | '_' | '~' => requoted.push(octet),
            _ => requoted.push_str(&format!("%{}", digits.to_uppercase())),
        }
        requoted.push_str(rest);
    }
    Ok(requoted)
}

/// Lower case, but for the digits behind a `%`.
fn lower_but_quotes(label: &str) -> String {
    let mut pieces = label.split('%');
    let first = pieces.next().unwrap_or_default().to_lowercase();
    pieces.fold(first, |mut text, piece| {
        let (digits, rest) = piece.split_at_checked(2).unwrap_or((piece, ""));
        text.push_str(&format!("%{digits}{}", rest.to_lowercase()));
        text
    })
}

/// One label as `idna.encode(label.lower(), strict=True, std3_rules=True)`.
fn encode_label(label: &str) -> Result<String, String> {
    if label.is_ascii() {
        return Ok(lower_but_quotes(label));
    }
    let lower = label.to_lowercase();
    let bad = || format!("`{label}` is not a host name in IDNA 2008");
    if !is_idna2008(&lower) {
        return Err(bad());
    }
    let encoded = idna::domain_to_ascii_strict(&lower).map_err(|_| bad())?;
    // IDNA 2008 does not map: what UTS 46 changed was not a valid label.
    let (back, result) = idna::domain_to_unicode(&encoded);
    (result.is_ok() && back == lower).then_some(encoded).ok_or_else(bad)
}

/// Letters, digits and marks (RFC 5892's PVALID), and its exceptions that hosts have.
static LABEL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let pvalid = r"\p{Ll}\p{Lo}\p{Lm}\p{Mn}\p{Mc}\p{Nd}\-\u{6FD}\u{6FE}\u{F0B}\u{3007}";
    let context = r"\u{200C}\u{200D}";
    Regex::new(&format!("^(?:[{pvalid}{context}\u{30FB}]|l\u{B7}l)+$")).ok()
});

/// Whether every character may stand in a label by RFC 5892.
fn is_idna2008(label: &str) -> bool {
    let is_japanese = |c: char| matches!(c, '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{309F}' | '\u{30A1}'..='\u{30FA}' | '\u{30FC}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}');
    let has_stray_dot = label.contains('\u{30FB}') && !label.chars().any(is_japanese);
    !has_stray_dot && LABEL.as_ref().is_some_and(|pattern| pattern.is_match(label))
}

/// What a resolver refuses before asking: empty labels and those longer than 63 bytes.
pub(super) fn check_labels(host: &str) -> Result<(), String> {
    if host.contains(':') {
        return Ok(());
    }
    let labels = host.strip_suffix('.').unwrap_or(host);
    match labels.split('.').find(|label| label.is_empty() || label.len() > 63) {
        Some(_) => Err(format!("`{host}` has a label that is empty or longer than 63 bytes")),
        None => Ok(()),
    }
}
