//! What is there from the start: the commit, the issue and its comments that Requests' documentation
//! walks through under "HTTP verbs", and the labels every repository has.

use super::store::{Collaborator, Comment, Commit, Issue, Label, Repository};

/// Name, colour, and description of the labels a repository begins with.
const LABELS: [(&str, &str, &str); 9] = [
    ("bug", "d73a4a", "Something isn't working"),
    ("documentation", "0075ca", "Improvements or additions to documentation"),
    ("duplicate", "cfd3d7", "This issue or pull request already exists"),
    ("enhancement", "a2eeef", "New feature or request"),
    ("good first issue", "7057ff", "Good for newcomers"),
    ("help wanted", "008672", "Extra attention is needed"),
    ("invalid", "e4e669", "This doesn't seem right"),
    ("question", "d876e3", "Further information is requested"),
    ("wontfix", "ffffff", "This will not be worked on"),
];

pub(super) fn labels() -> Vec<Label> {
    let label = |(name, color, description): (&str, &str, &str)| Label {
        name: name.to_owned(),
        color: color.to_owned(),
        description: Some(description.to_owned()),
        is_default: true,
    };
    LABELS.into_iter().map(label).collect()
}

/// psf/requests, as far as the documentation looks at it.
pub(super) fn repository() -> Repository {
    let created = "2011-02-13T18:38:17Z";
    let mut requests = Repository::new("psf", "requests", created);
    requests.description = Some("A simple, yet elegant, HTTP library.".to_owned());
    requests.commits.push(Commit {
        sha: "a050faf084662f3a352dd1a941f2c7c9f886d4ad".to_owned(),
        tree: "2e2b5d3f4a5b1d5d1ad7dc53ab5d77e5e3d4b1a7".to_owned(),
        parent: None,
        message: "makin' history".to_owned(),
        author: ("Kenneth Reitz".to_owned(), "me@kennethreitz.com".to_owned()),
        date: "2012-05-10T18:10:50Z".to_owned(),
    });
    requests.issues.push(issue());
    // Those who try the API out may push to it.
    let collaborator = |login: &str| Collaborator { login: login.to_owned(), is_settled: true };
    requests.collaborators = ["octocat", "hubot"].map(collaborator).into();
    requests
}

fn issue() -> Issue {
    let comment = |id, author: &str, body: &str, at: &str| Comment {
        id,
        author: author.to_owned(),
        body: body.to_owned(),
        created_at: at.to_owned(),
        updated_at: at.to_owned(),
    };
    let advanced = "Probably in the \"advanced\" section";
    Issue {
        number: 482,
        title: "Feature any http verb in docs".to_owned(),
        body: None,
        author: "rafalp".to_owned(),
        is_open: false,
        labels: Vec::new(),
        milestone: None,
        assignees: Vec::new(),
        comments: vec![
            comment(5_288_004, "rafalp", "Where should it go?", "2012-04-23T16:02:18Z"),
            comment(5_288_065, "kennethreitz", "In the documentation.", "2012-04-23T16:04:40Z"),
            comment(5_288_130, "kennethreitz", advanced, "2012-04-23T16:07:09Z"),
        ],
        next_comment: 5_804_413,
        created_at: "2012-03-06T19:16:15Z".to_owned(),
        updated_at: "2012-05-10T18:11:42Z".to_owned(),
        closed_at: Some("2012-05-10T18:11:42Z".to_owned()),
    }
}
