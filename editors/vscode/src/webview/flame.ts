/** The flame graph: boxes that lead to the code, with zoom, search and keys. */

import type { Box, Flamegraph } from "../protocol";
import { element, emptyRoot, onContent, open, searchField } from "./host";
import { Tree } from "./layout";

/** Narrower boxes are not drawn, in pixels. */
const LEAST_WIDTH = 0.5;
/** From this width on a box has room for text. */
const TEXT_WIDTH = 24;
const ROW_HEIGHT = 20;

const KEYS =
  "click: the code · double click or Enter: zoom · Escape: all · arrows: move · o: open the code · /: search";

class FlamePage {
  private readonly tree: Tree;
  private readonly graph = element("div", "flame");
  private readonly details = element("div", "details");
  private readonly found = element("span", "found");
  private readonly search = searchField("Search functions", (text) => this.searched(text));
  private zoomed = 0;
  private selected = 0;
  private wanted = "";

  constructor(private readonly content: Flamegraph) {
    this.tree = new Tree(content.boxes);
    const root = emptyRoot();
    const header = element("header");
    const reset = element("button", "", "Show all");
    reset.addEventListener("click", () => this.zoom(0));
    header.append(element("h1", "", content.text), this.search, this.found, reset);
    this.graph.tabIndex = 0;
    this.graph.setAttribute("role", "application");
    this.graph.setAttribute("aria-label", `Flame graph of ${content.text}. ${KEYS}`);
    this.details.setAttribute("role", "status");
    root.append(header, this.graph, this.details, element("footer", "", this.footer()));
    this.graph.addEventListener("click", (event) => this.clicked(event));
    this.graph.addEventListener("mouseover", (event) => this.tell(boxOf(event) ?? this.selected));
    this.graph.addEventListener("keydown", (event) => this.pressed(event));
    this.draw();
    this.graph.focus();
  }

  private footer(): string {
    const { nLeftOut } = this.content;
    const left = nLeftOut > 0 ? `${nLeftOut.toLocaleString("en-US")} boxes are too small to show · ` : "";
    return left + KEYS;
  }

  draw(): void {
    const width = this.graph.clientWidth || 1;
    const rows: HTMLElement[] = [];
    let n_rows = 0;
    for (const it of this.tree.layout(this.zoomed, LEAST_WIDTH / width)) {
      const box = this.content.boxes[it.idx];
      const div = element("div", "box", it.width * width >= TEXT_WIDTH ? this.name(box) : "");
      div.dataset.idx = String(it.idx);
      div.title = this.full(box);
      div.style.left = `${it.left * 100}%`;
      div.style.width = `${it.width * 100}%`;
      div.style.top = `${it.row * ROW_HEIGHT}px`;
      div.style.setProperty("--tint", this.tint(box));
      div.classList.toggle("above", it.isAbove);
      div.classList.toggle("selected", it.idx === this.selected);
      div.classList.toggle("match", this.wanted !== "" && this.fits(box));
      div.classList.toggle("code", !!box.place);
      rows.push(div);
      n_rows = Math.max(n_rows, it.row + 1);
    }
    this.graph.style.height = `${n_rows * ROW_HEIGHT}px`;
    this.graph.classList.toggle("searched", this.wanted !== "");
    this.graph.replaceChildren(...rows);
    this.tell(this.selected);
  }

  private zoom(idx: number): void {
    this.zoomed = idx;
    this.select(idx);
  }

  /** Selects a box; what is not on the page is zoomed out to. */
  private select(idx: number): void {
    this.selected = idx;
    if (!this.tree.path(idx).includes(this.zoomed)) {
      this.zoomed = idx;
    }
    this.draw();
    this.graph.querySelector(".selected")?.scrollIntoView({ block: "nearest" });
  }

  private clicked(event: MouseEvent): void {
    const idx = boxOf(event);
    if (idx === undefined) {
      return;
    }
    // The first click of two has drawn the boxes anew: there is no "dblclick" on one of them.
    if (event.detail === 2) {
      return this.zoom(idx);
    }
    this.select(idx);
    open(this.content.boxes[idx].place, false);
  }

  private pressed(event: KeyboardEvent): void {
    const { boxes } = this.content;
    const { parent, place } = boxes[this.selected];
    const siblings = parent < 0 ? [0] : this.tree.children[parent];
    const at = siblings.indexOf(this.selected);
    const moves: Record<string, number | undefined> = {
      ArrowDown: this.tree.children[this.selected][0],
      ArrowUp: parent < 0 ? undefined : parent,
      ArrowLeft: siblings[at - 1],
      ArrowRight: siblings[at + 1],
    };
    if (event.key in moves) {
      this.select(moves[event.key] ?? this.selected);
    } else if (event.key === "Enter") {
      this.zoom(this.selected);
    } else if (event.key === "Escape") {
      this.zoom(0);
    } else if (event.key === "o") {
      open(place, true);
    } else if (event.key === "/") {
      this.search.focus();
    } else {
      return;
    }
    event.preventDefault();
  }

  private searched(text: string): void {
    this.wanted = text;
    const share = text ? this.tree.matched((it) => this.fits(it)) : 0;
    this.found.textContent = text ? `${(share * 100).toFixed(1)}% in functions that match` : "";
    this.draw();
  }

  private fits(box: Box): boolean {
    return box.function >= 0 && this.content.functions[box.function].name.toLowerCase().includes(this.wanted);
  }

  private name(box: Box): string {
    return box.function < 0 ? "all" : this.content.functions[box.function].short;
  }

  private full(box: Box): string {
    const it = this.content.functions[box.function];
    const where = box.place ? "" : "\nnot in this workspace";
    return it ? `${it.name}\n${box.text}\n${it.file}${where}` : `all\n${box.text}`;
  }

  private tell(idx: number): void {
    const box = this.content.boxes[idx];
    const it = this.content.functions[box.function];
    this.details.textContent = `${it ? it.name : "all"}: ${box.text}`;
  }

  /** By growth in a difference, else by package, so that neighbours can be told apart. */
  private tint(box: Box): string {
    if (this.content.isDiff) {
      const change = box.change ?? 0;
      const before = box.value - change;
      const share = Math.min(1, Math.abs(change) / Math.max(1, Math.abs(box.value), Math.abs(before)));
      const color = change > 0 ? "var(--grown)" : "var(--shrunk)";
      return `color-mix(in srgb, ${color} ${Math.round(share * 100)}%, var(--level))`;
    }
    const it = this.content.functions[box.function];
    const path = it ? it.name.replace(/\.[^/]*$/, "") : "";
    const hue = [...path].reduce((sum, it) => (sum * 31 + it.charCodeAt(0)) % 997, 7) % 60;
    return `hsl(${this.content.kind === "heap" || this.content.kind === "allocs" ? 90 + hue : hue} 80% 50%)`;
  }
}

function boxOf(event: Event): number | undefined {
  const idx = (event.target as HTMLElement).closest<HTMLElement>(".box")?.dataset.idx;
  return idx === undefined ? undefined : Number(idx);
}

let page: FlamePage | undefined;
onContent<Flamegraph>((content) => (page = new FlamePage(content)));
window.addEventListener("resize", () => page?.draw());
