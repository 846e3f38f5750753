/** The words and numbers of the goroutine tree, as the server's `words.rs` and `reason.rs` have them. */

import type { Point } from "./protocol";

/** `65 s`, `5 min`, `3 h 20 min`, `2 d 4 h`. */
export function span(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (seconds < 120 && seconds % 60 !== 0) {
    return `${seconds} s`;
  }
  if (minutes < 90) {
    return `${minutes} min`;
  }
  return hours < 48 ? two(hours, "h", minutes % 60, "min") : two(Math.floor(hours / 24), "d", hours % 24, "h");
}

function two(a: number, aUnit: string, b: number, bUnit: string): string {
  return b === 0 ? `${a} ${aUnit}` : `${a} ${aUnit} ${b} ${bUnit}`;
}

/** `1 goroutine`, `3 goroutines`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;
}

/** `+2 in 10 min`; nothing when the count is what it was. */
export function trendText(trend: Point[] | undefined): string | undefined {
  const [first, last] = [trend?.at(0), trend?.at(-1)];
  return first && last && changeText(last.count - first.count, first.secondsAgo - last.secondsAgo);
}

export function changeText(change: number, seconds: number): string | undefined {
  const sign = change > 0 ? "+" : "−";
  return change === 0 ? undefined : `${sign}${Math.abs(change).toLocaleString("en-US")} in ${span(seconds)}`;
}

/** `bubbletea/v2.(*Program).Run`: the last element of the package path, and the name. */
export function shortName(name: string): string {
  const end = name.search(/[[(]/);
  const path = end < 0 ? name : name.slice(0, end);
  const [, before, last] = /([^/]*)\/([^/]*)$/.exec(path) ?? [];
  if (last === undefined) {
    return name;
  }
  // A major version is no name: the element before it is.
  const isVersion = /^v\d+(\.|$)/.test(last);
  return (isVersion ? `${before}/${last}` : last) + name.slice(path.length);
}

/** `monitor.go`: the name of a file, from its path or URI. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
