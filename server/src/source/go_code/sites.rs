//! Turns the waits of a dump, and the files that they stand in, into sites.

use std::cell::Cell;
use std::sync::Arc;

use foldhash::HashMap;

use crate::model::{Dump, Frame, Local, Site, Sites, Stack, Turn, Waker};

use super::super::{Doubt, Snapshot, Sources};
use super::file::{Function, GoFile};
use super::locals::Made;
use super::waits::{Awaited, Wait};

/// States whose waits the source can tell about.
const STATES: [&str; 9] = [
    "chan receive",
    "chan send",
    "select",
    "semacquire",
    "sync.Cond.Wait",
    "sync.Mutex.Lock",
    "sync.RWMutex.Lock",
    "sync.RWMutex.RLock",
    "sync.WaitGroup.Wait",
];

/// Waits that are looked up, by the order of their stacks: a program has a few hundred.
const MOST_WAITS: usize = 10_000;

/// Names that are followed for one wait.
const MOST_FOLLOWED: usize = 64;

/// What the files here say of the waits of a dump. Files that are not found, or that were changed
/// after the program was started, say nothing.
pub fn sites(dump: &Dump, sources: &Sources) -> Sites {
    let mut waits: Vec<_> = dump
        .goroutines
        .iter()
        .filter(|it| STATES.contains(&&*it.state))
        .map(|it| (it.stack, it.state.clone()))
        .collect();
    waits.sort();
    waits.dedup();
    waits.truncate(MOST_WAITS);
    let frames: Vec<&Frame> = waits
        .iter()
        .filter_map(|(id, _)| dump.stack(*id))
        .flat_map(|it| it.frames.iter().chain(it.created_by.iter().map(|it| &it.frame)))
        .collect();
    let names = frames.iter().map(|it| (&*it.file, &*it.function));
    let snapshot = Snapshot::take(sources, names);
    let texts: HashMap<Arc<str>, &str> = frames
        .iter()
        .filter_map(|it| {
            let file = snapshot.file(&it.file, &it.function)?;
            let is_go = file.root == super::super::RootKind::Workspace
                && file.origin.doubt() != Some(Doubt::Newer);
            is_go.then(|| (it.file.clone(), file.text.text()))
        })
        .collect();
    of_texts(dump, waits, &texts)
}

fn of_texts(
    dump: &Dump,
    waits: Vec<(crate::model::StackId, Arc<str>)>,
    texts: &HashMap<Arc<str>, &str>,
) -> Sites {
    let files: HashMap<&str, GoFile<'_>> =
        texts.iter().map(|(name, text)| (&**name, GoFile::new(text))).collect();
    let mut sites = Sites::default();
    for (id, state) in waits {
        let Some(stack) = dump.stack(id) else { continue };
        let reading = Reading { files: &files, stack, state: &state, n_followed: Cell::default() };
        if let Some(site) = reading.site() {
            sites.of.insert((id, state), site);
        }
    }
    sites
}

/// One wait.
struct Reading<'a> {
    files: &'a HashMap<&'a str, GoFile<'a>>,
    stack: &'a Stack,
    state: &'a str,
    /// Names that were followed to where they come from.
    n_followed: Cell<usize>,
}

/// Where a name leads to.
enum Origin<'a> {
    /// A variable of a function that it does not leave.
    Local(&'a GoFile<'a>, &'a str, &'a Function<'a>),
    Wakes(Waker),
    /// Anything else.
    Outer,
}

