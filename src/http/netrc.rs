//! `.netrc` as Requests reads it (`get_netrc_auth`, Python's `netrc`).

use std::collections::BTreeMap;
use std::path::PathBuf;

/// Login, account, password.
type Entry = (String, String, String);

/// The machines of a netrc file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Netrc {
    hosts: BTreeMap<String, Entry>,
}

/// The file `NETRC` names, else `~/.netrc` or `~/_netrc`, whichever is there.
pub(super) fn locate(variables: &BTreeMap<String, String>) -> Option<PathBuf> {
    let home = variables.get("HOME").map(PathBuf::from);
    let paths = match variables.get("NETRC") {
        Some(path) => match (path.strip_prefix("~/"), home) {
            (Some(rest), Some(home)) => vec![home.join(rest)],
            _ => vec![PathBuf::from(path)],
        },
        None => home.map_or(vec![], |home| vec![home.join(".netrc"), home.join("_netrc")]),
    };
    paths.into_iter().find(|path| path.exists())
}

impl Netrc {
    /// Reads a file's text; `None` when it is malformed, which Requests ignores.
    pub(super) fn parse(text: &str) -> Option<Netrc> {
        let mut lexer = Lexer { rest: text };
        let mut netrc = Netrc::default();
        let mut token = lexer.token();
        while !token.is_empty() {
            token = match token.as_str() {
                "machine" => netrc.read_entry(lexer.token(), &mut lexer)?,
                "default" => netrc.read_entry("default".to_owned(), &mut lexer)?,
                "macdef" => {
                    lexer.token();
                    lexer.skip_macro()?;
                    lexer.token()
                }
                comment if comment.starts_with('#') => {
                    lexer.skip_line();
                    lexer.token()
                }
                _ => return None,
            };
        }
        Some(netrc)
    }

    /// Reads what follows a machine's name; gives the token after it.
    fn read_entry(&mut self, name: String, lexer: &mut Lexer<'_>) -> Option<String> {
        if name.is_empty() {
            return None;
        }
        let mut entry = Entry::default();
        loop {
            let token = lexer.token();
            match token.as_str() {
                "login" | "user" => entry.0 = lexer.token(),
                "account" => entry.1 = lexer.token(),
                "password" => entry.2 = lexer.token(),
                comment if comment.starts_with('#') => lexer.skip_line(),
                "" | "machine" | "default" | "macdef" => {
                    self.hosts.insert(name, entry);
                    return Some(token);
                }
                _ => return None,
            }
        }
    }

    /// The user and password for a host; the account stands in for a missing login.
    pub(super) fn credentials(&self, host: &str) -> Option<(String, String)> {
        let entry = self.hosts.get(host).or_else(|| self.hosts.get("default"))?;
        let (login, account, password) = entry;
        if login.is_empty() && account.is_empty() && password.is_empty() {
            return None;
        }
        let user = if login.is_empty() { account } else { login };
        Some((user.clone(), password.clone()))
    }
}

/// Tokens between white space, quoted or escaped by a backslash.
struct Lexer<'t> {
    rest: &'t str,
}

impl Lexer<'_> {
    /// The next token, empty at the end. A comment's token ends at its line's end.
    fn token(&mut self) -> String {
        self.rest = self.rest.trim_start_matches(['\n', '\t', '\r', ' ']);
        let mut token = String::new();
        let is_quoted = self.rest.starts_with('"');
        let mut chars = self.rest.char_indices();
        if is_quoted {
            chars.next();
        }
        while let Some((at, c)) = chars.next() {
            match c {
                '"' if is_quoted => {
                    self.rest = chars.as_str();
                    return token;
                }
                '\n' | '\t' | '\r' | ' ' if !is_quoted => {
                    // The white space stays, so that a comment knows where its line ends.
                    self.rest = self.rest.get(at..).unwrap_or_default();
                    return token;
                }
                '\\' => token.extend(chars.next().map(|(_, c)| c)),
                c => token.push(c),
            }
        }
        self.rest = "";
        token
    }

    /// Drops what is left of the line.
    fn skip_line(&mut self) {
        self.rest = self.rest.split_once('\n').map_or("", |(_, rest)| rest);
    }

    /// Drops a macro: up to an empty line.
    fn skip_macro(&mut self) -> Option<()> {
        let end = self.rest.find("\n\n")?;
        self.rest = self.rest.get(end + 2..).unwrap_or_default();
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(user: &str, password: &str) -> Option<(String, String)> {
        Some((user.to_owned(), password.to_owned()))
    }

    #[test]
    fn a_machine_or_the_default_answers() {
        let text = "# hosts\nmachine a.example login ann password \"p w\"\n\
                    macdef init\ncd /x\nls\n\nmachine b.example # bob\n\taccount bob password p\\\"q\n\
                    default login any password one\n";
        let netrc = Netrc::parse(text).unwrap();
        assert_eq!(netrc.credentials("a.example"), pair("ann", "p w"));
        assert_eq!(netrc.credentials("b.example"), pair("bob", "p\"q"));
        assert_eq!(netrc.credentials("c.example"), pair("any", "one"));
    }

    #[test]
    fn a_malformed_file_is_ignored_whole() {
        assert_eq!(Netrc::parse("machine a.example login ann\nnonsense x"), None);
        assert_eq!(Netrc::parse("machine"), None);
    }
}
