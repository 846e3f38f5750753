//! Follows the attached target: whether it is there, whether it came back, what is due.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use crate::model::{Kind, Target};

use super::attachment::{Attachment, State, Wish, clock, describe};
use super::outside::Counted;
use super::pace::Pace;
use super::schedule::Schedule;
use super::services::Services;

/// Pause before the first try to find a target that is gone; then twice as long each time.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// Longest such pause: one that came back is attached again within five seconds.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// Pause between two looks whether somebody is back at the editor, who may have said so unheard.
const IDLE_PAUSE: Duration = Duration::from_secs(1);

impl Services {
    /// Lets go of what was attached and follows `target` from now on.
    pub(crate) fn attach(&self, target: Target, wish: Wish) {
        self.editor.log(format!("attached to {}", describe(&target)));
        self.outside.forget_sources();
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
    let mut pace = Pace::default();
    loop {
        tokio::time::sleep(pace.pause()).await;
        services.rest_while_idle().await;
        let Some(attachment) = services.world.get().attachment.clone() else { return };
        // A capture that runs keeps the target busy; it says by itself when the target goes.
        let Some(turn) = services.outside.try_turn() else { continue };
        let start = Instant::now();
        let answer = services.outside.count(&attachment.target).await;
        drop(turn);
        match answer {
            Ok(counted) => {
                pace.answered(start.elapsed());
                services.note_count(counted);
                schedule.run_what_is_due(&services, counted).await;
            }
            Err(reason) => {
                services.mark_gone(&attachment, &reason.to_string());
                let target = services.search(&attachment).await;
                services.mark_back(&attachment, target);
                schedule = services.first_captures().await;
                pace = Pace::default();
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

    fn note_count(&self, counted: Counted) {
        self.world.update_quietly(|world| {
            if let Some(it) = &mut world.attachment {
                Arc::make_mut(it).n_goroutines = counted.n_goroutines;
            }
        });
    }

    /// Waits while nobody is at the editor, unless the user wants the program to be watched.
    async fn rest_while_idle(&self) {
        while !self.activity.is_active() && !self.world.get().is_watching {
            tokio::select! {
                () = self.activity.changed() => {}
                () = tokio::time::sleep(IDLE_PAUSE) => {}
            }
        }
    }

    /// Waits until the program runs again: at the same address, or where it is found.
    async fn search(&self, gone: &Attachment) -> Target {
        let mut pause = FIRST_PAUSE;
        loop {
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
            self.rest_while_idle().await;
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
        self.tell_of_build().await;
        let world = self.world.get();
        let mut schedule = Schedule::default();
        for kind in &world.config.capture_on_attach {
            let start = Instant::now();
            self.capture_quietly(*kind).await;
            if *kind == Kind::Heap {
                schedule.did_first(*kind, start);
            }
        }
        let Some(attachment) = &world.attachment else { return schedule };
        let turn = self.outside.turn().await;
        let counted = self.outside.count(&attachment.target).await.unwrap_or_default();
        drop(turn);
        self.note_count(counted);
        let wants_goroutines = world.config.capture_on_attach.contains(&Kind::Goroutine);
        let may_dump = self.world.get().attachment.as_ref().is_some_and(|it| it.may_be_dumped());
        if wants_goroutines && may_dump {
            let start = Instant::now();
            self.look_quietly(false).await;
            schedule.did_first(Kind::Goroutine, start);
        }
        schedule
    }
}
