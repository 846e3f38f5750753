//! Reads repositories that git itself made, whole and damaged.

use std::fs;
use std::process::Command;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tempfile::TempDir;

use super::super::run_git::git;
use super::*;

/// A repository with two commits of one long file, and of a short one in a folder.
struct Made {
    dir: TempDir,
    first: String,
    second: String,
}

/// Long enough that git packs the second as a change of the first.
fn long(version: &str) -> String {
    let lines = (0..400).map(|it| format!("\tsum += hash({it}, {}) // line\n", it * it % 97));
    format!("package a // {version}\n{}", lines.collect::<String>())
}

impl Made {
    fn new(init: &[&str]) -> Made {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        git(root, &[&["init", "-q"], init].concat());
        fs::create_dir_all(root.join("in/deep")).unwrap();
        fs::write(root.join("in/deep/b.go"), "package deep\r\n").unwrap();
        fs::write(root.join("bytes"), b"\xff\xfe").unwrap();
        let commit = |version: &str| {
            fs::write(root.join("a.go"), long(version)).unwrap();
            git(root, &["add", "-A"]);
            git(root, &["commit", "-qm", version]);
            git(root, &["rev-parse", "HEAD"])
        };
        let (first, second) = (commit("first"), commit("second"));
        Made { first, second, dir }
    }

    fn root(&self) -> &Path {
        self.dir.path()
    }

    fn pack(&self) {
        git(self.root(), &["gc", "-q"]);
        let loose = fs::read_dir(self.root().join(".git/objects")).unwrap();
        let loose = loose.filter(|it| it.as_ref().unwrap().file_name().len() == 2);
        assert_eq!(loose.count(), 0);
    }

    fn check(&self) {
        self.check_from(self.root());
    }

    fn check_from(&self, dir: &Path) {
        let repository = Repository::find(dir).unwrap();
        let text = |commit: &str, path: &str| repository.text(commit, Path::new(path));
        assert_eq!(repository.head(), Ok(self.second.clone()));
        assert_eq!(text(&self.first, "a.go"), Ok(Some(long("first"))));
        assert_eq!(text(&self.second, "a.go"), Ok(Some(long("second"))));
        assert_eq!(text(&self.second, "in/deep/b.go"), Ok(Some("package deep\r\n".to_owned())));
        for none in ["in/deep", "in/c.go", "a.go/b.go", "bytes", "../a.go", "/a.go", "", "."] {
            assert_eq!(text(&self.first, none), Ok(None), "{none}");
        }
    }
}

#[test]
fn reads_loose_and_packed_objects() {
    let made = Made::new(&[]);
    made.check();
    made.check_from(&made.root().join("in/deep"));
    made.pack();
    made.check();
    assert!(Repository::find(Path::new("/")).is_none());
}

#[test]
fn reads_repositories_with_longer_hashes() {
    let made = Made::new(&["--object-format=sha256"]);
    assert_eq!(made.first.len(), 64);
    made.check();
    made.pack();
    made.check();
}

#[test]
fn knows_what_is_checked_out() {
    let made = Made::new(&[]);
    let head = || Repository::find(made.root()).unwrap().head();
    git(made.root(), &["checkout", "-q", "-b", "a/topic", &made.first]);
    assert_eq!(head(), Ok(made.first.clone()));
    git(made.root(), &["pack-refs", "--all"]);
    assert!(!made.root().join(".git/refs/heads/a/topic").exists());
    assert_eq!(head(), Ok(made.first.clone()));
    git(made.root(), &["checkout", "-q", "--detach", &made.second]);
    assert_eq!(head(), Ok(made.second.clone()));
    git(made.root(), &["checkout", "-q", "--orphan", "empty"]);
    assert_eq!(head(), Err(GitError::NoHead));
    for odd in ["ref: ../HEAD", "ref: refs/../HEAD", "ref: HEAD", "ref: /etc/passwd", "x", ""] {
        fs::write(made.root().join(".git/HEAD"), odd).unwrap();
        assert_eq!(head(), Err(GitError::NoHead), "{odd}");
    }
}

