//! How a file of a profile was looked for, as text and as JSON.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::listing::Expression;
use crate::source::{Explained, Resolution, RootKind};

use super::escape::plain;

/// A function of a profile, and how its file was looked for.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// Full name, as in the profile.
    pub function: String,
    /// Path of its file, as in the profile.
    pub path: String,
    /// What came of it.
    pub explained: Explained,
}

impl Explanation {
    /// Whether the file is here.
    pub fn is_found(&self) -> bool {
        matches!(self.explained.resolution, Resolution::Found { .. })
    }
}

/// The functions of that very name or path; else those that have it in them, or whose name it
/// matches as a regular expression. Pairs of path and function.
pub fn frames_named<'a>(functions: &[(&'a str, &'a str)], frame: &str) -> Vec<(&'a str, &'a str)> {
    let only = |keep: &dyn Fn(&str, &str) -> bool| -> Vec<(&'a str, &'a str)> {
        functions.iter().copied().filter(|(path, function)| keep(path, function)).collect()
    };
    let same = only(&|path, function| path == frame || function == frame);
    if !same.is_empty() || frame.is_empty() {
        return same;
    }
    // Names have brackets and stars: what is no expression may still be a part of one.
    let expression = frame.parse::<Expression>().ok();
    only(&|path, function| {
        path.contains(frame)
            || function.contains(frame)
            || expression.as_ref().is_some_and(|it| it.is_match(function))
    })
}

/// A few lines for each function: its path in the profile, its file here and the rule that found
/// it, or every rule with why it did not.
pub fn explain_text(all: &[Explanation]) -> String {
    let mut out = String::new();
    for it in all {
        let path = if it.path.is_empty() { "(none)" } else { &it.path };
        let _ = writeln!(out, "{}\n  in the profile  {}", plain(&it.function), plain(path));
        match &it.explained.resolution {
            Resolution::Found { path, rule, root } => {
                let path = path.display().to_string();
                let _ = writeln!(out, "  here            {} ({})", plain(&path), root_words(*root));
                let _ = writeln!(out, "  found by        {rule}");
            }
            Resolution::NotFound { .. } => {
                out.push_str("  here            not found; tried:\n");
                for tried in &it.explained.tried {
                    let _ = writeln!(out, "    {}: {}", tried.rule, plain(&tried.why));
                }
            }
        }
    }
    out
}

/// `{"function","path","file","rule","root","tried":[{"rule","why"}]}`: `path` is the profile's,
/// `file` the one here; `file`, `rule` and `root` are null where it was not found. `rule` is as
/// [`crate::source::Rule::name`] has it, `root` one of workspace, vendor, goroot, moduleCache.
pub fn explain_json(it: &Explanation) -> Value {
    let (file, rule, root) = match &it.explained.resolution {
        Resolution::Found { path, rule, root } => {
            (Some(path.display().to_string()), Some(rule.name()), Some(root_name(*root)))
        }
        Resolution::NotFound { .. } => (None, None, None),
    };
    let tried = it.explained.tried.iter();
    json!({
        "function": it.function,
        "path": it.path,
        "file": file,
        "rule": rule,
        "root": root,
        "tried": tried
            .map(|it| json!({ "rule": it.rule.name(), "why": it.why }))
            .collect::<Vec<_>>(),
    })
}

fn root_name(root: RootKind) -> &'static str {
    match root {
        RootKind::Workspace => "workspace",
        RootKind::Vendor => "vendor",
        RootKind::Goroot => "goroot",
        RootKind::ModuleCache => "moduleCache",
    }
}

fn root_words(root: RootKind) -> &'static str {
    match root {
        RootKind::Workspace => "in the workspace",
        RootKind::Vendor => "vendored",
        RootKind::Goroot => "in Go's own tree",
        RootKind::ModuleCache => "in the module cache",
    }
}

#[cfg(test)]
mod tests {
    use crate::source::{Rule, Tried};

    use super::*;

    #[test]
    fn finds_frames_by_name_path_and_expression() {
        let all = [("/w/a.go", "main.run"), ("/w/a.go", "main.(*T).run"), ("/w/b.go", "b.runner")];
        let n = |frame: &str| frames_named(&all, frame).len();
        assert_eq!(["main.run", "run", "(*T).run", "/w/a.go"].map(n), [1, 3, 1, 2]);
        assert_eq!(["b.go", "^main", "walk", ""].map(n), [1, 2, 0, 0]);
    }

    #[test]
    fn says_what_was_found_and_what_was_not() {
        let tried =
            vec![Tried { rule: Rule::Absolute, why: "/b\x1b[2J does not exist".to_owned() }];
        let found = Resolution::Found {
            path: "/w/a.go".into(),
            rule: Rule::PackagePath,
            root: RootKind::Workspace,
        };
        let of = |resolution| Explanation {
            function: "x.F".to_owned(),
            path: "/b/a.go".to_owned(),
            explained: Explained { resolution, tried: tried.clone() },
        };
        let all = [of(found), of(Resolution::NotFound { tried: tried.clone() })];
        let text = explain_text(&all);
        assert_eq!(
            text,
            "x.F\n  in the profile  /b/a.go\n  here            /w/a.go (in the workspace)\n  \
             found by        package of the function\n\
             x.F\n  in the profile  /b/a.go\n  here            not found; tried:\n    \
             path on this machine: /b\\u{1b}[2J does not exist\n"
        );
        assert_eq!(explain_json(&all[0])["rule"], "packagePath");
        assert_eq!(explain_json(&all[1])["file"], Value::Null);
        assert_eq!(explain_json(&all[1])["tried"][0]["rule"], "absolute");
    }
}
