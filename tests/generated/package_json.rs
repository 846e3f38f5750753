//! Turns the commands and settings into `contributes` of the VS Code extension.

use pprof_lens::command::Command;
use pprof_lens::config::{SECTION, Setting, settings as all_settings};
use pprof_lens::model::Kind;
use serde_json::{Map, Value, json};

use super::replace_block;

const NAME: &str = "editors/vscode/package.json";

/// Commands that the extension has besides the server's: id and title.
const EXTENSION_COMMANDS: [(&str, &str); 4] = [
    ("pprof-lens.refresh", "Refresh the goroutines"),
    ("pprof-lens.menu", "Show all commands"),
    ("pprof-lens.restart", "Restart the server"),
    ("pprof-lens.log", "Show the log"),
];

/// Icons of the commands that are buttons of the goroutine tree.
const ICONS: [(&str, &str); 4] = [
    ("pprof-lens.goroutines", "$(list-tree)"),
    ("pprof-lens.refresh", "$(refresh)"),
    ("pprof-lens.watch", "$(eye)"),
    ("pprof-lens.expect", "$(check)"),
];

/// Rewrites `contributes.commands`.
pub(super) fn commands(package: &str) -> String {
    let server = Command::ALL.into_iter().map(|it| (it.id(), it.title()));
    let own = EXTENSION_COMMANDS.into_iter().map(|(id, title)| (id.to_owned(), title));
    let rows: Vec<Value> = server.chain(own).map(|(id, title)| command(&id, title)).collect();
    block(package, "    \"commands\": [", "    ]", &Value::Array(rows))
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
        "markdownDescription": "Path of the `pprof-lens` program. Empty: the one on the `PATH`.",
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
