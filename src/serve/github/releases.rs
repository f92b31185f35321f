//! Releases and the files uploaded to them.

use super::answer::{Answer, Outcome};
use super::call::Call;
use super::contents;
use super::refusal::Refusal;
use super::store::{Asset, Release, Repository, Store};
use serde_json::{Value, json};

/// Bytes of a media type that is kept.
const LONGEST_TYPE: usize = 255;

pub(super) fn list(call: &Call<'_>, store: &mut Store) -> Outcome {
    let repository = call.repository(store)?;
    let shown: Vec<&Release> = repository.releases.iter().rev().collect();
    Ok(Answer::page(call, &shown, |release| show(call, repository, release)))
}

pub(super) fn create(call: &Call<'_>, store: &mut Store) -> Outcome {
    let repository = call.pushed(store)?;
    let tag = call.needed("tag_name")?;
    if repository.releases.iter().any(|release| release.tag == tag) {
        return Err(Refusal::invalid("Release", "tag_name", "already_exists"));
    }
    let text = |name: &str| call.text(name).map(str::to_owned);
    let release = Release {
        id: repository.id_of(&format!("releases/{tag}")),
        tag: tag.to_owned(),
        name: text("name"),
        body: text("body"),
        target: text("target_commitish").unwrap_or_else(|| contents::BRANCH.to_owned()),
        author: call.login()?.to_owned(),
        is_draft: call.flag("draft").unwrap_or_default(),
        is_prerelease: call.flag("prerelease").unwrap_or_default(),
        assets: Vec::new(),
        created_at: call.now.clone(),
    };
    let shown = show(call, repository, &release);
    repository.releases.push(release);
    Ok(Answer::created(shown))
}

pub(super) fn get(call: &Call<'_>, store: &mut Store) -> Outcome {
    let repository = call.repository(store)?;
    Ok(Answer::ok(show(call, repository, find(call, repository)?)))
}

pub(super) fn by_tag(call: &Call<'_>, store: &mut Store) -> Outcome {
    let repository = call.repository(store)?;
    let tag = call.request.part(2);
    let found = repository.releases.iter().find(|release| release.tag == tag && !release.is_draft);
    Ok(Answer::ok(show(call, repository, found.ok_or_else(Refusal::missing)?)))
}

pub(super) fn update(call: &Call<'_>, store: &mut Store) -> Outcome {
    let repository = call.pushed(store)?;
    let id = call.request.int_part(2);
    let mut releases = repository.releases.iter_mut();
    let release = releases.find(|release| release.id == id).ok_or_else(Refusal::missing)?;
    if let Some(is_draft) = call.flag("draft") {
        release.is_draft = is_draft;
    }
    for (name, field) in [("name", &mut release.name), ("body", &mut release.body)] {
        if let Some(text) = call.text(name) {
            *field = Some(text.to_owned());
        }
    }
    Ok(Answer::ok(show(call, repository, find(call, repository)?)))
}

pub(super) fn delete(call: &Call<'_>, store: &mut Store) -> Outcome {
    let repository = call.pushed(store)?;
    let id = call.request.int_part(2);
    find(call, repository)?;
    repository.releases.retain(|release| release.id != id);
    Ok(Answer::empty())
}

pub(super) fn assets(call: &Call<'_>, store: &mut Store) -> Outcome {
    let repository = call.repository(store)?;
    let release = find(call, repository)?;
    Ok(Answer::page(call, &release.assets, |one| asset(call, repository, release, one)))
}

/// Takes the body as it is: its name stands in the query, its type in the header.
pub(super) fn upload(call: &Call<'_>, store: &mut Store) -> Outcome {
    let repository = call.pushed(store)?;
    find(call, repository)?;
    let name = call.request.arg("name").filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| Refusal::invalid("ReleaseAsset", "name", "missing_field"))?;
    let id = call.request.int_part(2);
    let kind = call.request.header("Content-Type").filter(|kind| kind.len() <= LONGEST_TYPE);
    let kind = kind.unwrap_or("application/octet-stream");
    let new = Asset {
        id: repository.id_of(&format!("releases/{id}/assets/{name}")),
        name,
        label: call.request.arg("label"),
        content_type: kind.to_owned(),
        bytes: call.request.body.clone(),
        uploader: call.login()?.to_owned(),
        downloads: 0,
        created_at: call.now.clone(),
    };
    let mut releases = repository.releases.iter_mut();
    let release = releases.find(|release| release.id == id).ok_or_else(Refusal::missing)?;
    if release.assets.iter().any(|known| known.name == new.name) {
        return Err(Refusal::invalid("ReleaseAsset", "name", "already_exists"));
    }
    let place = release.assets.len();
    release.assets.push(new);
    let release = find(call, repository)?;
    let new = release.assets.get(place).ok_or_else(Refusal::missing)?;
    Ok(Answer::created(asset(call, repository, release, new)))
}

