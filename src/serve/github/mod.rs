//! A part of GitHub's REST API under `/github`, with a memory: a repository from its creation to its
//! deletion, with collaborators, issues, comments, labels, milestones, files and releases.
//!
//! ```text
//! Request → Call → handler(&Call, &mut Store) → Outcome → Reply
//!           call.rs  a file a resource           answer.rs
//! ```
//!
//! Names, statuses and messages are GitHub's, as its documentation and the recordings of
//! `octokit/fixtures` have them. A handler has the store for itself and neither reads nor writes a
//! socket; the answer is spelt when the store is free again.
//!
//! - **Users.** Anybody is one who shows a password: `Basic` says who. The token `ghp_hubot` is
//!   hubot's, any other is octocat's.
//! - **Ids** follow from what a thing is called (`octocat/hello/labels/bug`), numbers from the order
//!   within a repository. So what is made beside each other has the same ids whatever came first.
//! - **Entity tags** are of all but times and URLs, for the same reason. What is answered with 304 does not
//!   count against the rate limit, which nobody is held to.
//! - **What takes its time** takes a number of requests, not of seconds: statistics are 202 twice,
//!   an invitation that was accepted is seen at the second look.
//! - **Memory** is bounded: by the number of repositories, and by the bytes sent to all of them.
//!
//! Adding an endpoint: a handler in its resource's file, a line in [`ROUTES`].

mod answer;
mod call;
mod collaborators;
mod comments;
mod commits;
mod contents;
mod issues;
mod labels;
mod milestones;
mod refusal;
mod releases;
mod repositories;
mod seed;
mod store;
mod table;

pub(super) use self::store::Store;
pub(super) use self::table::ROUTES;
