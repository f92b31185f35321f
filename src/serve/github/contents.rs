//! Files of the one branch there is: each change is a commit.

use super::answer::{Answer, Outcome};
use super::call::Call;
use super::commits;
use super::refusal::Refusal;
use super::store::{Commit, File, Repository, Store};
use crate::serve::percent;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use sha1::{Digest as _, Sha1};
use std::fmt::Write as _;

pub(super) const BRANCH: &str = "main";
/// Characters in a line of base64, as GitHub breaks it.
const LINE: usize = 60;

pub(super) fn get(call: &Call<'_>, store: &mut Store) -> Outcome {
    let repository = call.repository(store)?;
    let file = find(repository, call.request.part(2)).ok_or_else(Refusal::missing)?;
    let accept = call.request.header("Accept").unwrap_or_default();
    if accept.contains("raw") {
        let kind = "application/vnd.github.raw+json; charset=utf-8";
        return Ok(Answer::bytes(kind, file.bytes.clone()));
    }
    let mut shown = show(call, repository, file);
    let encoded = STANDARD.encode(&file.bytes);
    let mut content = String::with_capacity(encoded.len() + encoded.len() / LINE + 1);
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(LINE));
        content.push_str(line);
        content.push('\n');
        rest = after;
    }
    shown.insert("content".to_owned(), Value::String(content));
    shown.insert("encoding".to_owned(), json!("base64"));
    Ok(Answer::ok(Value::Object(shown)))
}

/// Makes a file or, with the `sha` of what is there, writes over it.
pub(super) fn put(call: &Call<'_>, store: &mut Store) -> Outcome {
    let repository = call.pushed(store)?;
    let path = call.request.part(2);
    let message = call.needed("message")?;
    let encoded = call.text("content").ok_or_else(|| Refusal::not_supplied("content"))?;
    let encoded: String = encoded.split_whitespace().collect();
    let refused = |_| Refusal::new(422, "content is not valid Base64");
    let bytes = STANDARD.decode(encoded).map_err(refused)?;
    let is_new = find(repository, path).is_none();
    if !is_new {
        matches(call, repository, path)?;
    }
    write(call, repository, path, bytes, message);
    let file = find(repository, path).ok_or_else(Refusal::missing)?;
    let shown = changed(call, repository, Value::Object(show(call, repository, file)));
    Ok(if is_new { Answer::created(shown) } else { Answer::ok(shown) })
}

pub(super) fn delete(call: &Call<'_>, store: &mut Store) -> Outcome {
    let repository = call.pushed(store)?;
    let path = call.request.part(2);
    let message = call.needed("message")?;
    find(repository, path).ok_or_else(Refusal::missing)?;
    matches(call, repository, path)?;
    repository.files.retain(|file| file.path != path);
    commit(call, repository, message);
    Ok(Answer::ok(changed(call, repository, Value::Null)))
}

/// Puts a file there and commits it.
pub(super) fn write(
    call: &Call<'_>,
    repository: &mut Repository,
    path: &str,
    bytes: Vec<u8>,
    message: &str,
) {
    match repository.files.iter_mut().find(|file| file.path == path) {
        Some(file) => file.bytes = bytes,
        None => repository.files.push(File { path: path.to_owned(), bytes }),
    }
    commit(call, repository, message);
}

fn find<'s>(repository: &'s Repository, path: &str) -> Option<&'s File> {
    repository.files.iter().find(|file| file.path == path)
}

/// Whether the `sha` that was sent is of the file that is there.
fn matches(call: &Call<'_>, repository: &Repository, path: &str) -> Result<(), Refusal> {
    let sent = call.needed("sha")?;
    let there = find(repository, path).map(|file| blob(&file.bytes));
    match there.as_deref() == Some(sent) {
        true => Ok(()),
        false => Err(Refusal::new(409, format!("{path} does not match {sent}"))),
    }
}

/// A commit of all files as they are. Its hash is not of its time, so that the same steps make the
/// same commits.
fn commit(call: &Call<'_>, repository: &mut Repository, message: &str) {
    let mut files: Vec<String> = repository
        .files
        .iter()
        .map(|file| format!("{} {}", file.path, blob(&file.bytes)))
        .collect();
    files.sort();
    let tree = hex(&Sha1::digest(files.join("\n")));
    let parent = repository.commits.last().map(|last| last.sha.clone());
    let author = call.asker().unwrap_or_default().to_owned();
    let of = format!("{tree} {} {author} {message}", parent.as_deref().unwrap_or_default());
    repository.commits.push(Commit {
        sha: hex(&Sha1::digest(of)),
        tree,
        parent,
        message: message.to_owned(),
        author: (author.clone(), format!("{author}@users.noreply.github.com")),
        date: call.now.clone(),
    });
}

/// The hash git gives a file.
fn blob(bytes: &[u8]) -> String {
    let mut digest = Sha1::new();
    digest.update(format!("blob {}\0", bytes.len()));
    digest.update(bytes);
    hex(&digest.finalize())
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn changed(call: &Call<'_>, repository: &Repository, content: Value) -> Value {
    let commit = repository.commits.last();
    json!({
        "content": content,
        "commit": commit.map(|commit| commits::show(call, repository, commit)),
    })
}

fn show(call: &Call<'_>, repository: &Repository, file: &File) -> Map<String, Value> {
    let path = percent::quote(file.path.as_bytes(), b"/");
    let sha = blob(&file.bytes);
    let url = call.api(&format!("{}/contents/{path}?ref={BRANCH}", repository.path()));
    let shown = json!({
        "name": file.path.rsplit('/').next(),
        "path": file.path,
        "sha": sha,
        "size": file.bytes.len(),
        "url": url,
        "git_url": call.api(&format!("{}/git/blobs/{sha}", repository.path())),
        "type": "file",
    });
    match shown {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_s_hash_is_git_s() {
        // As octokit recorded it of GitHub.
        assert_eq!(blob(b"Test content"), "3f3f005b29247e51a4f4d6b8ce07b67646cd6074");
    }
}
