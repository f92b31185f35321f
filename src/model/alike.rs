//! What the steps of a file say alike, compiled once: thousands expect the status 200.

use crate::check::{BuildError, Expectation, Subject, SubjectKind};
use crate::source::Scalar;
use std::collections::HashMap;
use std::sync::Arc;

/// Subjects and expectations that were compiled for a file. Both are the same wherever they are
/// used.
#[derive(Debug, Default)]
pub struct Alike {
    subjects: HashMap<KindId, HashMap<Box<str>, Arc<dyn Subject>>>,
    expectations: HashMap<KindId, HashMap<Scalar, Arc<Expectation>>>,
}

/// Which kind: where in the program it is, for a part of a subject may have another's key.
type KindId = usize;

fn id(kind: &'static SubjectKind) -> KindId {
    std::ptr::from_ref(kind).addr()
}

impl Alike {
    /// A subject: compiled when it is met for the first time.
    ///
    /// # Errors
    /// When the selector is none.
    pub fn subject(
        &mut self,
        kind: &'static SubjectKind,
        selector: Option<&str>,
    ) -> Result<Arc<dyn Subject>, BuildError> {
        // A kind has a selector always or never.
        let known = self.subjects.entry(id(kind)).or_default();
        let name = selector.unwrap_or_default();
        if let Some(subject) = known.get(name) {
            return Ok(Arc::clone(subject));
        }
        let subject = (kind.compile)(selector)?;
        known.insert(name.into(), Arc::clone(&subject));
        Ok(subject)
    }

    /// What a literal scalar expects, when that is known.
    #[must_use]
    pub fn expectation(
        &self,
        kind: &'static SubjectKind,
        scalar: &Scalar,
    ) -> Option<Arc<Expectation>> {
        self.expectations.get(&id(kind))?.get(scalar).cloned()
    }

    /// Keeps what a literal scalar expects.
    pub fn keep(&mut self, kind: &'static SubjectKind, scalar: &Scalar, it: &Arc<Expectation>) {
        let known = self.expectations.entry(id(kind)).or_default();
        known.insert(scalar.clone(), Arc::clone(it));
    }
}
