//! What of a request is signed.

use crate::hook::argument::Mistake;
use crate::registry::suggest;

/// One component: a derived one, or a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Component {
    /// `@method`, or a header's name in lower case.
    pub(super) name: String,
    /// Of `@query-param`: which.
    pub(super) param: Option<String>,
}

/// The derived components of a request (RFC 9421, section 2.2).
pub(super) const DERIVED: [&str; 8] = [
    "@method",
    "@target-uri",
    "@authority",
    "@scheme",
    "@request-target",
    "@path",
    "@query",
    "@query-param",
];

impl Component {
    /// As it is written in a collection: `@method`, `content-digest`, `@query-param;name="Pet"`.
    pub(super) fn read(written: &str) -> Result<Component, Mistake> {
        let (name, parameters) = written.split_once(';').unwrap_or((written, ""));
        let name = name.trim().to_ascii_lowercase();
        if name.starts_with('@') && !DERIVED.contains(&name.as_str()) {
            let mistake = Mistake::new("components of a request").found(format!("`{written}`"));
            return Err(match suggest(DERIVED, &name) {
                Some(near) => mistake.help(format!("did you mean `{near}`?")),
                None => mistake.help(format!("there are headers and `{}`", DERIVED.join("`, `"))),
            });
        }
        let is_token =
            |byte: u8| byte.is_ascii_alphanumeric() || b"@!#$%&'*+-.^_`|~".contains(&byte);
        if name.is_empty() || !name.bytes().all(is_token) {
            let mistake = Mistake::new("names of headers, or of components such as `@method`");
            return Err(mistake.found(format!("`{written}`")));
        }
        let param =
            parameters.trim().strip_prefix("name=").map(|name| name.trim_matches('"').to_owned());
        match (name == "@query-param", param, parameters.is_empty()) {
            (true, Some(param), _) if !param.is_empty() => {
                Ok(Component { name, param: Some(param) })
            }
            (true, ..) => Err(Mistake::new("the name of a parameter behind `@query-param`")
                .found(format!("`{written}`"))
                .help("write `@query-param;name=\"page\"`")),
            (false, _, true) => Ok(Component { name, param: None }),
            (false, ..) => Err(Mistake::new("components without parameters but `@query-param`")
                .found(format!("`{written}`"))),
        }
    }

    /// As it stands in a signature.
    pub(super) fn identifier(&self) -> String {
        match &self.param {
            Some(param) => format!("\"{}\";name=\"{param}\"", self.name),
            None => format!("\"{}\"", self.name),
        }
    }
}
