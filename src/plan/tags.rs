//! `--tag` and `--skip-tag`: `smoke and not (slow or flaky)`.
//!
//! ```text
//! either = both { "or" both }
//! both   = one { "and" one }
//! one    = "not" one | "(" either ")" | tag
//! ```

use std::ops::Range;

/// Which tags a step must have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TagExpression {
    /// This one.
    Tag(String),
    /// Not that.
    Not(Box<TagExpression>),
    /// Both.
    And(Box<TagExpression>, Box<TagExpression>),
    /// One of them at least.
    Or(Box<TagExpression>, Box<TagExpression>),
}

/// What is wrong with an expression, and where: bytes of its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagMistake {
    /// The place.
    pub range: Range<usize>,
    /// What was expected and what was found.
    pub message: String,
    /// What to do.
    pub help: &'static str,
}

impl TagExpression {
    /// Reads an expression.
    ///
    /// # Errors
    /// The first place that is wrong.
    pub fn parse(text: &str) -> Result<TagExpression, TagMistake> {
        let mut parser = Parser { words: words(text)?, at: 0, end: text.trim_end().len() };
        let expression = parser.either(0)?;
        match parser.next() {
            None => Ok(expression),
            Some(Word { kind: Kind::Close, range }) => {
                Err(mistake(range, "a `)` that closes nothing".to_owned(), "leave it out"))
            }
            Some(word) => {
                let message = format!("expected `and` or `or`, found {}", word.kind.describe());
                Err(mistake(
                    word.range,
                    message,
                    "a tag with a space in it stands in quotes: `'my tag'`",
                ))
            }
        }
    }

    /// Whether a step with these tags is meant.
    #[must_use]
    pub fn holds(&self, tags: &[String]) -> bool {
        match self {
            TagExpression::Tag(tag) => tags.contains(tag),
            TagExpression::Not(one) => !one.holds(tags),
            TagExpression::And(one, other) => one.holds(tags) && other.holds(tags),
            TagExpression::Or(one, other) => one.holds(tags) || other.holds(tags),
        }
    }

