//! Turns the parameters of `initialize` into what the server needs to know of the editor.
//!
//! The JSON is read key by key: an editor that sends a value we have never heard of, or one of
//! the wrong type, loses that one ability and nothing else.

use std::path::PathBuf;

use serde_json::{Value, json};
use tower_lsp::lsp_types::Url;

use super::documents::file_path;
use super::position::Encoding;

/// What the editor can do, and what it was started with.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct ClientFacts {
    /// `name version`, for the status.
    pub(crate) editor: String,
    /// Local folders of the workspace.
    pub(crate) folders: Vec<PathBuf>,
    /// UTF-8 where the editor offers it: then a column is a byte offset.
    pub(crate) encoding: Encoding,
    /// Asks for lenses again when told to.
    pub(crate) refreshes_lenses: bool,
    /// Asks for inlay hints again when told to.
    pub(crate) refreshes_hints: bool,
    /// Asks for diagnostics again when told to (pull diagnostics).
    pub(crate) refreshes_diagnostics: bool,
    /// Shows the related places of a diagnostic.
    pub(crate) shows_related: bool,
    /// Takes the `data` of a diagnostic back to us.
    pub(crate) keeps_data: bool,
    /// Shows `$/progress` that the server began.
    pub(crate) shows_progress: bool,
    /// Opens a document on our request.
    pub(crate) shows_document: bool,
    /// Answers `workspace/configuration`.
    pub(crate) has_configuration: bool,
    /// Wants to be asked before it sends changes of the settings.
    pub(crate) registers_configuration: bool,
    /// Said at start.
    pub(crate) options: StartOptions,
}

/// `initializationOptions`: `{"trusted": bool, "settings": {..}, "client": {"showsResults": bool}}`.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct StartOptions {
    /// The user trusts the folder: without this, nothing is connected to by itself.
    pub(crate) trusted: bool,
    /// The settings; see [`crate::config::Config::from_json`].
    pub(crate) settings: Value,
    /// The client shows what commands return; otherwise the server shows a short message.
    pub(crate) shows_results: bool,
}

/// What tower-lsp gets to see of `initialize`: capabilities that always parse, and the original
/// as `initializationOptions`, where [`ClientFacts::read`] finds it.
pub(crate) fn for_router(params: Option<Value>) -> Option<Value> {
    Some(json!({ "processId": null, "capabilities": {}, "initializationOptions": params }))
}

/// The editor's process, from the original parameters.
pub(crate) fn process_id(params: &Value) -> Option<u32> {
    at(params, "/processId").as_u64().and_then(|it| u32::try_from(it).ok())
}

impl ClientFacts {
    /// Reads the original parameters of `initialize`.
    pub(crate) fn read(params: &Value) -> ClientFacts {
        let able =
            |path: &str| at(params, &format!("/capabilities/{path}")).as_bool() == Some(true);
        let options = at(params, "/initializationOptions");
        ClientFacts {
            editor: editor(at(params, "/clientInfo")),
            folders: folders(params),
            encoding: encoding(at(params, "/capabilities/general/positionEncodings")),
            refreshes_lenses: able("workspace/codeLens/refreshSupport"),
            refreshes_hints: able("workspace/inlayHint/refreshSupport"),
            // The specification says `diagnostics`; Helix and others send `diagnostic`.
            refreshes_diagnostics: able("workspace/diagnostics/refreshSupport")
                || able("workspace/diagnostic/refreshSupport"),
            shows_related: able("textDocument/publishDiagnostics/relatedInformation"),
            keeps_data: able("textDocument/publishDiagnostics/dataSupport"),
            shows_progress: able("window/workDoneProgress"),
            shows_document: able("window/showDocument/support"),
            has_configuration: able("workspace/configuration"),
            registers_configuration: able("workspace/didChangeConfiguration/dynamicRegistration"),
            options: StartOptions {
                trusted: at(options, "/trusted").as_bool() == Some(true),
                settings: at(options, "/settings").clone(),
                shows_results: at(options, "/client/showsResults").as_bool() == Some(true),
            },
        }
    }
}

fn at<'a>(value: &'a Value, pointer: &str) -> &'a Value {
    value.pointer(pointer).unwrap_or(&Value::Null)
}

fn editor(info: &Value) -> String {
    let part = |key: &str| info.get(key).and_then(Value::as_str).unwrap_or_default();
    format!("{} {}", part("name"), part("version")).trim().to_owned()
}

fn encoding(offered: &Value) -> Encoding {
    let offers_utf8 = offered.as_array().is_some_and(|it| it.contains(&Value::from("utf-8")));
    if offers_utf8 { Encoding::Utf8 } else { Encoding::Utf16 }
}

fn folders(params: &Value) -> Vec<PathBuf> {
    let several = at(params, "/workspaceFolders").as_array().into_iter().flatten();
    let several: Vec<PathBuf> = several.filter_map(|it| uri_path(it.get("uri")?)).collect();
    if !several.is_empty() {
        return several;
    }
    let root_uri = uri_path(at(params, "/rootUri"));
    let root_path = || at(params, "/rootPath").as_str().map(PathBuf::from);
    root_uri.or_else(root_path).filter(|it| it.is_absolute()).into_iter().collect()
}

fn uri_path(uri: &Value) -> Option<PathBuf> {
    file_path(&Url::parse(uri.as_str()?).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_around_what_it_does_not_know() {
        let facts = ClientFacts::read(&json!({
            "processId": -5,
            "clientInfo": {"name": "hx", "version": 25},
            "rootUri": "file:///w/a%20b",
            "workspaceFolders": null,
            "capabilities": {
                "general": {"positionEncodings": ["utf-32", "utf-9", "utf-8"]},
                "workspace": {
                    "codeLens": {"refreshSupport": "yes"},
                    "inlayHint": {"refreshSupport": true},
                    "diagnostic": {"refreshSupport": true},
                    "failureHandling": "shrug",
                },
            },
        }));
        let expected = ClientFacts {
            editor: "hx".to_owned(),
            folders: vec!["/w/a b".into()],
            encoding: Encoding::Utf8,
            refreshes_hints: true,
            refreshes_diagnostics: true,
            ..ClientFacts::default()
        };
        assert_eq!(facts, expected);
    }

    #[test]
    fn prefers_several_folders_and_keeps_local_ones() {
        let facts = ClientFacts::read(&json!({
            "rootUri": "file:///w",
            "workspaceFolders": [
                {"uri": "file:///w/a", "name": "a"},
                {"uri": "vscode-vfs://github/x", "name": "x"},
                {"uri": "file:///w/b", "name": "b"},
            ],
            "initializationOptions": {"trusted": true, "client": {"showsResults": true}},
        }));
        assert_eq!(facts.folders, [PathBuf::from("/w/a"), PathBuf::from("/w/b")]);
        assert!(facts.options.trusted && facts.options.shows_results);
    }

    #[test]
    fn reads_nothing_at_all() {
        assert_eq!(ClientFacts::read(&Value::Null), ClientFacts::default());
    }
}
