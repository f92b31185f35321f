//! `is`: the type, or the form of text.

use super::{ArgumentShape, Explanation, Predicate, PredicateKind};
use crate::check::argument::wrong;
use crate::check::words::{self, Show};
use crate::check::{Argument, BuildError, View};
use crate::diagnostic::codes::check::WRONG_ARGUMENT;
use crate::registry::suggest;
use crate::value::Kind;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

/// A type.
pub(super) const KIND: PredicateKind = PredicateKind {
    key: "is",
    synonyms: &["type", "is_type", "typeof", "isA"],
    summary: "of this type: string integer number boolean array object null \
              date datetime uuid url email ipv4 ipv6",
    example: "assert: {jsonpath: {$.created_at: {is: datetime}}}",
    argument: ArgumentShape::Type,
    compile,
};

/// One type or form.
#[derive(Debug)]
pub struct Type {
    /// The name.
    pub name: &'static str,
    /// With an article, for messages.
    words: &'static str,
    /// What other tools call it.
    synonyms: &'static [&'static str],
    test: fn(View<'_>) -> bool,
}

/// Every type `is` takes.
pub const TYPES: &[Type] = &[
    Type {
        name: "string",
        words: "a string",
        synonyms: &["str", "text"],
        test: |view| view.text().is_some(),
    },
    Type {
        name: "integer",
        words: "an integer",
        synonyms: &["int", "long"],
        test: |view| view.kind() == Kind::Integer,
    },
    Type {
        name: "number",
        words: "a number",
        synonyms: &["float", "double", "decimal", "numeric"],
        test: |view| view.number().is_some(),
    },
    Type {
        name: "boolean",
        words: "a boolean",
        synonyms: &["bool"],
        test: |view| view.kind() == Kind::Boolean,
    },
    Type {
        name: "array",
        words: "a list",
        synonyms: &["list", "collection", "sequence"],
        test: |view| view.items().is_some(),
    },
    Type {
        name: "object",
        words: "a mapping",
        synonyms: &["dict", "map", "mapping", "hash"],
        test: |view| view.members().is_some(),
    },
    Type {
        name: "null",
        words: "null",
        synonyms: &["none", "nil"],
        test: |view| view.kind() == Kind::Null,
    },
    Type {
        name: "date",
        words: "a date such as 2026-11-20",
        synonyms: &["isodate", "full-date"],
        test: |view| view.text().is_some_and(is_date),
    },
    Type {
        name: "datetime",
        words: "a date and time such as 2026-11-20T22:20:00Z",
        synonyms: &["date-time", "timestamp", "iso8601", "rfc3339"],
        test: |view| view.text().is_some_and(is_datetime),
    },
    Type {
        name: "uuid",
        words: "a UUID",
        synonyms: &["guid"],
        test: |view| view.text().is_some_and(is_uuid),
    },
    Type {
        name: "url",
        words: "an absolute URL",
        synonyms: &["uri", "link", "href"],
        test: |view| view.text().is_some_and(is_url),
    },
    Type {
        name: "email",
        words: "an email address",
        synonyms: &["mail", "e-mail"],
        test: |view| view.text().is_some_and(is_email),
    },
    Type {
        name: "ipv4",
        words: "an IPv4 address",
        synonyms: &["ip", "ip4", "ip_v4"],
        test: |view| view.text().is_some_and(|text| text.parse::<Ipv4Addr>().is_ok()),
    },
    Type {
        name: "ipv6",
        words: "an IPv6 address",
        synonyms: &["ip6", "ip_v6"],
        test: |view| view.text().is_some_and(|text| text.parse::<Ipv6Addr>().is_ok()),
    },
];

fn compile(argument: &Argument) -> Result<Arc<dyn Predicate>, Vec<BuildError>> {
    if *argument == Argument::Pending {
        return Ok(Arc::new(Is(&Type { name: "", words: "", synonyms: &[], test: |_| false })));
    }
    let null = argument.scalar().is_some_and(crate::value::Value::is_null);
    let name = match argument.scalar().and_then(|value| value.as_str()) {
        Some(name) => name,
        None if null => "null",
        None => return Err(wrong("is", "the name of a type", argument)),
    };
    let found = TYPES.iter().find(|kind| kind.name == name);
    found.map(|kind| Arc::new(Is(kind)) as Arc<dyn Predicate>).ok_or_else(|| vec![unknown(name)])
}

