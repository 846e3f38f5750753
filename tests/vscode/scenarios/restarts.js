/** The program is killed and started again, then the server is killed: everything comes back. */

const assert = require("node:assert/strict");
const { servers } = require("../servers");

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
  const { PPROF_LENS_BIN, PPROF_LENS_STATE_DIR } = process.env;
  const all = servers(`PPROF_LENS_STATE_DIR=${PPROF_LENS_STATE_DIR}`);
  return all.find((it) => it.program === PPROF_LENS_BIN)?.pid;
}

exports.options = { settings: { "pprof-lens.captureSeconds": 1 } };
