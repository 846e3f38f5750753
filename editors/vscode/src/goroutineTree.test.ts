/** Tests of the goroutine tree: it is drawn as text, a line for each row. */

import assert from "node:assert/strict";
import test from "node:test";
import { Node, argumentOfButton, goroutineTree, isLoud, treeMessage } from "./goroutineTree";
import type { Frame, Goroutines, Group } from "./protocol";

const uri = "file:///w/internal/monitor.go";

const wait: Frame = {
  function: "example.com/app/monitor.(*Monitor).fetch.func1",
  file: "/w/internal/monitor.go",
  line: 40,
  place: { uri, line: 41 },
};
const lock: Frame = { function: "sync.(*Mutex).Lock", file: "/go/sync/mutex.go", line: 45, place: null };

const stuck: Group = {
  count: 3,
  state: "chan receive",
  verdict: "stuck",
  reason: "Nobody sends.",
  age: "oldest 12 min",
  function: "monitor.(*Monitor).fetch.func1",
  frames: [lock, wait],
  created_by: { ...wait, function: "main.main" },
  place: wait.place,
  change: "+2 in 10 min",
  expect: { function: wait.function, states: ["chan receive"] },
};
const idle: Group = { count: 1, state: "select", verdict: "idle", reason: "It rests.", function: "main.worker", frames: [lock] };

function answer(...groups: Group[]): Goroutines {
  return { total: 22, truncated: false, groups, pile_ups: [] };
}

function drawn(nodes: Node[], depth = 0): string[] {
  return nodes.flatMap((it) => {
    const row = [it.label, it.description].filter(Boolean).join(" | ");
    return ["  ".repeat(depth) + row, ...drawn(it.children?.() ?? [], depth + 1)];
  });
}

function allIds(nodes: Node[]): string[] {
  return nodes.flatMap((it) => [it.id, ...allIds(it.children?.() ?? [])]);
}

test("verdicts hold groups, groups hold their reason and stack", () => {
  assert.deepEqual(drawn(goroutineTree(answer(stuck, idle))), [
    "stuck | 3 goroutines in 1 group",
    "  3 × chan receive | monitor.(*Monitor).fetch.func1 · oldest 12 min · +2 in 10 min",
    "    Nobody sends.",
    "    sync.(*Mutex).Lock | not in this workspace",
    "    monitor.(*Monitor).fetch.func1 | monitor.go:42",
    "    created by main.main | monitor.go:42",
    "idle | 1 goroutine in 1 group",
    "  1 × select | main.worker",
    "    It rests.",
    "    sync.(*Mutex).Lock | not in this workspace",
  ]);
});

test("a group opens the code and can be expected, when the server says so", () => {
  const [loud, quiet] = goroutineTree(answer(stuck, idle));
  const [[group], [other]] = [loud.children!(), quiet.children!()];
  assert.deepEqual([group.place, group.expect, isLoud(group)], [wait.place, stuck.expect, true]);
  assert.deepEqual([other.place, other.expect, isLoud(other)], [undefined, undefined, false]);
  assert.equal(group.parent, loud);
});

test("a button hands over its row, which is no argument", () => {
  const [row] = goroutineTree(answer(stuck))[0].children!();
  assert.equal(argumentOfButton("expect", row), stuck.expect);
  assert.equal(argumentOfButton("watch", row), undefined);
  assert.equal(argumentOfButton("goroutines", row.children!()[0]), undefined);
  assert.deepEqual(argumentOfButton("goroutines", { uri, line: 1 }), { uri, line: 1 });
  assert.equal(argumentOfButton("goroutines", undefined), undefined);
});

test("what is not known of a group is left out", () => {
  const [root] = goroutineTree(answer({ ...stuck, age: null, change: null }, { ...stuck, count: 1, change: null }));
  assert.deepEqual(
    root.children!().map((it) => it.description),
    ["monitor.(*Monitor).fetch.func1", "monitor.(*Monitor).fetch.func1 · oldest 12 min"],
  );
});

test("ids stay from look to look, and differ within one", () => {
  const later = { ...stuck, count: 9, age: "oldest 13 min", change: null, reason: "Still nobody sends." };
  const ids = allIds(goroutineTree(answer(stuck, idle)));
  assert.deepEqual(allIds(goroutineTree(answer(later, idle))), ids);
  const twice = allIds(goroutineTree(answer(stuck, stuck, idle)));
  assert.equal(new Set(twice).size, twice.length);
});

test("the tooltip says why, for what they wait and who is marked how", () => {
  const group: Group = { ...stuck, pile_up: 0, labels: [["request", "7"]] };
  const holder = { id: 12, function: "a/b/main.hold", state: "syscall" };
  const pile_ups = [{ resource: "lock", ids: [1, 2, 3], likely_holder: holder }];
  const [root] = goroutineTree({ ...answer(group), pile_ups });
  assert.equal(
    root.children!()[0].tooltip,
    "example.com/app/monitor.(*Monitor).fetch.func1\n" +
      "Nobody sends.\n" +
      "3 goroutines wait for one lock, likely held by goroutine 12, which is in main.hold (syscall).\n" +
      "labels request=7",
  );
});

test("Go may leave out the middle of a stack", () => {
  assert.ok(drawn(goroutineTree(answer({ ...stuck, n_elided: 7 }))).includes("    Go left out 7 or more calls"));
});

test("text from the program cannot draw icons, break lines or turn the writing", () => {
  const nasty = "$(flame)\n\u202e" + "x".repeat(2000);
  const frame: Frame = { function: nasty, file: nasty, line: 1, place: { uri, line: 0 } };
  const group: Group = {
    ...stuck,
    state: nasty,
    reason: nasty,
    function: nasty,
    frames: [frame],
    created_by: frame,
    labels: [[nasty, nasty]],
  };
  const [root] = goroutineTree(answer(group));
  for (const it of [root, ...root.children!(), ...root.children!()[0].children!()]) {
    const text = [it.label, it.description ?? "", ...(it.tooltip ?? "").split("\n")];
    assert.doesNotMatch(text.join(""), /\$\(|[\n\u202e]/);
    assert.ok(text.every((line) => line.length < 600), text.join(""));
  }
});

test("the message says how many there are, and of what place they are", () => {
  const { change } = stuck;
  assert.equal(treeMessage(answer(stuck), {}), "22 goroutines");
  assert.equal(treeMessage({ ...answer(stuck), change }, {}), "22 goroutines · +2 in 10 min");
  assert.equal(treeMessage(answer(stuck), { uri }), "Only in monitor.go: 3 of 22 goroutines");
  assert.equal(
    treeMessage(answer(), { uri: "file:///a/b%20c.go", line: 41 }),
    "Only at b c.go:42: 0 of 22 goroutines",
  );
  assert.match(treeMessage({ ...answer(stuck), truncated: true }, {}), / · The dump was cut/);
});
