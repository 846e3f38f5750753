/** What the pages share: messages from and to the extension, and elements made of plain text. */

import type { Place } from "../protocol";

interface Host {
  postMessage(message: unknown): void;
}

declare function acquireVsCodeApi(): Host;

const host = acquireVsCodeApi();

/** Draws each content that the extension sends, from now on. */
export function onContent<T>(draw: (content: T) => void, answered?: (answer: unknown) => void): void {
  window.addEventListener("message", ({ data }) => {
    if (data.type === "show") {
      draw(data.content as T);
    } else if (data.type === "answer") {
      answered?.(data.answer);
    }
  });
  host.postMessage({ type: "ready" });
}

/** Shows the code beside this page. */
export function open(place: Place | null | undefined, takesFocus: boolean): void {
  if (place) {
    host.postMessage({ type: "open", place, takesFocus });
  }
}

/** Asks the extension about a function. */
export function ask(name: string): void {
  host.postMessage({ type: "ask", function: name });
}

/** An element with text: whatever the text holds, it is no markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = "",
  text = "",
): HTMLElementTagNameMap[K] {
  const it = document.createElement(tag);
  it.className = className;
  it.textContent = text;
  return it;
}

/** The page's root, emptied. */
export function emptyRoot(): HTMLElement {
  const root = document.getElementById("root")!;
  root.replaceChildren();
  return root;
}

/** A field that says at each key what to look for. */
export function searchField(label: string, changed: (text: string) => void): HTMLInputElement {
  const field = element("input", "search");
  field.type = "search";
  field.placeholder = label;
  field.setAttribute("aria-label", label);
  field.addEventListener("input", () => changed(field.value.trim().toLowerCase()));
  return field;
}
