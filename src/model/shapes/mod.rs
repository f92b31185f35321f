//! The shapes of the keys' values: what Requests' keyword arguments look like as YAML.
//!
//! To add one: a file here with a type and its [`super::Shape`], and a row in `keys.rs`.

mod adapters;
mod auth;
mod body;
mod carriage;
mod cookies;
mod files;
mod graphql;
mod hook;
mod lines;
mod mock;
mod names;
mod paginate;
mod pairs;
mod retries;
mod retry;
mod scalars;
mod socket;
mod timeout;

pub use adapters::AdaptersArgument;
pub use auth::AuthArgument;
pub use body::{DataArgument, JsonArgument};
pub use carriage::{CertArgument, ProxiesArgument, VerifyArgument};
pub use cookies::CookiesArgument;
pub use files::{FileArgument, FileContent, FilesArgument};
pub use graphql::{OperationName, QueryArgument, VariablesArgument};
pub use hook::HookArgument;
pub use lines::{Delimiter, LineCount};
pub use mock::{FaultArgument, Reason, ReplyStatus, ReplyText};
pub use names::{BaseUrl, Encoding, Method, SavePath, UrlText};
pub use paginate::MaxPages;
pub use pairs::{HeadersArgument, ParamsArgument};
pub use retry::{Attempts, Backoff, Jitter};
pub use socket::{
    AddressArgument, BindArgument, ByteCount, Connecting, RecvArgument, SendArgument, ServerName,
    ShutdownArgument,
};
pub use timeout::TimeoutArgument;
