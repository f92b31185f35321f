//! A step's socket as written: where it leads, and what is said over it.

use super::request::written;
use super::shapes::{
    AddressArgument, BindArgument, ByteCount, Connecting, RecvArgument, SendArgument, ServerName,
    ShutdownArgument,
};
use super::{Arguments, Assertion, Checks, Written};
use crate::source::Span;
use crate::template::Reference;
use std::time::Duration;

/// `socket` and what stands beside it.
#[derive(Debug)]
pub struct SocketSpec {
    /// `connect`, `listen`, or the URL that `socket` is.
    pub address: Written<AddressArgument>,
    /// Whether others connect to it.
    pub listens: Option<Listening>,
    /// `timeout`, `verify` and `cert`; the session's stand beneath them.
    pub arguments: Arguments,
    /// `tls`
    pub tls: Option<Written<bool>>,
    /// `server_name`
    pub server_name: Option<Written<ServerName>>,
    /// `bind`
    pub bind: Option<Written<BindArgument>>,
    /// `limit`
    pub limit: Option<Written<ByteCount>>,
    /// `expect`: what connecting must come to.
    pub expect: Option<Written<Connecting>>,
    /// `script`
    pub script: Vec<Line>,
    /// `retry`, `capture` and `assert`
    pub checks: Checks,
    /// Where the mapping's first key stands.
    pub span: Span,
}

/// What `listen` has beside it.
#[derive(Clone, Copy, Debug)]
pub struct Listening {
    /// `backlog`: how many connections wait to be accepted.
    pub backlog: u32,
    /// `accept`: how many are, one after the other.
    pub accept: u32,
}

/// One item of a script.
#[derive(Debug)]
pub struct Line {
    /// What is done.
    pub act: Act,
    /// `expect`: what must hold of what was received.
    pub expect: Option<Assertion>,
    /// Where it stands.
    pub span: Span,
}

/// What is done over a socket.
#[derive(Debug)]
pub enum Act {
    /// `send`
    Send(Written<SendArgument>),
    /// `recv`
    Recv(Written<RecvArgument>),
    /// `shutdown`
    Shutdown(Written<ShutdownArgument>),
    /// `close`
    Close,
    /// `sleep`
    Sleep(Written<Duration>),
    /// `expect` alone: nothing, what was received last is looked at.
    Look,
}

impl Line {
    /// Every name the templates use.
    pub fn references(&self, into: &mut Vec<Reference>) {
        match &self.act {
            Act::Send(data) => data.references(into),
            Act::Recv(recv) => recv.references(into),
            Act::Shutdown(how) => how.references(into),
            Act::Sleep(duration) => duration.references(into),
            Act::Close | Act::Look => {}
        }
        self.expect.iter().for_each(|expect| expect.references(into));
    }
}

impl SocketSpec {
    /// Every name that must be known before it is connected.
    pub fn references_before(&self, into: &mut Vec<Reference>) {
        let SocketSpec {
            address,
            listens: _,
            arguments,
            tls,
            server_name,
            bind,
            limit,
            expect,
            script: _,
            checks,
            span: _,
        } = self;
        address.references(into);
        arguments.references(into);
        written(tls.as_ref(), into);
        written(server_name.as_ref(), into);
        written(bind.as_ref(), into);
        written(limit.as_ref(), into);
        written(expect.as_ref(), into);
        checks.references_before(into);
    }

    /// Every name used once it is: by the script, captures, assertions and `until`.
    pub fn references_after(&self, into: &mut Vec<Reference>) {
        self.script.iter().for_each(|line| line.references(into));
        self.checks.references_after(into);
    }
}
