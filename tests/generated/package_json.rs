//! Turns the commands and settings into `contributes` of the VS Code extension.

use pprof_lens::command::{Command, Needs};
use pprof_lens::config::{SECTION, Setting, settings as all_settings};
use pprof_lens::model::Kind;
use serde_json::{Map, Value, json};

use super::replace_block;

const NAME: &str = "editors/vscode/package.json";

/// Commands that the extension has besides the server's: id, title, and when the palette offers it.
const EXTENSION_COMMANDS: [(&str, &str, Option<&str>); 10] = [
    ("pprof-lens.refresh", "Refresh the goroutines", Some(NEVER)),
    ("pprof-lens.refreshLists", "Refresh", Some(NEVER)),
    ("pprof-lens.attachTo", "Attach", Some(NEVER)),
    ("pprof-lens.compareCaptures", "Compare", Some(NEVER)),
    ("pprof-lens.flamegraphOf", "Show flame graph", Some(NEVER)),
    ("pprof-lens.hotOf", "Show hot functions", Some(NEVER)),
    ("pprof-lens.rename", "Name this capture", Some(NEVER)),
    ("pprof-lens.menu", "Show all commands", None),
    ("pprof-lens.restart", "Restart the server", None),
    ("pprof-lens.log", "Show the log", None),
];

const NEVER: &str = "false";

/// Icons of the commands that are buttons of a view.
const ICONS: [(&str, &str); 13] = [
    ("pprof-lens.goroutines", "$(list-tree)"),
    ("pprof-lens.refresh", "$(refresh)"),
    ("pprof-lens.refreshLists", "$(refresh)"),
    ("pprof-lens.watch", "$(eye)"),
    ("pprof-lens.expect", "$(check)"),
    ("pprof-lens.attach", "$(plug)"),
    ("pprof-lens.attachTo", "$(plug)"),
    ("pprof-lens.capture", "$(record)"),
    ("pprof-lens.pinCapture", "$(pin)"),
    ("pprof-lens.compareCaptures", "$(diff)"),
    ("pprof-lens.flamegraphOf", "$(flame)"),
    ("pprof-lens.hotOf", "$(list-ordered)"),
    ("pprof-lens.rename", "$(edit)"),
];

/// Rewrites `contributes.commands` and when the palette offers each.
pub(super) fn commands(package: &str) -> String {
    let server = Command::ALL.into_iter().map(|it| (it.id(), it.title(), when(it.needs())));
    let own = EXTENSION_COMMANDS.into_iter().map(|(id, title, when)| (id.to_owned(), title, when));
    let all: Vec<_> = server.chain(own).collect();
    let rows = all.iter().map(|(id, title, _)| command(id, title)).collect();
    let package = block(package, "    \"commands\": [", "    ]", &Value::Array(rows));
    let palette = all
        .iter()
        .filter_map(|(id, _, when)| when.map(|when| json!({ "command": id, "when": when })));
    block(&package, "      \"commandPalette\": [", "      ]", &Value::Array(palette.collect()))
}

/// The context key that the extension sets while the command can run; none where it always can.
fn when(needs: Needs) -> Option<&'static str> {
    match needs {
        Needs::Nothing => None,
        Needs::Target => Some("pprof-lens.isAttached"),
        Needs::Capture => Some("pprof-lens.hasCapture"),
        Needs::Baseline => Some("pprof-lens.hasBaseline"),
        Needs::Argument => Some(NEVER),
    }
}

fn command(id: &str, title: &str) -> Value {
    let mut out = json!({ "command": id, "title": title, "category": SECTION });
    if let Some((_, icon)) = ICONS.iter().find(|(of, _)| *of == id) {
        out["icon"] = json!(icon);
    }
    out
}

/// Rewrites `contributes.configuration.properties`.
pub(super) fn settings(package: &str) -> String {
    let mut properties = Map::new();
    properties.insert(format!("{SECTION}.server.path"), server_path());
    for (order, it) in all_settings().iter().enumerate() {
        let mut schema = schema(it);
        schema["markdownDescription"] = json!(it.doc);
        schema["default"] = it.default.clone();
        schema["order"] = json!(order + 1);
        if it.machine {
            schema["scope"] = json!("machine");
        }
        properties.insert(format!("{SECTION}.{}", it.key), schema);
    }
    block(package, "      \"properties\": {", "      }", &Value::Object(properties))
}

/// Where the server is: the extension's own setting, which a folder must not decide.
fn server_path() -> Value {
    json!({
        "type": "string",
        "default": "",
        "scope": "machine",
        "order": 0,
        "markdownDescription": "Path of the `pprof-lens` program. Empty: the one that came with the extension, else the one on the `PATH`.",
    })
}

/// The JSON schema of a setting: its type is its default's type.
fn schema(setting: &Setting) -> Value {
    let kinds = Kind::ALL.map(Kind::name);
    match (&setting.default, setting.key) {
        (Value::Bool(_), _) => json!({ "type": "boolean" }),
        (Value::String(_), _) => json!({ "type": "string" }),
        (Value::Number(it), _) if it.is_u64() => json!({ "type": "integer", "minimum": 0 }),
        (Value::Number(_), _) => json!({ "type": "number", "minimum": 0 }),
        (Value::Array(_), "captureOnAttach") => json!({
            "type": "array",
            "uniqueItems": true,
            "items": { "type": "string", "enum": kinds },
        }),
        (Value::Array(_), "substitutePath") => json!({
            "type": "array",
            "items": {
                "type": "object",
                "required": ["from", "to"],
                "additionalProperties": false,
                "properties": { "from": { "type": "string" }, "to": { "type": "string" } },
            },
        }),
        (other, key) => panic!("say here what the JSON schema of {key} is (default {other})"),
    }
}

/// Replaces what stands between `open` and `close`, both on lines of their own.
fn block(package: &str, open: &str, close: &str, value: &Value) -> String {
    let depth = open.len() - open.trim_start().len();
    let pretty = serde_json::to_string_pretty(value).unwrap();
    let lines: Vec<&str> = pretty.lines().collect();
    let body: String = lines[1..lines.len() - 1]
        .iter()
        .map(|it| format!("{:depth$}{it}\n", "", depth = depth))
        .collect();
    replace_block(package, NAME, |it| it == open, |it| it.trim_end_matches(',') == close, &body)
}
