//! `jsonpath('$.…')`: a query (RFC 9535) over a value.

use super::Function;
use super::input::context;
use crate::jsonpath::Query;
use crate::template::convert::{Branch, Numbers, from_dynamic, to_dynamic};
use crate::template::explain::complain_with_help;
use crate::value::Value;
use minijinja::{Error, State, Value as Dynamic};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

/// The table's row.
pub(super) const JSONPATH: Function = Function {
    key: "jsonpath",
    summary: "what a JSONPath finds: one value of a singular query, else the list of nodes",
    example: "{{ {'a': {'b': 1}} | jsonpath('$.a.b') }}",
    register: |env| env.add_filter("jsonpath", jsonpath),
    check: Some(|text| compiled(text).map(|_| ())),
};

/// How many queries a thread remembers.
const REMEMBERED: usize = 256;

thread_local! {
    static QUERIES: RefCell<HashMap<String, Rc<Query>>> = RefCell::default();
}

fn jsonpath(state: &State, value: &Dynamic, query: &str) -> Result<Dynamic, Error> {
    let query = compiled(query)?;
    let numbers = context(state)?.numbers;
    match value.downcast_object_ref::<Branch>() {
        Some(branch) => Ok(select(&query, branch.value(), numbers)),
        None => Ok(select(&query, &from_dynamic(value)?, numbers)),
    }
}

fn select(query: &Query, root: &Value, numbers: Numbers) -> Dynamic {
    let nodes = query.select(root);
    if query.is_singular() {
        let node = nodes.first();
        return node
            .map_or(Dynamic::UNDEFINED, |node| to_dynamic(&Arc::new((*node).clone()), numbers));
    }
    to_dynamic(&Arc::new(Value::Array(nodes.into_iter().cloned().collect())), numbers)
}

/// The query, compiled at most once a thread for as long as few are used.
fn compiled(text: &str) -> Result<Rc<Query>, Error> {
    QUERIES.with_borrow_mut(|queries| {
        if let Some(query) = queries.get(text) {
            return Ok(Rc::clone(query));
        }
        let query = Query::parse(text).map_err(|error| {
            complain_with_help(format!("`{text}` is no JSONPath: {}", error.message), error.help)
        })?;
        if queries.len() >= REMEMBERED {
            queries.clear();
        }
        let query = Rc::new(query);
        queries.insert(text.to_owned(), Rc::clone(&query));
        Ok(query)
    })
}
