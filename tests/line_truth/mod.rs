//! Never a number on the wrong line: random edits of real Go files, and an oracle that follows
//! each line by what it is and not by what it says.

mod buffer;
mod oracle;
mod script;

use std::path::PathBuf;
use std::process::Command;

use buffer::{Buffer, Dice};
use oracle::Known;
pub(crate) use oracle::Score;
use script::step;

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

/// Edits a file at random and then compares the two texts alone, as after a checkout.
pub(crate) fn compare(text: &str, n_texts: usize, seed: u64) -> Score {
    let mut dice = Dice::new(seed);
    let mut score = Score::default();
    for _ in 0..n_texts {
        let mut buffer = Buffer::new(text, &mut dice);
        for _ in 0..dice.below(40) + 1 {
            step(&mut buffer, &mut dice);
            score.n_edits += 1;
        }
        let now = buffer.without_history();
        score.add(&buffer, &now, Known::Texts, &format!("seed {seed}, compared"));
    }
    score
}
