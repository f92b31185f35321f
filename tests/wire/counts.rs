//! How many recordings there are, so that none is dropped unseen.

const RECORDINGS: &[(&str, usize, &str)] = &[
    ("requests' bytes", 196, include_str!("golden.json")),
    ("exchanges", 813, include_str!("exchanges.json")),
    ("URLs, params and Locations", 182, include_str!("urls.json")),
    ("cookies", 105, include_str!("cookies.json")),
    ("proxies", 76, include_str!("proxies.json")),
    ("digest's answers", 35, include_str!("digest.json")),
    ("retries", 57, include_str!("retries.json")),
    ("streams", 135, include_str!("streams.json")),
    ("hooks", 43, include_str!("hooks.json")),
    ("which certificates are trusted", 192, include_str!("verify.json")),
    ("cookie files", 10, include_str!("cookie_files.json")),
    ("names of statuses", 243, include_str!("codes.json")),
];

#[test]
fn the_recordings_are_whole() {
    for (what, count, lines) in RECORDINGS {
        println!("{count} recorded {what}");
        assert_eq!(lines.lines().count(), *count, "{what}");
    }
    println!("{} in all", RECORDINGS.iter().map(|(_, count, _)| count).sum::<usize>());
}
