//! `status`: the status code.

use super::look::Plain;
use super::{Gives, Needs, REQUESTS, Selector, SubjectKind, rewrite};
use crate::check::{Argument, BuildError, Found, View, words};
use crate::diagnostic::codes::check::BAD_STATUS;
use crate::http::Exchange;
use crate::registry::suggest;
use crate::value::{Number, Value};
use std::sync::Arc;

/// The status code.
pub(super) const KIND: SubjectKind = SubjectKind {
    key: "status",
    synonyms: &["status_code", "code", "statusCode"],
    capture_key: Some("status"),
    media: REQUESTS,
    summary: "the status code: a number, a class such as `2xx`, a name such as `created`, or a \
              list meaning one of",
    example: "assert: {status: 201}",
    selector: Selector::None,
    gives: Gives::Status,
    show,
    needs: Needs::Head,
    compile: |_| Ok(Arc::new(Plain(look))),
    rewrite: |argument| rewrite::values(argument, &rewrite::Rules { plain, value }),
};

/// Names of statuses, as `requests.codes` has them; [`upper_case`] has more.
pub const STATUS_NAMES: &[(u16, &[&str])] = &[
    (100, &["continue"]),
    (101, &["switching_protocols"]),
    (102, &["processing", "early-hints"]),
    (103, &["checkpoint"]),
    (122, &["request_uri_too_long"]),
    (200, &["ok", "okay", "all_ok", "all_okay", "all_good", "\\o/", "✓"]),
    (201, &["created"]),
    (202, &["accepted"]),
    (203, &["non_authoritative_info", "non_authoritative_information"]),
    (204, &["no_content"]),
    (205, &["reset_content", "reset"]),
    (206, &["partial_content", "partial"]),
    (207, &["multi_status", "multiple_status", "multi_stati", "multiple_stati"]),
    (208, &["already_reported"]),
    (226, &["im_used"]),
    (300, &["multiple_choices"]),
    (301, &["moved_permanently", "moved", "\\o-"]),
    (302, &["found"]),
    (303, &["see_other", "other"]),
    (304, &["not_modified"]),
    (305, &["use_proxy"]),
    (306, &["switch_proxy"]),
    (307, &["temporary_redirect", "temporary_moved", "temporary"]),
    (308, &["permanent_redirect", "resume_incomplete", "resume"]),
    (400, &["bad_request", "bad"]),
    (401, &["unauthorized"]),
    (402, &["payment_required", "payment"]),
    (403, &["forbidden"]),
    (404, &["not_found", "-o-"]),
    (405, &["method_not_allowed", "not_allowed"]),
    (406, &["not_acceptable"]),
    (407, &["proxy_authentication_required", "proxy_auth", "proxy_authentication"]),
    (408, &["request_timeout", "timeout"]),
    (409, &["conflict"]),
    (410, &["gone"]),
    (411, &["length_required"]),
    (412, &["precondition_failed"]),
    (413, &["request_entity_too_large", "content_too_large"]),
    (414, &["request_uri_too_large", "uri_too_long"]),
    (415, &["unsupported_media_type", "unsupported_media", "media_type"]),
    (416, &["requested_range_not_satisfiable", "requested_range", "range_not_satisfiable"]),
    (417, &["expectation_failed"]),
    (418, &["im_a_teapot", "teapot", "i_am_a_teapot"]),
    (421, &["misdirected_request"]),
    (422, &["unprocessable_entity", "unprocessable", "unprocessable_content"]),
    (423, &["locked"]),
    (424, &["failed_dependency", "dependency"]),
    (425, &["unordered_collection", "unordered", "too_early"]),
    (426, &["upgrade_required", "upgrade"]),
    (428, &["precondition_required", "precondition"]),
    (429, &["too_many_requests", "too_many"]),
    (431, &["header_fields_too_large", "fields_too_large"]),
    (444, &["no_response", "none"]),
    (449, &["retry_with", "retry"]),
    (450, &["blocked_by_windows_parental_controls", "parental_controls"]),
    (451, &["unavailable_for_legal_reasons", "legal_reasons"]),
    (499, &["client_closed_request"]),
    (500, &["internal_server_error", "server_error", "/o\\", "✗"]),
    (501, &["not_implemented"]),
    (502, &["bad_gateway"]),
    (503, &["service_unavailable", "unavailable"]),
    (504, &["gateway_timeout"]),
    (505, &["http_version_not_supported", "http_version"]),
    (506, &["variant_also_negotiates"]),
    (507, &["insufficient_storage"]),
    (509, &["bandwidth_limit_exceeded", "bandwidth"]),
    (510, &["not_extended"]),
    (511, &["network_authentication_required", "network_auth", "network_authentication"]),
];

