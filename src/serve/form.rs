//! Forms: urlencoded and multipart bodies, read as Werkzeug reads them.

use super::percent;

/// What a body holds: either a form, or `data`.
#[derive(Debug, Default)]
pub(super) struct Form<'a> {
    pub(super) fields: Vec<(String, String)>,
    pub(super) files: Vec<File<'a>>,
    /// The body, when it was not a form.
    pub(super) data: &'a [u8],
}

/// A part with a file name.
#[derive(Debug)]
pub(super) struct File<'a> {
    pub(super) name: String,
    /// Its own `Content-Type`, `application/octet-stream` without one.
    pub(super) content_type: String,
    pub(super) bytes: &'a [u8],
}

impl<'a> Form<'a> {
    /// Reads `body` by its `Content-Type`. A form that cannot be read is an empty one.
    pub(super) fn read(content_type: &str, body: &'a [u8]) -> Form<'a> {
        let (kind, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
        match &*kind.trim().to_ascii_lowercase() {
            "application/x-www-form-urlencoded" => {
                let fields = std::str::from_utf8(body).map(percent::pairs).unwrap_or_default();
                Form { fields, ..Form::default() }
            }
            "multipart/form-data" => match parameter(parameters, "boundary") {
                Some(boundary) if !boundary.is_empty() => {
                    multipart(boundary.as_bytes(), body).unwrap_or_default()
                }
                _ => Form { data: body, ..Form::default() },
            },
            _ => Form { data: body, ..Form::default() },
        }
    }
}

/// The parts between the boundaries; `None` when they do not end as they must.
fn multipart<'a>(boundary: &[u8], body: &'a [u8]) -> Option<Form<'a>> {
    let mut form = Form::default();
    let mut delimiter = b"--".to_vec();
    delimiter.extend_from_slice(boundary);
    let (_, mut rest) = cut_at_delimiter(body, &delimiter)?;
    delimiter.splice(0..0, *b"\r\n");
    while !rest.starts_with(b"--") {
        let (_, part) = cut(rest, b"\n")?;
        let (part, after) = cut_at_delimiter(part, &delimiter)?;
        let (head, bytes) = match part.strip_prefix(b"\r\n") {
            Some(bytes) => (&b""[..], bytes),
            None => cut(part, b"\r\n\r\n")?,
        };
        form.add(head, bytes)?;
        rest = after;
    }
    Some(form)
}

/// What stands before the first `delimiter` that ends its line or the body, and after it.
fn cut_at_delimiter<'a>(bytes: &'a [u8], delimiter: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let mut from = 0;
    loop {
        let (before, after) = cut(bytes.get(from..)?, delimiter)?;
        let end = from + before.len();
        let blanks = after.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let rest = after.get(blanks..).unwrap_or_default();
        if after.starts_with(b"--") || rest.starts_with(b"\r\n") || rest.starts_with(b"\n") {
            return Some((bytes.get(..end)?, after));
        }
        from = end + 1;
    }
}

impl<'a> Form<'a> {
    /// Adds a part; `None` when it does not say what it is.
    fn add(&mut self, head: &[u8], bytes: &'a [u8]) -> Option<()> {
        let head = std::str::from_utf8(head).ok()?;
        let header = |wanted: &str| {
            let mut lines = head.split("\r\n").filter_map(|line| line.split_once(':'));
            lines.find(|(name, _)| name.trim().eq_ignore_ascii_case(wanted)).map(|(_, v)| v.trim())
        };
        let (_, parameters) = header("content-disposition")?.split_once(';').unwrap_or_default();
        let name = parameter(parameters, "name").unwrap_or_default();
        if parameter(parameters, "filename").is_some() {
            let content_type = header("content-type").filter(|value| !value.is_empty());
            let content_type = content_type.unwrap_or("application/octet-stream").to_owned();
            self.files.push(File { name, content_type, bytes });
        } else {
            self.fields.push((name, String::from_utf8_lossy(bytes).into_owned()));
        }
        Some(())
    }
}

/// What stands before the first `delimiter` and after it.
fn cut<'a>(bytes: &'a [u8], delimiter: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let first = delimiter.first()?;
    let mut from = 0;
    loop {
        let start = from + bytes.get(from..)?.iter().position(|byte| byte == first)?;
        let (before, rest) = bytes.split_at_checked(start)?;
        if let Some(after) = rest.strip_prefix(delimiter) {
            return Some((before, after));
        }
        from = start + 1;
    }
}

/// A parameter's value, unquoted; `name*` (RFC 5987) before `name`.
fn parameter(parameters: &str, wanted: &str) -> Option<String> {
    let mut plain = None;
    let mut rest = parameters;
    while !rest.is_empty() {
        let (name, value, after) = next_parameter(rest);
        let name = name.trim().to_ascii_lowercase();
        if name == wanted {
            plain.get_or_insert(value);
        } else if name.strip_suffix('*') == Some(wanted) {
            let encoded = value.splitn(3, '\'').nth(2).unwrap_or(&value);
            return Some(percent::unquote(encoded));
        }
        rest = after;
    }
    plain
}

/// The first `name=value` of a list, and what follows its semicolon.
fn next_parameter(text: &str) -> (&str, String, &str) {
    let end = text.find(['=', ';']).unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    let Some(value) = rest.strip_prefix('=') else {
        return (name, String::new(), rest.strip_prefix(';').unwrap_or_default());
    };
    let Some(quoted) = value.trim_start().strip_prefix('"') else {
        let (value, after) = value.split_once(';').unwrap_or((value, ""));
        return (name, value.trim().to_owned(), after);
    };
    let mut unquoted = String::new();
    let mut characters = quoted.char_indices();
    while let Some((place, character)) = characters.next() {
        match character {
            '"' => {
                let after = quoted.get(place + 1..).unwrap_or_default();
                let after = after.split_once(';').map_or("", |(_, after)| after);
                return (name, unquoted.replace("%22", "\""), after);
            }
            '\\' if matches!(characters.clone().next(), Some((_, '"' | '\\'))) => {
                unquoted.extend(characters.next().map(|(_, escaped)| escaped));
            }
            _ => unquoted.push(character),
        }
    }
    (name, unquoted, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_multipart_body_is_fields_and_files() {
        let body = b"--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n2\r\n--b\r\n\
            Content-Disposition: form-data; name=f; filename=\"x;\\\"y\"\r\nContent-Type: a/b\r\n\r\n\
            \xff\r\n--b--\r\n";
        let form = Form::read("multipart/form-data; boundary=\"b\"", body);
        assert_eq!(form.fields, [("a".to_owned(), "1\r\n2".to_owned())]);
        let file = &form.files[0];
        assert_eq!((&*file.name, &*file.content_type, file.bytes), ("f", "a/b", &b"\xff"[..]));
    }

    #[test]
    fn a_multipart_body_that_does_not_end_is_an_empty_form() {
        let form = Form::read("multipart/form-data; boundary=b", b"--b\r\nA: b\r\n\r\nc");
        assert!(form.fields.is_empty() && form.files.is_empty() && form.data.is_empty());
    }

    #[test]
    fn a_parameter_may_be_quoted_or_encoded() {
        let text = "form-data; name=\"a;b\"; filename*=UTF-8''%C3%A9; filename=e";
        assert_eq!(parameter(text, "name").as_deref(), Some("a;b"));
        assert_eq!(parameter(text, "filename").as_deref(), Some("é"));
        assert_eq!(parameter(text, "size"), None);
    }
}
