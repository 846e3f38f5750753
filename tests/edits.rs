//! Every line that is shown is the right one, whatever is done to the text.
//!
//! `cargo bench -- lines` does the same a hundred times as long.

use crate::line_truth::{Score, compare, follow, go_files};

const FILES: [&str; 3] = ["encoding/json/decode.go", "bytes/buffer.go", "net/http/server.go"];

#[test]
fn every_line_is_followed_through_edits() {
    check("edits followed", |file, seed| follow(file, 400, seed));
}

#[test]
fn no_line_is_wrong_where_two_texts_are_compared() {
    check("edits, texts compared", |file, seed| compare(file, 15, seed));
}

fn check(what: &str, judge: impl Fn(&str, u64) -> Score) {
    let mut all = Score::default();
    for (file, seed) in go_files(&FILES).iter().zip(1..) {
        all.merge(judge(file, seed));
    }
    let said = all.describe(what);
    assert_eq!(all.n_wrong, 0, "{said} {:#?}", all.examples);
    assert!(all.kept() >= 0.99, "{said} {:#?}", all.examples);
}
