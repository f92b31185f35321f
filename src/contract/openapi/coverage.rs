//! How much of a document a run covers.

use super::document::OpenApi;

/// What one exchange covered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touched {
    /// The operation: `GET /users/{id}`.
    pub operation: String,
    /// The status as the document has it: `200`, `2XX`, `default`; `None` for one it has not.
    pub status: Option<String>,
    /// The parameters that were sent: `query limit`.
    pub parameters: Vec<String>,
}

/// How often each thing of a document was covered.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    operations: Vec<OperationCoverage>,
}

/// How often an operation was requested, each of its statuses answered, each parameter sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OperationCoverage {
    /// `GET /users/{id}`
    pub name: String,
    /// Requests of it.
    pub requests: usize,
    /// By status as the document has it, in its order.
    pub statuses: Vec<(String, usize)>,
    /// By title: `query limit`.
    pub parameters: Vec<(String, usize)>,
}

impl Coverage {
    /// Of nothing yet.
    #[must_use]
    pub fn new(api: &OpenApi) -> Coverage {
        let operations = api.operations.iter().map(|operation| OperationCoverage {
            name: operation.name(),
            requests: 0,
            statuses: operation.responses.iter().map(|one| (one.status.clone(), 0)).collect(),
            parameters: operation.parameters.iter().map(|one| (one.short(), 0)).collect(),
        });
        Coverage { operations: operations.collect() }
    }

    /// Takes in what an exchange covered.
    pub fn take(&mut self, operation: &str, status: Option<&str>, parameters: &[String]) {
        let known = self.operations.iter_mut().find(|known| known.name == operation);
        let Some(operation) = known else { return };
        operation.requests += 1;
        let statuses = operation.statuses.iter_mut().filter(|(name, _)| Some(&**name) == status);
        statuses.for_each(|(_, count)| *count += 1);
        let sent = operation.parameters.iter_mut().filter(|(name, _)| parameters.contains(name));
        sent.for_each(|(_, count)| *count += 1);
    }

    /// Every operation, in the document's order.
    #[must_use]
    pub fn operations(&self) -> &[OperationCoverage] {
        &self.operations
    }
}
