//! `{log: …}`, `{set_header: …}`: one action of a list of `hooks`.

use super::scalars::schema;
use crate::check::Segment;
use crate::hook::{ACTIONS, Action, ActionKind, Mistake};
use crate::model::{Misfit, Shape};
use crate::registry::find;
use crate::value::{Map, Value};
use std::path::Path;
use std::sync::Arc;

/// An action of `hook/`, its argument read.
#[derive(Clone, Debug)]
pub struct HookArgument(pub Arc<dyn Action>);

impl Shape for HookArgument {
    const EXPECTED: &'static str = "a mapping with one action, such as {log: text}";

    fn read(value: &Value, folder: &Path) -> Result<HookArgument, Misfit> {
        let Value::Object(members) = value else { return Err(Misfit::new(Self::EXPECTED, value)) };
        let Some((key, argument)) = members.first().filter(|_| members.len() == 1) else {
            return Err(Misfit::new(Self::EXPECTED, value).found(format!("{} keys", members.len())));
        };
        let kind: &ActionKind = find(ACTIONS, key).ok_or_else(|| {
            Misfit::new("an action", value)
                .found(format!("`{key}`"))
                .within(Segment::KeyItself(key.clone()))
        })?;
        (kind.build)(argument, folder)
            .map(HookArgument)
            .map_err(|mistake| misfit(mistake, argument).under(key))
    }

    fn schema() -> Value {
        let properties: Map = ACTIONS
            .iter()
            .map(|kind| {
                let mut argument = schema(kind.schema);
                if let Value::Object(members) = &mut argument {
                    members.shift_insert(0, "description".to_owned(), kind.summary.into());
                }
                (kind.key.to_owned(), argument)
            })
            .collect();
        let mut whole = schema(
            r##"{"type": "object", "properties": {}, "additionalProperties": false,
                "minProperties": 1, "allOf": [{"maxProperties": 1}]}"##,
        );
        if let Value::Object(members) = &mut whole {
            members.insert("properties".to_owned(), Value::Object(properties));
        }
        whole
    }
}

fn misfit(mistake: Mistake, argument: &Value) -> Misfit {
    let Mistake { under, is_key, expected, found, help } = mistake;
    let part = under.as_ref().filter(|_| !is_key).and_then(|key| match argument {
        Value::Object(members) => members.get(key),
        _ => None,
    });
    let mut misfit = Misfit::new(expected, part.unwrap_or(argument));
    if let Some(found) = found {
        misfit = misfit.found(found);
    }
    if let Some(help) = help {
        misfit = misfit.help(help);
    }
    match under {
        Some(key) if is_key => misfit.within(Segment::KeyItself(key)),
        Some(key) => misfit.under(&key),
        None => misfit,
    }
}
