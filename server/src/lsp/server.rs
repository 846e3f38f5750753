//! Turns each LSP method into one call: the table of what the server answers.
//!
//! Invariant: handlers of notifications never wait, so that the gate can run them in order.

use std::sync::Arc;

use serde_json::Value;
use tower_lsp::jsonrpc::Result;
use tower_lsp::lsp_types::{
    CodeLens, CodeLensParams, DidChangeConfigurationParams, DidChangeTextDocumentParams,
    DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    DidSaveTextDocumentParams, Hover, HoverParams, InitializeParams, InitializeResult,
    InitializedParams, InlayHint, InlayHintParams,
};
use tower_lsp::{Client, LanguageServer};

use crate::config::Config;

use super::capabilities;
use super::editor::Editor;
use super::facts::ClientFacts;
use super::world::{World, WorldCell};

/// The handlers, on top of the world.
#[derive(Debug)]
pub(crate) struct Server {
    editor: Editor,
    world: WorldCell,
}

impl Server {
    pub(crate) fn new(client: Client) -> Server {
        Server { editor: Editor::new(client), world: WorldCell::new(World::default()) }
    }

    pub(crate) fn editor(&self) -> &Editor {
        &self.editor
    }

    /// What the server holds as the text of a document: for tests of document changes.
    #[cfg(debug_assertions)]
    pub(crate) async fn debug_text(&self, params: Value) -> Result<Value> {
        let uri = params.get("uri").and_then(Value::as_str).unwrap_or_default();
        let path = tower_lsp::lsp_types::Url::parse(uri).ok();
        let path = path.as_ref().and_then(super::documents::file_path);
        let world = self.world.get();
        let document = path.as_ref().and_then(|it| world.documents.get(it));
        Ok(document.map_or(
            Value::Null,
            |it| serde_json::json!({ "version": it.version, "text": &*it.text }),
        ))
    }
}

#[tower_lsp::async_trait]
impl LanguageServer for Server {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        let original = params.initialization_options.unwrap_or_default();
        let facts = ClientFacts::read(&original);
        let (config, problems) = Config::from_json(&facts.options.settings);
        for problem in problems {
            tracing::warn!("{problem}");
        }
        let result = capabilities::initialize_result(facts.encoding);
        self.world.update(|world| {
            world.facts = Arc::new(facts);
            world.config = Arc::new(config);
        });
        Ok(result)
    }

    async fn initialized(&self, _: InitializedParams) {}

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        self.world.update(|world| world.documents.open(params.text_document));
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        self.world.update(|world| world.documents.change(params, world.facts.encoding));
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        self.world.update(|world| world.documents.close(&params.text_document.uri));
    }

    async fn did_save(&self, _: DidSaveTextDocumentParams) {}

    async fn did_change_configuration(&self, _: DidChangeConfigurationParams) {}

    async fn did_change_workspace_folders(&self, _: DidChangeWorkspaceFoldersParams) {}

    async fn hover(&self, _: HoverParams) -> Result<Option<Hover>> {
        Ok(None)
    }

    async fn code_lens(&self, _: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
        Ok(None)
    }

    async fn inlay_hint(&self, _: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
        Ok(None)
    }
}