impl<'a> Reading<'a> {
    fn site(&self) -> Option<Site> {
        // The innermost frame with a file here, and what waits there: an operation of the
        // language, or a call of a library.
        let first = self.stack.frames.iter().position(|it| self.file(it).is_some())?;
        let mut site = None;
        for idx in first..self.stack.frames.len() {
            let frame = &self.stack.frames[idx];
            let Some(file) = self.file(frame) else { continue };
            let direct = file.wait_on(self.state, frame.line).filter(|_| idx == 0);
            let is_direct = direct.is_some();
            let wait = direct.or_else(|| {
                let method = self.called(idx)?;
                file.call_on(frame.line, method)
            });
            let Some(wait) = wait else {
                // The text is not what was built.
                if idx == first {
                    return None;
                }
                continue;
            };
            let Some(function) = file.functions_around(wait.at).next() else { continue };
            let is_cond = self.state == "sync.Cond.Wait";
            let turn = file.turn(function, wait.at, !is_direct, is_cond && idx == first);
            let site = site.get_or_insert(Site {
                turn: Turn::Once,
                waker: None,
                local: None,
                is_event: wait.is_event,
            });
            if turn == Turn::Rests || site.turn == Turn::Once {
                site.turn = turn;
            }
            if site.local.is_none() && site.waker.is_none() {
                let (waker, local) = self.origins(file, &wait, idx, turn);
                site.waker = waker;
                site.local = local;
            }
        }
        site
    }

    fn file(&self, frame: &Frame) -> Option<&'a GoFile<'a>> {
        self.files.get(&*frame.file)
    }

