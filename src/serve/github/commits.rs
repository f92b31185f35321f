//! Commits, as the git database shows them.

use super::answer::{Answer, Outcome};
use super::call::Call;
use super::refusal::Refusal;
use super::store::{Commit, Repository, Store};
use serde_json::{Value, json};

pub(super) fn get(call: &Call<'_>, store: &mut Store) -> Outcome {
    let repository = call.repository(store)?;
    let sha = call.request.part(2);
    let found = repository.commits.iter().find(|commit| commit.sha == sha);
    Ok(Answer::ok(show(call, repository, found.ok_or_else(Refusal::missing)?)))
}

pub(super) fn show(call: &Call<'_>, repository: &Repository, commit: &Commit) -> Value {
    let git = |what: &str, sha: &str| call.api(&format!("{}/git/{what}/{sha}", repository.path()));
    let (name, email) = &commit.author;
    let person = json!({"name": name, "email": email, "date": commit.date});
    let parents = commit.parent.iter();
    let parents = parents.map(|sha| json!({"sha": sha, "url": git("commits", sha)}));
    json!({
        "sha": commit.sha,
        "url": git("commits", &commit.sha),
        "author": person,
        "committer": person,
        "tree": {"sha": commit.tree, "url": git("trees", &commit.tree)},
        "message": commit.message,
        "parents": parents.collect::<Vec<_>>(),
    })
}
