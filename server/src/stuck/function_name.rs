//! Splits the name of a Go function into its package and the parts of its symbol.

/// A name, split: `charm.land/bubbletea/v2.(*Program).Run.func1` is the package elements
/// `charm.land`, `bubbletea` and the parts `(*Program)`, `Run`, `func1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FunctionName {
    /// Elements of the package path, without the major version.
    package: Vec<String>,
    /// Parts of the symbol, without type arguments.
    parts: Vec<String>,
}

impl FunctionName {
    pub(super) fn new(name: &str) -> FunctionName {
        let name = name.replace("[...]", "");
        let after_slash = name.rfind('/').map_or(0, |it| it + 1);
        let dot = name[after_slash..].find('.').map_or(name.len(), |it| after_slash + it);
        let mut package: Vec<String> = name[..dot].split('/').map(str::to_owned).collect();
        if package.len() > 1 && package.last().is_some_and(|it| is_major_version(it)) {
            package.pop();
        }
        let symbol = name.get(dot + 1..).unwrap_or_default();
        let parts = symbol.split('.').filter(|it| !it.is_empty()).map(str::to_owned).collect();
        FunctionName { package, parts }
    }

    /// Whether a name fits a pattern: the same last package elements, and the same parts one
    /// after the other somewhere in the symbol.
    pub(super) fn fits(&self, pattern: &FunctionName) -> bool {
        self.package.ends_with(&pattern.package)
            && !pattern.parts.is_empty()
            && self.parts.windows(pattern.parts.len()).any(|it| it == pattern.parts)
    }

    /// Whether it names a package at most.
    pub(super) fn has_no_symbol(&self) -> bool {
        self.parts.is_empty() || self.package.iter().any(String::is_empty)
    }

    /// Whether it is a function literal, or a wrapper that the compiler made for a `go` statement.
    pub(super) fn is_literal(&self) -> bool {
        self.n_named_parts() < self.parts.len()
    }

    /// Whether one is a literal that stands in the other, or both stand in the same function.
    pub(super) fn is_written_in_the_same_function(&self, other: &FunctionName) -> bool {
        self != other
            && self.package == other.package
            && self.parts[..self.n_named_parts()] == other.parts[..other.n_named_parts()]
    }

    /// Parts without those of literals: `(*T).Run` of `(*T).Run.func1.2`.
    fn n_named_parts(&self) -> usize {
        let is_number = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
        let is_literal = |it: &str| {
            let number = it.strip_prefix("func").or_else(|| it.strip_prefix("gowrap"));
            number.is_some_and(is_number)
        };
        let mut n_named = self.parts.len();
        // `func12`, `func12.5` and `func1.func2` end a name.
        for (idx, part) in self.parts.iter().enumerate().rev() {
            if is_literal(part) {
                n_named = idx;
            } else if !is_number(part) {
                break;
            }
        }
        n_named
    }
}

/// The name without the folders of its package: `monitor.FetchData`, `bubbletea/v2.Tick.func1`.
pub fn short_name(function: &str) -> &str {
    let end = function.find(['[', '(']).unwrap_or(function.len());
    let Some(slash) = function[..end].rfind('/') else { return function };
    let last = &function[slash + 1..end];
    // A major version is no name: the element before it is.
    let is_version = last.split('.').next().is_some_and(is_major_version);
    let before = function[..slash].rfind('/').map_or(0, |it| it + 1);
    &function[if is_version { before } else { slash + 1 }..]
}

fn is_major_version(element: &str) -> bool {
    element
        .strip_prefix('v')
        .is_some_and(|it| !it.is_empty() && it.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(name: &str, pattern: &str) -> bool {
        FunctionName::new(name).fits(&FunctionName::new(pattern))
    }

    #[test]
    fn a_pattern_fits_by_parts() {
        assert!(fits("os/signal.loop", "os/signal.loop"));
        assert!(!fits("os/signal.looper", "os/signal.loop"));
        assert!(!fits("loop", "os/signal.loop"));
        assert!(fits("net/http.(*Server).Serve", "net/http.(*Server).Serve"));
        assert!(!fits("x/nethttp.(*Server).Serve", "http.(*Server).Serve"));
        assert!(fits("charm.land/bubbletea/v2.Tick.func1", "bubbletea.Tick"));
        assert!(fits("github.com/charmbracelet/bubbletea.Tick.func1", "bubbletea.Tick"));
        assert!(fits("a/m.Map[...].func1", "m.Map"));
        // The same closure, as Go 1.26 and Go 1.27 name it.
        let pattern = "internal/plugins/gitstatus.listenForWatchEvents";
        let package = "github.com/marcus/sidecar/internal/plugins/gitstatus";
        for symbol in [
            "(*Plugin).Update.(*Plugin).listenForWatchEvents.func15",
            "(*Plugin).listenForWatchEvents.func1",
        ] {
            assert!(fits(&format!("{package}.{symbol}"), pattern), "{symbol}");
        }
    }

    #[test]
    fn short_names() {
        for (name, expected) in [
            ("main.main", "main.main"),
            ("github.com/marcus/td/pkg/monitor.FetchData", "monitor.FetchData"),
            ("charm.land/bubbletea/v2.(*Program).Run", "bubbletea/v2.(*Program).Run"),
            ("a/b.(*T[a/c.D]).F", "b.(*T[a/c.D]).F"),
            ("v2.F", "v2.F"),
            ("", ""),
        ] {
            assert_eq!(short_name(name), expected);
        }
    }

    #[test]
    fn literals() {
        for (name, expected) in [
            ("main.main.func1", true),
            ("main.(*T).Run.func12.5", true),
            ("net/http.(*connReader).startBackgroundRead.gowrap2", true),
            ("main.function", false),
            ("main.func", false),
            ("main.(*T).Run-fm", false),
            ("main", false),
            ("", false),
        ] {
            assert_eq!(FunctionName::new(name).is_literal(), expected, "{name}");
        }
        let in_same = |a: &str, b: &str| {
            FunctionName::new(a).is_written_in_the_same_function(&FunctionName::new(b))
        };
        assert!(in_same("main.(*T).Run.func1.2", "main.(*T).Run"));
        assert!(in_same("main.run.func1", "main.run.func2"));
        assert!(!in_same("main.run", "main.run"), "a recursion goes deeper");
        assert!(!in_same("main.run.fetch.func1", "main.run"), "it was inlined there");
        assert!(!in_same("a.run.func1", "b.run"));
    }
}
