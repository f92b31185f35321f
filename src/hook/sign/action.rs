//! `sign: {key: …, components: [..]}`.

use super::base::{base, parameters, quoted};
use super::components::Component;
use crate::crypto::{Key, KeyKind, Scheme, sign};
use crate::hook::argument::{Mistake, members, text};
use crate::hook::{Action, ActionKind, Bench, Fault, Occasion};
use crate::http::{Error, PreparedRequest};
use crate::registry::suggest;
use crate::value::{Map, Value};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256, Sha512};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

/// The kind.
pub(in crate::hook) const KIND: ActionKind = ActionKind {
    key: "sign",
    summary: "signs the request by RFC 9421: `key` (a secret, PEM, JWK or {$file: …}), `components`, and `alg keyid label created expires nonce tag digest`",
    example: "hooks: {request: [{sign: {key: \"{{ key }}\", keyid: app, components: [\"@method\", \"@target-uri\", content-digest]}}]}",
    occasions: &[Occasion::Request],
    reads_body: false,
    runs_program: false,
    writes_files: false,
    schema: r##"{"type": "object", "additionalProperties": false, "required": ["key"],
        "properties": {
         "key": {"description": "a secret, a PEM, a JWK, or a file with one", "type": ["string", "object"]},
         "alg": {"description": "how it is signed; what the key is for unless given", "enum": ["hmac-sha256", "ed25519", "ecdsa-p256-sha256", "ecdsa-p384-sha384", "rsa-pss-sha512", "rsa-v1_5-sha256", null]},
         "keyid": {"description": "what the server knows the key by", "type": ["string", "null"]},
         "components": {"description": "what is signed: headers, and `@method`, `@target-uri`, …; `@method` and `@target-uri` unless given", "type": ["array", "null"], "items": {"type": "string"}},
         "label": {"description": "what the signature is called; `sig1` unless given", "type": ["string", "null"]},
         "created": {"description": "when, in seconds since 1970: now unless given; false for not saying", "type": ["integer", "boolean", "string", "null"]},
         "expires": {"description": "how long it holds", "type": ["string", "number", "null"]},
         "nonce": {"description": "what makes it another than the one before", "type": ["string", "null"]},
         "tag": {"description": "what it is for", "type": ["string", "null"]},
         "digest": {"description": "the hash of a Content-Digest that is signed and not there yet (RFC 9530)", "enum": ["sha-256", "sha-512", null]}}}"##,
    build: |argument, folder| Ok(Arc::new(build(argument, folder)?)),
};

const KEYS: &[&str] =
    &["key", "alg", "keyid", "components", "label", "created", "expires", "nonce", "tag", "digest"];

/// The names of RFC 9421, section 3.3.
const ALGORITHMS: &[(&str, Scheme)] = &[
    ("hmac-sha256", Scheme::HmacSha256),
    ("ed25519", Scheme::Ed25519),
    ("ecdsa-p256-sha256", Scheme::EcdsaP256),
    ("ecdsa-p384-sha384", Scheme::EcdsaP384),
    ("rsa-pss-sha512", Scheme::RsaPssSha512),
    ("rsa-v1_5-sha256", Scheme::RsaSha256),
];

/// What is signed, and with what.
#[derive(Debug)]
struct Sign {
    key: Source,
    alg: Option<Scheme>,
    components: Vec<Component>,
    label: String,
    keyid: Option<String>,
    created: Created,
    expires: Option<Duration>,
    nonce: Option<String>,
    tag: Option<String>,
    digest: Hash,
}

enum Source {
    /// The key, and what of it is secret.
    Ready(Key, Value),
    /// A file that it is in.
    File(PathBuf),
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Source")
    }
}

#[derive(Clone, Copy, Debug)]
enum Created {
    Now,
    At(u64),
    Unsaid,
}

#[derive(Clone, Copy, Debug)]
enum Hash {
    Sha256,
    Sha512,
}

fn build(argument: &Value, folder: &Path) -> Result<Sign, Mistake> {
    let members = members(argument, "a mapping such as {key: …, components: [\"@method\"]}", KEYS)?;
    let optional = |key: &str| -> Result<Option<String>, Mistake> {
        match members.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => text(value, "text").map(Some).map_err(|mistake| mistake.under(key)),
        }
    };
    let key = match members.get("key") {
        None | Some(Value::Null) => {
            return Err(Mistake::new("a `key` to sign with").found("no `key`"));
        }
        Some(key) => source(key, folder).map_err(|mistake| mistake.under("key"))?,
    };
    let alg = match optional("alg")?.filter(|name| !name.is_empty()) {
        None => None,
        Some(name) => Some(algorithm(&name).map_err(|mistake| mistake.under("alg"))?),
    };
    if let (Some(scheme), Source::Ready(key, _)) = (alg, &key)
        && scheme.takes() != key.kind
    {
        let expected = format!("what {} makes", key.kind.name());
        return Err(Mistake::new(expected).under("alg"));
    }
    Ok(Sign {
        key,
        alg,
        components: components(members)?,
        label: label(optional("label")?)?,
        keyid: optional("keyid")?,
        created: created(members)?,
        expires: expires(members)?,
        nonce: optional("nonce")?,
        tag: optional("tag")?,
        digest: match optional("digest")?.as_deref() {
            None | Some("" | "sha-256") => Hash::Sha256,
            Some("sha-512") => Hash::Sha512,
            Some(_) => return Err(Mistake::new("`sha-256` or `sha-512`").under("digest")),
        },
    })
}

