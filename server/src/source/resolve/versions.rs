//! The rules for code of others: vendored, in the module cache, and Go's own.

use std::path::PathBuf;

use super::super::roots::File;
use super::outcome::Rule;
use super::path::{below, escape_capitals, is_versioned};
use super::search::{Hit, Search, before};

/// Folders of one path that may be what is looked for: a path of somebody's may have thousands.
const MOST_STARTS: usize = 16;

impl Search<'_> {
    /// A trimmed path does not say whether the code was vendored: a vendored copy is what Go takes
    /// where there is one. A whole path of the module cache says that it was not.
    pub(super) fn dependency(&mut self) -> Option<Hit> {
        match self.path.is_rooted {
            true => self.in_cache().or_else(|| self.vendored()),
            false => self.vendored().or_else(|| self.in_cache()),
        }
    }

    fn vendored(&mut self) -> Option<Hit> {
        let rule = Rule::Vendor;
        let (resolver, path) = (self.resolver, self.path);
        let vendors = &resolver.modules.vendors;
        // Go's own tree has such a folder, too, and its packages' names say so.
        let is_gos = self.package.starts_with("vendor/");
        let plain = path.text.rsplit_once("/vendor/").filter(|_| path.is_rooted && !is_gos);
        let mut files = Vec::new();
        if let Some((prefix, rest)) = plain {
            let dir = rest.rsplit_once('/').map_or("", |it| it.0);
            if !self.package.is_empty() && before(dir, self.package).is_none() {
                let package = self.package;
                return self.not(rule, format!("{rest} is not of package {package}"));
            }
            let mut folders = Vec::new();
            for vendor in vendors {
                let Some(inside) = below(&vendor.dir, rest) else { continue };
                if let Some(file) = self.admit(rule, &inside) {
                    folders.push((file.clone(), vendor.dir.parent().map(PathBuf::from)));
                    files.push(file);
                }
            }
            if files.is_empty() {
                return match self.has_tried(rule) {
                    true => None,
                    false => self.not(rule, "no module here has a folder vendor".to_owned()),
                };
            }
            let file = self.choose(rule, files)?;
            let folder = folders.into_iter().find(|it| it.0 == file).and_then(|it| it.1);
            let shows = self.shows(prefix, folder);
            return Some(Hit { rule, file, shows });
        }
        if !path.has_version() || is_gos {
            return None;
        }
        for vendor in vendors {
            let starts = starts(&path.parts(), path.is_rooted);
            let Some(rest) = starts.iter().find_map(|it| vendor.unversioned(it)) else { continue };
            if let Some(file) = below(&vendor.dir, &rest).and_then(|it| self.admit(rule, &it)) {
                files.push(file);
            }
        }
        if files.is_empty() {
            return match self.has_tried(rule) || vendors.is_empty() {
                true => None,
                false => self.not(rule, "no folder vendor here has that version".to_owned()),
            };
        }
        let file = self.choose(rule, files)?;
        Some(Hit { rule, file, shows: None })
    }

    /// `…/pkg/mod/golang.org/x/sync@v0.7.0/a.go`, or the same from `golang.org` on; a module cache
    /// may have any name.
    fn in_cache(&mut self) -> Option<Hit> {
        let rule = Rule::ModuleCache;
        let path = self.path;
        if !path.has_version() {
            let why = format!("{} names no version of a module", path.text);
            return self.not(rule, why);
        }
        let Some(cache) = self.resolver.places.module_cache.as_deref() else {
            return self.not(rule, "there is no module cache here".to_owned());
        };
        let starts = starts(&path.parts(), path.is_rooted);
        let mut files: Vec<File> = Vec::new();
        let mut refused = None;
        for start in &starts {
            // A trimmed path has the module's own name, a whole one its folder's.
            let escaped = match start.split_once('@').filter(|_| !path.is_rooted) {
                Some((module, rest)) => format!("{}@{rest}", escape_capitals(module)),
                None => start.clone(),
            };
            let Some(inside) = below(cache, &escaped) else { continue };
            match self.resolver.roots.admit(&inside) {
                Ok(it) => files.push(it),
                Err(why) => refused = refused.or(Some(why)),
            }
        }
        if files.is_empty() {
            let why = refused.unwrap_or_else(|| format!("{} has no module before @", path.text));
            return self.not(rule, why);
        }
        let file = self.choose(rule, files)?;
        Some(Hit { rule, file, shows: None })
    }

    /// A file of a package that Go's own tree has, below a folder `src` or trimmed to the package.
    /// Its folder may be another package's: `time.Sleep` is in `runtime/time.go`.
    pub(super) fn in_goroot(&mut self) -> Option<Hit> {
        let rule = Rule::Goroot;
        let (resolver, path, package) = (self.resolver, self.path, self.package);
        if resolver.go.all.is_empty() {
            let differs = resolver.go.goroot_differs.clone();
            return self.not(rule, differs.unwrap_or_else(|| "no Go was found here".to_owned()));
        }
        let is_users = resolver.modules.holding(package).next().is_some();
        // C code of Go's own has no package.
        let is_c = package.is_empty() && path.text.contains("runtime/cgo/");
        let mut files = Vec::new();
        let mut prefixes = Vec::new();
        for tree in &resolver.go.all {
            let src = tree.join("src");
            let is_std = !package.is_empty() && below(&src, package).is_some_and(|it| it.is_dir());
            if is_users || !(is_std || is_c) {
                continue;
            }
            for (prefix, tail) in tails(&path.text, path.is_rooted) {
                if !tail.contains('/') {
                    continue;
                }
                let Some(inside) = below(&src, tail) else { continue };
                if let Some(file) = self.admit(rule, &inside) {
                    prefixes.push((file.clone(), prefix, tree.clone()));
                    files.push(file);
                }
            }
        }
        if files.is_empty() {
            if self.has_tried(rule) {
                return None;
            }
            let why = match package {
                "" => "the function's name says no package".to_owned(),
                _ if is_users => format!("package {package} is of a module of the workspace"),
                _ => format!("package {package} is none of Go's own, or the path is not in it"),
            };
            return self.not(rule, why);
        }
        let file = self.choose(rule, files)?;
        let shown = prefixes.into_iter().find(|it| it.0 == file);
        let shows = shown.and_then(|(_, prefix, tree)| self.shows(prefix, Some(tree)));
        Some(Hit { rule, file, shows })
    }
}

/// Where `module@version/…` may start in a path: a module's name starts with a domain. A trimmed
/// path starts with it.
fn starts(parts: &[&str], is_rooted: bool) -> Vec<String> {
    if !is_rooted {
        return vec![parts.join("/")];
    }
    let Some(version) = parts.iter().rposition(|it| is_versioned(it)) else { return Vec::new() };
    // The name that Go gives the cache itself.
    if let Some(at) = parts[..version].windows(2).rposition(|it| it == ["pkg", "mod"]) {
        return vec![parts[at + 2..].join("/")];
    }
    let first = (version + 1).saturating_sub(MOST_STARTS);
    let domains = (first..=version).filter(|it| parts[*it].contains('.'));
    domains.map(|it| parts[it..].join("/")).collect()
}

/// What follows each folder `src` of a path, and what stands before it; all of a trimmed path.
fn tails(path: &str, is_rooted: bool) -> Vec<(&str, &str)> {
    let of_src =
        path.match_indices("/src/").map(|(at, src)| (&path[..at], &path[at + src.len()..]));
    let whole = Some(("", path)).filter(|_| !is_rooted);
    whole.into_iter().chain(of_src).take(MOST_STARTS).collect()
}
