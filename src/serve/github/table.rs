//! The endpoints, one line each.

use super::answer::{by, rate_limit};
use super::{
    collaborators, comments, commits, contents, issues, labels, milestones, releases, repositories,
};
use crate::serve::reply::Reply;
use crate::serve::request::Request;
use crate::serve::route::Route;

const REPOSITORY: &str = "/github/repos/{owner}/{repo}";
const CONTRIBUTORS: &str = "/github/repos/{owner}/{repo}/stats/contributors";
const COLLABORATORS: &str = "/github/repos/{owner}/{repo}/collaborators";
const COLLABORATOR: &str = "/github/repos/{owner}/{repo}/collaborators/{login}";
const INVITATIONS: &str = "/github/repos/{owner}/{repo}/invitations";
const INVITATION: &str = "/github/user/repository_invitations/{id:int}";
const COMMIT: &str = "/github/repos/{owner}/{repo}/git/commits/{sha}";
const CONTENTS: &str = "/github/repos/{owner}/{repo}/contents/{path:path}";
const LABELS: &str = "/github/repos/{owner}/{repo}/labels";
const LABEL: &str = "/github/repos/{owner}/{repo}/labels/{name}";
const MILESTONES: &str = "/github/repos/{owner}/{repo}/milestones";
const MILESTONE: &str = "/github/repos/{owner}/{repo}/milestones/{number:int}";
const ISSUES: &str = "/github/repos/{owner}/{repo}/issues";
const ISSUE: &str = "/github/repos/{owner}/{repo}/issues/{number:int}";
const ISSUE_LABELS: &str = "/github/repos/{owner}/{repo}/issues/{number:int}/labels";
const COMMENTS: &str = "/github/repos/{owner}/{repo}/issues/{number:int}/comments";
const COMMENT: &str = "/github/repos/{owner}/{repo}/issues/comments/{id:int}";
const RELEASES: &str = "/github/repos/{owner}/{repo}/releases";
const RELEASE: &str = "/github/repos/{owner}/{repo}/releases/{id:int}";
const TAGGED: &str = "/github/repos/{owner}/{repo}/releases/tags/{tag}";
const ASSETS: &str = "/github/repos/{owner}/{repo}/releases/{id:int}/assets";
const ASSET: &str = "/github/repos/{owner}/{repo}/releases/assets/{id:int}";
const UPLOADS: &str = "/github/uploads/repos/{owner}/{repo}/releases/{id:int}/assets";

const GET: &[&str] = &["GET"];
const POST: &[&str] = &["POST"];
const PUT: &[&str] = &["PUT"];
const PATCH: &[&str] = &["PATCH"];
const DELETE: &[&str] = &["DELETE"];

const fn route(
    methods: &'static [&'static str],
    pattern: &'static str,
    handler: fn(&Request<'_>) -> Reply,
    summary: &'static str,
) -> Route {
    Route { methods, pattern, handler, summary }
}

/// Every endpoint of GitHub's that there is here.
pub(in crate::serve) const ROUTES: &[Route] = &[
    route(GET, "/github/rate_limit", rate_limit, "requests left; counts none"),
    route(GET, "/github/user", |r| by(r, repositories::user), "who asks"),
    route(POST, "/github/user/repos", |r| by(r, repositories::create), "makes a repository"),
    route(PATCH, INVITATION, |r| by(r, collaborators::accept), "accepts an invitation"),
    route(GET, REPOSITORY, |r| by(r, repositories::get), "a repository"),
    route(PATCH, REPOSITORY, |r| by(r, repositories::update), "changes a repository"),
    route(DELETE, REPOSITORY, |r| by(r, repositories::delete), "deletes a repository"),
    route(GET, CONTRIBUTORS, |r| by(r, repositories::contributors), "statistics; 202 at first"),
    route(GET, COLLABORATORS, |r| by(r, collaborators::list), "who may push"),
    route(GET, COLLABORATOR, |r| by(r, collaborators::check), "204 for who may push, else 404"),
    route(PUT, COLLABORATOR, |r| by(r, collaborators::invite), "invites a collaborator"),
    route(DELETE, COLLABORATOR, |r| by(r, collaborators::remove), "removes a collaborator"),
    route(GET, INVITATIONS, |r| by(r, collaborators::invitations), "invitations not answered"),
    route(GET, COMMIT, |r| by(r, commits::get), "a commit"),
    route(GET, CONTENTS, |r| by(r, contents::get), "a file, in base64 or `raw`"),
    route(PUT, CONTENTS, |r| by(r, contents::put), "makes a file or, by its `sha`, changes it"),
    route(DELETE, CONTENTS, |r| by(r, contents::delete), "deletes a file, by its `sha`"),
    route(GET, LABELS, |r| by(r, labels::list), "labels, in pages"),
    route(POST, LABELS, |r| by(r, labels::create), "makes a label"),
    route(GET, LABEL, |r| by(r, labels::get), "a label"),
    route(PATCH, LABEL, |r| by(r, labels::update), "changes a label"),
    route(DELETE, LABEL, |r| by(r, labels::delete), "deletes a label"),
    route(GET, MILESTONES, |r| by(r, milestones::list), "milestones, in pages; `?state=`"),
    route(POST, MILESTONES, |r| by(r, milestones::create), "makes a milestone"),
    route(PATCH, MILESTONE, |r| by(r, milestones::update), "changes a milestone"),
    route(GET, ISSUES, |r| by(r, issues::list), "issues, in pages; `?state=`, `?labels=`"),
    route(POST, ISSUES, |r| by(r, issues::create), "opens an issue"),
    route(GET, ISSUE, |r| by(r, issues::get), "an issue"),
    route(PATCH, ISSUE, |r| by(r, issues::update), "changes or closes an issue"),
    route(POST, ISSUE_LABELS, |r| by(r, issues::add_labels), "gives an issue labels"),
    route(GET, COMMENTS, |r| by(r, comments::list), "an issue's comments, in pages"),
    route(POST, COMMENTS, |r| by(r, comments::create), "adds a comment"),
    route(GET, COMMENT, |r| by(r, comments::get), "a comment"),
    route(PATCH, COMMENT, |r| by(r, comments::update), "changes a comment"),
    route(DELETE, COMMENT, |r| by(r, comments::delete), "deletes a comment"),
    route(GET, RELEASES, |r| by(r, releases::list), "releases, in pages"),
    route(POST, RELEASES, |r| by(r, releases::create), "makes a release"),
    route(GET, RELEASE, |r| by(r, releases::get), "a release"),
    route(GET, TAGGED, |r| by(r, releases::by_tag), "a release by its tag"),
    route(PATCH, RELEASE, |r| by(r, releases::update), "changes a release"),
    route(DELETE, RELEASE, |r| by(r, releases::delete), "deletes a release"),
    route(GET, ASSETS, |r| by(r, releases::assets), "a release's files, in pages"),
    route(POST, UPLOADS, |r| by(r, releases::upload), "uploads a file; `?name=`, `?label=`"),
    route(GET, ASSET, |r| by(r, releases::get_asset), "a release's file, or what is known of it"),
    route(DELETE, ASSET, |r| by(r, releases::delete_asset), "deletes a release's file"),
];