fn source(key: &Value, folder: &Path) -> Result<Source, Mistake> {
    if let Some(file) = key.as_object().and_then(|members| members.get("$file")) {
        return match file.as_str() {
            Some(path) => Ok(Source::File(folder.join(path))),
            None => Err(Mistake::new("the path of a file")),
        };
    }
    match Key::read(key) {
        Ok(read) if read.is_public() => {
            Err(Mistake::new("a key that can sign").found("a public key"))
        }
        Ok(read) => Ok(Source::Ready(read, key.clone())),
        Err(refusal) => {
            let mistake = Mistake::new("a secret, a PEM, a JWK, or {$file: …}")
                .found(format!("one that cannot be used: {}", refusal.message));
            Err(refusal.help.into_iter().fold(mistake, Mistake::help))
        }
    }
}

fn algorithm(name: &str) -> Result<Scheme, Mistake> {
    if let Some((_, scheme)) = ALGORITHMS.iter().find(|(known, _)| *known == name) {
        return Ok(*scheme);
    }
    let names: Vec<&str> = ALGORITHMS.iter().map(|(known, _)| *known).collect();
    let mistake = Mistake::new(format!("one of `{}`", names.join("`, `")));
    Err(match suggest(names.iter().copied(), name) {
        Some(near) => mistake.help(format!("did you mean `{near}`?")),
        None => mistake,
    })
}

/// What a key signs by when nothing is said.
fn own(kind: KeyKind) -> Scheme {
    match kind {
        KeyKind::Secret => Scheme::HmacSha256,
        KeyKind::Rsa => Scheme::RsaPssSha512,
        KeyKind::P256 => Scheme::EcdsaP256,
        KeyKind::P384 => Scheme::EcdsaP384,
        KeyKind::Ed25519 => Scheme::Ed25519,
    }
}

fn components(members: &Map) -> Result<Vec<Component>, Mistake> {
    let expected = "a list of components, such as [\"@method\", content-digest]";
    let items = match members.get("components") {
        None | Some(Value::Null) => {
            return ["@method", "@target-uri"].into_iter().map(Component::read).collect();
        }
        // What a template will give is not known yet.
        Some(Value::String(text)) if text.is_empty() => return Ok(Vec::new()),
        Some(Value::Array(items)) => items,
        Some(_) => return Err(Mistake::new(expected).under("components")),
    };
    let mut components: Vec<Component> = Vec::with_capacity(items.len());
    for item in items {
        let written = item.as_str().ok_or_else(|| Mistake::new(expected).under("components"))?;
        if written.is_empty() {
            continue;
        }
        let component = Component::read(written).map_err(|mistake| mistake.under("components"))?;
        if components.contains(&component) {
            let mistake = Mistake::new("each component once").found(format!("`{written}` twice"));
            return Err(mistake.under("components"));
        }
        components.push(component);
    }
    Ok(components)
}

/// A key of a dictionary (RFC 8941, section 3.1.2).
fn label(given: Option<String>) -> Result<String, Mistake> {
    let label = given.filter(|label| !label.is_empty()).unwrap_or_else(|| "sig1".to_owned());
    let is_start = label.starts_with(|c: char| c.is_ascii_lowercase() || c == '*');
    let is_rest =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-.*".contains(&byte);
    match is_start && label.bytes().all(is_rest) {
        true => Ok(label),
        false => Err(Mistake::new("letters in lower case, digits, and `_-.*`").under("label")),
    }
}

fn created(members: &Map) -> Result<Created, Mistake> {
    match members.get("created") {
        None | Some(Value::Null | Value::Bool(true)) => Ok(Created::Now),
        Some(Value::Bool(false)) => Ok(Created::Unsaid),
        Some(Value::String(text)) if text.is_empty() => Ok(Created::Now),
        Some(value) => {
            let seconds = value.to_text().parse().map(Created::At);
            seconds.map_err(|_| Mistake::new("seconds since 1970, true or false").under("created"))
        }
    }
}

fn expires(members: &Map) -> Result<Option<Duration>, Mistake> {
    match members.get("expires") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.is_empty() => Ok(None),
        Some(value) => {
            let expected = crate::value::DURATION_EXPECTED;
            let duration =
                value.as_duration().ok_or_else(|| Mistake::new(expected).under("expires"));
            duration.map(Some)
        }
    }
}

