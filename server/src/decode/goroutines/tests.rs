//! One test for each form that some Go version writes.

use super::*;

/// The dump as text, one goroutine after the other.
fn read(text: &str) -> String {
    let dump = dump(text.as_bytes()).unwrap();
    let mut out = String::new();
    for it in &dump.goroutines {
        out += &format!("{} {}", it.id, it.state);
        if it.leaked {
            out += " LEAKED";
        }
        if let Some(minutes) = it.minutes {
            out += &format!(" {minutes}min");
        }
        if it.locked_to_thread {
            out += " LOCKED";
        }
        if let Some(bubble) = it.synctest {
            out += &format!(" bubble {bubble}");
        }
        if !it.labels.is_empty() {
            out += &format!(" {:?}", it.labels);
        }
        let stack = &dump.stacks[it.stack.0 as usize];
        for frame in &stack.frames {
            out += &format!(" < {} {}:{}", frame.function, frame.file, frame.line);
        }
        if stack.n_elided > 0 {
            out += &format!(" < {} elided", stack.n_elided);
        }
        if let Some(by) = &stack.created_by {
            out += &format!(" <- {} {}:{}", by.frame.function, by.frame.file, by.frame.line);
        }
        if let Some(id) = it.creator_id {
            out += &format!(" in {id}");
        }
        out += "\n";
    }
    if dump.truncated {
        out += "TRUNCATED\n";
    }
    for it in &dump.unknown_lines {
        out += &format!("UNKNOWN {it:?}\n");
    }
    out
}

/// A dump of one goroutine with this header.
fn header(header: &str) -> String {
    read(&format!("{header}\nmain.f()\n\t/m.go:1 +0x1\ncreated by main.main\n\t/m.go:2 +0x1\n"))
        .replace(" < main.f /m.go:1 <- main.main /m.go:2", "")
}

#[test]
fn headers() {
    for (text, expected) in [
        ("goroutine 7 [running]:", "7 running\n"),
        ("goroutine 7 [chan receive, 1 minutes]:", "7 chan receive 1min\n"),
        ("goroutine 7 [select, 130 minutes, locked to thread]:", "7 select 130min LOCKED\n"),
        ("goroutine 7 [chan receive (nil chan)]:", "7 chan receive (nil chan)\n"),
        ("goroutine 7 [chan receive (nil chan) (leaked)]:", "7 chan receive (nil chan) LEAKED\n"),
        ("goroutine 7 [select (no cases) (leaked) (scan)]:", "7 select (no cases) LEAKED\n"),
        ("goroutine 7 [GC worker (idle) (scan), 2 minutes]:", "7 GC worker (idle) 2min\n"),
        ("goroutine 7 [chan receive (durable), synctest bubble 3]:", "7 chan receive bubble 3\n"),
        (
            "goroutine 7 [select (synctest), 1 minutes, synctest group 12]:",
            "7 select 1min bubble 12\n",
        ),
        (
            "goroutine 7 [waiting for cgo callback, locked to thread]:",
            "7 waiting for cgo callback LOCKED\n",
        ),
        ("goroutine 7 [???]:", "7 ???\n"),
        ("goroutine 7 gp=0xc000002380 m=nil [select]:", "7 select\n"),
        (
            "goroutine 7 gp=0xc000002380 m=3 mp=0xc000080008 [running, locked to thread]:",
            "7 running LOCKED\n",
        ),
        ("goroutine 7 [select, 3 fortnights]:", "7 select\n"),
        // Go 1.26: inside the brackets, quoted.
        (
            r#"goroutine 7 [select, 2 minutes labels:{"a]b": "c, \"d\"", "e": "\u00e9\x01\n"}]:"#,
            "7 select 2min [(\"a]b\", \"c, \\\"d\\\"\"), (\"e\", \"é\\u{1}\\n\")]\n",
        ),
        // Go 1.27: after them, quoted where needed.
        (
            r#"goroutine 7 [select] {path: /api/v1, "a b": "", empty: }:"#,
            "7 select [(\"path\", \"/api/v1\"), (\"a b\", \"\"), (\"empty\", \"\")]\n",
        ),
    ] {
        assert_eq!(header(text), expected, "{text}");
    }
}

#[test]
fn lines_that_look_like_headers() {
    for text in [
        "goroutine x [running]:",
        "goroutine 7 running:",
        "goroutine 7 []:",
        "goroutine 7 [running]",
        "goroutine 7 [running",
        "goroutine 99999999999999999999 [running]:",
        "goroutine 7 [select labels:{\"a\": \"b]:",
        "goroutine 7 [select] {a b}:",
        "goroutine ",
    ] {
        let found = dump(format!("{text}\n").as_bytes());
        assert_eq!(found, Err(DecodeError::NoDump(text.to_owned())), "{text}");
    }
}

