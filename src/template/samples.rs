//! A scope for tests.

use super::Scope;
use crate::value::Value;
use crate::world::{Alarm, Clock, FileAccess, Programs, World};
use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

#[derive(Debug)]
struct Noon;

impl Clock for Noon {
    /// 2024-02-29T12:00:00Z.
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_709_208_000)
    }

    fn sleep(&self, _: Duration, _: &Alarm) {}
}

#[derive(Debug)]
struct OneFile;

impl FileAccess for OneFile {
    fn open(&self, path: &Path) -> io::Result<(Box<dyn Read + Send>, Option<u64>)> {
        match path.file_name().and_then(|name| name.to_str()) {
            Some("query.graphql") => Ok((Box::new(&b"{ me }"[..]), Some(6))),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn create(&self, _: &Path) -> io::Result<Box<dyn Write + Send>> {
        Err(io::ErrorKind::PermissionDenied.into())
    }
}

/// Noon of a leap day, one file, a few variables.
pub(super) fn scope() -> Scope {
    let env = BTreeMap::from([("HOME".to_owned(), "/home/ann".to_owned())]);
    let world = World {
        clock: Arc::new(Noon),
        files: Arc::new(OneFile),
        programs: Programs::default(),
        env: Arc::new(env),
        seed: 7,
        is_drawn_from: Arc::default(),
    };
    let mut scope = Scope::new(Arc::new(world), "/collection");
    for (name, json) in [
        ("owner", r#""octokit""#),
        ("base", r#""http://localhost""#),
        ("count", "3"),
        ("price", "1.10"),
        ("big", "123456789012345678901234567890123456789012345"),
        ("flag", "true"),
        ("nothing", "null"),
        ("user", r#"{"login":"ann","tags":["a","b"],"rate":1.10}"#),
        ("rows", r#"[{"id":1},{"id":2}]"#),
    ] {
        scope.vars.set(name, Value::from_json(json.as_bytes()).unwrap());
    }
    scope
}
