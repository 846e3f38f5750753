//! Follows the attached target: whether it is there, whether it came back, what is due.

use std::time::{Duration, Instant, SystemTime};

use crate::model::{Kind, Target};
use crate::stuck::FREE_DUMP_GOROUTINES;

use super::attachment::{Attachment, State, Wish, clock, describe};
use super::services::Services;

/// Time between two looks at the index page, which costs the target about a millisecond.
const LOOK_INTERVAL: Duration = Duration::from_secs(2);
/// Pause before the first try to find a target that is gone; then twice as long each time.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// Longest such pause: one that came back is attached again within five seconds.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// A periodic capture rests at least this many times as long as it took.
const REST: u32 = 200;

impl Services {
    /// Lets go of what was attached and follows `target` from now on.
    pub(crate) fn attach(&self, target: Target, wish: Wish) {
        self.editor.log(format!("attached to {}", describe(&target)));
        self.outside.forget_resolver();
        let attachment = Attachment::new(target, wish);
        self.world.update_marks(|world| {
            let is_other =
                world.attachment.as_ref().is_none_or(|it| !it.is_same_program(&attachment.target));
            if is_other {
                world.forget_captures();
            }
            world.notice = None;
            world.attachment = Some(attachment.into());
        });
        self.set_follower(Some(tokio::spawn(follow(self.clone()))));
    }

    /// Lets the target go; returns it.
    pub(crate) fn detach(&self) -> Option<Target> {
        self.set_follower(None);
        let target = self.world.get().attachment.as_ref().map(|it| it.target.clone())?;
        self.editor.log(format!("detached from {}", describe(&target)));
        self.world.update_marks(|world| {
            world.attachment = None;
            world.forget_captures();
        });
        Some(target)
    }
}

async fn follow(services: Services) {
    let mut schedule = services.first_captures().await;
    loop {
        tokio::time::sleep(LOOK_INTERVAL).await;
        let Some(attachment) = services.world.get().attachment.clone() else { return };
        // A capture that runs keeps the target busy; it says by itself when the target goes.
        let Some(turn) = services.outside.try_turn() else { continue };
        let answer = services.outside.n_goroutines(&attachment.target).await;
        drop(turn);
        match answer {
            Ok(n_goroutines) => {
                services.world.update_quietly(|world| {
                    if let Some(it) = &mut world.attachment {
                        std::sync::Arc::make_mut(it).n_goroutines = n_goroutines;
                    }
                });
                schedule.run_what_is_due(&services, n_goroutines).await;
            }
            Err(reason) => {
                services.mark_gone(&attachment, &reason.to_string());
                let target = services.search(&attachment).await;
                services.mark_back(&attachment, target);
                schedule = services.first_captures().await;
            }
        }
    }
}

impl Services {
    fn mark_gone(&self, attachment: &Attachment, reason: &str) {
        let since = SystemTime::now();
        let name = describe(&attachment.target);
        self.editor.log(format!("{name} gone since {}: {reason}", clock(since)));
        self.set_attachment(Attachment {
            state: State::Gone { since },
            n_goroutines: None,
            ..attachment.clone()
        });
    }

    fn mark_back(&self, attachment: &Attachment, target: Target) {
        let is_same_run = target == attachment.target;
        let what = if is_same_run { "answers again" } else { "is a new run" };
        self.editor.log(format!("{} {what}", describe(&target)));
        self.set_attachment(Attachment::new(target, attachment.wish.clone()));
    }

    fn set_attachment(&self, attachment: Attachment) {
        self.world.update_marks(|world| world.attachment = Some(attachment.into()));
    }

    /// Waits until the program runs again: at the same address, or where it is found.
    async fn search(&self, gone: &Attachment) -> Target {
        let mut pause = FIRST_PAUSE;
        loop {
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
            if let Ok(it) = self.outside.find(gone.target.url.as_str()).await
                && gone.is_same_program(&it)
            {
                return it;
            }
            // What was asked for by its address stays at its address.
            if matches!(gone.wish, Wish::Asked(_)) && gone.target.process.is_none() {
                continue;
            }
            let targets = self.outside.running(|it| gone.is_run_of(it)).await;
            if let Some(it) = targets.into_iter().next() {
                return it;
            }
        }
    }

    /// Captures what the settings want as soon as a target is there.
    async fn first_captures(&self) -> Schedule {
        let world = self.world.get();
        let mut schedule = Schedule::default();
        for kind in &world.config.capture_on_attach {
            let start = Instant::now();
            self.capture_quietly(*kind).await;
            if *kind == Kind::Heap {
                schedule.heap.done(start);
            }
        }
        let Some(attachment) = &world.attachment else { return schedule };
        let turn = self.outside.turn().await;
        let count = self.outside.n_goroutines(&attachment.target).await.ok().flatten();
        drop(turn);
        if world.config.capture_on_attach.contains(&Kind::Goroutine) && is_cheap_to_dump(count) {
            let start = Instant::now();
            self.look_quietly().await;
            schedule.goroutines.done(start);
        }
        schedule
    }
}

fn is_cheap_to_dump(n_goroutines: Option<u64>) -> bool {
    n_goroutines.is_some_and(|it| it <= FREE_DUMP_GOROUTINES)
}

/// When the periodic captures ran, and how long they took.
#[derive(Debug, Default)]
struct Schedule {
    heap: LastRun,
    goroutines: LastRun,
}

#[derive(Debug, Default)]
struct LastRun {
    ended: Option<Instant>,
    took: Duration,
}

impl LastRun {
    fn done(&mut self, start: Instant) {
        *self = LastRun { ended: Some(Instant::now()), took: start.elapsed() };
    }

    /// Whether the next run is due; `interval_seconds` of 0 means never.
    fn is_due(&self, interval_seconds: u32) -> bool {
        let interval = Duration::from_secs(interval_seconds.into()).max(self.took * REST);
        interval_seconds > 0 && self.ended.is_none_or(|it| it.elapsed() >= interval)
    }
}

impl Schedule {
    async fn run_what_is_due(&mut self, services: &Services, n_goroutines: Option<u64>) {
        let world = services.world.get();
        let shows_go =
            world.documents.iter().any(|(path, _)| path.extension() == Some("go".as_ref()));
        if shows_go && self.heap.is_due(world.config.heap_interval_seconds) {
            let start = Instant::now();
            services.capture_quietly(Kind::Heap).await;
            self.heap.done(start);
        }
        let is_cheap = is_cheap_to_dump(n_goroutines);
        if is_cheap && self.goroutines.is_due(world.config.goroutine_interval_seconds) {
            let start = Instant::now();
            services.look_quietly().await;
            self.goroutines.done(start);
        }
    }
}
