//! Repositories: made, shown, changed, deleted; and statistics, which take their time.

use super::answer::{Answer, Outcome};
use super::call::Call;
use super::contents;
use super::refusal::Refusal;
use super::store::{Repository, Store};
use serde_json::{Value, json};

/// Requests for statistics that are told to come again.
const COMPUTING: u32 = 2;

pub(super) fn user(call: &Call<'_>, _: &mut Store) -> Outcome {
    Ok(Answer::ok(call.user(call.login()?)))
}

pub(super) fn create(call: &Call<'_>, store: &mut Store) -> Outcome {
    let login = call.login()?;
    let name = call.needed("name")?;
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if name.len() > 100 || !name.bytes().all(is_allowed) {
        return Err(Refusal::invalid("Repository", "name", "invalid"));
    }
    if store.find(login, name).is_some() {
        let error = json!({
            "resource": "Repository",
            "code": "custom",
            "field": "name",
            "message": "name already exists on this account",
        });
        let refusal = Refusal::new(422, "Repository creation failed.");
        return Err(Refusal { errors: vec![error], ..refusal });
    }
    let mut repository = Repository::new(login, name, &call.now);
    repository.description = call.text("description").map(str::to_owned);
    repository.is_private = call.flag("private").unwrap_or_default();
    repository.charge(call.size());
    if call.flag("auto_init").unwrap_or_default() {
        let readme = format!("# {name}\n");
        contents::write(call, &mut repository, "README.md", readme.into_bytes(), "Initial commit");
    }
    let shown = show(call, &repository);
    match store.has_room(call.size()) && store.add(repository) {
        true => Ok(Answer::created(shown)),
        false => Err(Refusal::new(403, "You have exceeded a repository limit.")),
    }
}

pub(super) fn get(call: &Call<'_>, store: &mut Store) -> Outcome {
    Ok(Answer::ok(show(call, call.repository(store)?)))
}

pub(super) fn update(call: &Call<'_>, store: &mut Store) -> Outcome {
    let repository = call.owned(store)?;
    if let Some(description) = call.text("description") {
        repository.description = Some(description.to_owned());
    }
    if let Some(is_private) = call.flag("private") {
        repository.is_private = is_private;
    }
    repository.updated_at.clone_from(&call.now);
    Ok(Answer::ok(show(call, repository)))
}

pub(super) fn delete(call: &Call<'_>, store: &mut Store) -> Outcome {
    let repository = call.owned(store)?;
    let (owner, name) = (repository.owner.clone(), repository.name.clone());
    store.remove(&owner, &name);
    Ok(Answer::empty())
}

/// Who committed how much; computed when it is asked for, and had at a later request.
pub(super) fn contributors(call: &Call<'_>, store: &mut Store) -> Outcome {
    let repository = call.repository(store)?;
    let (owner, name) = (repository.owner.clone(), repository.name.clone());
    let repository = store.find_mut(&owner, &name).ok_or_else(Refusal::missing)?;
    if repository.surveys < COMPUTING {
        repository.surveys += 1;
        return Ok(Answer::accepted());
    }
    let mut authors: Vec<(&str, u64)> = Vec::new();
    for commit in &repository.commits {
        match authors.iter_mut().find(|(name, _)| *name == commit.author.0) {
            Some((_, count)) => *count += 1,
            None => authors.push((&commit.author.0, 1)),
        }
    }
    // As GitHub lists them: who committed most stands last.
    authors.sort_by_key(|&(name, count)| (count, name));
    let shown = |&(name, total): &(&str, u64)| json!({"author": call.user(name), "total": total, "weeks": []});
    Ok(Answer::ok(authors.iter().map(shown).collect()))
}

pub(super) fn show(call: &Call<'_>, repository: &Repository) -> Value {
    let path = repository.path();
    let api = |what: &str| call.api(&format!("{path}{what}"));
    let is_owner = call.asker() == Some(&repository.owner);
    let may_push = call.asker().is_some_and(|login| repository.may_push(login));
    let open = repository.issues.iter().filter(|issue| issue.is_open).count();
    json!({
        "id": repository.id_of(""),
        "name": repository.name,
        "full_name": format!("{}/{}", repository.owner, repository.name),
        "private": repository.is_private,
        "owner": call.user(&repository.owner),
        "html_url": format!("https://github.com/{}/{}", repository.owner, repository.name),
        "description": repository.description,
        "fork": false,
        "url": api(""),
        "collaborators_url": api("/collaborators{/collaborator}"),
        "comments_url": api("/comments{/number}"),
        "commits_url": api("/commits{/sha}"),
        "contents_url": api("/contents/{+path}"),
        "issues_url": api("/issues{/number}"),
        "labels_url": api("/labels{/name}"),
        "milestones_url": api("/milestones{/number}"),
        "releases_url": api("/releases{/id}"),
        "created_at": repository.created_at,
        "updated_at": repository.updated_at,
        "visibility": if repository.is_private { "private" } else { "public" },
        "has_issues": true,
        "open_issues_count": open,
        "default_branch": contents::BRANCH,
        "permissions": {"admin": is_owner, "push": may_push, "pull": true},
    })
}
