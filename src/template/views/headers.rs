//! `response.headers` and `request.headers`: names in any case.

use super::{ReceivedView, RequestView, ResponseView};
use crate::http::Headers;
use minijinja::value::{Enumerator, Object};
use minijinja::{Error, ErrorKind, State, Value as Dynamic};
use std::sync::Arc;

/// A header list. `headers.etag`, `headers['X-Id']`, `headers.get_all('set-cookie')`;
/// `headers.content_type` also finds `content-type`.
#[derive(Debug)]
pub(in crate::template) enum HeadersView {
    /// A request's.
    Request(Arc<RequestView>),
    /// A response's.
    Response(Arc<ResponseView>),
    /// Those a request came with.
    Received(Arc<ReceivedView>),
}

impl HeadersView {
    fn headers(&self) -> &Headers {
        match self {
            HeadersView::Request(view) => &view.request().headers,
            HeadersView::Response(view) => &view.response().headers,
            HeadersView::Received(view) => &view.received().headers,
        }
    }

    fn find(&self, name: &str) -> Option<String> {
        let headers = self.headers();
        headers.get(name).or_else(|| headers.get(&name.replace('_', "-")))
    }
}

impl Object for HeadersView {
    fn get_value(self: &Arc<Self>, key: &Dynamic) -> Option<Dynamic> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Dynamic> {
        self.find(key).map(Dynamic::from)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        let mut names: Vec<&str> = Vec::new();
        for (name, _) in self.headers().iter() {
            if !names.iter().any(|seen| seen.eq_ignore_ascii_case(name)) {
                names.push(name);
            }
        }
        Enumerator::Values(names.into_iter().map(Dynamic::from).collect())
    }

    fn call_method(
        self: &Arc<Self>,
        _: &mut State<'_, '_>,
        method: &str,
        args: &[Dynamic],
    ) -> Result<Dynamic, Error> {
        let name = args.first().and_then(Dynamic::as_str);
        match (method, name, args) {
            ("get_all", Some(name), [_]) => {
                Ok(self.headers().all(name).map(Dynamic::from).collect())
            }
            ("get", Some(name), [_] | [_, _]) => {
                let default = args.get(1).cloned().unwrap_or(Dynamic::from(()));
                Ok(self.find(name).map_or(default, Dynamic::from))
            }
            ("get_all" | "get", ..) => Err(Error::new(
                ErrorKind::InvalidOperation,
                format!("`{method}` takes the name of a header"),
            )),
            _ => Err(Error::from(ErrorKind::UnknownMethod)),
        }
    }
}
