//! Issues: anybody opens one, those who may push give it labels, a milestone, people.

use super::answer::{Answer, Outcome};
use super::call::Call;
use super::refusal::Refusal;
use super::store::{Issue, Repository, Store};
use super::{labels, milestones};
use serde_json::{Value, json};

pub(super) fn list(call: &Call<'_>, store: &mut Store) -> Outcome {
    let repository = call.repository(store)?;
    let state = call.request.arg("state");
    let wanted = call.request.arg("labels").unwrap_or_default();
    let wanted: Vec<&str> = wanted.split(',').filter(|name| !name.is_empty()).collect();
    let has = |issue: &Issue, name: &str| issue.labels.iter().any(|l| l.eq_ignore_ascii_case(name));
    let is_shown = |issue: &&Issue| {
        milestones::is_state(issue.is_open, state.as_deref())
            && wanted.iter().all(|name| has(issue, name))
    };
    // The newest first.
    let shown: Vec<&Issue> = repository.issues.iter().rev().filter(is_shown).collect();
    Ok(Answer::page(call, &shown, |issue| show(call, repository, issue)))
}

pub(super) fn create(call: &Call<'_>, store: &mut Store) -> Outcome {
    let repository = call.written(store)?;
    let title = call.needed("title")?;
    let author = call.login()?;
    let number = repository.issues.last().map_or(1, |last| last.number + 1);
    let mut issue = Issue {
        number,
        title: title.to_owned(),
        body: call.text("body").map(str::to_owned),
        author: author.to_owned(),
        is_open: true,
        labels: Vec::new(),
        milestone: None,
        assignees: Vec::new(),
        comments: Vec::new(),
        next_comment: repository.id_of(&format!("issues/{number}/comments")),
        created_at: call.now.clone(),
        updated_at: call.now.clone(),
        closed_at: None,
    };
    // Of those who may not push these are dropped without a word.
    if repository.may_push(author) {
        triage(call, repository, &mut issue)?;
    }
    let shown = show(call, repository, &issue);
    repository.issues.push(issue);
    Ok(Answer::created(shown))
}

pub(super) fn get(call: &Call<'_>, store: &mut Store) -> Outcome {
    let repository = call.repository(store)?;
    let issue = find(repository, call.request.int_part(2))?;
    Ok(Answer::ok(show(call, repository, issue)))
}

pub(super) fn update(call: &Call<'_>, store: &mut Store) -> Outcome {
    let login = call.login()?;
    let repository = call.written(store)?;
    let place = place(repository, call.request.int_part(2))?;
    let mut issue = repository.issues.remove(place);
    let outcome = change(call, repository, &mut issue, login);
    repository.issues.insert(place, issue);
    outcome?;
    let issue = find(repository, call.request.int_part(2))?;
    Ok(Answer::ok(show(call, repository, issue)))
}

/// What an owner, a collaborator, or its author makes of an issue.
fn change(
    call: &Call<'_>,
    repository: &mut Repository,
    issue: &mut Issue,
    login: &str,
) -> Result<(), Refusal> {
    let may_push = repository.may_push(login);
    if !may_push && issue.author != login {
        return Err(Refusal::not_an_owner());
    }
    if may_push {
        triage(call, repository, issue)?;
    }
    if let Some(title) = call.text("title") {
        issue.title = title.to_owned();
    }
    if let Some(body) = call.text("body") {
        issue.body = Some(body.to_owned());
    }
    match call.text("state") {
        None => {}
        Some("open") => (issue.is_open, issue.closed_at) = (true, None),
        Some("closed") => (issue.is_open, issue.closed_at) = (false, Some(call.now.clone())),
        Some(_) => return Err(Refusal::invalid("Issue", "state", "invalid")),
    }
    issue.updated_at.clone_from(&call.now);
    Ok(())
}

/// Labels, milestone and assignees that were sent.
fn triage(call: &Call<'_>, repository: &mut Repository, issue: &mut Issue) -> Result<(), Refusal> {
    if let Some(number) = call.number("milestone") {
        let found = milestones::find(repository, number);
        found.ok_or_else(|| Refusal::invalid("Issue", "milestone", "invalid"))?;
        issue.milestone = Some(number);
    }
    if let Some(logins) = call.texts("assignees") {
        let known = logins.into_iter().filter(|login| repository.may_push(login));
        issue.assignees = known.map(str::to_owned).collect();
    }
    if let Some(names) = call.texts("labels") {
        issue.labels.clear();
        label(repository, issue, &names);
    }
    Ok(())
}

fn label(repository: &mut Repository, issue: &mut Issue, names: &[&str]) {
    for name in names {
        labels::ensure(repository, name);
        if !issue.labels.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            issue.labels.push((*name).to_owned());
        }
    }
}

pub(super) fn add_labels(call: &Call<'_>, store: &mut Store) -> Outcome {
    let repository = call.pushed(store)?;
    let names = call.texts("labels").ok_or_else(|| Refusal::not_supplied("labels"))?;
    let place = place(repository, call.request.int_part(2))?;
    let mut issue = repository.issues.remove(place);
    label(repository, &mut issue, &names);
    let shown = labels_of(call, repository, &issue);
    repository.issues.insert(place, issue);
    Ok(Answer::ok(shown))
}

pub(super) fn find(repository: &Repository, number: u64) -> Result<&Issue, Refusal> {
    repository.issues.get(place(repository, number)?).ok_or_else(Refusal::missing)
}

pub(super) fn place(repository: &Repository, number: u64) -> Result<usize, Refusal> {
    let place = repository.issues.iter().position(|issue| issue.number == number);
    place.ok_or_else(Refusal::missing)
}

fn labels_of(call: &Call<'_>, repository: &Repository, issue: &Issue) -> Value {
    let found = issue.labels.iter().filter_map(|name| labels::find(repository, name));
    found.map(|label| labels::show(call, repository, label)).collect()
}

fn show(call: &Call<'_>, repository: &Repository, issue: &Issue) -> Value {
    let number = issue.number;
    let path = format!("{}/issues/{number}", repository.path());
    let milestone = issue.milestone.and_then(|number| milestones::find(repository, number));
    json!({
        "id": repository.id_of(&format!("issues/{number}")),
        "url": call.api(&path),
        "repository_url": call.api(&repository.path()),
        "comments_url": call.api(&format!("{path}/comments")),
        "html_url":
            format!("https://github.com/{}/{}/issues/{number}", repository.owner, repository.name),
        "number": number,
        "state": if issue.is_open { "open" } else { "closed" },
        "title": issue.title,
        "body": issue.body,
        "user": call.user(&issue.author),
        "labels": labels_of(call, repository, issue),
        "assignees": issue.assignees.iter().map(|login| call.user(login)).collect::<Vec<_>>(),
        "milestone": milestone.map(|one| milestones::show(call, repository, one)),
        "locked": false,
        "comments": issue.comments.len(),
        "created_at": issue.created_at,
        "updated_at": issue.updated_at,
        "closed_at": issue.closed_at,
    })
}
