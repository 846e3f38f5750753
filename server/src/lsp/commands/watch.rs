//! The command watch: looking goes on while nobody is at the editor.

use serde_json::{Value, json};

use crate::command::WatchArgs;

use super::super::attachment::describe;
use super::super::services::Services;
use super::super::world::World;

impl Services {
    pub(super) fn watch_command(&self, args: WatchArgs) -> Value {
        let is_watching = args.on.unwrap_or(!self.world.get().is_watching);
        self.world.update(|world| world.is_watching = is_watching);
        json!({ "text": text(&self.world.get()), "on": is_watching })
    }
}

fn text(world: &World) -> String {
    if !world.is_watching {
        return "no longer watching: the program is looked at while the editor is in use"
            .to_owned();
    }
    let Some(attachment) = &world.attachment else {
        return "watching from the moment on at which a program is attached".to_owned();
    };
    let name = describe(&attachment.target);
    match (world.config.goroutine_interval_seconds, attachment.n_goroutines) {
        (0, _) => {
            format!("watching the number of goroutines of {name}: goroutineIntervalSeconds is 0")
        }
        (_, Some(count)) if !attachment.may_be_dumped() => format!(
            "watching {name}: its {count} goroutines are counted by stack, which does not stop it; \
             the command goroutines dumps them and asks first"
        ),
        (seconds, _) => format!("watching {name}: a look at its goroutines every {seconds} s"),
    }
}
