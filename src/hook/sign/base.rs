//! The text that is signed (RFC 9421, section 2.5).

use super::components::Component;
use crate::hook::Fault;
use crate::http::{PreparedRequest, encoded_query_values};

/// The signature base: a line for each component, and one for what is said of the signature.
pub(super) fn base(
    request: &PreparedRequest,
    components: &[Component],
    parameters: &str,
) -> Result<String, Fault> {
    let mut lines = Vec::with_capacity(components.len() + 1);
    for component in components {
        lines.push(format!("{}: {}", component.identifier(), value(request, component)?));
    }
    lines.push(format!("\"@signature-params\": {parameters}"));
    Ok(lines.join("\n"))
}

/// `("@method" "content-digest")` with parameters behind it.
pub(super) fn parameters(components: &[Component], parameters: &[(&str, String)]) -> String {
    let identifiers: Vec<String> = components.iter().map(Component::identifier).collect();
    let behind: String =
        parameters.iter().map(|(name, value)| format!(";{name}={value}")).collect();
    format!("({}){behind}", identifiers.join(" "))
}

/// Text as structured fields have it (RFC 8941, section 3.3.3).
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn value(request: &PreparedRequest, component: &Component) -> Result<String, Fault> {
    let url = &request.url;
    let target = url.request_target();
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let authority = || {
        let given = request.headers.first("host").filter(|_| request.is_host_given);
        given.map_or_else(|| url.host_header(), str::to_ascii_lowercase)
    };
    Ok(match component.name.as_str() {
        "@method" => request.method.clone(),
        "@scheme" => url.scheme().to_owned(),
        "@authority" => authority(),
        "@target-uri" => format!("{}://{}{target}", url.scheme(), authority()),
        "@request-target" => target.clone(),
        "@path" => path.to_owned(),
        "@query" => format!("?{query}"),
        "@query-param" => {
            let name = component.param.as_deref().unwrap_or_default();
            let values = encoded_query_values(url, name);
            match values.as_slice() {
                [value] => value.clone(),
                [] => return Err(missing(&format!("parameter `{name}` in its URL"))),
                _ => {
                    let message = format!("cannot sign the parameter `{name}`: it is there twice");
                    return Err(Fault::new(message).help("sign `@query`, which has all of them"));
                }
            }
        }
        header => {
            let lines: Vec<&str> = request.headers.all(header).map(str::trim).collect();
            if lines.is_empty() {
                return Err(missing(&format!("header `{header}`")));
            }
            lines.join(", ")
        }
    })
}

fn missing(what: &str) -> Fault {
    let message = format!("cannot sign what is not there: the request has no {what}");
    Fault::new(message).help("set it before, or leave it out of `components`")
}
