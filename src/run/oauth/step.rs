//! A step's tokens.

use super::Asking;
use crate::http::{Error, PreparedRequest, TokenSource};
use crate::run::attempt::Attempt;
use crate::run::lane::Lane;
use crate::value::Value;
use std::sync::{Arc, Mutex};
use std::time::Instant;

impl Attempt<'_> {
    /// What a token is asked for with, when the request needs one.
    pub(in crate::run) fn asking(
        &self,
        prepared: &PreparedRequest,
        lane: &Lane,
    ) -> Option<Arc<Asking>> {
        prepared.auth.as_ref()?.wants()?;
        let options = &self.context.options;
        Some(Arc::new(Asking {
            tokens: options.tokens.clone(),
            client: Arc::clone(lane.client()),
            transport: prepared.transport.clone(),
            environment: self.context.environment.clone(),
            clock: Arc::clone(&self.context.world.clock),
            prompt: options.prompt.clone(),
            is_offline: options.network.is_offline,
            deadline: lane.left().map(|left| Instant::now() + left),
            told: Mutex::default(),
        }))
    }

    /// The request with the token that its auth needs.
    pub(in crate::run) fn granted(
        &mut self,
        mut prepared: PreparedRequest,
        asking: Option<&Arc<Asking>>,
    ) -> Result<PreparedRequest, Error> {
        let (Some(asking), Some(auth)) = (asking, prepared.auth.clone()) else {
            return Ok(prepared);
        };
        let secrets = auth.secrets(&self.context.environment);
        self.secrets.extend(secrets.into_iter().map(Value::from));
        let granted = auth.granted(Arc::clone(asking) as Arc<dyn TokenSource>);
        self.hear_of_tokens(Some(asking));
        if let Some(granted) = granted? {
            granted.sign(&mut prepared, &self.context.environment);
            prepared.auth = Some(granted);
        }
        Ok(prepared)
    }

    /// Takes in what came of asking for tokens.
    pub(in crate::run) fn hear_of_tokens(&mut self, asking: Option<&Arc<Asking>>) {
        let Some(asking) = asking else { return };
        let told = asking.take_told();
        self.record.tokens.extend(told.records);
        self.secrets.extend(told.secrets.into_iter().map(Value::from));
    }
}
