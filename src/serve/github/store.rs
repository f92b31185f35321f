//! What is remembered, as plain data. It knows nothing of HTTP.

use super::seed;
use std::collections::HashMap;

/// Repositories there may be at once.
const MOST_REPOSITORIES: usize = 1000;
/// Bytes sent to all repositories that still are.
const MOST_BYTES: usize = 64 * 1024 * 1024;
/// What a request that writes costs beside its body.
const OVERHEAD: usize = 1024;
/// Users whose requests are counted; beyond, the counts begin anew.
const MOST_COUNTED: usize = 1000;
/// Requests an hour, for users and for those who are none.
const LIMITS: (u64, u64) = (5000, 60);

/// All that one server remembers.
#[derive(Debug)]
pub(in crate::serve) struct Store {
    repositories: Vec<Repository>,
    used: HashMap<String, u64>,
}

#[derive(Debug)]
pub(super) struct Repository {
    pub(super) owner: String,
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) is_private: bool,
    pub(super) created_at: String,
    pub(super) updated_at: String,
    pub(super) collaborators: Vec<Collaborator>,
    /// Those who have been asked and have not answered.
    pub(super) invited: Vec<String>,
    pub(super) labels: Vec<Label>,
    pub(super) milestones: Vec<Milestone>,
    pub(super) issues: Vec<Issue>,
    pub(super) files: Vec<File>,
    pub(super) commits: Vec<Commit>,
    pub(super) releases: Vec<Release>,
    /// How often statistics were asked for.
    pub(super) surveys: u32,
    /// Bytes sent to it.
    weight: usize,
}

#[derive(Debug)]
pub(super) struct Collaborator {
    pub(super) login: String,
    /// Whether somebody has looked since the invitation was accepted.
    pub(super) is_settled: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Label {
    pub(super) name: String,
    pub(super) color: String,
    pub(super) description: Option<String>,
    pub(super) is_default: bool,
}

#[derive(Debug)]
pub(super) struct Milestone {
    pub(super) number: u64,
    pub(super) title: String,
    pub(super) description: Option<String>,
    pub(super) creator: String,
    pub(super) is_open: bool,
    pub(super) created_at: String,
}

#[derive(Debug)]
pub(super) struct Issue {
    pub(super) number: u64,
    pub(super) title: String,
    pub(super) body: Option<String>,
    pub(super) author: String,
    pub(super) is_open: bool,
    /// Names of labels.
    pub(super) labels: Vec<String>,
    pub(super) milestone: Option<u64>,
    pub(super) assignees: Vec<String>,
    pub(super) comments: Vec<Comment>,
    /// The id of its next comment.
    pub(super) next_comment: u64,
    pub(super) created_at: String,
    pub(super) updated_at: String,
    pub(super) closed_at: Option<String>,
}

#[derive(Debug)]
pub(super) struct Comment {
    pub(super) id: u64,
    pub(super) author: String,
    pub(super) body: String,
    pub(super) created_at: String,
    pub(super) updated_at: String,
}

#[derive(Debug)]
pub(super) struct File {
    pub(super) path: String,
    pub(super) bytes: Vec<u8>,
}

#[derive(Debug)]
pub(super) struct Commit {
    pub(super) sha: String,
    pub(super) tree: String,
    pub(super) parent: Option<String>,
    pub(super) message: String,
    /// Its author's name and address.
    pub(super) author: (String, String),
    pub(super) date: String,
}

#[derive(Debug)]
pub(super) struct Release {
    pub(super) id: u64,
    pub(super) tag: String,
    pub(super) name: Option<String>,
    pub(super) body: Option<String>,
    pub(super) target: String,
    pub(super) author: String,
    pub(super) is_draft: bool,
    pub(super) is_prerelease: bool,
    pub(super) assets: Vec<Asset>,
    pub(super) created_at: String,
}

#[derive(Debug)]
pub(super) struct Asset {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) label: Option<String>,
    pub(super) content_type: String,
    pub(super) bytes: Vec<u8>,
    pub(super) uploader: String,
    pub(super) downloads: u64,
    pub(super) created_at: String,
}

impl Default for Store {
    fn default() -> Store {
        Store { repositories: vec![seed::repository()], used: HashMap::new() }
    }
}

impl Store {
    /// A repository; the case of names does not matter.
    pub(super) fn find(&self, owner: &str, name: &str) -> Option<&Repository> {
        self.repositories.iter().find(|one| one.is(owner, name))
    }

    pub(super) fn find_mut(&mut self, owner: &str, name: &str) -> Option<&mut Repository> {
        self.repositories.iter_mut().find(|one| one.is(owner, name))
    }

