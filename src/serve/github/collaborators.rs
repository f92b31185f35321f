//! Who may push: invited by the owner, accepted by the invited.

use super::answer::{Answer, Outcome};
use super::call::Call;
use super::refusal::Refusal;
use super::repositories;
use super::store::{Collaborator, Repository, Store};
use serde_json::{Value, json};

pub(super) fn invite(call: &Call<'_>, store: &mut Store) -> Outcome {
    let repository = call.owned(store)?;
    let login = call.request.part(2);
    if repository.may_push(login) {
        return Ok(Answer::empty());
    }
    if !repository.invited.iter().any(|invited| invited == login) {
        repository.invited.push(login.to_owned());
    }
    Ok(Answer::created(show(call, repository, login)))
}

pub(super) fn invitations(call: &Call<'_>, store: &mut Store) -> Outcome {
    let repository = &*call.owned(store)?;
    Ok(Answer::page(call, &repository.invited, |login| show(call, repository, login)))
}

pub(super) fn accept(call: &Call<'_>, store: &mut Store) -> Outcome {
    let login = call.login()?;
    let invitation = call.request.int_part(0);
    let repository = store.inviting(invitation, login).ok_or_else(Refusal::missing)?;
    repository.invited.retain(|invited| invited != login);
    repository.collaborators.push(Collaborator { login: login.to_owned(), is_settled: false });
    Ok(Answer::empty())
}

/// Whether somebody is one. GitHub answers from a copy that is a little late, and so does this:
/// `octokit/fixtures` waits a second here.
pub(super) fn check(call: &Call<'_>, store: &mut Store) -> Outcome {
    let login = call.request.part(2);
    let repository = call.pushed(store)?;
    if repository.owner == login {
        return Ok(Answer::empty());
    }
    let mut collaborators = repository.collaborators.iter_mut();
    let found = collaborators.find(|one| one.login == login).ok_or_else(Refusal::missing)?;
    match std::mem::replace(&mut found.is_settled, true) {
        true => Ok(Answer::empty()),
        false => Err(Refusal::missing()),
    }
}

pub(super) fn list(call: &Call<'_>, store: &mut Store) -> Outcome {
    let repository = call.pushed(store)?;
    let mut logins = vec![repository.owner.as_str()];
    logins.extend(repository.collaborators.iter().map(|one| one.login.as_str()));
    Ok(Answer::page(call, &logins, |login| call.user(login)))
}

pub(super) fn remove(call: &Call<'_>, store: &mut Store) -> Outcome {
    let login = call.request.part(2);
    let repository = call.owned(store)?;
    repository.collaborators.retain(|one| one.login != login);
    Ok(Answer::empty())
}

fn show(call: &Call<'_>, repository: &Repository, login: &str) -> Value {
    let id = repository.id_of(&format!("invitations/{login}"));
    json!({
        "id": id,
        "repository": repositories::show(call, repository),
        "invitee": call.user(login),
        "inviter": call.user(&repository.owner),
        "permissions": "write",
        "url": call.api(&format!("/user/repository_invitations/{id}")),
        "html_url":
            format!("https://github.com/{}/{}/invitations", repository.owner, repository.name),
    })
}
