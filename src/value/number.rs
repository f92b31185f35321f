//! A number that keeps its digits.

use std::cmp::Ordering;
use std::fmt;

/// A JSON number (RFC 8259 section 6) with the digits it was written with.
///
/// Small integers and floats whose shortest spelling is what was written are held as such;
/// everything else as its text. Comparison is by numeric value.
#[derive(Clone, Debug)]
pub struct Number(Repr);

#[derive(Clone, Debug)]
enum Repr {
    Int(i64),
    Float(f64),
    /// Anything the two above would spell differently: big integers, `1.10`, `1e400`.
    Text(Box<str>),
}

impl Number {
    /// Reads a number as JSON spells it; `None` when the text is not one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Number> {
        if !is_json_number(text) {
            return None;
        }
        if let Ok(int) = text.parse::<i64>()
            && text != "-0"
        {
            return Some(Number(Repr::Int(int)));
        }
        match text.parse::<f64>() {
            Ok(float) if float.is_finite() && spell(float) == text => {
                Some(Number(Repr::Float(float)))
            }
            _ => Some(Number(Repr::Text(text.into()))),
        }
    }

    /// A finite float; `None` for infinities and NaN, which JSON cannot write.
    #[must_use]
    pub fn from_f64(float: f64) -> Option<Number> {
        float.is_finite().then_some(Number(Repr::Float(float)))
    }

    /// The value as `i64`, when it is an integer in range, however it was written.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match &self.0 {
            Repr::Int(int) => Some(*int),
            _ => self.decimal().to_i128().and_then(|int| i64::try_from(int).ok()),
        }
    }

    /// The value as `u64`, when it is an integer in range, however it was written.
    #[must_use]
    pub fn as_u64(&self) -> Option<u64> {
        match &self.0 {
            Repr::Int(int) => u64::try_from(*int).ok(),
            _ => self.decimal().to_i128().and_then(|int| u64::try_from(int).ok()),
        }
    }

    /// The value as `i128`, when it is an integer in range.
    #[must_use]
    pub fn as_i128(&self) -> Option<i128> {
        match &self.0 {
            Repr::Int(int) => Some(i128::from(*int)),
            _ => self.decimal().to_i128(),
        }
    }

    /// The nearest float; infinite when out of range.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "the nearest float is what is asked for")]
    pub fn as_f64(&self) -> f64 {
        match &self.0 {
            Repr::Int(int) => *int as f64,
            Repr::Float(float) => *float,
            Repr::Text(text) => text.parse().unwrap_or(f64::NAN),
        }
    }

    /// Whether the value has no fraction: `1`, `1.0` and `1e3` are integers (JSON Schema's rule).
    #[must_use]
    pub fn is_integer(&self) -> bool {
        match &self.0 {
            Repr::Int(_) => true,
            _ => self.decimal().exponent >= 0,
        }
    }

    /// Whether the number was written without a fraction and an exponent.
    #[must_use]
    pub fn is_written_as_integer(&self) -> bool {
        match &self.0 {
            Repr::Int(_) => true,
            Repr::Float(_) => false,
            Repr::Text(text) => text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-'),
        }
    }

    /// The integer, when it is held as one: what serializing has a short way for.
    pub(super) fn small(&self) -> Option<i64> {
        match &self.0 {
            Repr::Int(int) => Some(*int),
            _ => None,
        }
    }

    fn decimal(&self) -> Decimal {
        Decimal::parse(&self.to_string())
    }
}

/// JSON's grammar of a number: `-? (0 | [1-9][0-9]*) (\.[0-9]+)? ([eE][+-]?[0-9]+)?`.
fn is_json_number(text: &str) -> bool {
    let rest = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (rest, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|part| digits(part.strip_prefix(['+', '-']).unwrap_or(part)))
}

/// The shortest spelling that reads back as the same float, as ECMAScript and serde_json write it.
fn spell(float: f64) -> String {
    serde_json::to_string(&float).unwrap_or_else(|_| float.to_string())
}

/// Sign, digits and power of ten: `digits × 10^exponent`, without zeros at either end.
#[derive(PartialEq, Eq)]
struct Decimal {
    negative: bool,
    digits: String,
    exponent: i64,
}

