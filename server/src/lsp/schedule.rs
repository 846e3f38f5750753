//! Decides what is asked of a target by itself, and when: never more than it can bear.
//!
//! The index page tells how many goroutines there are and costs nothing. A text dump tells all of
//! them and stops the program: it is taken while there are few. A goroutine profile tells where
//! they stand and does not stop anything: it is taken where there are many. The leak detector
//! costs a garbage collection: it is asked once when goroutines become steadily more.

use std::time::{Duration, Instant};

use crate::model::Kind;

use super::outside::Counted;
use super::pace::LastRun;
use super::services::Services;

/// Between two goroutine profiles: when the number has changed, and when it has not.
const PROFILE_INTERVALS: [Duration; 2] = [Duration::from_secs(10), Duration::from_secs(60)];
/// Between two points of the number of goroutines, where nothing else tells it.
const TOTAL_INTERVAL: Duration = Duration::from_secs(60);
/// What costs the target most rests at least so many times as long as it took: 0.2 % of a core.
const REST: u32 = 500;

/// When everything was asked last, of one run of a target.
#[derive(Debug, Default)]
pub(super) struct Schedule {
    heap: LastRun,
    dump: LastRun,
    profile: LastRun,
    total: LastRun,
    /// Number of goroutines at the last profile.
    n_at_profile: Option<u64>,
    /// The leak detector was asked.
    has_looked_for_leaks: bool,
}

impl Schedule {
    /// What was captured as soon as the target was there.
    pub(super) fn did_first(&mut self, kind: Kind, start: Instant) {
        match kind {
            Kind::Heap => self.heap.done(start),
            Kind::Goroutine => self.dump.done(start),
            _ => {}
        }
    }

    /// Asks for what is due, one after the other.
    pub(super) async fn run_what_is_due(&mut self, services: &Services, counted: Counted) {
        let world = services.world.get();
        let (config, now) = (world.config.clone(), Instant::now());
        let shows_go =
            world.documents.iter().any(|(path, _)| path.extension() == Some("go".as_ref()));
        drop(world);
        let seconds = |it: u32| Duration::from_secs(it.into());
        if shows_go
            && config.heap_interval_seconds > 0
            && self.heap.is_due(seconds(config.heap_interval_seconds), REST)
        {
            services.capture_quietly(Kind::Heap).await;
            self.heap.done(now);
        }
        if config.goroutine_interval_seconds > 0 {
            let interval = seconds(config.goroutine_interval_seconds);
            self.goroutines(services, counted, interval).await;
        }
        if let Some(it) = counted.n_goroutines
            && self.total.is_due(TOTAL_INTERVAL, 0)
        {
            services.add_total(it);
            self.total.done(Instant::now());
        }
    }

    async fn goroutines(&mut self, services: &Services, counted: Counted, interval: Duration) {
        let start = Instant::now();
        let is_known = |services: &Services| {
            let world = services.world.get();
            world.attachment.as_ref().map(|it| (it.may_be_dumped(), it.mean_depth.is_some()))
        };
        let Some((mut may_dump, is_depth_known)) = is_known(services) else { return };
        if !may_dump && !is_depth_known && counted.n_goroutines.is_some() {
            // How deep they are decides, and to ask for that stops nothing.
            self.profile(services, counted).await;
            may_dump = is_known(services).is_some_and(|(it, _)| it);
        }
        if may_dump {
            let grows = services.world.get().trends.grows_steadily();
            let wants_leaks = grows && counted.has_leak_detector && !self.has_looked_for_leaks;
            if wants_leaks || self.dump.is_due(interval, REST) {
                self.has_looked_for_leaks |= wants_leaks;
                services.look_quietly(wants_leaks).await;
                self.dump.done(start);
                self.total.done(start);
            }
            return;
        }
        let has_changed = self.n_at_profile != counted.n_goroutines;
        let [soon, late] = PROFILE_INTERVALS;
        if self.profile.is_due(if has_changed { soon } else { late }, REST) {
            self.profile(services, counted).await;
        }
    }

    async fn profile(&mut self, services: &Services, counted: Counted) {
        let start = Instant::now();
        services.count_quietly().await;
        self.n_at_profile = counted.n_goroutines;
        self.profile.done(start);
        self.total.done(start);
    }
}
