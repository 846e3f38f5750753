//! Accepts pprof's own spelling of its options, `-cum` or `-sample_index=x`, beside `--cum`.
//!
//! People have years of `go tool pprof` in their fingers.

use std::ffi::OsString;

/// Options of pprof that this program has too, as pprof spells them.
const OPTIONS: [&str; 16] = [
    "sample_index",
    "base",
    "diff_base",
    "normalize",
    "cum",
    "functions",
    "filefunctions",
    "files",
    "lines",
    "noinlines",
    "focus",
    "ignore",
    "nodefraction",
    "nodecount",
    "unit",
    "seconds",
];

/// Rewrites what stands behind `top`, `list` or `diff`; all else stays as it is.
pub(super) fn rewrite(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let arguments: Vec<OsString> = arguments.collect();
    let reports = arguments.get(1).is_some_and(|it| it == "top" || it == "list" || it == "diff");
    if !reports {
        return arguments;
    }
    let mut is_option = true;
    arguments
        .into_iter()
        .map(|it| {
            is_option &= it != "--";
            it.to_str().filter(|_| is_option).and_then(long_spelling).map_or(it, OsString::from)
        })
        .collect()
}

fn long_spelling(argument: &str) -> Option<String> {
    let option = argument.strip_prefix("--").or_else(|| argument.strip_prefix('-'))?;
    let name = option.split('=').next()?;
    if !OPTIONS.contains(&name) {
        return None;
    }
    Some(format!("--{}{}", name.replace('_', "-"), &option[name.len()..]))
}

#[cfg(test)]
mod tests {
    use super::rewrite;

    #[test]
    fn takes_both_spellings() {
        let check = |given: &str, expected: &str| {
            let given = given.split(' ').map(Into::into);
            assert_eq!(rewrite(given).join(" ".as_ref()), expected);
        };
        check("p top -cum -sample_index=a_b f", "p top --cum --sample-index=a_b f");
        check("p top --diff_base x -unit ms f", "p top --diff-base x --unit ms f");
        check("p top -- -cum", "p top -- -cum");
        check("p list -h .", "p list -h .");
        check("p capture -cum", "p capture -cum");
    }
}
