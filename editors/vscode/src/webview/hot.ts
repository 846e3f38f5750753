/** The table of hot functions, with the callers and callees of the one that is selected. */

import type { Hot, HotRow, Neighbour, Peek } from "../protocol";
import { ask, element, emptyRoot, onContent, open, searchField } from "./host";

type Order = "flat" | "cum";

const KEYS = "click: callers, callees and the code · arrows: move · Enter: open the code";

class HotPage {
  private readonly body = element("tbody");
  private readonly calls = element("section", "calls");
  private readonly headers = new Map<Order, HTMLElement>();
  private order: Order = "flat";
  private wanted = "";
  private selected: string | undefined;

  constructor(private readonly content: Hot) {
    const root = emptyRoot();
    const header = element("header");
    const search = searchField("Filter functions", (text) => {
      this.wanted = text;
      this.draw();
    });
    header.append(element("h1", "", content.title), search);
    const table = element("table", "hot");
    const head = element("tr");
    for (const order of ["flat", "cum"] as const) {
      const cell = element("th", "number", order);
      cell.colSpan = 2;
      cell.tabIndex = 0;
      cell.setAttribute("role", "button");
      cell.addEventListener("click", () => this.sort(order));
      cell.addEventListener("keydown", (event) => event.key === "Enter" && this.sort(order));
      this.headers.set(order, cell);
      head.append(cell);
    }
    head.append(element("th", "", "function"));
    const thead = element("thead");
    thead.append(head);
    table.append(thead, this.body);
    root.append(header, table, this.calls, element("footer", "", this.footer()));
    this.body.addEventListener("click", (event) => this.clicked(event));
    this.body.addEventListener("keydown", (event) => this.pressed(event));
    this.draw();
  }

  /** The callers and callees of the function that was asked about. */
  answered(peek: Peek | undefined): void {
    if (!peek || peek.function !== this.selected) {
      return;
    }
    this.calls.replaceChildren(
      neighbours("Callers", peek.callers, "none: it starts its goroutine, or the stack was cut"),
      neighbours("Callees", peek.callees, "none: it calls nothing that was sampled"),
    );
  }

  private footer(): string {
    const { nLeftOut, rows, text } = this.content;
    if (rows.length === 0) {
      return text;
    }
    return (nLeftOut > 0 ? `${nLeftOut.toLocaleString("en-US")} more cost less · ` : "") + KEYS;
  }

  private sort(order: Order): void {
    this.order = order;
    this.draw();
  }

  private shown(): HotRow[] {
    const rows = this.content.rows.filter((it) => it.function.toLowerCase().includes(this.wanted));
    // As it came, it is sorted by flat.
    return this.order === "flat" ? rows : rows.sort((a, b) => Math.abs(b.cum) - Math.abs(a.cum));
  }

  private draw(): void {
    for (const [order, cell] of this.headers) {
      cell.setAttribute("aria-sort", order === this.order ? "descending" : "none");
    }
    const rows = this.shown().map((it) => {
      const row = element("tr", it.place ? "code" : "");
      row.dataset.function = it.function;
      row.tabIndex = 0;
      row.classList.toggle("selected", it.function === this.selected);
      const name = element("td", "name", it.short);
      name.title = `${it.function}\n${it.file}`;
      row.append(
        element("td", "number", it.flatText),
        element("td", "number share", it.flatShare),
        element("td", "number", it.cumText),
        element("td", "number share", it.cumShare),
        name,
      );
      return row;
    });
    this.body.replaceChildren(...rows);
  }

  private row(event: Event): HotRow | undefined {
    const name = (event.target as HTMLElement).closest("tr")?.dataset.function;
    return this.content.rows.find((it) => it.function === name);
  }

  private select(row: HotRow): void {
    this.selected = row.function;
    for (const it of this.body.querySelectorAll("tr")) {
      it.classList.toggle("selected", it.dataset.function === row.function);
    }
    this.calls.replaceChildren();
    ask(row.function);
  }

  private clicked(event: MouseEvent): void {
    const row = this.row(event);
    if (row) {
      this.select(row);
      open(row.place, false);
    }
  }

  private pressed(event: KeyboardEvent): void {
    const row = this.row(event);
    const at = (event.target as HTMLElement).closest("tr");
    const next = event.key === "ArrowDown" ? at?.nextElementSibling : at?.previousElementSibling;
    if (row && event.key === "Enter") {
      this.select(row);
      open(row.place, true);
    } else if (["ArrowDown", "ArrowUp"].includes(event.key)) {
      event.preventDefault();
      (next as HTMLElement | null)?.focus();
    }
  }
}

function neighbours(title: string, all: Neighbour[], none: string): HTMLElement {
  const side = element("div", "side");
  side.append(element("h2", "", title));
  if (all.length === 0) {
    side.append(element("p", "", none));
  }
  const table = element("table", "hot");
  for (const it of all) {
    const row = element("tr", it.place ? "code" : "");
    const name = element("td", "name", it.short);
    name.title = it.function;
    row.append(element("td", "number", it.text), element("td", "number share", it.share), name);
    row.addEventListener("click", () => open(it.place, false));
    table.append(row);
  }
  side.append(table);
  return side;
}

let page: HotPage | undefined;
onContent<Hot>(
  (content) => (page = new HotPage(content)),
  (answer) => page?.answered(answer as Peek | undefined),
);
