/** Tests of the rows. */

import assert from "node:assert/strict";
import test from "node:test";
import type { Target } from "./protocol";
import { groupRows, plain, targetRows, targetTable } from "./rows";

const served: Target = {
  pid: 7,
  name: "sidecar",
  url: "http://127.0.0.1:6060/debug/pprof/",
  go_version: "go1.26.8",
  main_module: "example.com/sidecar",
  note: "",
};
const silent: Target = { ...served, pid: 1234, name: "x", url: null, note: "no pprof" };

test("only programs that serve pprof are offered", () => {
  const rows = targetRows([silent, served]);
  assert.deepEqual(rows.map((it) => it.value), [served.url]);
});

test("the table says why a program is not offered", () => {
  assert.equal(
    targetTable([served, silent]),
    "7     sidecar  http://127.0.0.1:6060/debug/pprof/\n" +
      "1234  x        -                                   no pprof",
  );
});

test("a name cannot draw an icon", () => {
  assert.equal(plain("$(flame)\nx"), "$ (flame) x");
});

test("a group says where it waits, from line 1", () => {
  const place = { uri: "file:///a/b%20c.go", line: 41 };
  const [row] = groupRows([{ verdict: "stuck", text: "3 wait", place }]);
  assert.equal(row.detail, "b c.go:42");
});

test("a group without code here has no place", () => {
  const [row] = groupRows([{ verdict: "idle", text: "1 waits", place: null }]);
  assert.equal(row.detail, undefined);
});