/// The name in upper case, which `requests.codes` has too, but not of the pictures.
#[must_use]
pub fn upper_case(name: &str) -> Option<String> {
    let upper = name.to_uppercase();
    (upper != name && !name.starts_with(['\\', '/'])).then_some(upper)
}

fn look(exchange: &Exchange) -> Found<'_> {
    Found::value(u64::from(exchange.response.status))
}

/// `404 (not found)`.
fn show(view: View<'_>) -> String {
    let code = view.number().and_then(Number::as_u64);
    let row = STATUS_NAMES.iter().find(|(status, _)| Some(u64::from(*status)) == code);
    match row.and_then(|(_, names)| names.first()) {
        Some(name) => format!("{} ({})", words::plain(view), name.replace('_', " ")),
        None => words::plain(view),
    }
}

/// `2xx`, a list meaning one of, or one status.
fn plain(argument: &Argument) -> Result<Argument, Vec<BuildError>> {
    if let Some((low, high)) = argument.scalar().and_then(Value::as_str).and_then(class) {
        let bounds = [low, high].map(|bound| Argument::Scalar(Value::from(bound)));
        return Ok(predicate("between", Argument::Array(bounds.to_vec())));
    }
    let Some(items) = argument.items() else { return value(argument) };
    let has_class =
        items.iter().any(|item| item.scalar().and_then(Value::as_str).and_then(class).is_some());
    if has_class {
        return Ok(predicate("any", rewrite::each(argument, plain)?));
    }
    Ok(predicate("in", rewrite::each(argument, value)?))
}

fn predicate(key: &str, argument: Argument) -> Argument {
    Argument::Object(vec![(key.to_owned(), argument)])
}

/// The bounds of `2xx`.
fn class(text: &str) -> Option<(u64, u64)> {
    let digit = text.strip_suffix("xx").or_else(|| text.strip_suffix("XX"))?;
    let digit: u64 = digit.parse().ok().filter(|digit| (1..=9).contains(digit))?;
    Some((digit * 100, digit * 100 + 99))
}

/// One status as its number.
fn value(argument: &Argument) -> Result<Argument, Vec<BuildError>> {
    let refuse = |message: String, help: String| {
        Err(vec![BuildError::new(&BAD_STATUS, message, "not a status").help(help)])
    };
    let by_example = || "write a number such as `201`, a class such as `2xx`, or a list".to_owned();
    match argument {
        Argument::Pending => Ok(Argument::Pending),
        Argument::Scalar(Value::Number(number)) | Argument::Opaque(Value::Number(number)) => {
            match number.as_u64() {
                Some(100..=999) => Ok(argument.clone()),
                _ => refuse(
                    format!("`{number}` is not a status"),
                    "a status is a number from 100 to 999".to_owned(),
                ),
            }
        }
        Argument::Scalar(Value::String(text)) | Argument::Opaque(Value::String(text)) => {
            named(text)
        }
        other => refuse(format!("a status is a number, found {}", other.name()), by_example()),
    }
}

fn named(text: &str) -> Result<Argument, Vec<BuildError>> {
    let names = || STATUS_NAMES.iter().flat_map(|(_, names)| names.iter().copied());
    let is_meant = |name: &&str| *name == text || upper_case(name).is_some_and(|name| name == text);
    if let Some((code, _)) = STATUS_NAMES.iter().find(|(_, names)| names.iter().any(is_meant)) {
        return Ok(Argument::Scalar(Value::from(u64::from(*code))));
    }
    let help = if text.parse::<u16>().is_ok() {
        format!("a status is a number: write `{text}` without quotes, or `| int` in a template")
    } else if class(text).is_some() {
        format!("`{text}` stands alone or in a list: `status: [{text}, 404]`")
    } else if let Some(near) = suggest(names(), text) {
        format!("did you mean `{near}`?")
    } else {
        "write a number, a class such as `2xx`, or a name of `requests.codes`".to_owned()
    };
    let message = format!("`{text}` is not a status");
    Err(vec![BuildError::new(&BAD_STATUS, message, "not a status").help(help)])
}

