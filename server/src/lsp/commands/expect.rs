//! The command expect: goroutines that wait in a function count as idle from now on.

use serde_json::{Value, json};

use crate::command::ExpectArgs;
use crate::project::{Added, Entry};

use super::super::services::Services;
use super::CommandError;

impl Services {
    pub(super) async fn expect_command(&self, args: ExpectArgs) -> Result<Value, CommandError> {
        let entry = Entry::Idle { function: args.function, states: args.states };
        let added = self.add_to_project(args.uri.as_deref(), entry).await?;
        // What is drawn follows at once where a look costs nothing.
        let world = self.world.get();
        let may_look = world.attachment.as_ref().is_some_and(|it| it.may_be_dumped());
        if world.looked.is_some() && may_look {
            drop(world);
            self.look_quietly(false).await;
        }
        let text = match added {
            Added::Written(path) => {
                format!("{}: these goroutines count as idle from now on", path.display())
            }
            Added::Known(path) => format!("{} says so already", path.display()),
        };
        Ok(json!({ "text": text }))
    }
}
