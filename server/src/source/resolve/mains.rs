//! The rules for package `main`, whose name says no folder.

use std::sync::atomic::Ordering;

use super::super::roots::File;
use super::outcome::Rule;
use super::path::below;
use super::search::{Hit, Search};

/// Parts at the end of a path that are looked for.
const MOST_PARTS: usize = 32;
/// Files given to `go run`: each is looked for in every folder of the workspace.
const MOST_COMMAND_FILES: usize = 64;

impl Search<'_> {
    /// `./main.go` of `go run -trimpath main.go`: a file of that name somewhere in the workspace.
    pub(super) fn by_command_line(&mut self) -> Option<Hit> {
        let rule = Rule::CommandLine;
        let is_mains = |it: &&str| self.package == "main" && !it.contains('/');
        let name = self.path.text.strip_prefix("./").filter(is_mains)?;
        let resolver = self.resolver;
        if MOST_COMMAND_FILES <= resolver.n_command_files.fetch_add(1, Ordering::Relaxed) {
            return self.not(rule, "too many files were given to go run".to_owned());
        }
        let folders = resolver.modules.go_folders.iter();
        let files: Vec<File> =
            folders.filter_map(|it| resolver.roots.admit(&below(it, name)?).ok()).collect();
        if files.is_empty() {
            return self.not(rule, format!("no folder of the workspace has a file {name}"));
        }
        let n_files = files.len();
        let file = self.choose(rule, files)?;
        // Files of one command lie in one folder: what shows it for one shows it for all.
        let folder = file.0.parent().map(|it| it.to_owned());
        let is_sure = n_files > 1 || self.declares_own(&file);
        let shows = folder.filter(|_| is_sure);
        let shows = shows.map(|folder| super::Pair { prefix: ".".to_owned(), folder });
        Some(Hit { rule, file, shows })
    }

    /// The longest end of the path that exists in a module.
    pub(super) fn by_suffix(&mut self) -> Option<Hit> {
        let rule = Rule::Suffix;
        if self.package != "main" || self.path.text.starts_with("./") {
            return None;
        }
        if self.path.has_version() {
            let why = "a version of another module may have a file of the same name".to_owned();
            return self.not(rule, why);
        }
        let (resolver, path) = (self.resolver, self.path);
        let parts = path.parts();
        let (mut n_best, mut best) = (0, Vec::new());
        for module in &resolver.modules.modules {
            let first = parts.len().saturating_sub(MOST_PARTS);
            let longest = (first..parts.len()).find_map(|start| {
                let file = below(&module.dir, &parts[start..].join("/"))?;
                Some((start, resolver.roots.admit(&file).ok()?))
            });
            let Some((start, file)) = longest else { continue };
            let n_parts = parts.len() - start;
            let dir_name = module.dir.file_name().and_then(|it| it.to_str());
            let module_name = module.path.rsplit('/').next();
            let folder = start.checked_sub(1).map(|it| parts[it]);
            let is_of_module = folder.is_some() && (folder == dir_name || folder == module_name);
            // A bare file name says too little, unless the folder before it is the module's, or
            // the file has a function that others of its name will not have.
            if n_parts == 1 && !is_of_module && !(path.is_rooted && self.declares_own(&file)) {
                continue;
            }
            if n_best < n_parts {
                (n_best, best) = (n_parts, Vec::new());
            }
            if n_best == n_parts {
                best.push((file, module.dir.clone()));
            }
        }
        if best.is_empty() {
            let why = format!("no module of the workspace has enough of the end of {}", path.text);
            return self.not(rule, why);
        }
        let file = self.choose(rule, best.iter().map(|it| it.0.clone()).collect())?;
        let folder = best.into_iter().find(|it| it.0 == file).map(|it| it.1);
        // An end is a guess; a function in the file makes it sure enough to learn from.
        let is_sure = self.declares_own(&file);
        let n_bytes = parts[parts.len() - n_best..].join("/").len();
        let prefix = path.text[..path.text.len() - n_bytes].trim_end_matches('/');
        let shows = self.shows(prefix, folder.filter(|_| is_sure));
        Some(Hit { rule, file, shows })
    }
}
