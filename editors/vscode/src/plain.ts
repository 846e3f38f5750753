/** Makes text safe to show: names, states and labels come from programs that may be hostile. */

/** Longest piece of foreign text that is shown, in characters. */
const MOST_CHARS = 500;

/** Characters that do something instead of showing something, as the server's `escape.rs` has them. */
const HIDDEN =
  /[\p{Cc}\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/**
 * One line that cannot draw an icon (`$(name)`), turn the writing direction or hide a part.
 * What is longer than `most` characters is cut.
 */
export function plain(text: string, most = MOST_CHARS): string {
  const visible = Array.from(text.slice(0, 2 * most + 1))
    .slice(0, most + 1)
    .join("")
    .replace(/[ \t\r\n]+/g, " ")
    .replace(HIDDEN, (it) => `\\u{${it.codePointAt(0)!.toString(16)}}`)
    .replaceAll("$(", "$ (");
  const chars = Array.from(visible);
  return chars.length > most ? `${chars.slice(0, most - 1).join("")}…` : visible;
}
