//! `random_*()`: values drawn from the step's own generator.

use super::Function;
use super::input::draw;
use crate::template::explain::complain;
use minijinja::{Error, State, Value as Dynamic};

/// The longest text drawn.
const MAX_LENGTH: usize = 1 << 20;

/// Letters and digits.
const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// The table's row.
pub(super) const RANDOM_INT: Function = Function {
    key: "random_int",
    summary: "a random integer from the first to the last number given, both included",
    example: "{{ random_int(1, 6) }}",
    register: |env| env.add_function("random_int", random_int),
    check: None,
};

/// The table's row.
pub(super) const RANDOM_FLOAT: Function = Function {
    key: "random_float",
    summary: "a random number from 0 to 1, or between two numbers",
    example: "{{ random_float(0, 100) | round(2) }}",
    register: |env| env.add_function("random_float", random_float),
    check: None,
};

/// The table's row.
pub(super) const RANDOM_HEX: Function = Function {
    key: "random_hex",
    summary: "so many random hexadecimal digits",
    example: "{{ random_hex(16) }}",
    register: |env| env.add_function("random_hex", random_hex),
    check: None,
};

/// The table's row.
pub(super) const RANDOM_STRING: Function = Function {
    key: "random_string",
    summary: "so many random letters and digits",
    example: "{{ random_string(8) }}",
    register: |env| env.add_function("random_string", random_string),
    check: None,
};

/// The table's row.
pub(super) const RANDOM_CHOICE: Function = Function {
    key: "random_choice",
    summary: "a random item of a list",
    example: "{{ random_choice(['red', 'green']) }}",
    register: |env| env.add_function("random_choice", random_choice),
    check: None,
};

fn random_int(state: &State, first: i64, last: i64) -> Result<i64, Error> {
    if first > last {
        return Err(complain(format!("`random_int({first}, {last})` has no number to draw")));
    }
    draw(state, |random| random.i64(first..=last))
}

fn random_float(state: &State, least: Option<f64>, most: Option<f64>) -> Result<f64, Error> {
    let (least, most) = match (least, most) {
        (Some(most), None) => (0.0, most),
        (least, most) => (least.unwrap_or(0.0), most.unwrap_or(1.0)),
    };
    if least > most {
        return Err(complain("`random_float` has no number to draw: the first is the larger"));
    }
    draw(state, |random| least + random.f64() * (most - least))
}

fn random_hex(state: &State, length: usize) -> Result<String, Error> {
    spell(state, length, b"0123456789abcdef")
}

fn random_string(state: &State, length: usize) -> Result<String, Error> {
    spell(state, length, ALPHABET)
}

fn spell(state: &State, length: usize, alphabet: &[u8]) -> Result<String, Error> {
    if length > MAX_LENGTH {
        return Err(complain(format!("at most {MAX_LENGTH} characters can be drawn")));
    }
    draw(state, |random| {
        (0..length).filter_map(|_| random.choice(alphabet)).map(|byte| char::from(*byte)).collect()
    })
}

fn random_choice(state: &State, items: &Dynamic) -> Result<Dynamic, Error> {
    let items: Vec<Dynamic> = items.try_iter()?.collect();
    let chosen = draw(state, |random| random.choice(&items).cloned())?;
    chosen.ok_or_else(|| complain("`random_choice` was given an empty list"))
}
