/** Tests of the words: the examples are the server's own. */

import assert from "node:assert/strict";
import test from "node:test";
import { counted, shortName, span, trendText } from "./words";

test("spans of time", () => {
  const spans: [number, string][] = [
    [0, "0 min"],
    [65, "65 s"],
    [60, "1 min"],
    [300, "5 min"],
    [12_000, "3 h 20 min"],
    [7200, "2 h"],
    [187_200, "2 d 4 h"],
  ];
  for (const [seconds, expected] of spans) {
    assert.equal(span(seconds), expected);
  }
});

test("a trend is the change from the first look to the last", () => {
  const looks = (...counts: number[]) =>
    counts.map((count, idx) => ({ secondsAgo: 60 * (counts.length - idx), count }));
  assert.equal(trendText(looks(3, 9, 5)), "+2 in 2 min");
  assert.equal(trendText(looks(1204, 4)), "−1,200 in 1 min");
  assert.equal(trendText(looks(3, 9, 3)), undefined);
  assert.equal(trendText(looks(3)), undefined);
  assert.equal(trendText(undefined), undefined);
});

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
