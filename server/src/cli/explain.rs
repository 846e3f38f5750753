//! `pprof-lens explain FILE|URL FRAME`: which file here a frame is in, and by which rule.

use std::collections::BTreeSet;
use std::process::ExitCode;

use anyhow::bail;
use serde_json::json;

use crate::config::SubstitutePath;
use crate::model::Profile;
use crate::source::{Places, Resolver};
use crate::view::escape::plain;
use crate::view::{Explanation, explain_json, explain_text, frames_named};

use super::{input, print};

/// Frames that are explained at once.
const MOST_FRAMES: usize = 50;
/// Names that are offered where none matches.
const MOST_NEAR: usize = 5;
/// Names that are compared with what was typed.
const MOST_COMPARED: usize = 100_000;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A profile, or where a target serves one.
    #[arg(value_name = "FILE|URL")]
    source: String,
    /// A function or a file: its name, a part of it, or a regular expression for functions.
    #[arg(value_name = "FRAME")]
    frame: String,
    /// A path of the profile that starts with FROM is looked for under TO; the first that fits.
    #[arg(long, value_name = "FROM=TO", value_parser = pair)]
    substitute_path: Vec<SubstitutePath>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    input: input::InputArgs,
}

pub(super) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let profile = input::profile(&args.source, &args.input)?;
    let functions: BTreeSet<(&str, &str)> =
        profile.functions.iter().map(|it| names(&profile, it)).collect();
    let functions: Vec<(&str, &str)> = functions.into_iter().collect();
    let found = frames_named(&functions, &args.frame);
    if found.is_empty() {
        bail!("{}", no_match(&functions, &args.frame));
    }
    let folders = std::env::current_dir().into_iter().collect();
    let process = input::target(&args.source, &args.input).and_then(|it| it.process);
    let build = process.and_then(|it| it.build);
    let resolver = Resolver::new(Places {
        substitute_path: args.substitute_path,
        main_package: build.as_ref().map(|it| it.path.clone()),
        go_version: build.map(|it| it.go_version),
        ..Places::from_env(folders)
    });
    resolver.learn(&functions);
    let explained: Vec<Explanation> = found
        .iter()
        .take(MOST_FRAMES)
        .map(|&(path, function)| Explanation {
            function: function.to_owned(),
            path: path.to_owned(),
            explained: resolver.explain(path, function),
        })
        .collect();
    if args.json {
        let frames: Vec<_> = explained.iter().map(explain_json).collect();
        print::json(&json!({ "total": found.len(), "frames": frames }))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut text = explain_text(&explained);
    if MOST_FRAMES < found.len() {
        let n_more = found.len() - MOST_FRAMES;
        text += &format!("and {n_more} more frames match; a longer name matches fewer\n");
    }
    print::out(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn pair(text: &str) -> Result<SubstitutePath, String> {
    let (from, to) = text.split_once('=').ok_or("expected FROM=TO")?;
    Ok(SubstitutePath { from: from.to_owned(), to: to.to_owned() })
}

/// Path and name, as in the profile.
fn names<'a>(profile: &'a Profile, it: &crate::model::Function) -> (&'a str, &'a str) {
    (profile.str(it.filename), profile.str(it.name))
}

fn no_match(functions: &[(&str, &str)], frame: &str) -> String {
    let wanted = pairs_of_letters(frame);
    let mut near: Vec<(usize, &str)> = functions
        .iter()
        .take(MOST_COMPARED)
        .map(|(_, function)| {
            let has = pairs_of_letters(function);
            let n_common = wanted.intersection(&has).count();
            // From 0 to 1000: how much of both is the same.
            (2000 * n_common / (wanted.len() + has.len()).max(1), *function)
        })
        .filter(|it| it.0 > 0)
        .collect();
    near.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    near.dedup();
    near.truncate(MOST_NEAR);
    let frame = plain(frame);
    match near.is_empty() {
        true => format!(
            "no frame matches {frame}; `pprof-lens top` prints the names of the {} there are",
            functions.len()
        ),
        false => {
            let near: Vec<_> = near.iter().map(|it| plain(it.1)).collect();
            format!("no frame matches {frame}; near are {}", near.join(", "))
        }
    }
}

/// Of the end of a name, which says most.
fn pairs_of_letters(name: &str) -> BTreeSet<[u8; 2]> {
    let last = name.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let start = last.len().saturating_sub(64);
    last.as_bytes()[start..].windows(2).map(|it| [it[0], it[1]]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offers_names_that_are_near() {
        let all = [("/w/a.go", "main.run"), ("/w/a.go", "main.(*T).run"), ("/w/b.go", "b.other")];
        assert!(no_match(&all, "main.runn").contains("near are main.run, main.(*T).run"));
        assert!(no_match(&all, "!").contains("the 3 there are"));
    }
}