impl Action for Sign {
    fn on_request(
        &self,
        request: &mut PreparedRequest,
        bench: &mut Bench<'_>,
    ) -> Result<(), Fault> {
        let read;
        let key = match &self.key {
            Source::Ready(key, secret) => {
                bench.secrets.push(secret.clone());
                key
            }
            Source::File(path) => {
                let (key, secret) = from_file(path, bench)?;
                bench.secrets.push(secret);
                read = key;
                &read
            }
        };
        let wants_digest = self.components.iter().any(|it| it.name == "content-digest");
        if wants_digest && !request.headers.contains("content-digest") {
            request.headers.set("Content-Digest", content_digest(request, self.digest)?);
        }
        // What goes out is signed: what is only added when it does is added now.
        request.settle()?;
        let now = bench.now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let created = match self.created {
            Created::Now => Some(now),
            Created::At(seconds) => Some(seconds),
            Created::Unsaid => None,
        };
        let mut said: Vec<(&str, String)> = Vec::new();
        said.extend(created.map(|seconds| ("created", seconds.to_string())));
        let until = self.expires.map(|lasts| created.unwrap_or(now) + lasts.as_secs());
        said.extend(until.map(|seconds| ("expires", seconds.to_string())));
        said.extend(self.keyid.as_deref().map(|keyid| ("keyid", quoted(keyid))));
        said.extend(self.nonce.as_deref().map(|nonce| ("nonce", quoted(nonce))));
        said.extend(self.tag.as_deref().map(|tag| ("tag", quoted(tag))));
        let parameters = parameters(&self.components, &said);
        let base = base(request, &self.components, &parameters)?;
        let scheme = self.alg.unwrap_or_else(|| own(key.kind));
        let signature =
            sign(scheme, key, base.as_bytes()).map_err(|refusal| Fault::new(refusal.message))?;
        let label = &self.label;
        add(request, "Signature-Input", &format!("{label}={parameters}"));
        add(request, "Signature", &format!("{label}=:{}:", STANDARD.encode(signature)));
        Ok(())
    }
}

/// Puts a signature beside those that are there.
fn add(request: &mut PreparedRequest, name: &str, member: &str) {
    let lines = match request.headers.get(name) {
        Some(before) => format!("{before}, {member}"),
        None => member.to_owned(),
    };
    request.headers.set(name, lines);
}

fn from_file(path: &Path, bench: &Bench<'_>) -> Result<(Key, Value), Fault> {
    let bytes = bench.files.read(path).map_err(|error| {
        if crate::world::is_outside(&error) {
            return Fault::new(error.to_string())
                .help("`--allow-outside` lets a collection use files outside its folder");
        }
        let reason = crate::world::reason(&error);
        Fault::new(format!("cannot read `{}`: {reason}", path.display()))
            .help("the path is relative to the file it is written in")
    })?;
    let value = String::from_utf8(bytes).map_or_else(
        |error| Value::Bytes(error.into_bytes()),
        // A secret has no line end; a PEM can do without.
        |text| Value::from(text.trim_end_matches(['\r', '\n'])),
    );
    let key = Key::read(&value).map_err(|refusal| {
        let fault = Fault::new(format!("`{}`: {}", path.display(), refusal.message));
        refusal.help.into_iter().fold(fault, Fault::help)
    })?;
    Ok((key, value))
}

/// RFC 9530: a hash of the body as it goes out.
fn content_digest(request: &PreparedRequest, hash: Hash) -> Result<String, Fault> {
    if !request.body.is_rewindable() {
        let fault = Fault::new("cannot make a Content-Digest of a body that is read only once");
        return Err(fault.help("set `Content-Digest`, or leave it out of `components`"));
    }
    let read = || -> std::io::Result<Vec<u8>> {
        let mut reader = request.body.open(None)?;
        Ok(match hash {
            Hash::Sha256 => {
                let mut digest = Sha256::new();
                copy(&mut *reader, |bytes| digest.update(bytes))?;
                digest.finalize().to_vec()
            }
            Hash::Sha512 => {
                let mut digest = Sha512::new();
                copy(&mut *reader, |bytes| digest.update(bytes))?;
                digest.finalize().to_vec()
            }
        })
    };
    let name = match hash {
        Hash::Sha256 => "sha-256",
        Hash::Sha512 => "sha-512",
    };
    match read() {
        Ok(digest) => Ok(format!("{name}=:{}:", STANDARD.encode(digest))),
        Err(error) => match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
            Some(known) => Err(known.clone().into()),
            None => Err(Fault::new(format!("cannot read the body: {error}"))),
        },
    }
}

fn copy(reader: &mut dyn std::io::Read, mut take: impl FnMut(&[u8])) -> std::io::Result<()> {
    let mut buffer = vec![0; 64 << 10];
    loop {
        let count = reader.read(&mut buffer)?;
        match buffer.get(..count).filter(|read| !read.is_empty()) {
            Some(read) => take(read),
            None => return Ok(()),
        }
    }
}
