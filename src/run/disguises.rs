//! The forms a secret takes on its way: in URLs, forms, JSON, shells, hexadecimal and base64, and
//! its beginning where a text was cut.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use regex::{Regex, RegexBuilder};
use std::fmt::Write as _;

/// What ends a text that was cut.
const CUT: char = '…';

/// The shortest beginning of a secret that is masked where a text was cut, in characters.
const SHORTEST_BEGINNING: usize = 3;

/// The longest beginning of a secret that is looked for where a text was cut, in characters.
const LONGEST_BEGINNING: usize = 200;

/// The shortest piece of base64 that is taken for a secret's when other bytes stand around it:
/// a shorter one might be anything.
const SHORTEST_PIECE: usize = 6;

/// The shortest line of a secret of several lines that is masked on its own, in characters.
const SHORTEST_LINE: usize = 4;

/// What finds a secret, or a line of it, in every form; with its length in bytes.
pub(super) fn finders(secret: &str) -> Vec<(usize, Regex)> {
    let found = with_lines(secret).into_iter().filter_map(|secret| {
        let every = forms(secret).join("|");
        let limits = |pattern: &str| {
            let mut builder = RegexBuilder::new(pattern);
            builder.size_limit(1 << 28).nest_limit(1000).build()
        };
        // A secret too large to be looked for in every form is looked for as it is.
        let finder = limits(&every).or_else(|_| limits(&regex::escape(secret)));
        Some((secret.len(), finder.ok()?))
    });
    found.collect()
}

/// A secret, and its lines: a diff shows them one by one.
fn with_lines(secret: &str) -> Vec<&str> {
    let lines = secret.lines().map(str::trim).filter(|_| secret.trim().contains('\n'));
    let lines = lines.filter(|line| line.chars().count() >= SHORTEST_LINE);
    std::iter::once(secret).chain(lines).collect()
}

fn forms(secret: &str) -> Vec<String> {
    let letters: Vec<String> = secret.chars().map(letter).collect();
    let mut forms = vec![letters.concat()];
    forms.extend(beginning(&letters));
    let hex = secret.bytes().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    forms.push(format!("(?i:{hex})"));
    forms.extend(in_base64(secret.as_bytes()));
    // Basic credentials are Latin-1 where they can be.
    let latin1: Result<Vec<u8>, _> = secret.chars().map(|c| u8::try_from(u32::from(c))).collect();
    forms.extend(latin1.ok().filter(|_| !secret.is_ascii()).iter().flat_map(|it| in_base64(it)));
    forms
}

/// One character in every form it may take.
fn letter(letter: char) -> String {
    let mut buffer = [0; 4];
    let bytes = letter.encode_utf8(&mut buffer).as_bytes();
    let joined = |write: &dyn Fn(&u8) -> String| bytes.iter().map(write).collect::<String>();
    let in_url = joined(&|byte| format!("%{byte:02x}"));
    let mut forms = vec![
        // A backslash before it, however often it was quoted.
        format!(r"\\*{}", regex::escape(&letter.to_string())),
        format!("(?i:{in_url})"),
    ];
    if letter.is_ascii_alphanumeric() {
        return format!("(?:{})", forms.join("|"));
    }
    forms.push(format!(r"(?i:\\+u\{{?0*{:x}\}}?)", u32::from(letter)));
    forms.push(joined(&|byte| format!(r"(?i:\\+x{byte:02x})")));
    match letter {
        ' ' => forms.push(r"\+".to_owned()),
        '\n' => forms.push(r"\\+n".to_owned()),
        '\r' => forms.push(r"\\+r".to_owned()),
        '\t' => forms.push(r"\\+t".to_owned()),
        '\'' => forms.push(r"'\\''".to_owned()),
        '"' => forms.push("&quot;|&#34;".to_owned()),
        '&' => forms.push("&amp;".to_owned()),
        '<' => forms.push("&lt;".to_owned()),
        '>' => forms.push("&gt;".to_owned()),
        letter if !letter.is_ascii() => {
            // Headers are Latin-1, read as such or as what they are not.
            forms.push(joined(&|byte| regex::escape(&char::from(*byte).to_string())));
            if let Ok(byte) = u8::try_from(u32::from(letter)) {
                forms.push(format!(r"(?i:\\+x{byte:02x}|%{byte:02x})"));
            }
            forms.push("\u{fffd}+".to_owned());
        }
        _ => {}
    }
    format!("(?:{})", forms.join("|"))
}

/// As much of a secret as was left before a cut: `abc(?:d(?:e)?)?(?P<cut>…)`.
fn beginning(letters: &[String]) -> Option<String> {
    let letters: Vec<&String> = letters.iter().take(LONGEST_BEGINNING).collect();
    let (first, rest) = letters.split_at_checked(SHORTEST_BEGINNING)?;
    let optional =
        rest.iter().rev().fold(String::new(), |inner, letter| format!("(?:{letter}{inner})?"));
    let first: String = first.iter().map(|letter| letter.as_str()).collect();
    Some(format!(r#"{first}{optional}(?P<cut>["'`\\]*{CUT})"#))
}

/// In base64: alone, and what is surely its own of it behind one or two other bytes and before
/// others, as in basic credentials.
fn in_base64(secret: &[u8]) -> Vec<String> {
    let mut forms = Vec::new();
    for alphabet in [&alphabet::STANDARD, &alphabet::URL_SAFE] {
        let config = GeneralPurposeConfig::new().with_encode_padding(false);
        let engine = GeneralPurpose::new(alphabet, config);
        let alone = regex::escape(&engine.encode(secret));
        for before in 0..3 {
            let bytes: Vec<u8> = std::iter::repeat_n(0, before).chain(secret.to_vec()).collect();
            let whole = engine.encode(&bytes);
            // Digits that hold bits of others' bytes too say nothing certain.
            let from = (before * 8).div_ceil(6);
            let until = bytes.len() * 8 / 6;
            if let Some(piece) = whole.get(from..until)
                && piece.len() >= SHORTEST_PIECE
            {
                forms.push(format!(
                    "[A-Za-z0-9+/_-]?{}[A-Za-z0-9+/_-]?={{0,2}}",
                    regex::escape(piece)
                ));
            }
        }
        forms.push(format!("{alone}={{0,2}}"));
    }
    forms.dedup();
    forms
}
