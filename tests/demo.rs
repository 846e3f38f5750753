//! The embedded default runs without Go and shows every part of the main job.

use crate::support::lens::Lens;

#[test]
fn the_demo_shows_hot_lines_waits_and_growth_on_their_source_lines() {
    let out = Lens::new().ok(&["demo"]);
    let line = |mark: &str| {
        out.lines().find(|it| it.contains(mark)).unwrap_or_else(|| panic!("{mark}:\n{out}"))
    };
    assert!(line("// hot line").contains("cpu "), "{out}");
    assert!(line("// growing line").contains("heap "), "{out}");
    let below = |mark: &str| out.split(mark).nth(1).and_then(|it| it.lines().nth(1)).unwrap();
    assert!(below("// stuck line").contains("3 goroutines are stuck here"), "{out}");
    assert!(below("// growing line").contains("since the baseline"), "{out}");
    assert!(line("appendHistory").contains('+') || out.contains("Δ flat"), "{out}");
    assert!(!out.contains('\x1b'), "a pipe gets no colours");
    assert!(out.lines().all(|it| it.chars().count() <= 120), "{out}");
}
