//! Turns the commands and settings into two sections of the Neovim help file.

use std::fmt::Write;

use pprof_lens::command::Command;
use pprof_lens::config::settings as all_settings;

use super::replace_block;

/// Columns of a help file.
const WIDTH: usize = 78;

/// Rewrites the section of commands.
pub(super) fn commands(help: &str) -> String {
    let mut body = String::from("\n");
    for it in Command::ALL.into_iter().filter(|it| it.is_typed()) {
        entry(&mut body, &format!(":PprofLens {}", it.name()), it.summary());
    }
    section(help, "*pprof-lens-subcommands*", &body)
}

/// Rewrites the section of settings.
pub(super) fn settings(help: &str) -> String {
    let mut body = String::from("\n");
    for it in all_settings() {
        entry(&mut body, &format!("{} (default {})", it.key, it.default), &it.doc);
    }
    section(help, "*pprof-lens-settings*", &body)
}

fn section(help: &str, tag: &str, body: &str) -> String {
    let name = "editors/nvim/doc/pprof-lens.txt";
    replace_block(help, name, |it| it.ends_with(tag), |it| it.starts_with("===="), body)
}

fn entry(out: &mut String, head: &str, text: &str) {
    let _ = writeln!(out, "{head}");
    let mut line = String::from("       ");
    for word in text.split_whitespace() {
        if line.len() + 1 + word.len() > WIDTH {
            let _ = writeln!(out, "{line}");
            line = String::from("       ");
        }
        line.push(' ');
        line.push_str(word);
    }
    let _ = writeln!(out, "{line}\n");
}
