//! Turns the page at `/debug/pprof/` into the profiles it lists.

use std::sync::LazyLock;

use regex::Regex;

/// What a program serves, by the page that lists it: costs half a millisecond and stops nothing,
/// whatever the number of goroutines.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Index {
    /// Name and count of each profile, in the page's order.
    pub profiles: Vec<(String, u64)>,
}

impl Index {
    /// The count of a profile: for `goroutine`, how many there are now.
    pub fn count(&self, name: &str) -> Option<u64> {
        self.profiles.iter().find(|(it, _)| it == name).map(|(_, count)| *count)
    }

    /// None when the page is not Go's.
    pub(super) fn parse(page: &str) -> Option<Index> {
        let profiles: Vec<(String, u64)> = ROW
            .captures_iter(page)
            .filter_map(|it| Some((it[2].to_owned(), it[1].parse().ok()?)))
            .collect();
        profiles.iter().any(|(it, _)| it == "goroutine").then_some(Index { profiles })
    }
}

/// A row of the table. Source: `indexTmplExecute` of `net/http/pprof`, Go 1.19 to 1.27.
#[expect(clippy::unwrap_used, reason = "the expression is a constant, and a test runs it")]
static ROW: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"<td>\s*(\d{1,19})\s*</td>\s*<td>\s*<a href=['"]?([\w.%/-]+)\?debug=1"#).unwrap()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_gos_page_and_no_other() {
        let page = "<html>\n<title>/debug/pprof/</title>\n<table>\n\
            <thead><td>Count</td><td>Profile</td></thead>\n\
            <tr><td>76</td><td><a href='allocs?debug=1'>allocs</a></td></tr>\n\
            <tr><td>0</td><td><a href='cmdline?debug=1'>cmdline</a></td></tr>\n\
            <tr><td>4211</td><td><a href='goroutine?debug=1'>goroutine</a></td></tr>\n</table>";
        let index = Index::parse(page).unwrap();
        assert_eq!(index.count("goroutine"), Some(4211));
        assert_eq!(index.count("goroutineleak"), None);
        assert_eq!(index.profiles.len(), 3);
        assert_eq!(Index::parse("<html><title>Grafana</title></html>"), None);
    }
}
