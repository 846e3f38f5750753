//! The commands attach, detach and targets.

use anyhow::anyhow;
use serde_json::{Value, json};
use tower_lsp::lsp_types::request::ShowMessageRequest;
use tower_lsp::lsp_types::{
    MessageActionItem, MessageType, ProgressToken, ShowMessageRequestParams,
};

use crate::command::AttachArgs;
use crate::fetch::{FindError, Found};
use crate::model::Target;

use super::super::attachment::{Wish, describe};
use super::super::services::Services;
use super::CommandError;

/// More programs than a message can offer are asked for by name.
const MAX_CHOICES: usize = 8;

impl Services {
    pub(super) async fn attach_command(
        &self,
        args: AttachArgs,
        token: Option<ProgressToken>,
    ) -> Result<Value, CommandError> {
        let wanted = args.target.as_deref().map(str::trim).filter(|it| !it.is_empty());
        let work = self.choose(wanted);
        let target = self.with_progress(token, "Looking for Go programs", None, work).await?;
        let wish = match wanted {
            Some(it) => Wish::Asked(it.to_owned()),
            None => Wish::Found,
        };
        self.world.update(|world| world.is_detached_by_user = false);
        let text = format!("attached to {}", describe(&target));
        let result = json!({ "text": text, "target": target });
        self.attach(target, wish);
        Ok(result)
    }

    async fn choose(&self, wanted: Option<&str>) -> Result<Target, CommandError> {
        if let Some(it) = wanted {
            return Ok(self.outside.find(it).await.map_err(|err| anyhow!(err))?);
        }
        let found = self.outside.found().await;
        let mut targets: Vec<Target> = found.iter().filter_map(Found::target).collect();
        match targets.len() {
            0 => Err(anyhow!(FindError::NothingServes(found)).into()),
            1 => Ok(targets.remove(0)),
            _ => self.pick(targets).await,
        }
    }

    async fn pick(&self, targets: Vec<Target>) -> Result<Target, CommandError> {
        let titles = targets.iter().take(MAX_CHOICES).map(describe);
        let actions = titles.map(|title| MessageActionItem { title, properties: [].into() });
        let question = self.editor.ask::<ShowMessageRequest>(ShowMessageRequestParams {
            typ: MessageType::INFO,
            message: format!("{} Go programs serve pprof. Attach to which?", targets.len()),
            actions: Some(actions.collect()),
        });
        let answer = question.await.ok().and_then(Result::ok).flatten();
        let title = answer.ok_or(CommandError::Cancelled)?.title;
        let chosen = targets.into_iter().find(|it| describe(it) == title);
        chosen.ok_or(CommandError::Cancelled)
    }

    pub(super) async fn targets_command(&self) -> Value {
        json!(self.outside.found().await.iter().map(Found::row).collect::<Vec<_>>())
    }

    pub(super) fn detach_command(&self) -> Value {
        self.world.update(|world| world.is_detached_by_user = true);
        match self.detach() {
            Some(target) => json!({ "text": format!("detached from {}", describe(&target)) }),
            None => json!({ "text": "nothing was attached" }),
        }
    }
}