#[cfg(test)]
mod tests {
    use super::KIND;
    use crate::check::probe::{literal, tell, tell_mistakes};
    use crate::check::{Argument, Found, Segment, compile};
    use crate::value::Value;

    fn judge(argument: &str, status: u64) -> String {
        match compile(&KIND, &literal(argument)) {
            Ok(expectation) => tell(&expectation, &Found::value(status)),
            Err(errors) => tell_mistakes(&errors),
        }
    }

    #[test]
    fn a_number_is_told_with_its_name() {
        assert_eq!(judge("201", 201), "holds");
        assert_eq!(judge("201", 404), "expected 201 (created)\nfound 404 (not found)");
        assert_eq!(judge(r#"{"lt": 400}"#, 599), "expected less than 400 (bad request)\nfound 599");
    }

    #[test]
    fn a_class_a_list_and_names_are_shorthands() {
        assert_eq!(judge(r#""2xx""#, 299), "holds");
        assert_eq!(judge(r#""2xx""#, 301), "expected 2xx\nfound 301 (moved permanently)");
        assert_eq!(judge("[200, 201]", 201), "holds");
        assert_eq!(
            judge("[200, 201]", 500),
            "expected one of 200, 201\nfound 500 (internal server error)"
        );
        assert_eq!(judge(r#"["2xx", 404]"#, 404), "holds");
        assert_eq!(
            judge(r#"["2xx", 404]"#, 403),
            "expected one of 2xx, 404\nfound 403 (forbidden)"
        );
        assert_eq!(judge(r#""created""#, 201), "holds");
        assert_eq!(judge(r#"{"not": "5xx", "ne": "found"}"#, 200), "holds");
        assert_eq!(judge(r#"{"in": ["ok", 204]}"#, 204), "holds");
    }

    #[test]
    fn reports_have_what_was_written() {
        let result = |argument: &str| {
            let expectation = compile(&KIND, &literal(argument)).unwrap();
            let result = expectation.check(&Found::value(404_u64)).remove(0);
            (result.expected.to_json(), result.path)
        };
        assert_eq!(result(r#""2xx""#), (r#""2xx""#.to_owned(), vec![]));
        assert_eq!(result("[200, 201]"), ("[200,201]".to_owned(), vec![]));
        let path = vec![Segment::Key("not".to_owned())];
        assert_eq!(result(r#"{"not": "4xx"}"#), (r#""4xx""#.to_owned(), path));
    }

    #[test]
    fn a_template_gives_data_in_the_same_spellings() {
        let opaque = Argument::Opaque(Value::from(vec![Value::from(200_u64), Value::from("3xx")]));
        let expectation = compile(&KIND, &opaque).unwrap();
        assert_eq!(tell(&expectation, &Found::value(302_u64)), "holds");
        assert!(compile(&KIND, &Argument::Array(vec![Argument::Pending, literal("200")])).is_ok());
    }

    #[test]
    fn anything_else_is_refused() {
        assert_eq!(
            judge(r#""201""#, 201),
            "`201` is not a status; a status is a number: write `201` without quotes, or `| int` in a template"
        );
        assert_eq!(judge(r#""creatd""#, 201), "`creatd` is not a status; did you mean `created`?");
        assert_eq!(judge("20", 201), "`20` is not a status; a status is a number from 100 to 999");
        assert_eq!(
            judge("null", 201),
            "a status is a number, found null; write a number such as `201`, a class such as `2xx`, or a list"
        );
        assert_eq!(
            judge(r#"{"in": ["2xx"]}"#, 201),
            "`2xx` is not a status; `2xx` stands alone or in a list: `status: [2xx, 404]`"
        );
    }
}
