//! Mocks: what stands in for a service that a collection's subject talks to.
//!
//! ```text
//! Incoming ──Received──▶ Exchange ──matching──▶ a route and what its braces stand for ──reply──▶ Reply
//!                                     └──▶ no route: the nearest one, and why not ──▶ 404
//! when the collection has ended: Mock ──verdict──▶ how often each route was called, what else came
//! ```
//!
//! The other way round a [`Recorder`] stands before a service, and writes what it answers as routes:
//!
//! ```text
//! Incoming ──▶ upstream ──▶ Reply      Recording ──secrets replaced──▶ a file of mocks
//! ```
//!
//! Routes and replies are compiled when the file is loaded. What a template sees is the collection's
//! variables as the run begins, and the request.

mod listener;
mod matching;
mod proxy;
mod recording;
mod render;
mod secrets;
mod served;
mod verdict;

pub use listener::{Expected, Listener, Missed, Taken};
pub use proxy::Recorder;
pub use recording::{Recording, Written};
pub use served::Mock;
pub use verdict::{Failure, Verdict, Whole};

use std::sync::Arc;

/// Names, and the URL of each.
pub type Urls = Arc<Vec<(Arc<str>, Arc<str>)>>;

/// What is served for one collection.
#[derive(Clone, Debug, Default)]
pub struct Served {
    /// `mocks.url`, under an empty name, and `mocks.NAME.url`.
    pub mock_urls: Urls,
    /// The mocks, verified when the collection has ended.
    pub mocks: Vec<Arc<Mock>>,
    /// `receive.NAME.url`
    pub listener_urls: Urls,
    /// What steps take requests from.
    pub listeners: Vec<Arc<Listener>>,
}
