/** Tests of where the boxes of a flame graph are. */

import assert from "node:assert/strict";
import test from "node:test";
import type { Box } from "./protocol";
import { Tree } from "./webview/layout";

const box = (parent: number, value: number, name = 0): Box => ({ parent, function: name, value, text: "" });

/** all 100 > main 80 > (work 60 > sum 30, idle 20); other 10 */
const tree = new Tree([box(-1, 100, -1), box(0, 80, 0), box(1, 60, 1), box(2, 30, 2), box(1, 20, 3), box(0, 10, 4)]);

const drawn = (zoomed: number, least = 0.001) =>
  tree.layout(zoomed, least).map((it) => `${it.idx}@${it.row} ${it.left.toFixed(2)}+${it.width.toFixed(2)}`).sort();

test("children stand side by side below their caller", () => {
  assert.deepEqual(drawn(0), ["0@0 0.00+1.00", "1@1 0.00+0.80", "2@2 0.00+0.60", "3@3 0.00+0.30", "4@2 0.60+0.20", "5@1 0.80+0.10"]);
});

test("a zoomed box takes the whole width, below its callers", () => {
  assert.deepEqual(drawn(2), ["0@0 0.00+1.00", "1@1 0.00+1.00", "2@2 0.00+1.00", "3@3 0.00+0.50"]);
});

test("boxes that nobody could see are not drawn", () => {
  assert.deepEqual(drawn(0, 0.25), ["0@0 0.00+1.00", "1@1 0.00+0.80", "2@2 0.00+0.60", "3@3 0.00+0.30"]);
});

test("a match inside a match counts once", () => {
  assert.equal(tree.matched((it) => it.function === 1 || it.function === 2), 0.6);
  assert.equal(tree.matched(() => false), 0);
  assert.equal(new Tree([box(-1, 0, -1)]).matched(() => true), 0);
});

test("a very deep tree is laid out", () => {
  const deep = new Tree(Array.from({ length: 100_000 }, (_, idx) => box(idx - 1, 7)));
  assert.equal(deep.layout(0, 0.1).length, 100_000);
});
