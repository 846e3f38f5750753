//! What is shown of lines after a comparison, and after edits.

use std::sync::Arc;

use super::{LineNow, Revision};

fn revision(text: &str) -> Arc<Revision> {
    Arc::new(Revision::new(text.to_owned()))
}

/// One word a line of `from`: `=3` exact, `>4` moved, `~4` edited, `x` deleted.
fn shown(from: &Arc<Revision>, to: &Arc<Revision>) -> String {
    let map = to.map_from(from);
    let shown = (1..=from.text().lines().count() as u32).map(|line| match map.now(line) {
        LineNow::Exact(it) => format!("={it}"),
        LineNow::Moved(it) => format!(">{it}"),
        LineNow::Edited(it) => format!("~{it}"),
        LineNow::Deleted => "x".to_owned(),
        LineNow::Unknown => "?".to_owned(),
    });
    shown.collect::<Vec<_>>().join(" ")
}

/// Of two texts that are compared.
fn compared(before: &str, after: &str, expected: &str) {
    assert_eq!(shown(&revision(before), &revision(after)), expected, "{before:?} {after:?}");
}

/// Of a text in which each edit, in order, replaces the first of its old text by its new one.
fn edited(before: &str, edits: &[(&str, &str)], expected: &str) {
    let captured = revision(before);
    let mut now = Revision::new(before.to_owned());
    now.note_saved();
    for (old, new) in edits {
        let start = now.text().find(old).unwrap();
        now = now.changed(start..start + old.len(), new);
    }
    let now = Arc::new(now);
    assert_eq!(shown(&captured, &now), expected, "{}", now.text());
}

#[test]
fn equal_texts_stay() {
    compared("a\nb\nc", "a\nb\nc", "=1 =2 =3");
    compared("a\r\nb\r\n", "a\nb\n", "=1 =2");
    let text = revision("a\nb");
    assert!(text.map_from(&text).is_identity());
    assert!(text.map_from(&revision("a\nb")).is_identity());
}

#[test]
fn lines_move_with_what_is_put_above_them() {
    compared("a\nb\nc", "new\na\nmore\nb\nc", ">2 >4 >5");
    compared("a\nb\nc", "b\nc", "x >1 >2");
}

#[test]
fn a_changed_line_is_edited_and_its_neighbours_are_not() {
    compared(
        "func f() {\n\tsum += hash(b)\n\treturn sum\n}",
        "func f() {\n\tsum += hash(b, seed)\n\treturn sum\n}",
        "=1 ~2 =3 =4",
    );
    compared("a\n\tgo p.refresh(ctx)\nb", "a\n\tdefer close(done)\nb", "=1 x =3");
    compared(
        "x\nv := compute(a)\ny",
        "x\nif a == nil {\nreturn\n}\nv, err := compute(a)\ny",
        "=1 ~5 >6",
    );
}

#[test]
fn indenting_is_no_edit() {
    compared("f()\ng()", "if x {\n\tf()\n\tg()\n}", ">2 >3");
    compared("x  := 1 // a\ny := 2", "x := 1   // a\ny := 2", "=1 =2");
}

#[test]
fn what_cannot_be_told_apart_is_not_shown() {
    // Which of the two equal lines is new?
    compared("f()\nhot()\ng()", "f()\nhot()\nhot()\ng()", "=1 x >4");
    compared("f()\nhot()\nhot()\ng()", "f()\nhot()\ng()", "=1 x x >3");
    compared("a1 = f(x1)\na2 = f(x1)\nend", "a3 = f(x1)\na4 = f(x1)\nend", "x x =3");
}

#[test]
fn a_line_is_looked_for_in_its_own_function() {
    let f = "func f() {\n\thot()\n}\n";
    let g = "func g() {\n\thot()\n}\n";
    compared(&[f, g].concat(), &[g, f].concat(), ">4 >5 >6 >1 >2 >3");
    compared(&[f, g].concat(), g, "x x x >1 >2 >3");
    compared(f, g, "~1 =2 =3");
}

