//! Finds the program to attach to without being asked.
//!
//! It is the one that the settings name, or the one that was built from a module of the workspace.

use std::time::Duration;

use crate::model::Process;

use super::attachment::Wish;
use super::services::Services;
use super::world::World;

/// Time between two looks at the running programs while nothing is attached.
const SEEK_INTERVAL: Duration = Duration::from_secs(3);

/// Attaches as soon as there is exactly one program to attach to. Ends when the user has taken
/// over by attaching or detaching.
///
/// Invariant: runs only when the user trusts the workspace.
pub(crate) async fn seek(services: Services) {
    loop {
        if is_sought(&services.world.get()) {
            let notice = look(&services).await;
            if services.world.get().notice != notice {
                services.world.update(|world| world.notice = notice);
            }
        }
        // No world is held meanwhile: it would keep captures that are shown no more.
        tokio::time::sleep(SEEK_INTERVAL).await;
    }
}

fn is_sought(world: &World) -> bool {
    world.attachment.is_none() && !world.is_detached_by_user
}

/// Attaches, or says in a few words why not.
async fn look(services: &Services) -> Option<String> {
    let world = services.world.get();
    let wanted = world.config.target.trim();
    if !wanted.is_empty() {
        return match services.outside.find(wanted).await {
            Ok(target) => {
                services.attach(target, Wish::Asked(wanted.to_owned()));
                None
            }
            Err(err) => {
                tracing::debug!("{err}");
                Some(format!("waiting for {wanted}"))
            }
        };
    }
    if !world.config.attach_automatically {
        return None;
    }
    let outside = services.outside.clone();
    let sources = tokio::task::spawn_blocking(move || outside.sources(&world, None)).await.ok()?;
    let modules = &sources.resolver().modules().modules;
    if modules.is_empty() {
        return None;
    }
    let is_ours = |process: &Process| {
        let main = process.build.as_ref().and_then(|it| it.main.as_ref());
        main.is_some_and(|main| modules.iter().any(|it| it.path == main.path))
    };
    let mut targets = services.outside.running(is_ours).await;
    // Another session, or a command, may have been faster.
    if services.world.get().attachment.is_some() {
        return None;
    }
    match targets.len() {
        0 => None,
        1 => {
            services.attach(targets.remove(0), Wish::Found);
            None
        }
        n => Some(format!("{n} programs of this workspace run; choose one with attach")),
    }
}
