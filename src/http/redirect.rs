//! Where a redirect leads and what changes on the way (`SessionRedirectMixin`).