fn unknown(name: &str) -> BuildError {
    let names = || TYPES.iter().map(|kind| kind.name);
    let synonym = TYPES.iter().find(|kind| kind.synonyms.contains(&name)).map(|kind| kind.name);
    let error = BuildError::new(&WRONG_ARGUMENT, format!("`{name}` is not a type"), "not a type");
    match synonym.or_else(|| suggest(names(), name)) {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => {
            let known: Vec<&str> = names().collect();
            error.help(format!("the types are {}", known.join(", ")))
        }
    }
}

/// `YYYY-MM-DD` of a day that exists.
fn is_date(text: &str) -> bool {
    digits_like(text, "dddd-dd-dd") && text.parse::<jiff::civil::Date>().is_ok()
}

/// RFC 3339: a date, `T` (or `t`, or a space), a time of day, an offset.
fn is_datetime(text: &str) -> bool {
    let (Some(date), Some(rest)) = (text.get(..10), text.get(11..)) else { return false };
    let separated = text.get(10..11).is_some_and(|mark| matches!(mark, "T" | "t" | " "));
    let (Some(time), Some(rest)) = (rest.get(..8), rest.get(8..)) else { return false };
    let offset = match rest.strip_prefix('.') {
        Some(fraction) => fraction.trim_start_matches(|digit: char| digit.is_ascii_digit()),
        None => rest,
    };
    let fraction_ok = !rest.starts_with('.') || rest.len() > offset.len() + 1;
    separated && is_date(date) && is_time(time) && fraction_ok && is_offset(offset)
}

fn is_time(text: &str) -> bool {
    let part = |range| text.get(range).and_then(|part: &str| part.parse::<u8>().ok());
    digits_like(text, "dd:dd:dd")
        && part(0..2).is_some_and(|hour| hour < 24)
        && part(3..5).is_some_and(|minute| minute < 60)
        && part(6..8).is_some_and(|second| second <= 60)
}

fn is_offset(text: &str) -> bool {
    let part = |range| text.get(range).and_then(|part: &str| part.parse::<u8>().ok());
    matches!(text, "Z" | "z")
        || (digits_like(text.get(1..).unwrap_or_default(), "dd:dd")
            && text.starts_with(['+', '-'])
            && part(1..3).is_some_and(|hour| hour < 24)
            && part(4..6).is_some_and(|minute| minute < 60))
}

/// Whether a text has digits where the form has `d` and the form's own marks elsewhere.
fn digits_like(text: &str, form: &str) -> bool {
    text.len() == form.len()
        && text.bytes().zip(form.bytes()).all(|(byte, mark)| match mark {
            b'd' => byte.is_ascii_digit(),
            mark => byte == mark,
        })
}

/// RFC 9562 section 4: 8-4-4-4-12 hex digits.
fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    lengths == [8, 4, 4, 4, 12]
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// A scheme, `://`, a host; no white space.
fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    scheme.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
        && !host.is_empty()
        && !text.contains(|letter: char| letter.is_whitespace() || letter.is_control())
}

/// The form browsers ask of `<input type=email>` (HTML, "valid e-mail address").
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let marks = b".!#$%&'*+/=?^_`{|}~-";
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    !local.is_empty()
        && local.bytes().all(|byte| byte.is_ascii_alphanumeric() || marks.contains(&byte))
        && domain.split('.').all(label)
}