#[test]
fn an_edit_says_which_of_equal_lines_is_new() {
    edited("f()\nhot()\ng()", &[("hot()", "hot()\nhot()")], "=1 =2 >4");
    edited("f()\nhot()\ng()", &[("f()\n", "f()\nhot()\n")], "=1 >3 >4");
    edited("f()\nhot()\nhot()\ng()", &[("f()\nhot()\n", "f()\n")], "=1 x >2 >3");
    edited("f()\nhot()\ng()", &[("hot()", "cold(1, 2)")], "=1 ~2 =3");
    edited("f()\nhot()\ng()", &[("hot()\n", "cold(1, 2)\n")], "=1 ~2 =3");
}

#[test]
fn split_and_joined_lines_stay_where_most_of_them_is() {
    edited("a\nif x { call(y) }\nb", &[("{ ", "{\n\t")], "=1 ~3 >4");
    edited("a\nlonger(x)\n.b()\nc", &[("\n.b", ".b")], "=1 ~2 x >3");
    edited("a\nlonger(x)\n.b()\nc", &[("\n.b", ".b"), (".b", "\n.b")], "=1 =2 =3 =4");
    edited("a\n\tb()\nc", &[("a\n", "a\n\n")], "=1 >3 >4");
    edited("a\n\tb()\nc", &[("\tb", "\n\tb")], "=1 >3 >4");
}

#[test]
fn what_is_undone_is_as_it_was() {
    let text = "a\nhot()\nhot()\nb";
    edited(text, &[("hot()\nhot()\n", ""), ("a\n", "a\nhot()\nhot()\n")], "=1 =2 =3 =4");
    edited(text, &[("hot()\nh", "x\nh"), ("x\nh", "hot()\nh")], "=1 =2 =3 =4");
    edited(text, &[(text, ""), ("", text)], "=1 =2 =3 =4");
}

#[test]
fn a_function_is_known_again_where_it_is_put() {
    let f = "func f() {\n\tx := compute(a, b)\n\tx++\n}\n";
    let g = "func g() {\n\ty()\n}\n";
    edited(&[f, g].concat(), &[(f, ""), (g, &[g, f].concat())], ">4 >5 >6 >7 >1 >2 >3");
    // One line goes into another function: it is not shown there.
    let line = "\tx := compute(a, b)\n";
    edited(
        &[f, g].concat(),
        &[(line, ""), ("y()\n", &["y()\n", line].concat())],
        "=1 x >2 >3 >4 >5 =7",
    );
}

#[test]
fn a_number_never_lands_in_another_function() {
    let text = "func f() {\n\thot()\n\tmore()\n}\n";
    edited(text, &[("\tmore", "}\n\nfunc g() {\n\tmore")], "=1 =2 x x");
    edited(text, &[("func f", "func renamed")], "~1 =2 =3 =4");
}

#[test]
fn a_capture_of_a_saved_text_is_followed_through_later_edits() {
    let mut now = Revision::new("a\nb\n".to_owned());
    now.note_saved();
    now = now.changed(0..0, "x\nx\n");
    now.note_saved();
    let captured = revision(now.text());
    now = Revision::changed(&now, 2..2, "x\n");
    assert_eq!(shown(&captured, &Arc::new(now)), "=1 >3 >4 >5");
}

#[test]
fn lines_that_never_were_are_unknown() {
    let text = revision("a\nb");
    let map = text.map_from(&text);
    for line in [0, 3, u32::MAX] {
        assert_eq!(map.now(line), LineNow::Unknown);
        assert_eq!(map.then(line), None);
    }
}

#[test]
fn whole_texts_are_followed_by_what_they_differ_in() {
    let text = "é := 1\nb\n";
    let mut now = Revision::new(text.to_owned());
    now.note_saved();
    for other in ["è := 1\nb\n", "è := 1\nb\nb\n", "", "é", text] {
        now = now.replaced(other);
        assert_eq!(now.text(), other);
    }
    assert_eq!(shown(&revision(text), &Arc::new(now)), "=1 =2");
}
