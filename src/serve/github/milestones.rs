//! Milestones of a repository.

use super::answer::{Answer, Outcome};
use super::call::Call;
use super::refusal::Refusal;
use super::store::{Milestone, Repository, Store};
use serde_json::{Value, json};

pub(super) fn list(call: &Call<'_>, store: &mut Store) -> Outcome {
    let repository = call.repository(store)?;
    let state = call.request.arg("state");
    let is_shown = |one: &&Milestone| is_state(one.is_open, state.as_deref());
    let shown: Vec<&Milestone> = repository.milestones.iter().filter(is_shown).collect();
    Ok(Answer::page(call, &shown, |one| show(call, repository, one)))
}

pub(super) fn create(call: &Call<'_>, store: &mut Store) -> Outcome {
    let repository = call.pushed(store)?;
    let title = call.needed("title")?;
    if repository.milestones.iter().any(|one| one.title == title) {
        return Err(Refusal::invalid("Milestone", "title", "already_exists"));
    }
    let milestone = Milestone {
        number: repository.milestones.last().map_or(1, |last| last.number + 1),
        title: title.to_owned(),
        description: call.text("description").map(str::to_owned),
        creator: call.login()?.to_owned(),
        is_open: true,
        created_at: call.now.clone(),
    };
    let shown = show(call, repository, &milestone);
    repository.milestones.push(milestone);
    Ok(Answer::created(shown))
}

pub(super) fn update(call: &Call<'_>, store: &mut Store) -> Outcome {
    let repository = call.pushed(store)?;
    let number = call.request.int_part(2);
    let mut milestones = repository.milestones.iter_mut();
    let found = milestones.find(|one| one.number == number).ok_or_else(Refusal::missing)?;
    if let Some(title) = call.text("title") {
        found.title = title.to_owned();
    }
    if let Some(state) = call.text("state") {
        found.is_open = state == "open";
    }
    let found = find(repository, number).ok_or_else(Refusal::missing)?;
    Ok(Answer::ok(show(call, repository, found)))
}

pub(super) fn find(repository: &Repository, number: u64) -> Option<&Milestone> {
    repository.milestones.iter().find(|one| one.number == number)
}

/// Whether what is open, or not, is asked for by `state`: `open` unless said.
pub(super) fn is_state(is_open: bool, state: Option<&str>) -> bool {
    match state {
        Some("all") => true,
        Some("closed") => !is_open,
        _ => is_open,
    }
}

pub(super) fn show(call: &Call<'_>, repository: &Repository, milestone: &Milestone) -> Value {
    let number = milestone.number;
    let of = repository.issues.iter().filter(|issue| issue.milestone == Some(number));
    let (open, closed): (Vec<_>, Vec<_>) = of.partition(|issue| issue.is_open);
    json!({
        "url": call.api(&format!("{}/milestones/{number}", repository.path())),
        "id": repository.id_of(&format!("milestones/{number}")),
        "number": number,
        "title": milestone.title,
        "description": milestone.description,
        "creator": call.user(&milestone.creator),
        "open_issues": open.len(),
        "closed_issues": closed.len(),
        "state": if milestone.is_open { "open" } else { "closed" },
        "created_at": milestone.created_at,
    })
}