impl Decimal {
    fn parse(text: &str) -> Decimal {
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, power) = rest.split_once(['e', 'E']).unwrap_or((rest, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let saturated = if power.starts_with('-') { i64::MIN / 4 } else { i64::MAX / 4 };
        let power = power.parse::<i64>().unwrap_or(saturated).clamp(i64::MIN / 4, i64::MAX / 4);
        let all = format!("{whole}{fraction}");
        let leading = all.trim_start_matches('0');
        let digits = leading.trim_end_matches('0');
        let trailing = leading.len() - digits.len();
        if digits.is_empty() {
            return Decimal { negative: false, digits: String::new(), exponent: 0 };
        }
        let exponent = power - length(fraction.len()) + length(trailing);
        Decimal { negative, digits: digits.to_owned(), exponent }
    }

    fn to_i128(&self) -> Option<i128> {
        if self.digits.is_empty() {
            return Some(0);
        }
        let zeros = usize::try_from(self.exponent).ok().filter(|zeros| *zeros <= 40)?;
        let text =
            format!("{}{}{}", if self.negative { "-" } else { "" }, self.digits, "0".repeat(zeros));
        text.parse().ok()
    }

    fn compare(&self, other: &Decimal) -> Ordering {
        match (self.sign(), other.sign()) {
            (0, 0) => Ordering::Equal,
            (a, b) if a != b => a.cmp(&b),
            (1, _) => self.compare_size(other),
            _ => other.compare_size(self),
        }
    }

    fn sign(&self) -> i8 {
        match (self.digits.is_empty(), self.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        }
    }

    fn compare_size(&self, other: &Decimal) -> Ordering {
        let magnitude = |decimal: &Decimal| decimal.exponent + length(decimal.digits.len());
        magnitude(self).cmp(&magnitude(other)).then_with(|| self.digits.cmp(&other.digits))
    }
}

fn length(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX / 4)
}

impl PartialEq for Number {
    fn eq(&self, other: &Number) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Number) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Number) -> Ordering {
        match (&self.0, &other.0) {
            (Repr::Int(a), Repr::Int(b)) => a.cmp(b),
            _ => self.decimal().compare(&other.decimal()),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Int(int) => write!(f, "{int}"),
            Repr::Float(float) => f.write_str(&spell(*float)),
            Repr::Text(text) => f.write_str(text),
        }
    }
}

impl From<i64> for Number {
    fn from(int: i64) -> Number {
        Number(Repr::Int(int))
    }
}

impl From<u64> for Number {
    fn from(int: u64) -> Number {
        match i64::try_from(int) {
            Ok(int) => Number(Repr::Int(int)),
            Err(_) => Number(Repr::Text(int.to_string().into())),
        }
    }
}

impl From<i128> for Number {
    fn from(int: i128) -> Number {
        match i64::try_from(int) {
            Ok(int) => Number(Repr::Int(int)),
            Err(_) => Number(Repr::Text(int.to_string().into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        Number::parse(text).unwrap()
    }

    #[test]
    fn digits_are_kept() {
        for text in ["0", "-0", "1.10", "1e400", "123456789012345678901234567890", "1E5", "0.1"] {
            assert_eq!(number(text).to_string(), text);
        }
    }

    #[test]
    fn equality_is_numeric() {
        assert_eq!(number("1"), number("1.0"));
        assert_eq!(number("1e3"), number("1000"));
        assert_eq!(number("-0"), number("0"));
        assert_ne!(number("9007199254740993"), number("9007199254740992"));
        assert_ne!(number("0.1"), number("0.10000000000000000001"));
    }

    #[test]
    fn order_is_numeric() {
        assert!(number("-2") < number("-1.5"));
        assert!(number("123456789012345678901") > number("99"));
        assert!(number("1e-5") < number("0.1"));
        assert!(number("12") < number("120.5"));
        assert!(number("2.5") > number("2"));
    }

    #[test]
    fn integers_are_known_however_written() {
        assert!(number("1.0").is_integer() && number("1e3").is_integer());
        assert!(!number("1.5").is_integer());
        assert_eq!(number("1e3").as_i64(), Some(1000));
        assert_eq!(number("18446744073709551615").as_u64(), Some(u64::MAX));
    }

    #[test]
    fn what_json_cannot_spell_is_no_number() {
        for text in ["", "01", "+1", "1.", ".5", "0x1", "1_000", "nan", "1e", "--1"] {
            assert!(Number::parse(text).is_none(), "{text}");
        }
    }
}
