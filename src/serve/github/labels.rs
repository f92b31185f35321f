//! Labels of a repository.

use super::answer::{Answer, Outcome};
use super::call::Call;
use super::refusal::Refusal;
use super::store::{Label, Repository, Store};
use crate::serve::percent;
use serde_json::{Value, json};

pub(super) fn list(call: &Call<'_>, store: &mut Store) -> Outcome {
    let repository = call.repository(store)?;
    Ok(Answer::page(call, &repository.labels, |label| show(call, repository, label)))
}

pub(super) fn create(call: &Call<'_>, store: &mut Store) -> Outcome {
    let repository = call.pushed(store)?;
    let name = call.needed("name")?;
    let color = color(call)?.unwrap_or_else(|| "ededed".to_owned());
    if place(repository, name).is_some() {
        return Err(Refusal::invalid("Label", "name", "already_exists"));
    }
    let description = call.text("description").map(str::to_owned);
    let label = Label { name: name.to_owned(), color, description, is_default: false };
    let shown = show(call, repository, &label);
    repository.labels.push(label);
    Ok(Answer::created(shown))
}

pub(super) fn get(call: &Call<'_>, store: &mut Store) -> Outcome {
    let repository = call.repository(store)?;
    let label = find(repository, call.request.part(2)).ok_or_else(Refusal::missing)?;
    Ok(Answer::ok(show(call, repository, label)))
}

pub(super) fn update(call: &Call<'_>, store: &mut Store) -> Outcome {
    let repository = call.pushed(store)?;
    let old = call.request.part(2);
    let place = place(repository, old).ok_or_else(Refusal::missing)?;
    let color = color(call)?;
    let new = call.text("new_name").map(str::to_owned);
    if let Some(label) = repository.labels.get_mut(place) {
        label.color = color.unwrap_or_else(|| label.color.clone());
        label.name = new.clone().unwrap_or_else(|| label.name.clone());
        if let Some(description) = call.text("description") {
            label.description = Some(description.to_owned());
        }
    }
    if let Some(new) = new {
        let named = repository.issues.iter_mut().flat_map(|issue| &mut issue.labels);
        named.filter(|name| name.eq_ignore_ascii_case(old)).for_each(|name| name.clone_from(&new));
    }
    let label = repository.labels.get(place).ok_or_else(Refusal::missing)?;
    Ok(Answer::ok(show(call, repository, label)))
}

pub(super) fn delete(call: &Call<'_>, store: &mut Store) -> Outcome {
    let repository = call.pushed(store)?;
    let name = call.request.part(2);
    let place = place(repository, name).ok_or_else(Refusal::missing)?;
    repository.labels.remove(place);
    for issue in &mut repository.issues {
        issue.labels.retain(|label| !label.eq_ignore_ascii_case(name));
    }
    Ok(Answer::empty())
}

/// A label by its name, whatever its case.
pub(super) fn find<'s>(repository: &'s Repository, name: &str) -> Option<&'s Label> {
    repository.labels.get(place(repository, name)?)
}

fn place(repository: &Repository, name: &str) -> Option<usize> {
    repository.labels.iter().position(|label| label.name.eq_ignore_ascii_case(name))
}

/// Makes a label there is none of, as an issue's labels do.
pub(super) fn ensure(repository: &mut Repository, name: &str) {
    if place(repository, name).is_none() {
        let (name, color) = (name.to_owned(), "ededed".to_owned());
        repository.labels.push(Label { name, color, description: None, is_default: false });
    }
}

/// Six hexadecimal digits.
fn color(call: &Call<'_>) -> Result<Option<String>, Refusal> {
    let Some(color) = call.text("color") else { return Ok(None) };
    if color.len() == 6 && color.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(Some(color.to_owned()));
    }
    Err(Refusal::invalid("Label", "color", "invalid"))
}

pub(super) fn show(call: &Call<'_>, repository: &Repository, label: &Label) -> Value {
    let name = percent::quote(label.name.as_bytes(), b"");
    json!({
        "id": repository.id_of(&format!("labels/{}", label.name)),
        "url": call.api(&format!("{}/labels/{name}", repository.path())),
        "name": label.name,
        "color": label.color,
        "default": label.is_default,
        "description": label.description,
    })
}
