//! Why a text is no query, and what to write instead.

use super::QueryError;
use super::compile::Refusal;
use jsonpath_rust::parser::errors::JsonPathError;

/// A query that could be parsed but is refused: the place of the function concerned.
pub(super) fn place(text: &str, refusal: Refusal) -> QueryError {
    let at = (!refusal.part.is_empty()).then(|| text.find(&format!("{}(", refusal.part))).flatten();
    let help = Some(refusal.help).filter(|help| !help.is_empty());
    QueryError { message: refusal.message, at, help }
}

/// The mistakes people make, the most telling first.
const MISTAKES: &[fn(&str, &str) -> Option<QueryError>] = &[
    no_root,
    unclosed,
    script,
    bracket_after_dot,
    name_that_needs_brackets,
    bare_name_in_brackets,
    single_equals,
    words_for_operators,
    large_integer,
    dot_at_the_end,
];

/// A text that cannot be parsed.
pub(super) fn explain(text: &str, error: &JsonPathError) -> QueryError {
    let masked = masked(text);
    if let Some(known) = MISTAKES.iter().find_map(|mistake| mistake(text, &masked)) {
        return known;
    }
    let (message, at) = match error {
        JsonPathError::PestError(error) => (
            "the query cannot be read from here on".to_owned(),
            position(&format!("{:?}", error.location)),
        ),
        JsonPathError::MaxNestingDepthExceeded(depth) => {
            (format!("the query is nested more than {depth} deep"), None)
        }
        JsonPathError::InvalidJsonPath(reason) => (lower(reason), None),
        other => (lower(&other.to_string()), None),
    };
    let help =
        message.ends_with("is not comparable").then(|| "use it alone, without a comparison".into());
    QueryError { message, at: at.map(|at| at.min(text.len())), help }
}

