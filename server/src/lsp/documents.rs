//! The documents that are open in the editor, with their unsaved text.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tower_lsp::lsp_types;

use super::position::{Encoding, LineIndex};

/// One open document. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    /// The name under which the editor knows it: replies must use exactly this one.
    pub(crate) uri: lsp_types::Url,
    /// As the editor counts.
    pub(crate) version: i32,
    /// The text as it is in the editor.
    pub(crate) text: Arc<str>,
    /// Lines of `text`.
    pub(crate) lines: Arc<LineIndex>,
}

/// All open documents that are files, by path.
#[derive(Debug, Clone, Default)]
pub(crate) struct Documents {
    by_path: HashMap<PathBuf, Document>,
}

impl Documents {
    /// A document was opened. One that is no file (an unsaved buffer, a diff view) is ignored.
    pub(crate) fn open(&mut self, item: lsp_types::TextDocumentItem) {
        let Some(path) = file_path(&item.uri) else { return };
        let document = Document::new(item.uri, item.version, item.text);
        self.by_path.insert(path, document);
    }

    /// Changes a document, in the order of the changes.
    pub(crate) fn change(
        &mut self,
        params: lsp_types::DidChangeTextDocumentParams,
        encoding: Encoding,
    ) {
        let Some(path) = file_path(&params.text_document.uri) else { return };
        let Some(document) = self.by_path.get_mut(&path) else {
            return tracing::warn!("a change of a document that is not open: {}", path.display());
        };
        let mut text = document.text.to_string();
        let mut lines = document.lines.clone();
        for (idx, change) in params.content_changes.into_iter().enumerate() {
            match change.range {
                None => text = change.text,
                Some(range) => {
                    if idx > 0 {
                        lines = Arc::new(LineIndex::new(&text));
                    }
                    let start = lines.offset(&text, range.start, encoding);
                    let end = lines.offset(&text, range.end, encoding).max(start);
                    text.replace_range(start..end, &change.text);
                }
            }
        }
        let uri = document.uri.clone();
        *document = Document::new(uri, params.text_document.version, text);
    }

    /// A document was closed: from now on the file on disk is its text.
    pub(crate) fn close(&mut self, uri: &lsp_types::Url) {
        if let Some(path) = file_path(uri) {
            self.by_path.remove(&path);
        }
    }

    /// The document of a file.
    pub(crate) fn get(&self, path: &Path) -> Option<&Document> {
        self.by_path.get(path)
    }

    /// Every open document with its path.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Path, &Document)> {
        self.by_path.iter().map(|(path, document)| (path.as_path(), document))
    }
}

impl Document {
    fn new(uri: lsp_types::Url, version: i32, text: String) -> Document {
        let lines = Arc::new(LineIndex::new(&text));
        Document { uri, version, text: text.into(), lines }
    }
}

/// The local path of a `file:` URI of this machine; none for every other URI.
pub(crate) fn file_path(uri: &lsp_types::Url) -> Option<PathBuf> {
    let is_local = uri.scheme() == "file" && uri.host_str().is_none_or(|it| it == "localhost");
    is_local.then(|| uri.to_file_path().ok())?
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Opens `text`, applies one `didChange` with these changes, and returns the text.
    fn check(text: &str, changes: serde_json::Value, encoding: Encoding) -> String {
        let uri = "file:///w/a.go";
        let mut documents = Documents::default();
        let item = json!({"uri": uri, "languageId": "go", "version": 1, "text": text});
        documents.open(serde_json::from_value(item).unwrap());
        let params = json!({"textDocument": {"uri": uri, "version": 2}, "contentChanges": changes});
        documents.change(serde_json::from_value(params).unwrap(), encoding);
        let document = documents.get(Path::new("/w/a.go")).unwrap();
        assert_eq!(document.version, 2);
        document.text.to_string()
    }

    fn change(from: (u32, u32), to: (u32, u32), text: &str) -> serde_json::Value {
        json!({"range": {
            "start": {"line": from.0, "character": from.1},
            "end": {"line": to.0, "character": to.1},
        }, "text": text})
    }

    #[test]
    fn applies_changes_in_order() {
        let changes = json!([change((0, 0), (0, 0), "// x\n"), change((1, 0), (1, 1), "B")]);
        assert_eq!(check("a\r\nb\r\n", changes, Encoding::Utf16), "// x\nB\r\nb\r\n");
        let changes = json!([{"text": "new"}, change((0, 3), (0, 3), "er")]);
        assert_eq!(check("old", changes, Encoding::Utf16), "newer");
    }

    #[test]
    fn counts_as_negotiated() {
        let text = "s := \"😀\" // é";
        let changes = json!([change((0, 8), (0, 9), "'")]);
        assert_eq!(check(text, changes, Encoding::Utf16), "s := \"😀' // é");
        let changes = json!([change((0, 10), (0, 11), "'")]);
        assert_eq!(check(text, changes, Encoding::Utf8), "s := \"😀' // é");
    }

    #[test]
    fn clamps_and_orders_bad_ranges() {
        assert_eq!(check("ab", json!([change((7, 7), (9, 9), "c")]), Encoding::Utf16), "abc");
        assert_eq!(check("ab", json!([change((0, 2), (0, 0), "c")]), Encoding::Utf16), "abc");
    }

    #[test]
    fn knows_only_local_files() {
        for uri in ["untitled:1", "file://host/share/a.go", "http://x/a.go", "git:/w/a.go"] {
            assert_eq!(file_path(&uri.parse().unwrap()), None, "{uri}");
        }
    }
}
