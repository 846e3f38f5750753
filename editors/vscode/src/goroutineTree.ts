/**
 * Turns judged goroutines into a tree: verdict, group, then its reason and stack.
 * No editor needed, so tested alone.
 */

import { createHash } from "node:crypto";
import { plain } from "./plain";
import type { Frame, Goroutines, GoroutinesArgs, Group, PileUp, Place } from "./protocol";
import { counted, fileName, shortName } from "./words";

/** What a row of the tree is; decides how it is drawn. */
export type Kind = "verdict" | "group" | "reason" | "frame" | "createdBy" | "elided";

/** A row of the tree. Invariant: all text in it is plain. */
export interface Node {
  kind: Kind;
  /** The same after the next look, so that the editor keeps what is folded and selected. */
  id: string;
  verdict: string;
  label: string;
  description?: string;
  tooltip?: string;
  /** The code that it opens. */
  place?: Place | null;
  /** Argument of `pprof-lens.expect`. */
  expect?: object | null;
  parent?: Node;
  /** Made when it is unfolded: a dump may have a million frames. None: a leaf. */
  children?: () => Node[];
}

const LOUD = ["proved", "stuck", "suspect"];

/** Longest function name in a row, which says more after it. */
const MOST_NAME_CHARS = 80;

export function isLoud(node: Node): boolean {
  return LOUD.includes(node.verdict);
}

/** A button of the tree hands over the row it stands on: what the command wants instead. */
export function argumentOfButton(name: string, given: unknown): object | undefined {
  if (isNode(given)) {
    return (name === "expect" && given.expect) || undefined;
  }
  if (isCaptureRow(given)) {
    return { id: given.value.id };
  }
  return (given as object | null) ?? undefined;
}

function isNode(it: unknown): it is Node {
  return typeof it === "object" && it !== null && "verdict" in it && "label" in it;
}

/** A row of the captures. */
function isCaptureRow(it: unknown): it is { value: { id: string } } {
  return typeof it === "object" && it !== null && "value" in it && "item" in it;
}

/** The verdicts, loudest first, with their groups. */
export function goroutineTree(answer: Goroutines): Node[] {
  const verdicts = new Map<string, Group[]>();
  for (const group of answer.groups) {
    const groups = verdicts.get(group.verdict) ?? [];
    verdicts.set(group.verdict, groups);
    groups.push(group);
  }
  return [...verdicts].map(([verdict, groups]) => verdictNode(verdict, groups, answer.pile_ups));
}

/** `22 goroutines · +4 in 10 min`: one line that is always there, so that the tree stands still. */
export function treeMessage(answer: Goroutines, args: GoroutinesArgs): string {
  const n_shown = answer.groups.reduce((sum, it) => sum + it.count, 0).toLocaleString("en-US");
  const all = counted(answer.total, "goroutine");
  const parts =
    args.uri === undefined
      ? [all, answer.change]
      : [`Only ${placeText(args.uri, args.line)}: ${n_shown} of ${all}`];
  if (answer.truncated) {
    parts.push("The dump was cut: the program has more.");
  }
  return parts.filter(Boolean).join(" · ");
}

function placeText(uri: string, line: number | undefined): string {
  const name = plain(decoded(fileName(uri)));
  return line === undefined ? `in ${name}` : `at ${name}:${line + 1}`;
}

/** The name as it is when it is no URI. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function verdictNode(verdict: string, groups: Group[], pileUps: PileUp[]): Node {
  const n_goroutines = groups.reduce((sum, it) => sum + it.count, 0);
  const node: Node = {
    kind: "verdict",
    id: verdict,
    verdict,
    label: plain(verdict),
    description: `${counted(n_goroutines, "goroutine")} in ${counted(groups.length, "group")}`,
  };
  const ids = new Set<string>();
  const children = groups.map((it) => groupNode(node, it, freshId(groupId(it), ids), pileUps));
  node.children = () => children;
  return node;
}

/** Two groups may differ in what is not shown; the editor wants ids that differ. */
function freshId(id: string, taken: Set<string>): string {
  let fresh = id;
  for (let n = 2; taken.has(fresh); n += 1) {
    fresh = `${id}#${n}`;
  }
  taken.add(fresh);
  return fresh;
}

