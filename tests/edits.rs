//! Every line that is shown is the right one, whatever is done to the text.
//!
//! `cargo bench -- lines` does the same a hundred times as long.

use crate::line_truth::{compare, follow, go_files};

const FILES: [&str; 3] = ["encoding/json/decode.go", "bytes/buffer.go", "net/http/server.go"];

#[test]
fn every_line_is_followed_through_edits() {
    for (file, seed) in go_files(&FILES).iter().zip(1..) {
        let score = follow(file, 400, seed);
        score.print("edits followed");
        assert_eq!(score.n_wrong, 0, "{:#?}", score.examples);
        assert!(score.kept() >= 0.99, "{:#?}", score.examples);
    }
}

#[test]
fn no_line_is_wrong_where_two_texts_are_compared() {
    for (file, seed) in go_files(&FILES).iter().zip(1..) {
        let score = compare(file, 15, seed);
        score.print("edits, texts compared");
        assert_eq!(score.n_wrong, 0, "{:#?}", score.examples);
        assert!(score.kept() >= 0.99, "{:#?}", score.examples);
    }
}