    /// The tags that are asked for, rather than left out.
    #[must_use]
    pub fn wanted(&self) -> Vec<&str> {
        match self {
            TagExpression::Tag(tag) => vec![tag],
            TagExpression::Not(_) => Vec::new(),
            TagExpression::And(one, other) | TagExpression::Or(one, other) => {
                let mut all = one.wanted();
                all.extend(other.wanted());
                all
            }
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Tag(String),
    And,
    Or,
    Not,
    Open,
    Close,
}

impl Kind {
    fn describe(&self) -> String {
        match self {
            Kind::Tag(tag) => format!("`{tag}`"),
            Kind::And => "`and`".to_owned(),
            Kind::Or => "`or`".to_owned(),
            Kind::Not => "`not`".to_owned(),
            Kind::Open => "`(`".to_owned(),
            Kind::Close => "`)`".to_owned(),
        }
    }
}

#[derive(Clone, Debug)]
struct Word {
    kind: Kind,
    range: Range<usize>,
}

fn mistake(range: Range<usize>, message: String, help: &'static str) -> TagMistake {
    TagMistake { range, message, help }
}

fn words(text: &str) -> Result<Vec<Word>, TagMistake> {
    let mut words = Vec::new();
    let mut rest = text.char_indices().peekable();
    while let Some((start, letter)) = rest.next() {
        let one = start..start + letter.len_utf8();
        match letter {
            letter if letter.is_whitespace() => {}
            '(' => words.push(Word { kind: Kind::Open, range: one }),
            ')' => words.push(Word { kind: Kind::Close, range: one }),
            '\'' | '"' => {
                let Some((end, _)) = rest.find(|(_, other)| *other == letter) else {
                    let message = "a quote that does not end".to_owned();
                    return Err(mistake(one, message, "close it behind the tag"));
                };
                let tag = text.get(one.end..end).unwrap_or_default().to_owned();
                words.push(Word { kind: Kind::Tag(tag), range: start..end + 1 });
            }
            _ => {
                let mut end = one.end;
                while let Some((at, letter)) =
                    rest.next_if(|(_, letter)| !letter.is_whitespace() && !"()".contains(*letter))
                {
                    end = at + letter.len_utf8();
                }
                let word = text.get(start..end).unwrap_or_default();
                let kind = match word {
                    "and" => Kind::And,
                    "or" => Kind::Or,
                    "not" => Kind::Not,
                    tag => Kind::Tag(tag.to_owned()),
                };
                words.push(Word { kind, range: start..end });
            }
        }
    }
    Ok(words)
}

/// How deep an expression may be nested.
const DEEPEST: usize = 100;

struct Parser {
    words: Vec<Word>,
    at: usize,
    /// Where the text ends.
    end: usize,
}

impl Parser {
    fn next(&mut self) -> Option<Word> {
        let word = self.words.get(self.at).cloned();
        self.at += usize::from(word.is_some());
        word
    }

    fn takes(&mut self, kind: &Kind) -> bool {
        let is_it = self.words.get(self.at).is_some_and(|word| word.kind == *kind);
        self.at += usize::from(is_it);
        is_it
    }

    fn either(&mut self, depth: usize) -> Result<TagExpression, TagMistake> {
        let mut one = self.both(depth)?;
        while self.takes(&Kind::Or) {
            one = TagExpression::Or(Box::new(one), Box::new(self.both(depth)?));
        }
        Ok(one)
    }

    fn both(&mut self, depth: usize) -> Result<TagExpression, TagMistake> {
        let mut one = self.one(depth)?;
        while self.takes(&Kind::And) {
            one = TagExpression::And(Box::new(one), Box::new(self.one(depth)?));
        }
        Ok(one)
    }

    fn one(&mut self, depth: usize) -> Result<TagExpression, TagMistake> {
        let help = "write tags, `and`, `or`, `not` and parentheses: `smoke and not slow`";
        let Some(word) = self.next() else {
            let message = "expected a tag, found the end".to_owned();
            return Err(mistake(self.end..self.end, message, help));
        };
        if depth > DEEPEST {
            let message = format!("nested more than {DEEPEST} deep");
            return Err(mistake(word.range, message, help));
        }
        match word.kind {
            Kind::Tag(tag) => Ok(TagExpression::Tag(tag)),
            Kind::Not => Ok(TagExpression::Not(Box::new(self.one(depth + 1)?))),
            Kind::Open => {
                let inner = self.either(depth + 1)?;
                match self.takes(&Kind::Close) {
                    true => Ok(inner),
                    false => Err(mistake(
                        word.range,
                        "a `(` that is not closed".to_owned(),
                        "close it with `)`",
                    )),
                }
            }
            other => {
                let message = format!("expected a tag, found {}", other.describe());
                let help = "a tag of that name stands in quotes: `'and'`";
                Err(mistake(word.range, message, help))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(text: &str, tags: &[&str]) -> bool {
        let tags: Vec<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
        TagExpression::parse(text).unwrap().holds(&tags)
    }

    #[test]
    fn not_binds_closest_then_and_then_or() {
        assert!(holds("smoke and not slow", &["smoke"]));
        assert!(!holds("smoke and not slow", &["smoke", "slow"]));
        assert!(holds("a or b and c", &["a"]));
        assert!(!holds("(a or b) and c", &["a"]));
        assert!(holds("not not a", &["a"]));
        assert!(holds("'my tag' or \"and\"", &["and"]));
        assert!(holds("not(a)and(b)", &["b"]));
    }

    #[test]
    fn what_is_wrong_has_a_place() {
        let said = |text: &str| {
            let TagMistake { range, message, .. } = TagExpression::parse(text).unwrap_err();
            (range, message)
        };
        assert_eq!(said("a and"), (5..5, "expected a tag, found the end".to_owned()));
        assert_eq!(said("a b"), (2..3, "expected `and` or `or`, found `b`".to_owned()));
        assert_eq!(said("(a"), (0..1, "a `(` that is not closed".to_owned()));
        assert_eq!(said("a)"), (1..2, "a `)` that closes nothing".to_owned()));
        assert_eq!(said("'a"), (0..1, "a quote that does not end".to_owned()));
        assert_eq!(said("a and or"), (6..8, "expected a tag, found `or`".to_owned()));
        assert_eq!(said(""), (0..0, "expected a tag, found the end".to_owned()));
        let deep = "(".repeat(200);
        assert_eq!(said(&deep).1, "nested more than 100 deep");
    }

    #[test]
    fn a_tag_that_is_left_out_is_not_wanted() {
        let parsed = TagExpression::parse("a and not b or c").unwrap();
        assert_eq!(parsed.wanted(), ["a", "c"]);
    }
}
