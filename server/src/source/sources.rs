//! The source of one build.

use std::path::Path;
use std::sync::Arc;

use super::resolve::Resolver;
use super::roots::{Places, RootKind};
use super::texts::{Seen, Text, Texts};

/// Finds the files of one build here, and knows what they said when it was built.
#[derive(Debug, Default)]
pub struct Sources {
    resolver: Resolver,
    texts: Texts,
}

impl Sources {
    /// Looks at the workspace once; files are looked up when asked for. `seen`: what the files
    /// were earlier.
    pub fn new(places: Places, seen: Arc<Seen>) -> Sources {
        let texts = Texts::new(&places, seen);
        Sources { resolver: Resolver::new(places), texts }
    }

    /// Finds the files.
    pub fn resolver(&self) -> &Resolver {
        &self.resolver
    }

    /// What a file that the resolver found said when it was built; none if it cannot be read.
    pub(super) fn text(&self, path: &Path, root: RootKind) -> Option<Text> {
        self.texts.get(path, root, || self.resolver.read(path))
    }
}
