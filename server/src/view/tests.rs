//! What is shown of drawn captures on drawn source.

use std::sync::Arc;

use insta::assert_snapshot;

use crate::model::Kind;
use crate::source::Revision;

use super::drawn::{CPU, Drawn, MAIN_GO, closed, config, input, open, shown, waits};
use super::{KindInput, Marks, WaitsInput, annotate, file_view, hover, offers};

const HEAP: &str = "
30MB runtime.main proc.go:283 > main.main main.go:8 > main.work main.go:16
10MB runtime.main proc.go:283 > main.main main.go:6
";

const WAITS: &str = "
stuck 3 [chan receive 330s] runtime.gopark proc.go:400 < main.wait main.go:20 <- main.main main.go:6
suspect 1 [select 0s] main.wait main.go:20 <- main.main main.go:6
idle 2 [IO wait 60s] main.work main.go:13
";

#[test]
fn shows_what_is_hot() {
    let drawn = Drawn::main_go();
    let marks = Marks::build(vec![input(drawn.capture(Kind::Cpu, CPU))], None);
    assert_snapshot!(shown(&marks, &drawn.path("main.go"), &closed), @"
 5 lens cpu 95.0% · 950ms
 8 hint cpu 95.0% · 950ms
12 lens cpu 95.0% · 950ms · 750ms flat
13 hint cpu 15.0% · 150ms flat
13 hot-line hint cpu: 15.0% of 1s is spent here (150ms)
14 hint cpu 60.0% · 600ms flat
14 hot-line hint cpu: 60.0% of 1s is spent here (600ms)
16 hint cpu 20.0% · 200ms
16 hot-line hint cpu: 20.0% of 1s is spent here (200ms, all of it in library code)
");
}

#[test]
fn shows_several_kinds_and_growth() {
    let drawn = Drawn::main_go();
    let base = "12MB runtime.main proc.go:283 > main.main main.go:8 > main.work main.go:16";
    let heap = KindInput {
        baseline: Some(drawn.capture(Kind::Heap, base)),
        ..input(drawn.capture(Kind::Heap, HEAP))
    };
    let marks = Marks::build(vec![heap, input(drawn.capture(Kind::Cpu, CPU))], None);
    assert_snapshot!(shown(&marks, &drawn.path("main.go"), &closed), @"
 5 lens cpu 95.0% · 950ms
 5 lens heap 100% · 40MB · 10MB flat · +28MB since baseline
 6 hint heap 25.0% · 10MB flat
 6 growth warning heap: +10MB since the baseline: 10MB was allocated here and is still held, it was 0
 8 hint cpu 95.0% · 950ms  │  heap 75.0% · 30MB
12 lens cpu 95.0% · 950ms · 750ms flat
12 lens heap 75.0% · 30MB flat · +18MB since baseline
13 hint cpu 15.0% · 150ms flat
13 hot-line hint cpu: 15.0% of 1s is spent here (150ms)
14 hint cpu 60.0% · 600ms flat
14 hot-line hint cpu: 60.0% of 1s is spent here (600ms)
16 hint cpu 20.0% · 200ms  │  heap 75.0% · 30MB flat
16 growth warning heap: +18MB since the baseline: 30MB was allocated here and is still held, it was 12MB
16 hot-line hint cpu: 20.0% of 1s is spent here (200ms, all of it in library code)
");
}

#[test]
fn shows_waiting_goroutines_and_who_started_them() {
    let drawn = Drawn::main_go();
    let marks = Marks::build(vec![], waits(drawn.waits(WAITS)));
    assert_snapshot!(shown(&marks, &drawn.path("main.go"), &closed), @"
 6 go-statement warning 3 goroutines started here are stuck at main.go:20 (chan receive · 5 min)
    main.go:20 #1 main.wait
    main.go:6 started here, in main.main
 6 go-statement information 1 goroutine started here may be stuck at main.go:20 (select)
    main.go:20 #0 main.wait
    main.go:6 started here, in main.main
19 lens 4 goroutines stuck here, oldest 5 min · chan receive, select
20 waiting-goroutine warning 3 goroutines are stuck here (chan receive · 5 min): drawn as stuck
    main.go:20 #1 main.wait
    main.go:6 started here, in main.main
20 waiting-goroutine information 1 goroutine may be stuck here (select): drawn as suspect
    main.go:20 #0 main.wait
    main.go:6 started here, in main.main
");
}

#[test]
fn follows_edits() {
    let drawn = Drawn::main_go();
    let marks = Marks::build(vec![input(drawn.capture(Kind::Cpu, CPU))], waits(drawn.waits(WAITS)));
    let now = MAIN_GO
        .replace("package main\n", "// Copyright\n\npackage main\n")
        .replace("sum += i * i", "sum += i * i * i")
        .replace("\tdigest = sha256.Sum256(data)\n", "");
    let path = drawn.path("main.go");
    assert_snapshot!(shown(&marks, &path, &open(path.clone(), &now)), @"
 7 lens cpu 95.0% · 950ms
 8 go-statement warning 3 goroutines started here are stuck at main.go:21 (chan receive · 5 min)
    main.go:21 #1 main.wait
    main.go:8 started here, in main.main
 8 go-statement information 1 goroutine started here may be stuck at main.go:21 (select)
    main.go:21 #0 main.wait
    main.go:8 started here, in main.main
10 hint cpu 95.0% · 950ms
14 lens cpu 95.0% · 950ms · 750ms flat · was 20.0% on a line no longer found
15 hint cpu 15.0% · 150ms flat
15 hot-line hint cpu: 15.0% of 1s is spent here (150ms)
16 hint cpu was 60.0% before the edit
16 hot-line hint cpu: 60.0% of 1s was spent here before this line was edited
20 lens 4 goroutines stuck here, oldest 5 min · chan receive, select
21 waiting-goroutine warning 3 goroutines are stuck here (chan receive · 5 min): drawn as stuck
    main.go:21 #1 main.wait
    main.go:8 started here, in main.main
21 waiting-goroutine information 1 goroutine may be stuck here (select): drawn as suspect
    main.go:21 #0 main.wait
    main.go:8 started here, in main.main
");
    let hover = |line| hover(&marks, &path, line, &open(path.clone(), &now), &|_, _| None);
    assert_snapshot!(hover(16).unwrap(), @"
    **cpu** *this line was edited since the capture; before:* **60.0%** of 1s · 600ms cum · 600ms flat · 60 samples

    *100 samples, one every 10ms; a sample may fall on the line after the one that costs*
    ");
    assert_snapshot!(hover(14).unwrap(), @"
    **cpu** `main.work`: **95.0%** of 1s · 950ms in all · 750ms in the function itself

    **cpu** *on lines of this function that are no longer found:* 20.0% (200ms) cum

    *100 samples, one every 10ms; a sample may fall on the line after the one that costs*
    ");
}

#[test]
fn lines_of_an_unknown_text_are_not_shown() {
    let saved_since = Drawn::built_at(&[("main.go", MAIN_GO)], 1);
    let path = saved_since.path("main.go");
    let located = saved_since.capture(Kind::Cpu, CPU);
    let kinds = vec![input(located), input(saved_since.capture(Kind::Heap, CPU))];
    let marks = Marks::build(kinds, waits(saved_since.waits(WAITS)));
    assert_snapshot!(shown(&marks, &path, &closed), @"
 5 lens cpu 95.0% · 950ms · lines not shown: saved after the build
 5 lens heap 95.0% · 905.99MB
12 lens cpu 95.0% · 950ms · 750ms flat · lines not shown: saved after the build
12 lens heap 95.0% · 905.99MB · 715.26MB flat
19 lens 4 goroutines stuck here, oldest 5 min · chan receive, select · line not shown: saved after the build
");
    let said = hover(&marks, &path, 12, &closed, &|_, _| None).unwrap();
    assert_snapshot!(said, @"
    **cpu** `main.work`: **95.0%** of 1s · 950ms in all · 750ms in the function itself

    *100 samples, one every 10ms; a sample may fall on the line after the one that costs; this file was saved after the program was built*

    **heap** `main.work`: **95.0%** of 953.67MB · 905.99MB in all · 715.26MB in the function itself

    *heap is as of one of the last garbage collections; one sample stands for about 512kB*

    **2 goroutines** wait here
    - 2 IO wait · 1 min · **idle**: drawn as idle
    ");
    assert_eq!(hover(&marks, &path, 14, &closed, &|_, _| None), None);

    // It was written before the build, and is not what was built all the same.
    let other = Drawn::main_go();
    let now = MAIN_GO.replace("func work", "func added() {\n}\n\nfunc work");
    let path = other.path("main.go");
    let located = other.capture_before(Kind::Cpu, CPU, "main.go", &now);
    let marks = Marks::build(vec![input(located)], None);
    assert_snapshot!(shown(&marks, &path, &closed), @"
 5 lens cpu 95.0% · 950ms · lines not shown: another text was built
15 lens cpu 95.0% · 950ms · 750ms flat · lines not shown: another text was built
");
}

#[test]
fn a_number_goes_to_the_function_when_its_line_leaves_it() {
    let drawn = Drawn::main_go();
    let marks = Marks::build(vec![input(drawn.capture(Kind::Cpu, CPU))], None);
    let path = drawn.path("main.go");
    let open = |text: &str| {
        let now = Revision::new(MAIN_GO.to_owned());
        now.note_saved();
        let now = Arc::new(now.replaced(text));
        move |_: &std::path::Path| Some(now.clone())
    };
    // Its loop was made a function of its own.
    let extracted =
        MAIN_GO.replace("\tfor i := range", "\tloop()\n}\n\nfunc loop() {\n\tfor i := range");
    assert_snapshot!(shown(&marks, &path, &open(&extracted)), @"
 5 lens cpu 95.0% · 950ms
 8 hint cpu 95.0% · 950ms
12 lens cpu 95.0% · 950ms · 750ms flat · was up to 60.0% on 3 lines no longer found
");
}

#[test]
fn says_what_is_old() {
    let drawn = Drawn::main_go();
    let cpu = KindInput { is_old: true, ..input(drawn.capture(Kind::Cpu, CPU)) };
    let waits = WaitsInput { waits: drawn.waits(WAITS), trends: Default::default(), is_old: true };
    let marks = Marks::build(vec![cpu], Some(waits));
    assert_snapshot!(shown(&marks, &drawn.path("main.go"), &closed), @"
 5 lens cpu (old) 95.0% · 950ms
 6 go-statement warning 3 goroutines started here are stuck at main.go:20 (chan receive · 5 min) (old: the program has gone since)
    main.go:20 #1 main.wait
    main.go:6 started here, in main.main
 6 go-statement information 1 goroutine started here may be stuck at main.go:20 (select) (old: the program has gone since)
    main.go:20 #0 main.wait
    main.go:6 started here, in main.main
 8 hint cpu (old) 95.0% · 950ms
12 lens cpu (old) 95.0% · 950ms · 750ms flat
13 hint cpu (old) 15.0% · 150ms flat
13 hot-line hint cpu: 15.0% of 1s is spent here (150ms) (old: the program has gone since)
14 hint cpu (old) 60.0% · 600ms flat
14 hot-line hint cpu: 60.0% of 1s is spent here (600ms) (old: the program has gone since)
16 hint cpu (old) 20.0% · 200ms
16 hot-line hint cpu: 20.0% of 1s is spent here (200ms, all of it in library code) (old: the program has gone since)
19 lens 4 goroutines stuck here (old), oldest 5 min · chan receive, select
20 waiting-goroutine warning 3 goroutines are stuck here (chan receive · 5 min): drawn as stuck (old: the program has gone since)
    main.go:20 #1 main.wait
    main.go:6 started here, in main.main
20 waiting-goroutine information 1 goroutine may be stuck here (select): drawn as suspect (old: the program has gone since)
    main.go:20 #0 main.wait
    main.go:6 started here, in main.main
");
}

#[test]
fn hovers_tell_everything() {
    let drawn = Drawn::main_go();
    let heap = KindInput {
        baseline: Some(drawn.capture(Kind::Heap, "1MB main.work main.go:16")),
        ..input(drawn.capture(Kind::Heap, "5MB main.work main.go:16"))
    };
    let marks =
        Marks::build(vec![heap, input(drawn.capture(Kind::Cpu, CPU))], waits(drawn.waits(WAITS)));
    let path = drawn.path("main.go");
    let peek = |kind: Kind, function: &str| {
        let neighbour = |function: &str| crate::listing::Neighbour {
            function: function.to_owned(),
            weight: 300_000_000,
            is_inline: false,
        };
        (kind == Kind::Cpu && function == "main.work").then(|| crate::listing::Peek {
            function: function.to_owned(),
            total: 1_000_000_000,
            flat: 0,
            cum: 0,
            callers: vec![neighbour("main.main")],
            callees: vec![
                neighbour("a`b[x](command:y)"),
                neighbour("b"),
                neighbour("c"),
                neighbour("d"),
            ],
        })
    };
    let hover = |line| hover(&marks, &path, line, &closed, &peek).unwrap_or_default();
    assert_snapshot!(hover(16), @"
**cpu** line: **20.0%** of 1s · 200ms cum · 0 flat · 20 samples

*100 samples, one every 10ms; a sample may fall on the line after the one that costs*

**heap** line: **100%** of 5MB · 5MB cum · 5MB flat · 10 objects · +4MB since the baseline

*heap is as of one of the last garbage collections; one sample stands for about 512kB, so this is rough*
");
    assert_snapshot!(hover(12), @"
**cpu** `main.work`: **95.0%** of 1s · 950ms in all · 750ms in the function itself
- called by `main.main` 300ms
- calls ``a`b[x](command:y)`` 300ms, `b` 300ms, `c` 300ms and 1 more

*100 samples, one every 10ms; a sample may fall on the line after the one that costs*

**heap** `main.work`: **100%** of 5MB · 5MB in all · 5MB in the function itself · +4MB since the baseline

*heap is as of one of the last garbage collections; one sample stands for about 512kB, so this is rough*
");
    assert_snapshot!(hover(20), @"
**4 goroutines** wait here
- 3 chan receive · 5 min · **stuck**: drawn as stuck, started in `main.main`
- 1 select · for less than a minute · **suspect**: drawn as suspect, started in `main.main`
");
    assert_snapshot!(hover(6), @"
**4 goroutines** were started here
- 3 chan receive · 5 min · **stuck**: drawn as stuck
- 1 select · for less than a minute · **suspect**: drawn as suspect
");
    assert_eq!(hover(2), "");
}

#[test]
fn offers_what_can_be_done() {
    let drawn = Drawn::main_go();
    let cpu = KindInput {
        baseline: Some(drawn.capture(Kind::Cpu, CPU)),
        ..input(drawn.capture(Kind::Cpu, CPU))
    };
    let marks = Marks::build(vec![cpu], waits(drawn.waits(WAITS)));
    let path = drawn.path("main.go");
    let titles = |line, is_attached| {
        let offers = offers(&marks, &path, line, &closed, is_attached);
        offers.into_iter().map(|it| it.title).collect::<Vec<_>>().join("\n")
    };
    assert_snapshot!(titles(20, true), @"
Show the goroutines of this line
Mark as expected: goroutines in main.wait (chan receive, select)
Compare cpu with the baseline
Set baseline: compare later captures with these
Capture CPU
Capture heap
");
    assert_snapshot!(titles(14, false), @"
Show callers and callees (cpu)
Show flame graph from here (cpu)
Hide: no marks for main.work
Compare cpu with the baseline
Set baseline: compare later captures with these
");
}

#[test]
fn annotates_source_for_a_terminal() {
    let drawn = Drawn::main_go();
    let base = "12MB runtime.main proc.go:283 > main.main main.go:8 > main.work main.go:16";
    let heap = KindInput {
        baseline: Some(drawn.capture(Kind::Heap, base)),
        ..input(drawn.capture(Kind::Heap, HEAP))
    };
    let kinds = vec![input(drawn.capture(Kind::Cpu, CPU)), heap];
    let marks = Marks::build(kinds, waits(drawn.waits(WAITS)));
    let view = file_view(&marks, &drawn.path("main.go"), &config(), &closed);
    let rows = annotate(MAIN_GO, &view);
    let text: Vec<String> =
        rows.iter().map(|row| row.iter().map(|(_, it)| it.as_str()).collect()).collect();
    assert_snapshot!(text.join("\n"), @"
   │ ▸ cpu 95.0% · 950ms
   │ ▸ heap 100% · 40MB · 10MB flat · +28MB since baseline
 5 │ func main() {
 6 │     go wait(make(chan int))                               heap 25.0% · 10MB flat
   │   ╰─ heap: +10MB since the baseline: 10MB was allocated here and is still held, it was 0
   │   ╰─ 3 goroutines started here are stuck at main.go:20 (chan receive · 5 min)
   │   ╰─ 1 goroutine started here may be stuck at main.go:20 (select)
 7 │     for {
 8 │         work()                                            cpu 95.0% · 950ms  │  heap 75.0% · 30MB
 9 │     }
   ⋯
   │ ▸ cpu 95.0% · 950ms · 750ms flat
   │ ▸ heap 75.0% · 30MB flat · +18MB since baseline
12 │ func work() {
13 │     for i := range 1000 {                                 cpu 15.0% · 150ms flat
14 │         sum += i * i                                      cpu 60.0% · 600ms flat
15 │     }
16 │     digest = sha256.Sum256(data)                          cpu 20.0% · 200ms  │  heap 75.0% · 30MB flat
   │   ╰─ heap: +18MB since the baseline: 30MB was allocated here and is still held, it was 12MB
17 │ }
18 │ 
   │ ▸ 4 goroutines stuck here, oldest 5 min · chan receive, select
19 │ func wait(c chan int) {
20 │     <-c
   │   ╰─ 3 goroutines are stuck here (chan receive · 5 min): drawn as stuck
   │      main.go:6 started here, in main.main
   │   ╰─ 1 goroutine may be stuck here (select): drawn as suspect
   │      main.go:6 started here, in main.main
21 │ }
");
}

#[test]
fn says_how_much_is_here() {
    let drawn = Drawn::main_go();
    let cover = |kind, text: &str| {
        let marks = Marks::build(vec![input(drawn.capture(kind, text))], None);
        marks.coverage()[0].describe()
    };
    assert_snapshot!(cover(Kind::Cpu, CPU), @"cpu: 100 samples, 1s; 95.0% in this workspace");
    assert_snapshot!(cover(Kind::Cpu, "12040ms main.main elsewhere.go:3"), @"cpu: 1,204 samples, none in this workspace; the command explainSource says where its files are");
    assert_snapshot!(cover(Kind::Cpu, ""), @"cpu: nothing was sampled; the program was idle; capture while it works, or for longer");
    assert_snapshot!(cover(Kind::Heap, HEAP), @"heap: 80 objects, 40MB; 100% in this workspace");
    let marks = Marks::build(vec![], waits(drawn.waits(WAITS)));
    assert_snapshot!(marks.coverage()[0].describe(), @"goroutine: 6 goroutines; 100% in this workspace");
}

#[test]
fn what_is_hostile_stays_text() {
    let evil = "main.[x](command:y)<img>\n\u{202e}`";
    let drawn = Drawn::main_go();
    let text = WAITS.replace("main.wait", evil.replace('\n', "\x1b").as_str());
    let marks = Marks::build(vec![], waits(drawn.waits(&text)));
    let path = drawn.path("main.go");
    let shown = shown(&marks, &path, &closed);
    assert!(!shown.contains(['\x1b', '\u{202e}']), "{shown}");
    let cpu =
        drawn.capture(Kind::Cpu, &CPU.replace("main.work", evil.replace('\n', "\x1b").as_str()));
    let marks = Marks::build(vec![input(cpu)], None);
    let hover = hover(&marks, &path, 12, &closed, &|_, _| None).unwrap();
    assert!(hover.contains("`` main.[x](command:y)<img>\\u{1b}\\u{202e}` ``"), "{hover}");
}

#[test]
fn an_open_file_that_is_empty_shows_nothing() {
    let drawn = Drawn::main_go();
    let marks = Marks::build(vec![input(drawn.capture(Kind::Cpu, CPU))], waits(drawn.waits(WAITS)));
    let path = drawn.path("main.go");
    assert_eq!(shown(&marks, &path, &open(path.clone(), "")), "");
    let nowhere = |_: &std::path::Path| -> Option<Arc<Revision>> { None };
    assert_eq!(shown(&marks, &drawn.path("other.go"), &nowhere), "");
}

#[test]
fn few_samples_are_shown_but_nothing_is_made_of_them() {
    let drawn = Drawn::main_go();
    let shown_for = |text: &str| {
        let marks = Marks::build(vec![input(drawn.capture(Kind::Heap, text))], None);
        shown(&marks, &drawn.path("main.go"), &closed)
    };
    let one = shown_for("512kB main.main main.go:8 > main.work main.go:14");
    assert!(one.contains("14 hint heap 100%"), "{one}");
    assert!(!one.contains("hot-line"), "{one}");
    let four = shown_for("2048kB main.main main.go:8 > main.work main.go:14");
    assert!(four.contains("14 hot-line"), "{four}");
}