/// What is known of an asset or, to who accepts `application/octet-stream`, its bytes.
pub(super) fn get_asset(call: &Call<'_>, store: &mut Store) -> Outcome {
    let repository = call.repository(store)?;
    let (owner, name) = (repository.owner.clone(), repository.name.clone());
    let repository = store.find_mut(&owner, &name).ok_or_else(Refusal::missing)?;
    let accept = call.request.header("Accept").unwrap_or_default();
    let id = call.request.int_part(2);
    if accept.contains("application/octet-stream") {
        let mut assets = repository.releases.iter_mut().flat_map(|release| &mut release.assets);
        let found = assets.find(|asset| asset.id == id).ok_or_else(Refusal::missing)?;
        found.downloads += 1;
        return Ok(Answer::bytes(&found.content_type, found.bytes.clone()));
    }
    let (release, found) = find_asset(repository, id)?;
    Ok(Answer::ok(asset(call, repository, release, found)))
}

pub(super) fn delete_asset(call: &Call<'_>, store: &mut Store) -> Outcome {
    let repository = call.pushed(store)?;
    let id = call.request.int_part(2);
    find_asset(repository, id)?;
    for release in &mut repository.releases {
        release.assets.retain(|asset| asset.id != id);
    }
    Ok(Answer::empty())
}

/// The release of the path; drafts are for those who may push.
fn find<'s>(call: &Call<'_>, repository: &'s Repository) -> Result<&'s Release, Refusal> {
    let id = call.request.int_part(2);
    let may_push = call.asker().is_some_and(|login| repository.may_push(login));
    let mut releases = repository.releases.iter();
    let found = releases.find(|release| release.id == id && (may_push || !release.is_draft));
    found.ok_or_else(Refusal::missing)
}

fn find_asset(repository: &Repository, id: u64) -> Result<(&Release, &Asset), Refusal> {
    let mut all = repository
        .releases
        .iter()
        .flat_map(|release| release.assets.iter().map(move |asset| (release, asset)));
    all.find(|(_, asset)| asset.id == id).ok_or_else(Refusal::missing)
}

fn asset(call: &Call<'_>, repository: &Repository, release: &Release, asset: &Asset) -> Value {
    let page = format!("https://github.com/{}/{}", repository.owner, repository.name);
    json!({
        "url": call.api(&format!("{}/releases/assets/{}", repository.path(), asset.id)),
        "id": asset.id,
        "name": asset.name,
        "label": asset.label,
        "uploader": call.user(&asset.uploader),
        "content_type": asset.content_type,
        "state": "uploaded",
        "size": asset.bytes.len(),
        "download_count": asset.downloads,
        "created_at": asset.created_at,
        "updated_at": asset.created_at,
        "browser_download_url":
            format!("{page}/releases/download/{}/{}", release.tag, asset.name),
    })
}

fn show(call: &Call<'_>, repository: &Repository, release: &Release) -> Value {
    let path = format!("{}/releases/{}", repository.path(), release.id);
    let assets: Vec<Value> =
        release.assets.iter().map(|one| asset(call, repository, release, one)).collect();
    json!({
        "url": call.api(&path),
        "assets_url": call.api(&format!("{path}/assets")),
        "upload_url": call.api(&format!("/uploads{path}/assets{{?name,label}}")),
        "html_url": format!(
            "https://github.com/{}/{}/releases/tag/{}",
            repository.owner, repository.name, release.tag
        ),
        "id": release.id,
        "tag_name": release.tag,
        "target_commitish": release.target,
        "name": release.name,
        "body": release.body,
        "draft": release.is_draft,
        "prerelease": release.is_prerelease,
        "author": call.user(&release.author),
        "assets": assets,
        "created_at": release.created_at,
        "published_at": (!release.is_draft).then_some(&release.created_at),
    })
}
