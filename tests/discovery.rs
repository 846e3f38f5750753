//! Finding running programs: the right process for every answer, and a reason for every silence.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use pprof_lens::fetch::{FindError, Reach, find, is_same_run};
use serde_json::{Value, json};

use super::support::fake::{FakeServer, answer};
use super::support::go::Program;
use super::support::lens::Lens;
use super::support::target::Target;

/// A sidecar started as a user does, under any name; ends with the test.
struct Sidecar(Child);

impl Sidecar {
    /// Returns when it has written a line with these words, to either output.
    fn start(executable: &Path, setting: Option<&str>, until: &str) -> Sidecar {
        let mut command = Command::new(executable);
        command
            .arg("-until-eof")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command.env_remove("SIDECAR_PPROF").envs(setting.map(|it| ("SIDECAR_PPROF", it)));
        let mut child = command.spawn().unwrap();
        let (stdout, stderr) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        let line = match until.contains("error") {
            true => BufReader::new(stderr).lines().next(),
            false => BufReader::new(stdout).lines().next(),
        };
        assert!(line.as_ref().is_some_and(|it| it.as_ref().unwrap().contains(until)), "{line:?}");
        Sidecar(child)
    }

    fn pid(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Sidecar {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn row(rows: &Value, pid: u32) -> &Value {
    let mut found = rows.as_array().unwrap().iter().filter(|it| it["pid"] == json!(pid));
    let row = found.next().unwrap_or_else(|| panic!("no pid {pid} in {rows}"));
    assert!(found.next().is_none(), "pid {pid} twice");
    row
}

/// Nobody but this test looks for a program of this name.
fn sidecar_called(lens: &Lens, name: &str) -> std::path::PathBuf {
    let path = lens.folder().join(name);
    std::fs::copy(Program::Sidecar.executable(), &path).unwrap();
    path
}

#[test]
fn a_second_sidecar_is_not_taken_for_the_first() {
    let lens = Lens::new();
    let first = Target::sidecar(&[]);
    let port = first.port().to_string();
    let second = Sidecar::start(Program::Sidecar.executable(), Some(&port), "pprof server error");

    let rows = lens.json(&["targets", "--json"]);
    let row_of_first = row(&rows, first.pid());
    assert_eq!(row_of_first["url"], json!(first.url()));
    assert_eq!(row_of_first["name"], json!("sidecar"));
    assert_eq!(row_of_first["main_module"], json!("example.com/sidecar"));
    assert_eq!(row_of_first["note"], json!(""));
    assert!(row_of_first["go_version"].as_str().unwrap().starts_with("go1."));

    let row_of_second = row(&rows, second.pid());
    assert_eq!(row_of_second["url"], Value::Null);
    let cause = format!(
        "SIDECAR_PPROF={port} is set, but port {port} belongs to sidecar (pid {}); restart it with SIDECAR_PPROF=",
        first.pid()
    );
    assert!(row_of_second["note"].as_str().unwrap().starts_with(&cause), "{row_of_second}");

    // Asked for by its id, it is not answered for by the other one.
    let said = lens.fails(&["capture", "heap", "--target", &second.pid().to_string()]);
    assert!(said.contains(&cause), "{said}");
    let saved = lens.json(&["capture", "heap", "--json", "--target", &first.pid().to_string()]);
    assert_eq!(saved["target"]["process"]["pid"], json!(first.pid()));
}

#[test]
fn lists_programs_of_any_name_and_says_what_the_others_lack() {
    let lens = Lens::new();
    let plain = Target::start(Program::Plain, &[]);
    let no_pprof = Target::start(Program::NoPprof, &[]);
    let quiet = sidecar_called(&lens, "quiet-sidecar");
    let quiet = Command::new(quiet)
        .arg("-until-eof")
        .env_remove("SIDECAR_PPROF")
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let quiet = Sidecar(quiet);

    let rows = lens.json(&["targets", "--json"]);
    assert_eq!(row(&rows, plain.pid())["url"], json!(plain.url()));
    assert_eq!(row(&rows, plain.pid())["main_module"], json!("example.org/plain"));
    let without = row(&rows, no_pprof.pid());
    assert_eq!(without["url"], Value::Null);
    let note = without["note"].as_str().unwrap();
    assert!(note.contains("serves no /debug/pprof/; import _ \"net/http/pprof\""), "{note}");
    let note = row(&rows, quiet.pid())["note"].as_str().unwrap().to_owned();
    assert_eq!(note, "serves no pprof; restart it with SIDECAR_PPROF=1 (port 6060)");

    let text = lens.ok(&["targets"]);
    let line = text.lines().find(|it| it.contains(&format!("{}  plain", plain.pid()))).unwrap();
    assert!(line.contains(plain.address()) && line.contains("example.org/plain"), "{text}");
    assert!(text.contains("next: pprof-lens capture cpu --target "), "{text}");
    assert!(!text.contains('\x1b'), "no colours in a pipe: {text:?}");
}

#[test]
fn a_target_has_many_names_and_one_address() {
    let lens = Lens::new();
    let name = format!("sidecar-{}", std::process::id());
    let executable = sidecar_called(&lens, &name);
    let sidecar = Sidecar::start(&executable, Some("0"), "pprof http://");
    let rows = lens.json(&["targets", "--json"]);
    let url = row(&rows, sidecar.pid())["url"].as_str().unwrap().to_owned();
    let port = url::Url::parse(&url).unwrap().port().unwrap();

    let pid = sidecar.pid().to_string();
    for named in [
        pid.as_str(),
        &name,
        &url,
        &format!("127.0.0.1:{port}"),
        &format!("localhost:{port}"),
        &format!(":{port}"),
        &format!("http://0.0.0.0:{port}/debug/pprof/heap?gc=1"),
    ] {
        let saved = lens.json(&["capture", "goroutine", "--json", "--target", named]);
        assert_eq!(saved["target"]["url"], json!(url), "{named}");
        assert_eq!(saved["target"]["process"]["pid"], json!(sidecar.pid()), "{named}");
        assert_eq!(saved["target"]["process"]["name"], json!(name), "{named}");
    }
}

#[test]
fn a_rebuilt_executable_still_tells_what_runs() {
    let lens = Lens::new();
    let executable = sidecar_called(&lens, "rebuilt");
    let sidecar = Sidecar::start(&executable, Some("0"), "pprof http://");
    std::fs::remove_file(&executable).unwrap();
    std::fs::write(&executable, b"another build").unwrap();
    let rows = lens.json(&["targets", "--json"]);
    let row = row(&rows, sidecar.pid());
    assert_eq!(row["name"], json!("rebuilt"));
    assert_eq!(row["main_module"], json!("example.com/sidecar"));
}

#[cfg(unix)]
#[test]
fn a_stopped_program_holds_nothing_up() {
    let lens = Lens::new();
    let sidecar = Target::sidecar(&[]);
    let signal = |name: &str| {
        let kill = Command::new("kill").args([name, &sidecar.pid().to_string()]).status();
        assert!(kill.unwrap().success());
    };
    signal("-STOP");
    let rows = lens.json(&["targets", "--json"]);
    let note = "accepts connections but does not answer; is it stopped or stuck?";
    assert_eq!(row(&rows, sidecar.pid())["note"], json!(note));
    signal("-CONT");
    let rows = lens.json(&["targets", "--json"]);
    assert_eq!(row(&rows, sidecar.pid())["url"], json!(sidecar.url()));
}

#[test]
fn what_cannot_be_a_target_is_told_apart() {
    let lens = Lens::new();
    let capture = |target: &str| lens.fails(&["capture", "heap", "--target", target]);
    let shell = Sidecar(Command::new("sleep").arg("600").spawn().unwrap());
    let said = capture(&shell.pid().to_string());
    assert!(said.contains("is no Go program"), "{said}");
    let said = capture("no-program-has-this-name");
    assert!(said.contains("none of your Go programs is called"), "{said}");
    let said = capture("4294967294");
    assert!(said.contains("no process 4294967294 of yours runs"), "{said}");
    let said = capture("192.0.2.1:6060");
    assert!(said.contains("--allow-remote"), "{said}");
    let said = capture("http://localhost:6060/metrics");
    assert!(said.contains("/debug/pprof/"), "{said}");
    let page = FakeServer::start(|_| answer("200 OK", "text/html", b"<title>Grafana</title>"));
    let said = capture(&page.address());
    assert!(said.contains("serves no /debug/pprof/") && said.contains("Grafana"), "{said}");
}

#[test]
fn a_program_that_comes_back_is_another_run() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let lens = Lens::new();
    let executable = sidecar_called(&lens, "comes-back");
    let run = || Sidecar::start(&executable, Some("0"), "pprof http://");
    let find = || runtime.block_on(find(Some("comes-back"), Reach::Loopback));

    let first = run();
    let before = find().unwrap().process.unwrap();
    assert_eq!((before.pid, is_same_run(&before)), (first.pid(), true));
    drop(first);
    assert!(!is_same_run(&before));
    assert!(matches!(find(), Err(FindError::NoSuchName(_))));

    let second = run();
    let after = find().unwrap().process.unwrap();
    assert_eq!((after.pid, is_same_run(&after)), (second.pid(), true));
    assert_ne!(before, after);
}
