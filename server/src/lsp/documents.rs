//! The documents that are open in the editor, with their unsaved text.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tower_lsp::lsp_types;

use super::pages::Drawn;
use super::position::Encoding;
use super::text::Text;

/// One open document. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    /// The name under which the editor knows it: replies must use exactly this one.
    pub(crate) uri: lsp_types::Url,
    /// As the editor counts.
    pub(crate) version: i32,
    /// The text as it is in the editor.
    pub(crate) text: Text,
    /// What is drawn on this text.
    pub(crate) drawn: Drawn,
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
        let text = Text::new(item.text);
        text.revision.note_saved();
        let (uri, version) = (item.uri, item.version);
        let document = Document { uri, version, text, drawn: Drawn::default() };
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
        let mut text = document.text.clone();
        for change in params.content_changes {
            text = match change.range {
                None => text.replaced(&change.text),
                Some(range) => text.changed(range, &change.text, encoding),
            };
        }
        document.version = params.text_document.version;
        document.text = text;
        document.drawn = Drawn::default();
    }

    /// A document was saved: a program may be built from it as it is now.
    pub(crate) fn save(&self, uri: &lsp_types::Url) {
        if let Some(it) = file_path(uri).and_then(|it| self.by_path.get(&it)) {
            it.text.revision.note_saved();
        }
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

    /// The paths of the documents that are not what they were: opened, changed or closed.
    pub(crate) fn changed_since<'a>(
        &'a self,
        before: &'a Documents,
    ) -> impl Iterator<Item = &'a Path> {
        let is_same = |it: &Document, other: &Document| {
            it.version == other.version && Arc::ptr_eq(&it.text.revision, &other.text.revision)
        };
        let here = self.by_path.iter().filter(move |(path, it)| {
            before.by_path.get(*path).is_none_or(|other| !is_same(it, other))
        });
        let closed = before.by_path.keys().filter(|it| !self.by_path.contains_key(*it));
        here.map(|(path, _)| path).chain(closed).map(PathBuf::as_path)
    }

    /// Every open document with its path.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Path, &Document)> {
        self.by_path.iter().map(|(path, document)| (path.as_path(), document))
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
        document.text.as_str().to_owned()
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
    fn tells_what_is_not_what_it_was() {
        let item = |name: &str| {
            let uri = format!("file:///w/{name}");
            let item = json!({"uri": uri, "languageId": "go", "version": 1, "text": "a"});
            serde_json::from_value(item).unwrap()
        };
        let mut now = Documents::default();
        now.open(item("a.go"));
        now.open(item("b.go"));
        let before = now.clone();
        assert_eq!(now.changed_since(&before).count(), 0);
        now.close(&"file:///w/a.go".parse().unwrap());
        let params = json!({
            "textDocument": {"uri": "file:///w/b.go", "version": 2}, "contentChanges": [],
        });
        now.change(serde_json::from_value(params).unwrap(), Encoding::Utf8);
        now.open(item("c.go"));
        let mut changed: Vec<_> = now.changed_since(&before).collect();
        changed.sort();
        assert_eq!(changed, [Path::new("/w/a.go"), Path::new("/w/b.go"), Path::new("/w/c.go")]);
        // Opened again, with the same text and version.
        let before = now.clone();
        now.open(item("c.go"));
        assert_eq!(now.changed_since(&before).count(), 1);
    }

    #[test]
    fn knows_only_local_files() {
        for uri in ["untitled:1", "file://host/share/a.go", "http://x/a.go", "git:/w/a.go"] {
            assert_eq!(file_path(&uri.parse().unwrap()), None, "{uri}");
        }
    }
}
