//! `.netrc` as Requests reads it (`get_netrc_auth`).
