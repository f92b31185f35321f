//! A request and a session as written.

use super::shapes::{
    AdaptersArgument, AuthArgument, BaseUrl, CertArgument, CookiesArgument, DataArgument, Encoding,
    FilesArgument, HeadersArgument, JsonArgument, Method, ParamsArgument, ProxiesArgument,
    SavePath, TimeoutArgument, UrlText, VerifyArgument,
};
use super::{Checks, GraphqlSpec, Hooks, LinesSpec, PaginateSpec, Written};
use crate::source::Span;
use crate::template::Reference;

/// The arguments that a request and a session share: Requests' keyword arguments.
#[derive(Debug, Default)]
pub struct Arguments {
    /// `params`
    pub params: Option<Written<ParamsArgument>>,
    /// `headers`
    pub headers: Option<Written<HeadersArgument>>,
    /// `cookies`
    pub cookies: Option<Written<CookiesArgument>>,
    /// `auth`
    pub auth: Option<Written<AuthArgument>>,
    /// `timeout`
    pub timeout: Option<Written<TimeoutArgument>>,
    /// `max_redirects`
    pub max_redirects: Option<Written<u32>>,
    /// `proxies`
    pub proxies: Option<Written<ProxiesArgument>>,
    /// `verify`
    pub verify: Option<Written<VerifyArgument>>,
    /// `cert`
    pub cert: Option<Written<CertArgument>>,
    /// `hooks`
    pub hooks: Hooks,
}

/// `session`, one of `sessions`, or an environment's.
#[derive(Debug, Default)]
pub struct SessionSpec {
    /// Requests' arguments.
    pub arguments: Arguments,
    /// `base_url`: what a `url` beginning with `/` is put behind.
    pub base_url: Option<Written<BaseUrl>>,
    /// `adapters`
    pub adapters: Option<Written<AdaptersArgument>>,
    /// `trust_env`
    pub trust_env: Option<Written<bool>>,
    /// `raise_for_status`: whether a step that says nothing of the status must be below 400.
    pub raise_for_status: Option<Written<bool>>,
}

/// A step's request.
#[derive(Debug)]
pub struct RequestSpec {
    /// `method`; GET unless given.
    pub method: Option<Written<Method>>,
    /// `url`
    pub url: Written<UrlText>,
    /// Requests' arguments.
    pub arguments: Arguments,
    /// `data`
    pub data: Option<Written<DataArgument>>,
    /// `json`
    pub json: Option<Written<JsonArgument>>,
    /// `graphql`
    pub graphql: Option<GraphqlSpec>,
    /// `files`
    pub files: Option<Written<FilesArgument>>,
    /// `allow_redirects`
    pub allow_redirects: Option<Written<bool>>,
    /// `encoding`
    pub encoding: Option<Written<Encoding>>,
    /// `stream`
    pub stream: Option<Written<bool>>,
    /// `save`
    pub save: Option<Written<SavePath>>,
    /// `lines`
    pub lines: Option<LinesSpec>,
    /// `paginate`
    pub paginate: Option<Box<PaginateSpec>>,
    /// `retry`, `capture` and `assert`
    pub checks: Checks,
    /// Where the mapping's first key stands.
    pub span: Span,
}

impl Arguments {
    /// Every name the templates use, but for those of `hooks`: they are rendered when they run.
    pub fn references(&self, into: &mut Vec<Reference>) {
        let Arguments {
            params,
            headers,
            cookies,
            auth,
            timeout,
            max_redirects,
            proxies,
            verify,
            cert,
            hooks: _,
        } = self;
        written(params.as_ref(), into);
        written(headers.as_ref(), into);
        written(cookies.as_ref(), into);
        written(auth.as_ref(), into);
        written(timeout.as_ref(), into);
        written(max_redirects.as_ref(), into);
        written(proxies.as_ref(), into);
        written(verify.as_ref(), into);
        written(cert.as_ref(), into);
    }
}

impl SessionSpec {
    /// Every name the templates use.
    pub fn references(&self, into: &mut Vec<Reference>) {
        self.arguments.references(into);
        written(self.base_url.as_ref(), into);
        written(self.adapters.as_ref(), into);
        written(self.trust_env.as_ref(), into);
        written(self.raise_for_status.as_ref(), into);
    }
}

impl RequestSpec {
    /// Every name that must be known before the request is sent.
    pub fn references_before(&self, into: &mut Vec<Reference>) {
        written(self.method.as_ref(), into);
        self.url.references(into);
        self.arguments.references(into);
        written(self.data.as_ref(), into);
        written(self.json.as_ref(), into);
        written(self.files.as_ref(), into);
        if let Some(graphql) = &self.graphql {
            graphql.references(into);
        }
        written(self.allow_redirects.as_ref(), into);
        written(self.encoding.as_ref(), into);
        written(self.stream.as_ref(), into);
        written(self.save.as_ref(), into);
        if let Some(lines) = &self.lines {
            lines.references(into);
        }
        self.checks.references_before(into);
        if let Some(paginate) = &self.paginate {
            paginate.references_before(into);
        }
    }

    /// Every name used once there is a response: by captures, assertions and `until`.
    pub fn references_after(&self, into: &mut Vec<Reference>) {
        self.checks.references_after(into);
        if let Some(paginate) = &self.paginate {
            paginate.references_after(into);
        }
    }
}

pub(super) fn written<T>(field: Option<&Written<T>>, into: &mut Vec<Reference>) {
    if let Some(field) = field {
        field.references(into);
    }
}
