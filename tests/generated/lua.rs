//! Turns the commands, kinds and settings into the table that the Neovim plugin completes from.

use std::fmt::Write;

use pprof_lens::command::{Command, PREFIX};
use pprof_lens::config::settings;
use pprof_lens::model::Kind;

/// The whole file.
pub(super) fn table() -> String {
    let mut out = String::from(
        "--- The server's commands, kinds and settings: written by tests/generated.rs, not by hand.\n\nreturn {\n",
    );
    let _ = writeln!(out, "  prefix = '{PREFIX}',\n  commands = {{");
    for it in Command::ALL {
        let typed = if it.is_typed() { "" } else { ", typed = false" };
        let _ = writeln!(out, "    {{ name = '{}', title = '{}'{typed} }},", it.name(), it.title());
    }
    out.push_str("  },\n");
    list(&mut out, "kinds", Kind::ALL.map(Kind::name));
    list(&mut out, "settings", settings().iter().map(|it| it.key));
    out.push_str("}\n");
    out
}

fn list<'a>(out: &mut String, name: &str, items: impl IntoIterator<Item = &'a str>) {
    let _ = writeln!(out, "  {name} = {{");
    for it in items {
        let _ = writeln!(out, "    '{it}',");
    }
    out.push_str("  },\n");
}