#[test]
fn follows_worktrees_submodules_and_borrowed_objects() {
    let made = Made::new(&[]);
    let other = tempfile::tempdir().unwrap();
    let at = |name: &str| other.path().join(name).to_str().unwrap().to_owned();
    git(made.root(), &["worktree", "add", "-q", "--detach", &at("worktree")]);
    made.check_from(Path::new(&at("worktree/in")));

    let from = made.root().to_str().unwrap();
    git(other.path(), &["clone", "-q", "--shared", from, "shared"]);
    made.check_from(Path::new(&at("shared")));
    git(other.path(), &["clone", "-q", "--reference", &at("shared"), from, "chained"]);
    made.check_from(Path::new(&at("chained")));

    git(other.path(), &["init", "-q", "outer"]);
    let outer = other.path().join("outer");
    git(&outer, &["submodule", "--quiet", "add", from, "sub"]);
    git(&outer, &["commit", "-qm", "with a submodule"]);
    made.check_from(&outer.join("sub"));
    let outer = Repository::find(&outer).unwrap();
    let head = outer.head().unwrap();
    assert_eq!(outer.text(&head, Path::new("sub/a.go")), Ok(None));
}

#[test]
fn says_what_a_shallow_clone_lacks() {
    let made = Made::new(&[]);
    let other = tempfile::tempdir().unwrap();
    let from = format!("file://{}", made.root().display());
    git(other.path(), &["clone", "-q", "--depth=1", &from, "shallow"]);
    let shallow = Repository::find(&other.path().join("shallow")).unwrap();
    let path = Path::new("a.go");
    assert_eq!(shallow.text(&made.second, path), Ok(Some(long("second"))));
    let missing = GitError::Missing(format!("commit {}", short(&made.first)));
    assert_eq!(shallow.text(&made.first, path), Err(missing.clone()));
    assert_eq!(shallow.has(&made.first), Err(missing));
    assert_eq!(shallow.has("HEAD"), Err(GitError::NoCommit("HEAD".to_owned())));
    let tree = git(made.root(), &["rev-parse", &format!("{}^{{tree}}", made.second)]);
    let damaged = Err(GitError::Damaged(format!("git object {}", short(&tree))));
    assert_eq!(shallow.has(&tree), damaged);
}

#[test]
fn reads_nothing_large_and_follows_no_loop() {
    let made = Made::new(&[]);
    let root = made.root();
    fs::write(root.join("zeros.go"), vec![b'0'; MOST_BYTES + 1]).unwrap();
    fs::write(root.join("most.go"), vec![b'0'; MOST_BYTES]).unwrap();
    git(root, &["add", "-A"]);
    git(root, &["commit", "-qm", "large"]);
    let head = git(root, &["rev-parse", "HEAD"]);
    for _ in 0..2 {
        let repository = Repository::find(root).unwrap();
        let text = |path: &str| repository.text(&head, Path::new(path));
        assert!(matches!(text("zeros.go"), Err(GitError::Damaged(_))));
        assert_eq!(text("most.go").unwrap().unwrap().len(), MOST_BYTES);
        made.pack();
    }
    let alternates = root.join(".git/objects/info/alternates");
    let own = root.join(".git/objects");
    let text = format!("# ours\n../objects\n{}\n//host/share\n\n./pack\n", own.display());
    fs::write(&alternates, text).unwrap();
    let found = folders::object_folders(&Folders::at(&root.canonicalize().unwrap()).unwrap());
    assert_eq!(found.len(), 2, "{found:?}");
    fs::write(root.join(".git"), "gitdir: .git").unwrap_err();
    for file in ["gitdir: .git\n", "gitdir: //host/share/.git", "gitdir:", "x"] {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(".git"), file).unwrap();
        assert!(Folders::at(dir.path()).is_none(), "{file}");
    }
}