/// The first number in `Pos(5)` or `Span((5, 7))`: pest's own types cannot be named from here.
fn position(location: &str) -> Option<usize> {
    let digits = location.trim_start_matches(|c: char| !c.is_ascii_digit());
    digits.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

fn lower(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(char::to_lowercase).into_iter().flatten().chain(characters).collect()
}

fn mistake(at: usize, message: impl Into<String>, help: impl Into<String>) -> Option<QueryError> {
    Some(QueryError { message: message.into(), at: Some(at), help: Some(help.into()) })
}

/// The text with what stands in quotes overwritten, byte for byte.
fn masked(text: &str) -> String {
    let mut quote = None;
    let mut is_escaped = false;
    let mask = |character: char| {
        let inside = quote.is_some();
        match quote {
            Some(_) if is_escaped => is_escaped = false,
            Some(_) if character == '\\' => is_escaped = true,
            Some(open) if open == character => quote = None,
            None if matches!(character, '"' | '\'') => quote = Some(character),
            _ => {}
        }
        if inside && quote.is_some() { "_".repeat(character.len_utf8()) } else { character.into() }
    };
    text.chars().map(mask).collect()
}

fn no_root(text: &str, _: &str) -> Option<QueryError> {
    if text.trim_start().starts_with('$') {
        return None;
    }
    let rest = text.trim().trim_start_matches('@');
    let better = match rest.chars().next() {
        None => "$".to_owned(),
        Some('.' | '[') => format!("${rest}"),
        Some(_) => format!("$.{rest}"),
    };
    mistake(0, "a query begins with `$`", format!("write `{better}`"))
}

/// jsonpath-rust accepts spaces at the end, RFC 9535 (section 2.1.1) does not.
pub(super) fn refuse_space_around(text: &str) -> Result<(), QueryError> {
    space_around(text).map_or(Ok(()), Err)
}

fn space_around(text: &str) -> Option<QueryError> {
    let trimmed = text.trim();
    if trimmed.len() == text.len() {
        return None;
    }
    let at = if text.starts_with(char::is_whitespace) { 0 } else { trimmed.len() };
    mistake(at, "a query has no spaces around it", format!("write `{trimmed}`"))
}

fn unclosed(text: &str, masked: &str) -> Option<QueryError> {
    let mut open = Vec::new();
    let mut quote: Option<(usize, char)> = None;
    for (at, character) in masked.char_indices() {
        match (quote, character) {
            (Some((_, opened)), _) if opened == character => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some((at, character)),
            (None, '[' | '(') => open.push((at, character)),
            (None, ']' | ')') => {
                let expected = if character == ']' { '[' } else { '(' };
                if open.pop().is_none_or(|(_, opened)| opened != expected) {
                    let message = format!("`{character}` closes nothing");
                    return mistake(
                        at,
                        message,
                        format!("remove it, or open `{expected}` before it"),
                    );
                }
            }
            _ => {}
        }
    }
    let (at, opened) = quote.or(open.last().copied())?;
    let close = match opened {
        '[' => ']',
        '(' => ')',
        quote => quote,
    };
    let _ = text;
    mistake(at, format!("`{opened}` is never closed"), format!("close it with `{close}`"))
}

fn bracket_after_dot(text: &str, masked: &str) -> Option<QueryError> {
    let at = masked
        .match_indices(".[")
        .map(|(at, _)| at)
        .find(|at| !masked.get(..*at).is_some_and(|before| before.ends_with('.')))?;
    let (before, after) = (text.get(..at)?, text.get(at + 1..)?);
    mistake(at, "a `.` before a bracket", format!("write `{before}{after}`"))
}

/// `.foo-bar`, `.0`, `.a()`.
fn name_that_needs_brackets(text: &str, masked: &str) -> Option<QueryError> {
    let starts = masked.match_indices('.').map(|(at, _)| at + 1);
    let is_plain = |c: char| c.is_alphanumeric() || c == '_' || !c.is_ascii();
    let ends = |c: char| c.is_whitespace() || ".[]()=!<>&|,'\"*".contains(c);
    for start in starts {
        let before = masked.get(..start - 1)?;
        let in_number = before.ends_with(|c: char| c.is_ascii_digit())
            && before
                .trim_end_matches(|c: char| c.is_ascii_digit())
                .ends_with(|c: char| !is_plain(c) && !".]".contains(c));
        let rest = masked.get(start..)?;
        let name = rest.split(ends).next().unwrap_or(rest);
        if in_number || name.is_empty() {
            continue;
        }
        let (front, back) = (text.get(..start - 1)?, text.get(start + name.len()..)?);
        let descends = if front.ends_with('.') { "." } else { "" };
        if rest.get(name.len()..).is_some_and(|after| after.starts_with('(')) {
            let help = "functions stand in filters and before their argument, as in \
                        `$[?length(@.a) > 1]`; for a length use the predicate `length`";
            return mistake(start, format!("`{name}()` is no part of a path"), help);
        }
        if name.chars().all(|c| c.is_ascii_digit()) {
            let help = format!("write `{front}{descends}[{name}]{back}`");
            return mistake(start, format!("`{name}` is an index, not a name"), help);
        }
        if !name.chars().all(is_plain) || name.starts_with(|c: char| c.is_ascii_digit()) {
            let help = format!("write `{front}{descends}['{name}']{back}`");
            return mistake(start, format!("the name `{name}` needs brackets and quotes"), help);
        }
    }
    None
}

/// `$[foo]`.
fn bare_name_in_brackets(text: &str, masked: &str) -> Option<QueryError> {
    for (open, _) in masked.match_indices('[') {
        let inside = masked.get(open + 1..)?;
        let inside = inside.get(..inside.find(']')?)?;
        let name = inside.trim();
        let is_name = name.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_alphanumeric() || "_- ".contains(c));
        if is_name {
            let (front, back) = (text.get(..=open)?, text.get(open + 1 + inside.len()..)?);
            let help = format!("write `{front}'{name}'{back}`");
            return mistake(open + 1, format!("the name `{name}` needs quotes"), help);
        }
    }
    None
}

/// `[(@.length-1)]` of older JSONPath.
fn script(_: &str, masked: &str) -> Option<QueryError> {
    let at = masked.find("[(")?;
    mistake(
        at + 1,
        "scripts in brackets are not part of RFC 9535",
        "the last item is `[-1]`, a filter begins with `?`",
    )
}

fn single_equals(text: &str, masked: &str) -> Option<QueryError> {
    if let Some(at) = masked.find("=~") {
        let help = "write `match(@.name, 'regex')` for the whole text, `search(…)` for a part";
        return mistake(at, "`=~` is not part of RFC 9535", help);
    }
    let at = masked.match_indices('=').map(|(at, _)| at).find(|at| {
        let before = masked.get(..*at).unwrap_or("");
        let after = masked.get(at + 1..).unwrap_or("");
        !before.ends_with(['=', '!', '<', '>']) && !after.starts_with('=')
    });
    if let Some(at) = at {
        let (before, after) = (text.get(..at)?, text.get(at + 1..)?);
        return mistake(at, "`=` compares nothing", format!("write `{before}=={after}`"));
    }
    let at = masked.find("===").or_else(|| masked.find("!=="))?;
    mistake(
        at,
        "`===` and `!==` are not part of RFC 9535",
        "write `==` or `!=`: types always count",
    )
}

