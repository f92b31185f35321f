//! Why a request is refused, in GitHub's words.

use serde_json::{Value, json};

/// A handler's answer that is none.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) message: String,
    pub(super) errors: Vec<Value>,
}

impl Refusal {
    pub(super) fn new(status: u16, message: impl Into<String>) -> Refusal {
        Refusal { status, message: message.into(), errors: Vec::new() }
    }

    /// It is not there, or not for everybody's eyes.
    pub(super) fn missing() -> Refusal {
        Refusal::new(404, "Not Found")
    }

    pub(super) fn unauthenticated() -> Refusal {
        Refusal::new(401, "Requires authentication")
    }

    pub(super) fn not_an_owner() -> Refusal {
        Refusal::new(403, "Must have admin rights to Repository.")
    }

    /// A field that must be there is not.
    pub(super) fn not_supplied(field: &str) -> Refusal {
        Refusal::new(422, format!("Invalid request.\n\n\"{field}\" wasn't supplied."))
    }

    /// A field of a resource has this `code`: `invalid`, `already_exists`, `missing_field`.
    pub(super) fn invalid(resource: &str, field: &str, code: &str) -> Refusal {
        let error = json!({"resource": resource, "code": code, "field": field});
        Refusal { errors: vec![error], ..Refusal::new(422, "Validation Failed") }
    }

    pub(super) fn show(&self) -> Value {
        let mut shown = json!({"message": self.message});
        if let Some(members) = shown.as_object_mut() {
            if !self.errors.is_empty() {
                members.insert("errors".to_owned(), Value::Array(self.errors.clone()));
            }
            members.insert("documentation_url".to_owned(), json!("https://docs.github.com/rest"));
            members.insert("status".to_owned(), json!(self.status.to_string()));
        }
        shown
    }
}