    /// The repository that somebody is invited to by an invitation of this id.
    pub(super) fn inviting(&mut self, invitation: u64, login: &str) -> Option<&mut Repository> {
        let mut repositories = self.repositories.iter_mut();
        repositories.find(|one| {
            one.invited.iter().any(|invited| invited == login)
                && one.id_of(&format!("invitations/{login}")) == invitation
        })
    }

    /// Adds a repository; `false` when there is no room for another.
    pub(super) fn add(&mut self, repository: Repository) -> bool {
        let has_room = self.repositories.len() < MOST_REPOSITORIES;
        if has_room {
            self.repositories.push(repository);
        }
        has_room
    }

    pub(super) fn remove(&mut self, owner: &str, name: &str) {
        self.repositories.retain(|one| !one.is(owner, name));
    }

    /// Whether so many bytes more can be kept.
    pub(super) fn has_room(&self, size: usize) -> bool {
        let kept: usize = self.repositories.iter().map(|one| one.weight).sum();
        kept.saturating_add(size) <= MOST_BYTES
    }

    /// How many requests an hour somebody has, and how many of them are used with `more`.
    pub(super) fn limit(&mut self, login: Option<&str>, more: u64) -> (u64, u64) {
        let name = login.unwrap_or_default();
        if self.used.len() >= MOST_COUNTED && !self.used.contains_key(name) {
            self.used.clear();
        }
        let used = self.used.entry(name.to_owned()).or_default();
        *used += more;
        (if login.is_some() { LIMITS.0 } else { LIMITS.1 }, *used)
    }
}

impl Repository {
    /// An empty one.
    pub(super) fn new(owner: &str, name: &str, now: &str) -> Repository {
        Repository {
            owner: owner.to_owned(),
            name: name.to_owned(),
            description: None,
            is_private: false,
            created_at: now.to_owned(),
            updated_at: now.to_owned(),
            collaborators: Vec::new(),
            invited: Vec::new(),
            labels: seed::labels(),
            milestones: Vec::new(),
            issues: Vec::new(),
            files: Vec::new(),
            commits: Vec::new(),
            releases: Vec::new(),
            surveys: 0,
            weight: OVERHEAD,
        }
    }

    fn is(&self, owner: &str, name: &str) -> bool {
        self.owner.eq_ignore_ascii_case(owner) && self.name.eq_ignore_ascii_case(name)
    }

    /// `/repos/owner/name`
    pub(super) fn path(&self) -> String {
        format!("/repos/{}/{}", self.owner, self.name)
    }

    /// The id of what is called so within the repository; of itself for the empty text.
    pub(super) fn id_of(&self, what: &str) -> u64 {
        id(&format!("{}/{}/{what}", self.owner, self.name))
    }

    pub(super) fn is_seen_by(&self, login: Option<&str>) -> bool {
        !self.is_private || login.is_some_and(|login| self.may_push(login))
    }

    pub(super) fn may_push(&self, login: &str) -> bool {
        self.owner == login || self.collaborators.iter().any(|one| one.login == login)
    }

    /// Counts what was sent to it.
    pub(super) fn charge(&mut self, size: usize) {
        self.weight = self.weight.saturating_add(size).saturating_add(OVERHEAD);
    }
}

/// A number made of what a thing is called: FNV-1a, of which 40 bits any JSON reader keeps.
pub(super) fn id(called: &str) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325_u64;
    let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    called.bytes().fold(start, mix) >> 24
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sent_is_bounded_and_deleting_makes_room() {
        let mut store = Store::default();
        let mut large = Repository::new("ann", "large", "");
        large.charge(MOST_BYTES);
        assert!(store.add(large));
        assert!(!store.has_room(1));
        store.remove("Ann", "LARGE");
        assert!(store.has_room(1));
    }

    #[test]
    fn there_are_so_many_repositories_and_no_more() {
        let mut store = Store::default();
        let add = |n: usize| store.add(Repository::new("ann", &n.to_string(), ""));
        assert_eq!((0..2 * MOST_REPOSITORIES).map(add).filter(|&is| is).count(), 999);
    }

    #[test]
    fn the_counts_of_many_users_are_bounded() {
        let mut store = Store::default();
        for n in 0..3 * MOST_COUNTED {
            store.limit(Some(&n.to_string()), 1);
        }
        assert!(store.used.len() <= MOST_COUNTED);
        assert_eq!(store.limit(Some("2999"), 1), (5000, 2));
        assert_eq!(store.limit(None, 1), (60, 1));
        assert_eq!(store.limit(Some("2999"), 1), (5000, 1));
    }
}