fn words_for_operators(text: &str, masked: &str) -> Option<QueryError> {
    let words = [(" and ", "&&"), (" or ", "||"), ("not ", "!"), (" in ", "==")];
    let found =
        words.iter().find_map(|(word, operator)| Some((masked.find(word)?, word, operator)));
    let (at, word, operator) =
        found.filter(|(at, ..)| masked.get(..*at).is_some_and(|b| b.contains('?')))?;
    let shown = word.trim();
    let at = at + word.len() - word.trim_start().len();
    if shown == "in" {
        let help = "write `@.a == 1 || @.a == 2`";
        return mistake(at, "`in` is not part of RFC 9535", help);
    }
    let (front, back) = (text.get(..at)?, text.get(at + shown.len()..)?);
    let back = if shown == "not" { back.trim_start() } else { back };
    mistake(at, format!("`{shown}` is no operator"), format!("write `{front}{operator}{back}`"))
}

/// The largest integer of RFC 9535, section 2.1: what a double holds exactly.
const LARGEST: u64 = (1 << 53) - 1;

fn large_integer(_: &str, masked: &str) -> Option<QueryError> {
    let mut rest = masked;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let at = masked.len() - rest.len() + start;
        let from = rest.get(start..)?;
        let length = from.find(|c: char| !c.is_ascii_digit()).unwrap_or(from.len());
        let (digits, after) = from.split_at_checked(length)?;
        let is_name = masked.get(..at)?.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let is_exact = digits.parse::<u64>().is_ok_and(|number| number <= LARGEST);
        if !is_name && !is_exact {
            let help = "compare it outside the query: in an assertion on the found value, which \
                        keeps all digits, or in a template";
            let message =
                format!("the integer `{digits}` is beyond {LARGEST}, the largest in a query");
            return mistake(at, message, help);
        }
        rest = after;
    }
    None
}

fn dot_at_the_end(text: &str, masked: &str) -> Option<QueryError> {
    let trimmed = masked.trim_end_matches('.');
    if trimmed.len() == masked.len() {
        return None;
    }
    let better = text.get(..trimmed.len())?;
    mistake(
        trimmed.len(),
        "a name is missing after the last `.`",
        format!("write `{better}`, or `{better}.*` for everything in it"),
    )
}

#[cfg(test)]
mod tests {
    use crate::jsonpath::Query;

    #[test]
    fn a_mistake_says_what_to_write() {
        let cases = [
            ("$.a.[0]", "3 a `.` before a bracket | write `$.a[0]`"),
            ("$[?(@.x = 1)]", "8 `=` compares nothing | write `$[?(@.x == 1)]`"),
            (".foo", "0 a query begins with `$` | write `$.foo`"),
            ("foo.bar", "0 a query begins with `$` | write `$.foo.bar`"),
            ("$.foo-bar", "2 the name `foo-bar` needs brackets and quotes | write `$['foo-bar']`"),
            (
                "$..foo-bar[0]",
                "3 the name `foo-bar` needs brackets and quotes | write `$..['foo-bar'][0]`",
            ),
            ("$.items.0.id", "8 `0` is an index, not a name | write `$.items[0].id`"),
            ("$.a ", "3 a query has no spaces around it | write `$.a`"),
            ("$.a[0", "3 `[` is never closed | close it with `]`"),
            ("$['a]", "2 `'` is never closed | close it with `'`"),
            ("$.a)", "3 `)` closes nothing | remove it, or open `(` before it"),
            ("$[foo]", "2 the name `foo` needs quotes | write `$['foo']`"),
            ("$[?@.a and @.b]", "7 `and` is no operator | write `$[?@.a && @.b]`"),
            (
                "$[?@.a =~ 'x']",
                "7 `=~` is not part of RFC 9535 | write `match(@.name, 'regex')` for the whole text, `search(…)` for a part",
            ),
            (
                "$.a.",
                "3 a name is missing after the last `.` | write `$.a`, or `$.a.*` for everything in it",
            ),
            (
                "$.a[(@.length-1)]",
                "4 scripts in brackets are not part of RFC 9535 | the last item is `[-1]`, a filter begins with `?`",
            ),
            (
                "$[?@.id==9007199254740993]",
                "9 the integer `9007199254740993` is beyond 9007199254740991, the largest in a query | compare it outside the query: in an assertion on the found value, which keeps all digits, or in a template",
            ),
            (
                "$[?count(1) == 1]",
                "invalid argument for the function `count`: expected a node, got a literal",
            ),
            (
                "$[?length(@.a)]",
                "3 `length` gives a value, not true or false | compare it, as in `length(…) == 1`",
            ),
            (
                "$[?length(@.*) == 1]",
                "3 `length` takes one value, the query may give several | use names and indexes only, or `value(…)` around it",
            ),
            (
                "$[?match(@.a, 'x') == true]",
                "function match(a, \"x\") is not comparable | use it alone, without a comparison",
            ),
        ];
        for (text, expected) in cases {
            let error = Query::parse(text).unwrap_err();
            let at = error.at.map(|at| format!("{at} ")).unwrap_or_default();
            let help = error.help.map(|help| format!(" | {help}")).unwrap_or_default();
            assert_eq!(format!("{at}{}{help}", error.message), expected, "{text}");
        }
    }
}
