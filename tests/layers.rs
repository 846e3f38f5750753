//! The house rules that no compiler checks: the direction of the data, and where I/O may be.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use regex::Regex;

use crate::support::go::tests_folder;

/// Each module of the crate, and the modules it may use. What is not listed may not be used.
const LAYERS: [(&str, &[&str]); 17] = [
    ("model", &[]),
    ("command", &["model"]),
    ("config", &["model"]),
    ("decode", &["model"]),
    ("symbolize", &["model"]),
    ("listing", &["model"]),
    ("diff", &["model", "listing"]),
    ("stuck", &["model"]),
    ("project", &["stuck"]),
    ("source", &["model", "config"]),
    ("view", &["model", "config", "command", "listing", "diff", "stuck", "source"]),
    ("fetch", &["model"]),
    ("store", &["model"]),
    ("demo", &["model", "fetch"]),
    (
        "lsp",
        &[
            "model",
            "config",
            "command",
            "decode",
            "symbolize",
            "listing",
            "diff",
            "stuck",
            "source",
            "view",
            "fetch",
            "store",
            "project",
        ],
    ),
    (
        "cli",
        &[
            "model", "config", "command", "decode", "listing", "diff", "stuck", "source", "view",
            "fetch", "store", "project", "demo", "lsp",
        ],
    ),
    ("main", &["cli"]),
];

/// Text that may stand only in some modules, and why.
const CONFINED: [(&str, &[&str], &str); 6] = [
    (r"\b(tower_lsp|lsp_types)\b", &["lsp"], "only lsp/ knows LSP types"),
    (
        r"\b(reqwest|hyper|hyper_util|procfs|sysinfo|listeners)::|\b(TcpStream|TcpListener|UdpSocket|UnixStream)\b",
        &["fetch"],
        "only fetch/ reaches the network or another process",
    ),
    (
        r"process::Command\b",
        &["fetch", "cli"],
        "only fetch/ starts another process; `lsp` starts itself anew",
    ),
    (
        r"\bstd::fs\b|\bfs::File\b|\btokio::fs\b",
        &["fetch", "symbolize", "store", "source", "project", "cli", "lsp"],
        "the core is handed bytes",
    ),
    (r"\be?print(ln)?!|\bstd(out|err)\(\)", &["cli"], "standard output is the protocol"),
    (r"\b(todo|unimplemented)!|\bunsafe \{", &[], "nothing is left open"),
];

struct SourceFile {
    module: String,
    path: PathBuf,
    /// The text up to its unit tests, without comments.
    code: String,
    text: String,
}

fn source_files() -> Vec<SourceFile> {
    let root = tests_folder().parent().unwrap().join("server/src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    assert!(files.len() > 60, "{} files found", files.len());
    let tests = test_only(&files);
    files
        .into_iter()
        .filter(|path| !tests.contains(path))
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            let below = path.strip_prefix(&root).unwrap();
            let first = below.iter().next().unwrap().to_str().unwrap();
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            let code: Vec<&str> =
                code.lines().filter(|it| !it.trim_start().starts_with("//")).collect();
            SourceFile {
                module: first.trim_end_matches(".rs").to_owned(),
                path: below.to_owned(),
                code: code.join("\n"),
                text,
            }
        })
        .collect()
}

/// Files that are compiled for unit tests alone: these may draw their inputs from anywhere.
fn test_only(files: &[PathBuf]) -> BTreeSet<PathBuf> {
    let declared = Regex::new(r"#\[cfg\(test\)\]\nmod (\w+);").unwrap();
    let of_file = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).unwrap();
        let names = declared.captures_iter(&text).map(|it| it[1].to_owned());
        let folder = match path.file_name().and_then(|it| it.to_str()) {
            Some("mod.rs" | "lib.rs" | "main.rs") => path.parent().unwrap().to_owned(),
            _ => path.with_extension(""),
        };
        names.map(|it| folder.join(it).with_extension("rs")).collect::<Vec<_>>()
    };
    files.iter().flat_map(of_file).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|it| it == "rs") {
            files.push(path);
        }
    }
}

#[test]
fn data_flows_one_way() {
    let layers = BTreeMap::from(LAYERS);
    let uses = Regex::new(r"\b(?:crate|pprof_lens)::([a-z_]+)").unwrap();
    let mut wrong = Vec::new();
    for file in source_files().iter().filter(|it| it.module != "lib") {
        let Some(allowed) = layers.get(file.module.as_str()) else {
            wrong.push(format!("{}: {} is no layer", file.path.display(), file.module));
            continue;
        };
        for used in uses.captures_iter(&file.code) {
            let used = &used[1];
            if used != file.module && !allowed.contains(&used) {
                wrong.push(format!("{} uses {used}", file.path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "against the direction of the data:\n{}", wrong.join("\n"));
}

#[test]
fn each_outside_has_its_place() {
    let mut wrong = Vec::new();
    for (pattern, modules, why) in CONFINED {
        let pattern = Regex::new(pattern).unwrap();
        for file in source_files() {
            if let Some(found) = pattern.find(&file.code)
                && !modules.contains(&file.module.as_str())
            {
                wrong.push(format!("{}: {:?}: {why}", file.path.display(), found.as_str()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_says_what_it_is_and_is_short() {
    let mut wrong = Vec::new();
    for file in source_files() {
        let first = file.text.lines().next().unwrap_or_default();
        if !first.starts_with("//! ") {
            wrong.push(format!("{} starts with {first:?}", file.path.display()));
        }
        let n_lines = file.text.lines().count();
        if n_lines > 500 {
            wrong.push(format!("{} has {n_lines} lines", file.path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The checks can fail: each finds what it is for in a line that has it.
#[test]
fn the_patterns_find_what_they_are_for() {
    for (pattern, line) in CONFINED.iter().map(|it| it.0).zip([
        "use tower_lsp::lsp_types::Url;",
        "reqwest::Client::new()",
        "std::process::Command::new(\"go\")",
        "std::fs::read(path)",
        "println!(\"x\")",
        "todo!()",
    ]) {
        assert!(Regex::new(pattern).unwrap().is_match(line), "{pattern} in {line}");
    }
}
