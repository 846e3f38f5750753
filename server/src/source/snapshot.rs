//! The files that a capture speaks of, with the text they had when it was made.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use foldhash::HashMap;

use super::texts::Text;
use super::{
    Doubt, LineMap, LineNow, Origin, Resolution, Revision, RootKind, Sources, package_path,
};

/// A file here, with the text that the profile's lines belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// As [`Resolver::resolve`] names it.
    pub path: PathBuf,
    /// Where it lies.
    pub root: RootKind,
    /// Its text when the program was built, as far as that is known; shared, so that cloning is
    /// cheap.
    pub text: Arc<Revision>,
    /// How that text is known.
    pub origin: Origin,
}

impl SourceFile {
    /// Why the text is not the one in which this line is of this function; none if it may be.
    pub fn doubt_at(&self, function: &str, line: u32) -> Option<Doubt> {
        if self.origin.doubt() == Some(Doubt::Newer) {
            return Some(Doubt::Newer);
        }
        self.text.decls().contradicts(function, line).then_some(Doubt::Differs)
    }

    /// Where a line of a function is now. `map`: from [`SourceFile::text`].
    pub fn line_now(&self, map: &LineMap, function: &str, line: u32) -> LineNow {
        if self.doubt_at(function, line).is_none() { map.now(line) } else { LineNow::Unknown }
    }

    /// The `func` of the function around a line, now; found by name where the line is not known.
    pub fn function_now(&self, map: &LineMap, function: &str, line: u32) -> Option<u32> {
        let is_known = self.doubt_at(function, line).is_none();
        let around = is_known.then(|| map.function_around(line)).flatten();
        around.or_else(|| map.function_named(function))
    }

    /// Where to go for a frame: its line, or the `func` of its function where that line is not
    /// known or gone. `now`: the text as it is now.
    pub fn frame_now(&self, now: &Arc<Revision>, function: &str, line: u32) -> Option<u32> {
        let map = now.map_from(&self.text);
        let found = self.line_now(&map, function, line).line();
        found.or_else(|| self.function_now(&map, function, line))
    }
}

/// Every file of one capture that was found.
///
/// Made once, when the capture arrives; from then on no file is read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// By path and package, as in the profile.
    by_name: HashMap<(String, String), Arc<SourceFile>>,
    by_path: BTreeMap<PathBuf, Arc<SourceFile>>,
}

impl Snapshot {
    /// Finds and reads the files of some functions: pairs of path and function, as in the
    /// profile. Files of GOROOT and the module cache are found, too, but count as elsewhere.
    pub fn take<'a>(
        sources: &Sources,
        functions: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Snapshot {
        let functions: Vec<(&str, &str)> = functions.into_iter().collect();
        sources.resolver().learn(&functions);
        let mut snapshot = Snapshot::default();
        for (path, function) in functions {
            let key = (path.to_owned(), package_path(function).into_owned());
            if snapshot.by_name.contains_key(&key) {
                continue;
            }
            let Resolution::Found { path, root, .. } = sources.resolver().resolve(path, function)
            else {
                continue;
            };
            let file = match snapshot.by_path.get(&path) {
                Some(it) => it.clone(),
                None => {
                    let Some(Text { text, origin }) = sources.text(&path, root) else { continue };
                    let file = SourceFile { path: path.clone(), root, text, origin };
                    snapshot.by_path.entry(path).or_insert(Arc::new(file)).clone()
                }
            };
            snapshot.by_name.insert(key, file);
        }
        snapshot
    }

    /// The file of a function; none if it was not found.
    pub fn file(&self, profile_path: &str, function: &str) -> Option<&Arc<SourceFile>> {
        self.by_name.get(&(profile_path.to_owned(), package_path(function).into_owned()))
    }

    /// The file with this path here.
    pub fn at(&self, path: &Path) -> Option<&Arc<SourceFile>> {
        self.by_path.get(path)
    }

    /// The files of the workspace, by path.
    pub fn workspace(&self) -> impl Iterator<Item = &Arc<SourceFile>> {
        self.by_path.values().filter(|it| it.root == RootKind::Workspace)
    }
}