#[derive(Debug)]
struct Is(&'static Type);

impl Predicate for Is {
    fn holds(&self, view: View<'_>) -> bool {
        (self.0.test)(view)
    }

    fn explain(&self, view: View<'_>, _: Show) -> Explanation {
        let offset = self.0.name == "datetime"
            && view.text().is_some_and(|text| is_datetime(&format!("{text}Z")));
        let help =
            offset.then(|| "it has no offset, such as `Z` or `+01:00` (RFC 3339)".to_owned());
        Explanation { found: Some(words::named(view)), help, ..Explanation::default() }
    }

    fn describe(&self, _: Show) -> String {
        self.0.words.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use crate::check::probe::{judge, mistakes};

    fn is(name: &str, found: &str) -> bool {
        judge(&format!(r#"{{"is": "{name}"}}"#), found) == "holds"
    }

    #[test]
    fn types_are_jsons() {
        let found = [r#""a""#, "1", "1.5", "true", "[]", "{}", "null"];
        let table = [
            ("string", "1000000"),
            ("integer", "0100000"),
            ("number", "0110000"),
            ("boolean", "0001000"),
            ("array", "0000100"),
            ("object", "0000010"),
            ("null", "0000001"),
        ];
        for (name, expected) in table {
            let told: String =
                found.iter().map(|found| if is(name, found) { '1' } else { '0' }).collect();
            assert_eq!(told, expected, "{name}");
        }
        assert!(is("integer", "1.0") && is("integer", "1e3"));
    }

    #[test]
    fn forms_are_those_of_their_standards() {
        let table: &[(&str, &[&str], &[&str])] = &[
            ("date", &["2024-02-29"], &["2023-02-29", "20240229", "2024-2-9", ""]),
            (
                "datetime",
                &[
                    "2011-04-14T16:00:49Z",
                    "2011-04-14T16:00:49.123456+01:00",
                    "2011-04-14 16:00:49z",
                ],
                &[
                    "2011-04-14T16:00:49",
                    "2011-04-14",
                    "2011-04-14T24:00:00Z",
                    "2011-04-14T16:00:49.Z",
                ],
            ),
            (
                "uuid",
                &["123e4567-e89b-12d3-a456-426614174000", "123E4567-E89B-12D3-A456-426614174000"],
                &["123e4567e89b12d3a456426614174000", "123e4567-e89b-12d3-a456-42661417400g"],
            ),
            (
                "url",
                &["https://api.github.com/repos?x#y", "ftp://h"],
                &["/repos", "https://", "https://a b", "mailto:a@b.example"],
            ),
            (
                "email",
                &["a.b+c@d-e.example", "a@localhost"],
                &["a@", "@b", "a b@c", "a@-b.c", "a@b@c"],
            ),
            ("ipv4", &["127.0.0.1"], &["127.0.0.256", "127.1", "::1"]),
            ("ipv6", &["::1", "2001:db8::1"], &["127.0.0.1", "[::1]"]),
        ];
        for (name, good, bad) in table {
            for text in *good {
                assert!(is(name, &format!("\"{text}\"")), "{text} is a {name}");
            }
            for text in *bad {
                assert!(!is(name, &format!("\"{text}\"")), "{text} is no {name}");
            }
        }
    }

    #[test]
    fn what_was_found_is_named_with_its_kind() {
        assert_eq!(
            judge(r#"{"is": "integer"}"#, r#""1""#),
            "expected an integer\nfound the string \"1\""
        );
        assert_eq!(
            judge(r#"{"is": "datetime"}"#, r#""2011-04-14T16:00:49""#),
            "expected a date and time such as 2026-11-20T22:20:00Z\n\
             found the string \"2011-04-14T16:00:49\"\n\
             help: it has no offset, such as `Z` or `+01:00` (RFC 3339)"
        );
    }

    #[test]
    fn an_unknown_type_is_refused() {
        assert_eq!(mistakes(r#"{"is": "list"}"#), "`list` is not a type; did you mean `array`?");
        assert_eq!(
            mistakes(r#"{"is": "cow"}"#),
            "`cow` is not a type; the types are string, integer, number, boolean, array, object, \
             null, date, datetime, uuid, url, email, ipv4, ipv6"
        );
        assert_eq!(
            mistakes(r#"{"is": ["string"]}"#),
            "`is` takes the name of a type, found a list"
        );
    }
}
