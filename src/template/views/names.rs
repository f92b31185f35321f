//! `vars`, `env` and `steps`: names looked up in the scope.

use super::{Context, MissingEnv};
use crate::template::StepView;
use minijinja::Value as Dynamic;
use minijinja::value::{Enumerator, Object};
use std::sync::Arc;

/// `vars`.
#[derive(Debug)]
pub(in crate::template) struct VarsView(pub(super) Arc<Context>);

impl Object for VarsView {
    fn get_value(self: &Arc<Self>, key: &Dynamic) -> Option<Dynamic> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Dynamic> {
        self.0.scope.vars.dynamic(key, self.0.numbers)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.0.scope.vars.names().map(Dynamic::from).collect())
    }
}

/// `env`.
#[derive(Debug)]
pub(in crate::template) struct EnvView(pub(super) Arc<Context>);

impl Object for EnvView {
    fn get_value(self: &Arc<Self>, key: &Dynamic) -> Option<Dynamic> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Dynamic> {
        Some(match self.0.scope.world.env.get(key) {
            Some(value) => Dynamic::from(value.as_str()),
            None => Dynamic::from_object(MissingEnv {
                name: key.to_owned(),
                context: Arc::clone(&self.0),
            }),
        })
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        let names = self.0.scope.world.env.keys();
        Enumerator::Values(names.map(|name| Dynamic::from(name.as_str())).collect())
    }
}

/// `steps`, by name and by id.
#[derive(Debug)]
pub(in crate::template) struct StepsView(pub(super) Arc<Context>);

impl Object for StepsView {
    fn get_value(self: &Arc<Self>, key: &Dynamic) -> Option<Dynamic> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Dynamic> {
        let steps = &self.0.scope.steps;
        // The last of a name: in a loop, that of the row the step is in.
        let by_name = steps.iter().rfind(|step| &*step.name == key);
        let step = by_name.or_else(|| steps.iter().rfind(|step| &*step.id == key))?;
        Some(show(step, &self.0))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        let names = self.0.scope.steps.iter().map(|step| Dynamic::from(Arc::clone(&step.name)));
        Enumerator::Values(names.collect())
    }
}

fn show(step: &StepView, context: &Context) -> Dynamic {
    if let Some(rows) = &step.rows {
        return rows.iter().map(|row| show(row, context)).collect();
    }
    let mut members = vec![
        ("name", Dynamic::from(Arc::clone(&step.name))),
        ("id", Dynamic::from(Arc::clone(&step.id))),
    ];
    if let Some(exchange) = &step.exchange {
        let response = super::response(exchange, context.numbers);
        members.extend(response.map(|response| ("response", response)));
        let request = super::request(exchange, context.numbers);
        members.extend(request.map(|request| ("request", request)));
    }
    Dynamic::from_pairs(members)
}