#[cfg(unix)]
#[test]
fn waits_for_no_pipe() {
    let made = Made::new(&[]);
    let dot_git = made.root().join(".git");
    let pipe = |path: &Path| {
        drop(fs::remove_file(path));
        let made = Command::new("mkfifo").arg(path).status().unwrap();
        assert!(made.success());
    };
    let object = dot_git.join("objects").join(&made.first[..2]).join(&made.first[2..]);
    for it in [&object, &dot_git.join("objects/info/alternates"), &dot_git.join("commondir")] {
        pipe(it);
    }
    for name in ["pack-1.idx", "pack-1.pack"] {
        pipe(&dot_git.join("objects/pack").join(name));
    }
    let repository = Repository::find(made.root()).unwrap();
    assert!(repository.has(&made.first).is_err());
    pipe(&dot_git.join("refs/heads/main"));
    assert_eq!(repository.head(), Err(GitError::NoHead));
}

/// Where a file is damaged, and what stands there then.
type Damage = (prop::sample::Index, u8);

/// Every file below `objects` may be damaged: what is read is right or is not read.
fn survives_damage(made: &Made) {
    let mut files = Vec::new();
    let mut folders = vec![made.root().join(".git/objects")];
    while let Some(it) = folders.pop() {
        for entry in fs::read_dir(it).unwrap().map(|it| it.unwrap().path()) {
            if entry.is_dir() { folders.push(entry) } else { files.push(entry) }
        }
    }
    for it in &files {
        let mut permissions = fs::metadata(it).unwrap().permissions();
        #[cfg(unix)]
        std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o644);
        #[cfg(not(unix))]
        permissions.set_readonly(false);
        fs::set_permissions(it, permissions).unwrap();
    }
    let damage = prop::collection::vec(any::<Damage>(), 1..8);
    let cut = prop::option::weighted(0.1, any::<prop::sample::Index>());
    let cases = (any::<prop::sample::Index>(), damage, cut, any::<bool>());
    let mut runner =
        TestRunner::new(Config { cases: 256, failure_persistence: None, ..Config::default() });
    let run = runner.run(&cases, |(file, damage, cut, is_near_start)| {
        let file = file.get(&files);
        let sound = fs::read(file).unwrap();
        if sound.is_empty() {
            return Ok(());
        }
        let mut bytes = sound.clone();
        for (at, byte) in damage {
            // Headers and offsets stand there.
            let n_bytes = if is_near_start { bytes.len().min(64) } else { bytes.len() };
            let at = at.index(n_bytes);
            bytes[at] = byte;
        }
        bytes.truncate(cut.map_or(bytes.len(), |it| it.index(bytes.len())));
        fs::write(file, &bytes).unwrap();
        let repository = Repository::find(made.root()).unwrap();
        let first = repository.text(&made.first, Path::new("a.go"));
        let second = repository.text(&made.second, Path::new("in/deep/b.go"));
        drop(repository);
        fs::write(file, &sound).unwrap();
        prop_assert!(first.is_err() || first == Ok(Some(long("first"))));
        prop_assert!(second.is_err() || second == Ok(Some("package deep\r\n".to_owned())));
        Ok(())
    });
    run.unwrap();
    made.check();
}

#[test]
fn damaged_objects_are_not_believed() {
    let made = Made::new(&[]);
    survives_damage(&made);
    made.pack();
    survives_damage(&made);
}

#[test]
fn believes_no_object_under_the_name_of_another() {
    let made = Made::new(&[]);
    let loose = |commit: &str, path: &str| {
        let id = git(made.root(), &["rev-parse", &format!("{commit}:{path}")]);
        made.root().join(".git/objects").join(&id[..2]).join(&id[2..])
    };
    let (first, second) = (loose(&made.first, "a.go"), loose(&made.second, "a.go"));
    fs::remove_file(&first).unwrap();
    fs::copy(second, first).unwrap();
    let repository = Repository::find(made.root()).unwrap();
    let text = |commit: &str| repository.text(commit, Path::new("a.go"));
    assert!(matches!(text(&made.first), Err(GitError::Damaged(_))));
    assert_eq!(text(&made.second), Ok(Some(long("second"))));
}

/// An entry of a pack: a blob, or a change of the entry before it.
enum Entry {
    Blob(Vec<u8>),
    /// Copies so many bytes of a base of that length, and adds some.
    Delta {
        n_base: usize,
        n_copied: usize,
        added: &'static [u8],
    },
}

