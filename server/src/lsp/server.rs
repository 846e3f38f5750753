//! Turns each LSP method into one call: the table of what the server answers.
//!
//! Invariant: handlers of notifications never wait, so that the gate can run them in order.

use std::path::Path;
use std::sync::Arc;

use serde_json::Value;
use tower_lsp::jsonrpc::Result;
use tower_lsp::lsp_types::{
    CodeActionParams, CodeActionResponse, CodeLens, CodeLensParams, DidChangeConfigurationParams,
    DidChangeTextDocumentParams, DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, DidSaveTextDocumentParams, ExecuteCommandParams, Hover, HoverParams,
    InitializeParams, InitializeResult, InitializedParams, InlayHint, InlayHintParams, Url,
    WorkDoneProgressCancelParams,
};
use tower_lsp::{Client, LanguageServer};

use super::activity::{Activity, ActivityParams};
use super::documents::file_path;
use super::editor::Editor;
use super::facts::ClientFacts;
use super::outside::Outside;
use super::services::Services;
use super::world::World;
use super::{capabilities, pages, publish, seek, settings, to_proto};

/// The handlers, on top of the world.
#[derive(Debug)]
pub(crate) struct Server {
    services: Services,
}

impl Server {
    pub(crate) fn new(client: Client) -> Server {
        Server { services: Services::new(Editor::new(client), Outside::default()) }
    }

    /// What the gate needs: a way to the editor, and who wants to know that it said something.
    pub(crate) fn ends(&self) -> (Editor, Activity) {
        (self.services.editor.clone(), self.services.activity.clone())
    }

    pub(crate) async fn activity(&self, params: ActivityParams) {
        self.services.activity.set_focus(params.active);
    }

    pub(crate) async fn cancel_progress(&self, params: WorkDoneProgressCancelParams) {
        self.services.tokens.cancel(&params.token);
    }

    /// What the server holds as the text of a document: for tests of document changes.
    #[cfg(debug_assertions)]
    pub(crate) async fn debug_text(&self, params: Value) -> Result<Value> {
        let uri = params.get("uri").and_then(Value::as_str).unwrap_or_default();
        let path = Url::parse(uri).ok().and_then(|it| file_path(&it));
        let world = self.services.world.get();
        let document = path.as_ref().and_then(|it| world.documents.get(it));
        Ok(document.map_or(
            Value::Null,
            |it| serde_json::json!({ "version": it.version, "text": it.text.as_str() }),
        ))
    }

    /// Answers from what is known of a file. Others are served meanwhile by other threads: to hand
    /// this over to one takes longer than most answers.
    fn answer<T>(&self, uri: &Url, answer: impl FnOnce(&World, &Path) -> Option<T>) -> Option<T> {
        let world = self.services.world.get();
        let path = file_path(uri)?;
        tokio::task::block_in_place(|| answer(&world, &pages::spelled(&world, &path)))
    }
}

#[tower_lsp::async_trait]
impl LanguageServer for Server {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        let original = params.initialization_options.unwrap_or_default();
        let facts = ClientFacts::read(&original);
        let result = capabilities::initialize_result(facts.encoding);
        self.services.world.update(|world| {
            settings::apply(world, &facts.options.settings);
            world.folders = Arc::new(facts.folders.clone());
            world.facts = Arc::new(facts);
        });
        Ok(result)
    }

    async fn initialized(&self, _: InitializedParams) {
        tokio::spawn(publish::publish(self.services.clone()));
        if self.services.world.get().facts.options.trusted {
            tokio::spawn(seek::seek(self.services.clone()));
        }
        tokio::spawn(settings::watch(self.services.clone()));
        let services = self.services.clone();
        tokio::spawn(async move { services.read_project().await });
    }

    async fn shutdown(&self) -> Result<()> {
        self.services.set_follower(None);
        Ok(())
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        self.services.world.update(|world| world.documents.open(params.text_document));
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        self.services.world.update(|world| {
            let encoding = world.facts.encoding;
            world.documents.change(params, encoding);
        });
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        self.services.world.update(|world| world.documents.close(&params.text_document.uri));
    }

    async fn did_save(&self, params: DidSaveTextDocumentParams) {
        self.services.world.get().documents.save(&params.text_document.uri);
    }

    async fn did_change_configuration(&self, params: DidChangeConfigurationParams) {
        settings::changed(&self.services, params.settings);
    }

    async fn did_change_workspace_folders(&self, params: DidChangeWorkspaceFoldersParams) {
        let paths = |folders: Vec<tower_lsp::lsp_types::WorkspaceFolder>| {
            folders.into_iter().filter_map(|it| file_path(&it.uri)).collect::<Vec<_>>()
        };
        let (added, removed) = (paths(params.event.added), paths(params.event.removed));
        self.services.world.update(|world| {
            let folders = Arc::make_mut(&mut world.folders);
            folders.retain(|it| !removed.contains(it));
            folders.extend(added);
        });
        tokio::spawn(self.services.clone().relocate());
    }

    async fn code_lens(&self, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
        Ok(self.answer(&params.text_document.uri, |world, path| {
            let file = pages::marked(world, path)?;
            Some(to_proto::code_lenses(&file.view, file.page(world)))
        }))
    }

    async fn inlay_hint(&self, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
        Ok(self.answer(&params.text_document.uri, |world, path| {
            let file = pages::marked(world, path)?;
            Some(to_proto::inlay_hints(&file.view, file.page(world), params.range))
        }))
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        let at = params.text_document_position_params;
        let uri = &at.text_document.uri;
        Ok(self.answer(uri, |world, path| pages::hover(world, path, at.position)))
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        let (uri, at) = (&params.text_document.uri, params.range.start);
        Ok(self.answer(uri, |world, path| pages::code_actions(world, path, uri, at)))
    }

    async fn execute_command(&self, params: ExecuteCommandParams) -> Result<Option<Value>> {
        Ok(Some(self.services.execute(params).await?))
    }
}
