//! One text of a file, and where the lines of its other texts stand in it.

use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use super::LineMap;

/// A text that does not change: a file as it was captured, or as it is now.
///
/// Comparing two texts of a long file takes longer than all else that is done after an edit:
/// each pair is compared once, whoever asks, and those who ask meanwhile wait for the one result.
#[derive(Debug, Default)]
pub struct Revision {
    text: String,
    maps: Mutex<Vec<Known>>,
}

/// A comparison that was made, or is being made.
#[derive(Debug)]
struct Known {
    /// Does not keep the text that is compared with.
    from: Weak<Revision>,
    map: Arc<OnceLock<LineMap>>,
}

impl Revision {
    /// Of this text.
    pub fn new(text: String) -> Revision {
        Revision { text, maps: Mutex::default() }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where the lines of another text of the file stand in this one.
    pub fn map_from(&self, from: &Arc<Revision>) -> LineMap {
        if std::ptr::eq(self, &**from) {
            return LineMap::identity(&self.text);
        }
        let map = self.known(from);
        map.get_or_init(|| LineMap::new(&from.text, &self.text)).clone()
    }

    fn known(&self, from: &Arc<Revision>) -> Arc<OnceLock<LineMap>> {
        let mut maps = self.maps.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(it) = maps.iter().find(|it| it.from.as_ptr() == Arc::as_ptr(from)) {
            return it.map.clone();
        }
        maps.retain(|it| it.from.strong_count() > 0);
        let map = Arc::default();
        maps.push(Known { from: Arc::downgrade(from), map: Arc::clone(&map) });
        map
    }
}

impl PartialEq for Revision {
    fn eq(&self, other: &Revision) -> bool {
        self.text == other.text
    }
}

impl Eq for Revision {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_each_pair_once_and_keeps_no_text() {
        let now = Revision::new("new\na\nb\n".to_owned());
        let then = Arc::new(Revision::new("a\nb\n".to_owned()));
        let map = now.map_from(&then);
        assert_eq!(map.now(1).line(), Some(2));
        assert!(Arc::ptr_eq(&now.known(&then), &now.known(&then)));
        assert_eq!(now.map_from(&then), map);
        drop(then);
        let other = Arc::new(Revision::new("b\n".to_owned()));
        assert_eq!(now.map_from(&other).now(1).line(), Some(3));
        assert_eq!(now.maps.lock().unwrap().len(), 1);
        assert!(other.map_from(&other).is_identity());
    }
}
