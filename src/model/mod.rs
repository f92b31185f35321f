//! The collection as written: every key read and placed, templates compiled but not rendered.
//!
//! ```text
//! nodes ──load/──▶ Collection ──plan/──▶ Plan
//! ```
//!
//! A key of a step, a request or a session is one row of a table in `keys.rs`: the parser, "did
//! you mean", the JSON Schema and the docs read it there. Its value is a [`Written<T>`], `T`
//! a [`Shape`] of `shapes/`.

mod alike;
mod assertion;
mod capture;
mod checks;
mod collection;
mod defaults;
mod graphql;
mod hooks;
mod keys;
mod lines;
mod mock;
mod paginate;
mod receive;
mod request;
mod retry;
mod rows;
pub mod shapes;
mod socket;
mod step;
mod written;

pub use alike::Alike;
pub use assertion::{
    Assertion, Compare, ContractSpec, ExpectationSource, Snapshot, Unrendered, render_argument,
};
pub use capture::{Capture, CaptureSource};
pub use checks::Checks;
pub use collection::{
    Collection, EnvironmentSpec, Mode, NEW_SESSION, ServerKind, TEARDOWN_TIMEOUT, Variable,
};
pub use defaults::{
    DefaultReference, default_references, is_same, is_same_header, socket_references,
};
pub use graphql::GraphqlSpec;
pub use hooks::{Hook, Hooks};
pub use keys::{
    ASSERT_KEYS, COLLECTION_KEYS, CONNECT_KEYS, ENVIRONMENT_KEYS, FRAGMENT_KEYS, GRAPHQL_KEYS,
    GROUP_KEYS, INCLUDE_KEYS, Key, KeySchema, LINES_KEYS, LISTENER_KEYS, MATCH_KEYS, MOCK_KEYS,
    PAGINATE_KEYS, RECEIVE_KEYS, REPLY_KEYS, REQUEST_KEYS, RETRY_KEYS, ROUTE_KEYS, RUN_KEYS,
    SCRIPT_KEYS, SESSION_KEYS, SET_KEYS, SETTINGS_KEYS, SLEEP_KEYS, SOCKET_KEYS, STEP_KEYS,
    STEP_KINDS, StepKind,
};
pub use lines::LinesSpec;
pub use mock::{Called, MockSpec, PathMistake, PathPattern, ReplySpec, RouteSpec};
pub use paginate::PaginateSpec;
pub use receive::ReceiveSpec;
pub use request::{Arguments, RequestSpec, SessionSpec};
pub use retry::RetrySpec;
pub use rows::{
    Loop, MAX_ROWS, Over, Rows, is_identifier, is_variable, listed, matrix, no_list, read_table,
    rows_of_file, times, unreadable_rows,
};
pub use socket::{Act, Line, Listening, SocketSpec};
pub use step::{Action, Group, Handed, Include, Step};
pub use written::{Misfit, Reading, Shape, Written, describe, locate};