#[test]
fn stacks() {
    let text = "goroutine 35 [select, 6 minutes]:
database/sql.(*DB).conn(0x379921b69ba0, {0x1b65188, 0x34677c0}, 0x1)
\t/usr/local/go/src/database/sql/sql.go:1369 +0x8c5
main.Map[...](...)
\t/home/dev/my src/main.go:12
main.(*G[...]).Do.func1.2({{0x0, ...}, _, 0x1?})
\tC:/src/main.go:40 +0x2b fp=0xc0000 sp=0xc00001 pc=0x47
created by main.Start[...] in goroutine 1
\t/home/dev/my src/main.go:7 +0x85

goroutine 36 [running]:
\tgoroutine running on other thread; stack unavailable
created by main.main
\t/m.go:7 +0x85
";
    assert_eq!(
        read(text),
        "35 select 6min < database/sql.(*DB).conn /usr/local/go/src/database/sql/sql.go:1369 \
         < main.Map[...] /home/dev/my src/main.go:12 < main.(*G[...]).Do.func1.2 C:/src/main.go:40 \
         <- main.Start[...] /home/dev/my src/main.go:7 in 1\n\
         36 running <- main.main /m.go:7\n"
    );
}

#[test]
fn elided_frames_ancestors_and_c() {
    let text = "goroutine 9 [syscall]:
non-Go function at pc=0x7f0011
c_read
\t/src/read.c:3 pc=0x7f0012
non-Go function
\tpc=0x7f0013
main.r(0x1)
\t/m.go:1 +0x1
...12 frames elided...
main.q(0x1)
\t/m.go:2 +0x1
...additional frames elided...
created by main.main in goroutine 1
\t/m.go:3 +0x1
[originating from goroutine 1]:
main.ancestor(...)
\t/m.go:4 +0x1
...additional frames elided...
created by main.older
\t/m.go:5 +0x1

goroutine 1 [running]:
main.main()
\t/m.go:6 +0x1
";
    assert_eq!(
        read(text),
        "9 syscall < c_read /src/read.c:3 < non-Go function :0 < main.r /m.go:1 < main.q /m.go:2 \
         < 13 elided <- main.main /m.go:3 in 1\n\
         1 running < main.main /m.go:6\n"
    );
}

#[test]
fn equal_stacks_are_stored_once_whatever_their_arguments() {
    let one = |id: u32, arg: &str, parent: u32| {
        format!(
            "goroutine {id} [chan receive]:\nmain.f({arg})\n\t/m.go:1 +0x{id}\n\
             created by main.main in goroutine {parent}\n\t/m.go:2 +0x1\n"
        )
    };
    let text = [one(7, "0x1", 1), one(8, "0x2?, {0x3, ...}", 9), one(9, "...", 1)].join("\n");
    let dump = dump(text.as_bytes()).unwrap();
    assert_eq!(dump.goroutines.len(), 3);
    assert_eq!(dump.stacks.len(), 1);
    assert_eq!(dump.goroutines[1].creator_id, Some(9));
}

#[test]
fn noise_around_goroutines_is_counted_and_skipped() {
    let text = "panic: boom\n\ngoroutine 1 [running]:\r\nmain.main()\r\n\t/m.go:6 +0x1\r\n\r\nrax 0x0\n\
                main.stray(\n\tno place here\n\nexit status 2\n";
    assert_eq!(
        read(text),
        "1 running < main.main /m.go:6\n\
         UNKNOWN \"panic: boom\"\nUNKNOWN \"rax 0x0\"\nUNKNOWN \"main.stray(\"\n\
         UNKNOWN \"\\tno place here\"\nUNKNOWN \"exit status 2\"\n"
    );
}

#[test]
fn bytes_that_are_no_utf8_are_shown_lossily() {
    let dump = dump(
        b"goroutine 1 [\xff]:\nmain.main\xfe()\n\t/\xfd.go:6 +0x1\nmain.main()\n\t/m.go:1\n\n",
    )
    .unwrap();
    assert_eq!(&*dump.goroutines[0].state, "\u{fffd}");
    assert_eq!(&*dump.stacks[0].frames[0].function, "main.main\u{fffd}");
}

#[test]
fn a_cut_dump_keeps_what_is_complete() {
    let whole = "goroutine 1 [running]:\nmain.main()\n\t/m.go:6 +0x1\n\n\
                 goroutine 2 [select]:\nmain.f()\n\t/m.go:12 +0x1\ncreated by main.main\n\t/m.go:23 +0x1f\n";
    assert_eq!(dump(whole.as_bytes()).unwrap().goroutines.len(), 2);
    let first_ends = whole.find("goroutine 2").unwrap() - 1;
    // Where the line number of the `go` statement is known to be whole.
    let second_ends = whole.rfind(" +0x").unwrap() + " +0x".len();
    for end in "goroutine 1 [running]:".len() + 1..whole.len() {
        let dump = dump(&whole.as_bytes()[..end]).unwrap();
        let n_complete = usize::from(end >= whole.find(" +0x").unwrap() + " +0x".len())
            + usize::from(end >= second_ends);
        assert_eq!(dump.goroutines.len(), n_complete, "cut at {end}: {:?}", &whole[..end]);
        let is_between = end == first_ends || end == first_ends + 1;
        assert_eq!(dump.truncated, !is_between, "cut at {end}");
        assert_eq!(dump.n_unknown_lines, 0, "cut at {end}");
    }
}

#[test]
fn texts_that_are_no_dump() {
    assert_eq!(dump(b""), Err(DecodeError::EmptyDump));
    for text in ["<html>\n", "\n\n", "hello", "goroutine profile: total 12\n1 @ 0x1 0x2\n"] {
        assert!(matches!(dump(text.as_bytes()), Err(DecodeError::NoDump(_))), "{text}");
    }
}
