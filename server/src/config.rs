//! The settings: one table, from which everything else is made.
//!
//! A client sends an object with camelCase keys, all optional; [`Config`] is what the server
//! works with. README's table and the VS Code extension's `contributes.configuration` come from
//! [`settings`]; `tests/generated.rs` fails when one of them is stale.
//! A bad value or an unknown key is reported by its path, and the rest is used.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::model::Kind;

/// The section under which editors keep the settings.
pub const SECTION: &str = "pprof-lens";

/// One row of the settings table.
#[derive(Debug, Clone)]
pub struct Setting {
    /// camelCase key below [`SECTION`].
    pub key: &'static str,
    /// Markdown, from the field's doc comment.
    pub doc: String,
    /// The default as JSON.
    pub default: Value,
    /// A setting that an untrusted folder must not decide: VS Code's `machine` scope.
    pub machine: bool,
}

macro_rules! settings {
    ($( $(#[doc = $doc:literal])+ $field:ident / $key:literal : $ty:ty = $default:expr, machine: $machine:literal; )+) => {
        /// The settings in force.
        #[derive(Debug, Clone, PartialEq)]
        pub struct Config { $( $(#[doc = $doc])+ pub $field: $ty, )+ }

        impl Default for Config {
            fn default() -> Config { Config { $( $field: $default, )+ } }
        }

        impl Config {
            /// Reads a client's settings object over the defaults.
            /// Returns the settings and one message for each key that was not used.
            pub fn from_json(options: &Value) -> (Config, Vec<String>) {
                let mut config = Config::default();
                let mut problems = Vec::new();
                let object = match options {
                    Value::Null => return (config, problems),
                    Value::Object(it) => it,
                    other => {
                        problems.push(format!("{SECTION}: expected an object, got {other}"));
                        return (config, problems);
                    }
                };
                for (key, value) in object {
                    match key.as_str() {
                        _ if value.is_null() => {}
                        $( $key => match serde_json::from_value::<$ty>(value.clone()) {
                            Ok(it) => config.$field = it,
                            Err(err) => problems.push(format!("{SECTION}.{key}: {err}; the default is used")),
                        }, )+
                        _ => problems.push(format!("{SECTION}.{key}: there is no such setting")),
                    }
                }
                (config, problems)
            }
        }

        /// The settings as a table, in the order in which they are documented.
        pub fn settings() -> Vec<Setting> {
            let defaults = Config::default();
            vec![ $( Setting {
                key: $key,
                doc: [$($doc),+].map(str::trim).join(" "),
                default: serde_json::to_value(&defaults.$field).unwrap_or_default(),
                machine: $machine,
            }, )+ ]
        }
    };
}

settings! {
    /// Attach by itself to a running program that was built from a module of the open workspace.
    attach_automatically / "attachAutomatically": bool = true, machine: false;
    /// A target to attach to at start: a URL, `host:port`, a PID or a process name.
    /// Empty: only what is found.
    target / "target": String = String::new(), machine: true;
    /// Kinds that are captured as soon as a target is attached.
    capture_on_attach / "captureOnAttach": Vec<Kind> = vec![Kind::Heap, Kind::Goroutine], machine: false;
    /// Length of a CPU capture, in seconds.
    capture_seconds / "captureSeconds": u32 = 10, machine: false;
    /// Seconds between two heap captures while a Go file is open; 0 captures only on command.
    heap_interval_seconds / "heapIntervalSeconds": u32 = 30, machine: false;
    /// Seconds between two looks at the goroutines of a program that a look stops for less than
    /// 10 ms; others are counted by stack. Two looks at least 60 seconds apart tell a stuck
    /// goroutine from a busy one. 0 looks only on command.
    goroutine_interval_seconds / "goroutineIntervalSeconds": u32 = 60, machine: false;
    /// Show flat and cum, the change since the baseline and waiting goroutines above functions.
    lens_enable / "lensEnable": bool = true, machine: false;
    /// Show flat and cum at the ends of hot lines.
    hint_enable / "hintEnable": bool = true, machine: false;
    /// Report hot lines, growth and waiting goroutines as diagnostics.
    diagnostic_enable / "diagnosticEnable": bool = true, machine: false;
    /// Lines below this share of the total (cum, in percent) are not marked.
    line_threshold_percent / "lineThresholdPercent": f64 = 1.0, machine: false;
    /// Functions below this share of the total (cum, in percent) get no lens.
    function_threshold_percent / "functionThresholdPercent": f64 = 2.0, machine: false;
    /// At most this many hints in a file: the hottest.
    max_hints_per_file / "maxHintsPerFile": usize = 20, machine: false;
    /// Pairs of path prefixes, as in Delve: a profile's path that starts with `from` is looked
    /// for under `to`; the first pair that fits decides. An empty `from` is for relative paths,
    /// as `-trimpath` writes them; an empty `to` makes the path relative.
    substitute_path / "substitutePath": Vec<SubstitutePath> = Vec::new(), machine: false;
    /// Size of the folder of captures; the oldest go first, pinned baselines never.
    store_quota_megabytes / "storeQuotaMegabytes": u64 = 512, machine: true;
}

/// One pair of [`Config::substitute_path`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SubstitutePath {
    /// Prefix in the profile.
    pub from: String,
    /// Folder here.
    pub to: String,
}
