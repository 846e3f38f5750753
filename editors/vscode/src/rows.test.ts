/** Tests of the rows. */

import assert from "node:assert/strict";
import test from "node:test";
import type { Target } from "./protocol";
import { targetRows, targetTable } from "./rows";

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