    /// The name of the function that a frame calls, without its package and type.
    fn called(&self, idx: usize) -> Option<&'a str> {
        let inner = &self.stack.frames[idx.checked_sub(1)?].function;
        let name = inner.trim_end_matches("[...]");
        name.rsplit('.').next()
    }

    /// Who can bring what is awaited: all of it is local to one function, or one part comes by
    /// itself.
    fn origins(
        &self,
        file: &'a GoFile<'a>,
        wait: &Wait,
        frame_idx: usize,
        turn: Turn,
    ) -> (Option<Waker>, Option<Local>) {
        let mut local: Option<Local> = None;
        let mut is_local = !wait.awaited.is_empty();
        let is_call = self.called(frame_idx).is_some();
        let mut n_known = 0;
        for awaited in &wait.awaited {
            match self.origin(file, awaited, frame_idx, turn) {
                Origin::Wakes(waker) => return (Some(waker), None),
                Origin::Local(of, file_name, function) => {
                    n_known += 1;
                    let found = Local {
                        function: function.name.unwrap_or_default().to_owned(),
                        file: file_name.into(),
                        lines: of.line(function.start)..=of.line(function.body.1),
                    };
                    is_local &= local.as_ref().is_none_or(|it| *it == found);
                    local = Some(found);
                }
                // The other arguments of a call say nothing.
                Origin::Outer if is_call => {}
                Origin::Outer => is_local = false,
            }
        }
        (None, local.filter(|_| is_local && n_known > 0))
    }

    fn origin(
        &self,
        file: &'a GoFile<'a>,
        awaited: &Awaited,
        frame_idx: usize,
        turn: Turn,
    ) -> Origin<'a> {
        let texts: Vec<&str> = awaited.clone().map(|it| file.text(it)).collect();
        match texts.as_slice() {
            ["time", ".", "After" | "Tick", ..] => Origin::Wakes(Waker::Timer),
            [.., ".", "Context", "(", ")", ".", "Done", "(", ")"] => Origin::Wakes(Waker::Request),
            [name] | [name, ".", "Done", "(", ")"] | ["&", name] | [name, ".", "C"] => {
                self.origin_of_name(file, name, awaited.start, frame_idx, turn)
            }
            // A ticker or timer in a structure.
            [.., ".", "C"] => Origin::Wakes(Waker::Timer),
            _ => Origin::Outer,
        }
    }

    fn origin_of_name(
        &self,
        file: &'a GoFile<'a>,
        name: &str,
        at: usize,
        frame_idx: usize,
        turn: Turn,
    ) -> Origin<'a> {
        // `r := bufio.NewReader(r)` leads to itself, and a recursion has as many callers as frames.
        let n_followed = self.n_followed.get();
        self.n_followed.set(n_followed + 1);
        if MOST_FOLLOWED < n_followed {
            return Origin::Outer;
        }
        let Some(function) = file.named_around(at) else { return Origin::Outer };
        if let Some(declared) = file.declared(function, name) {
            // One that is made anew in each turn of a loop is waited for once.
            let turn = if file.is_same_turn(declared.at, at) { Turn::Once } else { turn };
            return self.origin_of_local(file, function, &declared.names, declared.made, turn);
        }
        // What was made from a local, as a scanner from a pipe.
        if let Some(from) = file.made_from(function, name) {
            return self.origin_of_name(file, from, at, frame_idx, turn);
        }
        let literal = file
            .functions_around(at)
            .take_while(|it| it.name.is_none())
            .find(|it| it.params.contains(&name));
        if let Some(literal) = literal {
            let position = literal.params.iter().position(|it| *it == name);
            let open = literal.body.1 + 1;
            let argument = position.and_then(|it| file.parts_of_call(open).get(it).cloned());
            return match argument {
                Some(it) if it.len() == 1 => {
                    self.origin_of_name(file, file.text(it.start), it.start, frame_idx, turn)
                }
                _ => Origin::Outer,
            };
        }
        match function.params.iter().position(|it| *it == name) {
            Some(position) => self.origin_of_argument(function, position, frame_idx, turn),
            None => Origin::Outer,
        }
    }

    /// A parameter is what the caller, or the `go` statement, says.
    fn origin_of_argument(
        &self,
        callee: &Function<'_>,
        position: usize,
        frame_idx: usize,
        turn: Turn,
    ) -> Origin<'a> {
        let creator = self.stack.created_by.as_ref().map(|it| &it.frame);
        // A literal that was handed to a library has no line that calls it.
        let caller = self.stack.frames.get(frame_idx + 1).or(creator);
        let Some(caller) = caller else { return Origin::Outer };
        let (Some(file), Some(name)) = (self.file(caller), callee.name) else {
            return Origin::Outer;
        };
        let mut on_line = file.on_line(caller.line);
        let call = on_line.find(|it| file.text(*it) == name && file.text(it + 1) == "(");
        let argument = call.and_then(|it| file.parts(it + 1).get(position).cloned());
        match argument {
            Some(it) if it.len() == 1 => {
                self.origin_of_name(file, file.text(it.start), it.start, frame_idx + 1, turn)
            }
            _ => Origin::Outer,
        }
    }

    fn origin_of_local(
        &self,
        file: &'a GoFile<'a>,
        function: &'a Function<'a>,
        names: &[&str],
        made: Made,
        turn: Turn,
    ) -> Origin<'a> {
        let is_stopped = |method: &str| {
            (function.body.0..function.body.1).any(|it| {
                file.text(it) == method
                    && file.before(it) == "."
                    && names.contains(&file.before(it - 1))
                    && it.checked_sub(3).is_none_or(|it| file.text(it) != "defer")
            })
        };
        match made {
            Made::ByTime => return Origin::Wakes(Waker::Timer),
            Made::Signals => return Origin::Wakes(Waker::Signal),
            Made::Request => return Origin::Wakes(Waker::Request),
            Made::Ticker if !is_stopped("Stop") => return Origin::Wakes(Waker::Timer),
            // It fires once, unless it is set anew.
            Made::Timer if is_stopped("Reset") || (turn == Turn::Once && !is_stopped("Stop")) => {
                return Origin::Wakes(Waker::Timer);
            }
            Made::Waitable | Made::Ticker | Made::Timer => {}
        }
        if !names.iter().all(|it| file.stays(it, function.body, 0)) {
            return Origin::Outer;
        }
        let name = self.files.iter().find(|(_, it)| std::ptr::eq(*it, file)).map(|it| *it.0);
        name.map_or(Origin::Outer, |name| Origin::Local(file, name, function))
    }
}
