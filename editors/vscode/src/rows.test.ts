/** Tests of the rows. */

import assert from "node:assert/strict";
import test from "node:test";
import type { Target } from "./protocol";
import { targetOffers } from "./rows";

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
  const rows = targetOffers([silent, served]);
  assert.deepEqual(rows.map((it) => it.value), [served.url]);
});
