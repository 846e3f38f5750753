/** The flame graph and the table of hot functions lead to the code; a hidden function stays hidden. */

const assert = require("node:assert/strict");

exports.run = async (code, { places, startProgram }) => {
  const program = await startProgram(["-hot"]);
  await code.open(places.hot.file);
  await code.until("the program is found", async () => (await code.status()).includes(`pid ${program.pid}`));
  await code.command("pprof-lens: Capture a profile");
  await code.pick("cpu");
  await code.until("the capture", async () => (await code.status()).includes("cpu at"));

  const isMarked = (it) => it.coloured.size > 0 && [...it.lenses.values()].some((it) => it.startsWith("cpu "));
  await code.untilDrawn("the marks", isMarked);

  await code.command("pprof-lens: Show flame graph");
  await code.pick("cpu");
  const flame = await code.panel(".flame", "cpu of ");
  const box = flame.locator(".box", { hasText: /^conversations\.truncateLine$/ }).first();
  await box.waitFor();
  await code.picture("panels-flame");
  await flame.locator(".search").fill("truncateLine");
  await code.until("the share of what is found", async () =>
    /^[\d.]+% in functions that match$/.test(await flame.locator(".found").innerText()),
  );
  assert.ok((await flame.locator(".box.match").count()) > 0);
  await flame.locator(".search").fill("");
  // Keys: zoom in, and out again.
  await box.dblclick();
  await code.until("the zoom", async () => (await flame.locator(".box.above").count()) > 0);
  await flame.locator(".flame").press("Escape");
  await code.until("no zoom", async () => (await flame.locator(".box.above").count()) === 0);
  await flame.locator(".box", { hasText: /^conversations\.truncateLine$/ }).first().click();
  const { line } = places.hot;
  await code.untilCursor(places.hot.file, line);

  await code.command("pprof-lens: Show hot functions");
  await code.pick("cpu");
  const hot = await code.panel("table.hot", "cpu of ");
  const row = hot.locator("tr", { hasText: "conversations.truncateLine" }).first();
  await row.waitFor();
  await row.click();
  await hot.locator(".calls", { hasText: "conversations.displayWidth" }).waitFor();
  await code.untilDrawn("the marks beside the panels", isMarked);
  await code.picture("panels-hot");

  // A function that was hidden has no marks, after a restart neither.
  await code.goTo(line);
  const hasHint = (it, line) => /cpu/.test(it.lines.get(line) ?? "");
  await code.untilDrawn("the hint", (it) => hasHint(it, line));
  await code.page.keyboard.press("Control+.");
  await code.page.locator(".action-widget .monaco-list-row", { hasText: "Hide: no marks for conversations.truncateLine" }).click();
  await code.untilDrawn("no hint", (it) => !hasHint(it, line) && !it.coloured.has(line));
  await code.page.reload();
  await code.until("the program is found again", async () => (await code.status()).includes(`pid ${program.pid}`));
  await code.focus();
  await code.command("pprof-lens: Capture a profile");
  await code.pick("cpu");
  await code.goTo(places.spent.line);
  await code.untilDrawn(
    "the hints but those of what is hidden",
    (it) => hasHint(it, places.spent.line) && !hasHint(it, line),
  );
};

exports.options = { settings: { "pprof-lens.captureSeconds": 1 } };
