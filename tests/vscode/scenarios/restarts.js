/** The program is killed and started again, then the server is killed: everything comes back. */

const assert = require("node:assert/strict");
const { readdirSync, readFileSync } = require("node:fs");

exports.run = async (code, { places, startProgram }) => {
  const first = await startProgram(["-hot"]);
  await code.open(places.hot.file);
  await code.until("the program is found", async () => (await code.status()).includes(`pid ${first.pid}`));
  await first.kill();
  await code.until("its end", async () => (await code.status()).includes("gone since"));
  await code.picture("restarts-gone");
  const second = await startProgram(["-hot"]);
  await code.until("the new one", async () => (await code.status()).includes(`pid ${second.pid}`));

  const killed = serverPid();
  process.kill(killed, "SIGKILL");
  await code.until("another server", async () => (serverPid() ?? killed) !== killed);
  await code.until("the program again", async () => (await code.status()).includes(`pid ${second.pid}`));
  await code.command("pprof-lens: Capture a profile");
  await code.pick("cpu");
  await code.goTo(places.hot.line);
  await code.untilDrawn("marks", (it) => /cpu/.test(it.lines.get(places.hot.line) ?? ""));
  assert.notEqual(serverPid(), killed);
};

/** The server of this scenario, by its executable and by the folder where it keeps captures. */
function serverPid() {
  const state = `PPROF_LENS_STATE_DIR=${process.env.PPROF_LENS_STATE_DIR}`;
  const pids = readdirSync("/proc").filter((it) => /^\d+$/.test(it));
  const found = pids.find((pid) => {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      const isServer = words[0] === process.env.PPROF_LENS_BIN && words[1] === "lsp";
      return isServer && readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(state);
    } catch {
      return false;
    }
  });
  return found && Number(found);
}

exports.options = { settings: { "pprof-lens.captureSeconds": 1 } };
