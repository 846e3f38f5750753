//! The source of one build.

use std::path::Path;
use std::sync::Arc;

use crate::model::BuildInfo;

use super::build_match::{BuildMatch, Here};
use super::committed::Committed;
use super::resolve::Resolver;
use super::roots::{Places, RootKind};
use super::texts::{Seen, Text, Texts};

/// Finds the files of one build here, and knows what they said when it was built.
#[derive(Debug, Default)]
pub struct Sources {
    resolver: Resolver,
    texts: Texts,
    committed: Arc<Committed>,
    here: Here,
}

impl Sources {
    /// Looks at the workspace once; files are looked up when asked for. `seen`: what the files
    /// were earlier.
    pub fn new(places: Places, seen: Arc<Seen>) -> Sources {
        let resolver = Resolver::new(places.clone());
        let committed = Arc::new(Committed::of(&places, resolver.modules()));
        let texts = Texts::new(&places, committed.clone(), seen);
        let here = Here::of(&places, resolver.modules());
        Sources { resolver, texts, committed, here }
    }

    /// Compares what the program was built from with what is here now.
    pub fn build_match(&self, build: &BuildInfo) -> BuildMatch {
        BuildMatch::of(build, &self.committed, &self.here)
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
