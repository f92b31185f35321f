//! Comments on issues: anybody writes one, its author and those who may push change and delete it.

use super::answer::{Answer, Outcome};
use super::call::Call;
use super::issues;
use super::refusal::Refusal;
use super::store::{Comment, Repository, Store};
use serde_json::{Value, json};

const LONGEST: usize = 65_536;

pub(super) fn list(call: &Call<'_>, store: &mut Store) -> Outcome {
    let repository = call.repository(store)?;
    let issue = issues::find(repository, call.request.int_part(2))?;
    let number = issue.number;
    Ok(Answer::page(call, &issue.comments, |one| show(call, repository, number, one)))
}

pub(super) fn create(call: &Call<'_>, store: &mut Store) -> Outcome {
    let repository = call.written(store)?;
    let number = call.request.int_part(2);
    let place = issues::place(repository, number)?;
    let body = body(call)?;
    let author = call.login()?.to_owned();
    let issue = repository.issues.get_mut(place).ok_or_else(Refusal::missing)?;
    let (created_at, updated_at) = (call.now.clone(), call.now.clone());
    let comment = Comment { id: issue.next_comment, author, body, created_at, updated_at };
    issue.next_comment += 1;
    let id = comment.id;
    issue.comments.push(comment);
    Ok(Answer::created(shown(call, repository, id)?))
}

pub(super) fn get(call: &Call<'_>, store: &mut Store) -> Outcome {
    let repository = call.repository(store)?;
    Ok(Answer::ok(shown(call, repository, call.request.int_part(2))?))
}

pub(super) fn update(call: &Call<'_>, store: &mut Store) -> Outcome {
    let repository = call.written(store)?;
    let id = call.request.int_part(2);
    let (issue, comment) = place(call, repository, id)?;
    let body = body(call)?;
    let issue = repository.issues.get_mut(issue);
    if let Some(comment) = issue.and_then(|issue| issue.comments.get_mut(comment)) {
        comment.body = body;
        comment.updated_at.clone_from(&call.now);
    }
    Ok(Answer::ok(shown(call, repository, id)?))
}

pub(super) fn delete(call: &Call<'_>, store: &mut Store) -> Outcome {
    let repository = call.written(store)?;
    let (issue, comment) = place(call, repository, call.request.int_part(2))?;
    if let Some(issue) = repository.issues.get_mut(issue) {
        issue.comments.remove(comment);
    }
    Ok(Answer::empty())
}

/// Where a comment is that may be changed by who asks.
fn place(call: &Call<'_>, repository: &Repository, id: u64) -> Result<(usize, usize), Refusal> {
    let login = call.login()?;
    for (number, issue) in repository.issues.iter().enumerate() {
        let place = issue.comments.iter().position(|comment| comment.id == id);
        let Some((place, comment)) = place.and_then(|at| Some((at, issue.comments.get(at)?)))
        else {
            continue;
        };
        return match comment.author == login || repository.may_push(login) {
            true => Ok((number, place)),
            false => Err(Refusal::not_an_owner()),
        };
    }
    Err(Refusal::missing())
}

fn body(call: &Call<'_>) -> Result<String, Refusal> {
    let body = call.needed("body")?;
    match body.len() <= LONGEST {
        true => Ok(body.to_owned()),
        false => Err(Refusal::invalid("IssueComment", "body", "invalid")),
    }
}

fn shown(call: &Call<'_>, repository: &Repository, id: u64) -> Result<Value, Refusal> {
    for issue in &repository.issues {
        if let Some(comment) = issue.comments.iter().find(|comment| comment.id == id) {
            return Ok(show(call, repository, issue.number, comment));
        }
    }
    Err(Refusal::missing())
}

fn show(call: &Call<'_>, repository: &Repository, issue: u64, comment: &Comment) -> Value {
    let path = repository.path();
    let id = comment.id;
    let page = format!("https://github.com/{}/{}", repository.owner, repository.name);
    json!({
        "id": id,
        "url": call.api(&format!("{path}/issues/comments/{id}")),
        "html_url": format!("{page}/issues/{issue}#issuecomment-{id}"),
        "issue_url": call.api(&format!("{path}/issues/{issue}")),
        "user": call.user(&comment.author),
        "body": comment.body,
        "created_at": comment.created_at,
        "updated_at": comment.updated_at,
    })
}
