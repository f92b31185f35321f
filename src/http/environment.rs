//! What `trust_env` reads: `*_PROXY`, `NO_PROXY`, `REQUESTS_CA_BUNDLE`, `CURL_CA_BUNDLE`, `.netrc`.

use super::{Error, Transport, Url};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The environment variables a client trusts, read once.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// The variables.
    pub variables: Arc<BTreeMap<String, String>>,
}

/// The proxy for a hop.
///
/// # Errors
/// Soon.
pub fn proxy_for(
    url: &Url,
    transport: &Transport,
    environment: &Environment,
) -> Result<Option<Url>, Error> {
    let _ = (url, transport, environment);
    Ok(None)
}
