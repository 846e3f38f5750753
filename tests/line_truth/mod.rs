//! Never a number on the wrong line: random edits of real Go files, and an oracle that follows
//! each line by what it is and not by what it says.

mod buffer;
mod oracle;
mod script;

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;

use buffer::{Buffer, Dice};
use oracle::Known;
pub(crate) use oracle::Score;
use pprof_lens::source::Revision;
use script::{step, untidy};

/// Files of Go's own tree: the text of each.
pub(crate) fn go_files(names: &[&str]) -> Vec<String> {
    let out = Command::new("go").args(["env", "GOROOT"]).output().unwrap();
    let goroot = PathBuf::from(String::from_utf8(out.stdout).unwrap().trim());
    let read = |name: &&str| std::fs::read_to_string(goroot.join("src").join(name)).unwrap();
    names.iter().map(read).collect()
}

/// Follows every line of a file through random edits, and checks them all after each.
pub(crate) fn follow(text: &str, n_edits: usize, seed: u64) -> Score {
    let mut dice = Dice::new(seed);
    let mut score = Score::default();
    let mut done = 0;
    while done < n_edits {
        // Nobody edits a file a thousand times between two captures.
        let mut buffer = Buffer::new(text, &mut dice);
        for _ in 0..dice.below(120) + 1 {
            let name = step(&mut buffer, &mut dice);
            score.add(&buffer, buffer.now(), Known::Edits, &format!("seed {seed}, {name}"));
            done += 1;
        }
    }
    score.n_edits = done;
    score
}

/// Edits a file at random and then compares the two texts alone: in an editor that was started
/// anew, and in one that reads all of the text again. `pass`: what becomes of the text meanwhile.
pub(crate) fn compare(
    text: &str,
    n_texts: usize,
    seed: u64,
    mut pass: impl FnMut(&str) -> String,
) -> Score {
    let mut dice = Dice::new(seed);
    let mut score = Score::default();
    for _ in 0..n_texts {
        let mut buffer = Buffer::new(text, &mut dice);
        let opened = buffer.now().clone();
        for _ in 0..dice.below(40) + 1 {
            step(&mut buffer, &mut dice);
            score.n_edits += 1;
        }
        let now = pass(buffer.now().text());
        let what = format!("seed {seed}, compared");
        score.add(&buffer, &Arc::new(Revision::new(now.clone())), Known::Texts, &what);
        let what = format!("seed {seed}, read again");
        score.add(&buffer, &Arc::new(opened.replaced(&now)), Known::Texts, &what);
    }
    score
}

/// Follows the lines of text that nobody formatted through `gofmt`, which keeps their number.
pub(crate) fn reformat(text: &str, n_texts: usize, seed: u64) -> Score {
    let mut dice = Dice::new(seed);
    let mut score = Score::default();
    score.n_edits = n_texts;
    for _ in 0..n_texts {
        let mut buffer = Buffer::new(&untidy(text, &mut dice), &mut dice);
        let opened = buffer.now().clone();
        let tidy = gofmt(opened.text());
        assert_eq!(tidy.lines().count(), buffer.rows.len());
        buffer.rows.iter_mut().zip(tidy.lines()).for_each(|(row, it)| row.text = it.to_owned());
        for now in [Revision::new(tidy.clone()), opened.replaced(&tidy)] {
            score.add(&buffer, &Arc::new(now), Known::Edits, &format!("seed {seed}, gofmt"));
        }
    }
    score
}

fn gofmt(text: &str) -> String {
    let mut gofmt = Command::new("gofmt");
    gofmt.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut gofmt = gofmt.spawn().unwrap();
    let mut stdin = gofmt.stdin.take().unwrap();
    // gofmt reads everything before it writes.
    stdin.write_all(text.as_bytes()).unwrap();
    drop(stdin);
    let out = gofmt.wait_with_output().unwrap();
    assert!(out.status.success(), "gofmt refuses the text");
    String::from_utf8(out.stdout).unwrap()
}
