/** Tests of the words: the examples are the server's own. */

import assert from "node:assert/strict";
import test from "node:test";
import { counted, shortName } from "./words";

test("short names of functions", () => {
  const names: [string, string][] = [
    ["main.main", "main.main"],
    ["github.com/marcus/td/pkg/monitor.FetchData", "monitor.FetchData"],
    ["charm.land/bubbletea/v2.(*Program).Run", "bubbletea/v2.(*Program).Run"],
    ["a/b.(*T[a/c.D]).F", "b.(*T[a/c.D]).F"],
    ["v2.F", "v2.F"],
    ["", ""],
  ];
  for (const [name, expected] of names) {
    assert.equal(shortName(name), expected);
  }
});

test("one and many", () => {
  assert.equal(counted(1, "group"), "1 group");
  assert.equal(counted(1204, "goroutine"), "1,204 goroutines");
});