/// Seven bits a byte, the lowest first, after these bits of the first byte.
fn varint(first: u8, n_bits: u32, size: usize) -> Vec<u8> {
    let mut bytes = vec![first | (size & ((1 << n_bits) - 1)) as u8];
    let mut rest = size >> n_bits;
    while rest > 0 {
        *bytes.last_mut().unwrap() |= 0x80;
        bytes.push((rest & 0x7f) as u8);
        rest >>= 7;
    }
    bytes
}

/// A pack as git would read it, with an index of git's own.
///
/// Source: `gitformat-pack(5)`.
fn write_pack(dir: &Path, entries: &[Entry]) {
    use std::io::Write;
    let mut pack = b"PACK\0\0\0\x02".to_vec();
    pack.extend((entries.len() as u32).to_be_bytes());
    let mut last = 0;
    for entry in entries {
        let start = pack.len();
        let content = match entry {
            Entry::Blob(it) => {
                pack.extend(varint(3 << 4, 4, it.len()));
                it.clone()
            }
            &Entry::Delta { n_base, n_copied, added } => {
                let mut delta =
                    [varint(0, 7, n_base), varint(0, 7, n_copied + added.len())].concat();
                let size = (n_copied as u16).to_le_bytes();
                if n_copied > 0 {
                    delta.extend([0xb0, size[0], size[1]]);
                }
                delta.push(added.len() as u8);
                delta.extend(added);
                pack.extend(varint(6 << 4, 4, delta.len()));
                // The distance has its highest bits first, and one more at each step.
                let mut distance = vec![((start - last) & 0x7f) as u8];
                let mut rest = (start - last) >> 7;
                while rest > 0 {
                    distance.insert(0, 0x80 | ((rest - 1) & 0x7f) as u8);
                    rest = (rest - 1) >> 7;
                }
                pack.extend(distance);
                delta
            }
        };
        let mut deflated = flate2::write::ZlibEncoder::new(pack, flate2::Compression::fast());
        deflated.write_all(&content).unwrap();
        pack = deflated.finish().unwrap();
        last = start;
    }
    let mut hasher = gix_hash::hasher(gix_hash::Kind::Sha1);
    hasher.update(&pack);
    pack.extend(hasher.try_finalize().unwrap().as_slice());
    fs::create_dir_all(dir.join("pack")).unwrap();
    fs::write(dir.join("pack/pack-1.pack"), &pack).unwrap();
    git(dir, &["index-pack", "pack/pack-1.pack"]);
}

fn blob(dir: &Path, bytes: &[u8]) -> Result<Vec<u8>, GitError> {
    let id = gix_object::compute_hash(gix_hash::Kind::Sha1, Kind::Blob, bytes).unwrap();
    Objects::open(vec![dir.to_owned()]).read(&id, Kind::Blob)
}

#[test]
fn follows_changes_of_changes_for_a_while() {
    let dir = tempfile::tempdir().unwrap();
    let text = |n: usize| [vec![b'x'; 100], vec![b'y'; n]].concat();
    let delta = |n: usize| Entry::Delta { n_base: 100 + n, n_copied: 100 + n, added: b"y" };
    let entries: Vec<Entry> =
        [Entry::Blob(text(0))].into_iter().chain((0..600).map(delta)).collect();
    write_pack(dir.path(), &entries);
    for n in [0, 1, 300, 512] {
        assert_eq!(blob(dir.path(), &text(n)), Ok(text(n)));
    }
    for n in [513, 600] {
        assert!(matches!(blob(dir.path(), &text(n)), Err(GitError::Damaged(_))), "{n}");
    }
    assert!(matches!(blob(dir.path(), &text(601)), Err(GitError::Missing(_))));
}

/// What is small may be a change of what is not: memory is for that, too.
#[test]
fn a_small_change_of_a_large_text_takes_no_memory() {
    for (n_bytes, is_read) in [(MOST_BYTES, true), (4 * MOST_BYTES + 1, false)] {
        let dir = tempfile::tempdir().unwrap();
        let large = Entry::Blob(vec![b'0'; n_bytes]);
        let small = Entry::Delta { n_base: n_bytes, n_copied: 0, added: b"small" };
        write_pack(dir.path(), &[large, small]);
        assert_eq!(blob(dir.path(), b"small").is_ok(), is_read, "{n_bytes}");
    }
}