/** What stays from look to look: goroutines come and go, the stack does not change. */
function groupId(group: Group): string {
  const calls = [...group.frames, ...(group.created_by ? [group.created_by] : [])];
  const stack = calls.map((it) => [it.function, it.file, it.line]);
  const key = JSON.stringify([group.verdict, group.state, group.labels, stack]);
  return createHash("sha256").update(key).digest("hex").slice(0, 24);
}

function groupNode(parent: Node, group: Group, id: string, pileUps: PileUp[]): Node {
  const speaker = group.frames.find((it) => isSamePlace(it.place, group.place)) ?? group.frames[0];
  const node: Node = {
    kind: "group",
    id,
    verdict: group.verdict,
    label: `${group.count.toLocaleString("en-US")} × ${plain(group.state)}`,
    description: [group.function && plain(group.function, MOST_NAME_CHARS), group.age, group.change]
      .filter(Boolean)
      .join(" · "),
    tooltip: groupTooltip(group, speaker, pileUps),
    place: group.place,
    expect: group.expect,
    parent,
  };
  node.children = () => groupChildren(node, group);
  return node;
}

function isSamePlace(a: Place | null | undefined, b: Place | null | undefined): boolean {
  return !!a && !!b && a.uri === b.uri && a.line === b.line;
}

function groupTooltip(group: Group, speaker: Frame | undefined, pileUps: PileUp[]): string {
  const pileUp = typeof group.pile_up === "number" ? pileUps[group.pile_up] : undefined;
  const labels = group.labels?.map(([key, value]) => `${key}=${value}`).join(", ");
  return [
    speaker && plain(speaker.function),
    plain(group.reason),
    pileUp && pileUpText(pileUp),
    labels && plain(`labels ${labels}`),
  ]
    .filter(Boolean)
    .join("\n");
}

/** `3 goroutines wait for one lock, likely held by goroutine 12, which is in main.f (syscall).` */
function pileUpText(pileUp: PileUp): string {
  const wait = pileUp.ids.length === 1 ? "waits" : "wait";
  const thing = pileUp.resource === "lock" ? "one lock" : "a connection of one database";
  const it = pileUp.likely_holder;
  const holder = it
    ? `likely held by goroutine ${it.id}, which is in ${plain(shortName(it.function))} (${plain(it.state)})`
    : "and no goroutine is seen that may hold it";
  return `${counted(pileUp.ids.length, "goroutine")} ${wait} for ${thing}, ${holder}.`;
}

function groupChildren(group: Node, { reason, frames, n_elided, created_by }: Group): Node[] {
  const row = (kind: Kind, idx: number, rest: { label: string } & Partial<Node>): Node => ({
    kind,
    id: `${group.id}/${kind}${idx}`,
    verdict: group.verdict,
    parent: group,
    ...rest,
  });
  const call = (kind: Kind, idx: number, it: Frame, role: string) =>
    row(kind, idx, { ...frameText(it), label: role + plain(shortName(it.function)), place: it.place });
  return [
    row("reason", 0, { label: plain(reason), tooltip: plain(reason) }),
    ...frames.map((it, idx) => call("frame", idx, it, "")),
    ...(n_elided ? [row("elided", 0, { label: `Go left out ${n_elided} or more calls` })] : []),
    ...(created_by ? [call("createdBy", 0, created_by, "created by ")] : []),
  ];
}

/** The line is the one to jump to, which moves when the file is edited. */
function frameText(frame: Frame): { description: string; tooltip: string } {
  const line = frame.place ? frame.place.line + 1 : frame.line;
  return {
    description: frame.place ? plain(`${fileName(frame.file)}:${line}`) : "not in this workspace",
    tooltip: `${plain(frame.function)}\n${plain(frame.file)}:${frame.line}`,
  };
}
