/** Tests of text that is made safe. */

import assert from "node:assert/strict";
import test from "node:test";
import { plain } from "./plain";

test("an ordinary name stays as it is", () => {
  for (const name of ["main.(*T).Run[...]", "größe.Ω", "a  b".replace("  ", " "), ""]) {
    assert.equal(plain(name), name);
  }
});

test("a name cannot draw an icon", () => {
  assert.equal(plain("$(flame)\nx"), "$ (flame) x");
});

test("what would do something is shown instead", () => {
  assert.equal(plain("x\u202ey\u200bz\x1b[31m\u{e0041}"), "x\\u{202e}y\\u{200b}z\\u{1b}[31m\\u{e0041}");
});

test("a long name is cut between characters", () => {
  assert.equal(plain("😀".repeat(9), 4), "😀😀😀…");
  assert.equal(plain("😀".repeat(4), 4), "😀😀😀😀");
  assert.equal(plain("n".repeat(1e6)).length, 500);
});
