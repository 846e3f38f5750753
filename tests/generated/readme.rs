//! Turns the commands and settings into the two tables of README.md.

use std::fmt::Write;

use pprof_lens::command::Command;
use pprof_lens::config::{SECTION, settings as all_settings};

use super::replace_block;

/// Rewrites the table of commands.
pub(super) fn commands(readme: &str) -> String {
    let mut body = String::from("\n| command | `:PprofLens` | what it does |\n|---|---|---|\n");
    for it in Command::ALL {
        let _ = writeln!(body, "| {} | `{}` | {} |", it.title(), it.name(), cell(it.summary()));
    }
    body.push('\n');
    between_marks(readme, "commands", &body)
}

/// Rewrites the table of settings.
pub(super) fn settings(readme: &str) -> String {
    let mut body = String::from("\n| setting | default | what it does |\n|---|---|---|\n");
    for it in all_settings() {
        let machine = if it.machine { " Not read from a folder's own settings." } else { "" };
        let _ = writeln!(
            body,
            "| `{SECTION}.{}` | `{}` | {}{machine} |",
            it.key,
            it.default,
            cell(&it.doc)
        );
    }
    body.push('\n');
    between_marks(readme, "settings", &body)
}

fn between_marks(readme: &str, name: &str, body: &str) -> String {
    let start = format!("<!-- {name}: generated -->");
    replace_block(readme, "README.md", |it| it == start, |it| it == "<!-- end -->", body)
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
