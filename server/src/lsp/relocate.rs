//! Finds the files of what is shown anew, when folders or settings have changed.

use std::sync::Arc;

use super::captured::Captured;
use super::services::Services;
use super::world::ByKind;

impl Services {
    /// Looks for every file again. What is captured meanwhile is found with the new settings
    /// already, and stays.
    pub(crate) async fn relocate(self) {
        self.outside.forget_sources();
        let before = self.world.get();
        let (outside, world) = (self.outside.clone(), before.clone());
        let work = move || {
            let target = world.attachment.as_ref().map(|it| &it.target);
            let sources = outside.sources(&world, target);
            // A baseline may be of an earlier build, whose files said something else.
            let again = |all: &ByKind| -> ByKind {
                let anew = |it: &Captured| {
                    let target = it.capture.meta.target.as_ref();
                    Arc::new(it.relocated(&outside.sources(&world, target)))
                };
                all.iter().map(|(kind, it)| (*kind, anew(it))).collect()
            };
            let (captures, baselines) = (again(&world.captures), again(&world.baselines));
            let looked = world
                .looked
                .as_ref()
                .map(|it| Arc::new(it.relocated(&outside.sources(&world, Some(&it.target)))));
            (captures, baselines, looked, sources)
        };
        let Ok((captures, baselines, looked, sources)) = tokio::task::spawn_blocking(work).await
        else {
            return;
        };
        self.world.update_marks(|world| {
            replace(&mut world.captures, &before.captures, captures);
            replace(&mut world.baselines, &before.baselines, baselines);
            let is_same = |now: &Option<_>, was: &Option<_>| match (now, was) {
                (Some(now), Some(was)) => Arc::ptr_eq(now, was),
                _ => false,
            };
            if is_same(&world.looked, &before.looked) {
                world.looked = looked;
            }
            world.sources = world.sources.is_some().then_some(sources);
        });
    }
}

fn replace(current: &mut ByKind, before: &ByKind, anew: ByKind) {
    for (kind, captured) in anew {
        let was = before.get(&kind);
        if let Some(it) =
            current.get_mut(&kind).filter(|it| was.is_some_and(|was| Arc::ptr_eq(it, was)))
        {
            *it = captured;
        }
    }
}
