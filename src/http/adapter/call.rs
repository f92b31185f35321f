//! The state of one exchange, kept by `ureq-proto`.
//!
//! It is told the exchange as http.client sees it: whether the request is a HEAD, how each body
//! is framed. The bytes of the heads are not its own: those go out and come in as they are.

use super::head::{Framing, Head};
use crate::http::{Error, ErrorKind};
use http::{HeaderValue, Method, Request, header};
use std::io::Write as _;
use ureq_proto::client::state::{RecvBody, RecvResponse, SendBody};
use ureq_proto::client::{Call, RecvResponseResult, SendRequestResult};

/// Room for the few lines the protocol core is told or tells.
const ROOM: usize = 256;

/// What comes after the request's head.
pub(super) enum Next {
    /// Its body.
    SendBody(Call<SendBody>),
    /// The response.
    Receive(Call<RecvResponse>),
}

/// What comes after the response's head.
pub(super) enum Answered {
    /// A body.
    Body(Box<Call<RecvBody>>),
    /// Nothing: HEAD, 204, 304, or a length of 0.
    NoBody,
}

/// Begins an exchange; `body` is how the request's is framed, `None` when it has none.
pub(super) fn begin(is_head: bool, body: Option<Framing>) -> Result<Next, Error> {
    // Any method but HEAD has the same rules in http.client; POST is the one that may have a body.
    let method = if is_head { Method::HEAD } else { Method::POST };
    let builder = Request::builder().method(method).uri("http://host/");
    let builder = match body {
        Some(Framing::Chunked) => builder.header(header::TRANSFER_ENCODING, "chunked"),
        Some(Framing::Length(length)) => {
            builder.header(header::CONTENT_LENGTH, HeaderValue::from(length))
        }
        Some(Framing::Close) | None => builder.header(header::CONTENT_LENGTH, "0"),
    };
    let request = builder.body(()).map_err(|error| astray(&error))?;
    let mut call = Call::new(request).map_err(|error| astray(&error))?;
    call.force_send_body();
    let mut call = call.proceed();
    call.write(&mut [0; ROOM]).map_err(|error| astray(&error))?;
    match call.proceed().map_err(|error| astray(&error))? {
        Some(SendRequestResult::SendBody(call)) => Ok(Next::SendBody(call)),
        Some(SendRequestResult::RecvResponse(call)) => Ok(Next::Receive(call)),
        Some(SendRequestResult::Await100(_)) | None => Err(astray(&"the head is not over")),
    }
}

/// Ends a body's sending. `None` when it is shorter than was said.
pub(super) fn end_body(mut call: Call<SendBody>) -> Result<Option<Call<RecvResponse>>, Error> {
    if call.is_chunked() {
        call.write(&[], &mut [0; ROOM]).map_err(|error| astray(&error))?;
    }
    Ok(call.proceed())
}

/// Tells the response's head: what its body is, and how it is framed.
pub(super) fn answered(mut call: Call<RecvResponse>, head: &Head) -> Result<Answered, Error> {
    let mut told = [0; ROOM];
    let mut room = told.as_mut_slice();
    let written = match head.framing()? {
        Framing::Length(length) => {
            write!(room, "HTTP/1.1 {}\r\nContent-Length: {length}\r\n\r\n", head.status)
        }
        Framing::Chunked => {
            write!(room, "HTTP/1.1 {}\r\nTransfer-Encoding: chunked\r\n\r\n", head.status)
        }
        Framing::Close => write!(room, "HTTP/1.1 {}\r\n\r\n", head.status),
    };
    written.map_err(|error| astray(&error))?;
    let left = room.len();
    let told = told.get(..ROOM - left).unwrap_or_default();
    call.try_response(told, false).map_err(|error| astray(&error))?;
    match call.proceed() {
        Some(RecvResponseResult::RecvBody(call)) => Ok(Answered::Body(Box::new(call))),
        Some(RecvResponseResult::Redirect(_) | RecvResponseResult::Cleanup(_)) => {
            Ok(Answered::NoBody)
        }
        None => Err(astray(&"the response is not over")),
    }
}

/// What the protocol core refuses although we asked as it wants it: our mistake, told as an error.
pub(super) fn astray(error: &dyn std::fmt::Display) -> Error {
    Error::new(ErrorKind::ConnectionError, format!("the exchange went astray: {error}"))
}
