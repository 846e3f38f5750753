//! Every line that is shown is the right one, whatever is done to the text.
//!
//! `cargo bench -- lines` does the same a hundred times as long.

use crate::line_truth::{Score, compare, follow, go_files, reformat};
use crate::support::git::git;

const FILES: [&str; 3] = ["encoding/json/decode.go", "bytes/buffer.go", "net/http/server.go"];

#[test]
fn every_line_is_followed_through_edits() {
    check("edits followed", |file, seed| follow(file, 400, seed));
}

#[test]
fn no_line_is_wrong_after_a_checkout() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    git(root, &["init", "--quiet"]);
    let file = root.join("file.go");
    let mut checkout = |text: &str| {
        std::fs::write(&file, text).unwrap();
        git(root, &["add", "--all"]);
        git(root, &["commit", "--quiet", "--allow-empty", "--message", "x"]);
        let commit = git(root, &["rev-parse", "HEAD"]);
        std::fs::write(&file, "package other\n").unwrap();
        git(root, &["commit", "--quiet", "--all", "--message", "y"]);
        git(root, &["checkout", "--quiet", &commit]);
        std::fs::read_to_string(&file).unwrap()
    };
    check("edits, other commits", |file, seed| compare(file, 15, seed, &mut checkout));
}

#[test]
fn no_line_is_wrong_or_lost_after_gofmt() {
    let score = check("texts formatted", |file, seed| reformat(file, 5, seed));
    assert_eq!(score.kept(), 1.0, "{:#?}", score.examples);
}

fn check(what: &str, mut judge: impl FnMut(&str, u64) -> Score) -> Score {
    let mut all = Score::default();
    for (file, seed) in go_files(&FILES).iter().zip(1..) {
        all.merge(judge(file, seed));
    }
    let said = all.describe(what);
    assert_eq!(all.n_wrong, 0, "{said} {:#?}", all.examples);
    assert!(all.n_shown > 1_000 && all.kept() >= 0.99, "{said} {:#?}", all.examples);
    all
}
