import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { binary } from "./lib/gateway-process.ts";
import { say } from "./lib/run.ts";
import { agents, tryUpdates } from "./service-lab/updates.ts";
import { eventually, Machine, NoArchive } from "./service-lab/machine.ts";
import { obstacle, skippedCode } from "./service-lab/obstacle.ts";
import { Talker } from "./service-lab/talker.ts";
import { startTalking } from "./service-lab/talking.ts";

/**
 * `bun scripts/service-lab.ts [--root FOLDER]`: the binary of dist/ as a service of a real systemd: installed, killed,
 * hung, upgraded, all while somebody writes. Needs root, mmdebstrap and an archive of Debian; the tree is made once.
 * Exit code 1 when a promise is broken, 77 where the lab cannot run, with the reason.
 */

const at = process.argv.indexOf("--root");
const base = at === -1 ? join(tmpdir(), "clawdia-service-root") : process.argv[at + 1]!;
const program = "/usr/local/bin/clawdia";
const stateDir = "/home/alice/.clawdia";
const backAfterMsMax = 2_000;
/** In place of half a minute, so that the lab need not wait as long. */
const watchdog = "[Service]\nWatchdogSec=8\n";
const hungAfterMsMax = 20_000;

if (!process.argv.includes("--inside")) {
  if (!existsSync(binary)) throw new Error("there is no dist/clawdia: bun run build");
  const inside = [process.execPath, import.meta.path, "--inside", "--root", base];
  const command = ["unshare", "-n", "sh", "-c", 'ip link set lo up && exec "$@"', "sh", ...inside];
  // The tree is fetched outside, where there is a network.
  const why = obstacle() ?? (await noTree());
  if (why !== undefined) {
    say(`skipped: the service lab: ${why}`);
    process.exit(skippedCode);
  }
  const { exitCode } = Bun.spawnSync(command, { stdio: ["ignore", "inherit", "inherit"] });
  process.exit(exitCode);
}

async function noTree(): Promise<string | undefined> {
  try {
    if (!existsSync(base)) await (await Machine.boot(base))[Symbol.asyncDispose]();
    return undefined;
  } catch (error) {
    if (error instanceof NoArchive) return "the archive of Debian cannot be reached";
    throw error;
  }
}

let broken = 0;
function law(name: string, isKept: boolean, facts: string): void {
  if (!isKept) broken++;
  say(`${isKept ? "kept  " : "BROKEN"} ${name}: ${facts}`);
}

const began = performance.now();
await using machine = await Machine.boot(base);
say(`systemd ${machine.must("systemctl", "--version").split(" ")[1]} is up`);
machine.must("useradd", "--create-home", "--shell", "/bin/bash", "alice");
machine.put(binary, program);

const asAlice = (...words: string[]) => machine.run("su", "-", "alice", "-c", `${program} ${words.join(" ")}`);
machine.must("loginctl", "enable-linger", "alice");
const own = asAlice("service", "install", "--profile", "own");
const ownState = () => asAlice("service", "status", "--profile", "own");
law("alice's own systemd runs it", own.code === 0 && ownState().code === 0, "a second gateway, under another profile");
const ownPid = () => /process +(\d+)/.exec(ownState().stdout)?.[1];
const ownPidBefore = ownPid();
// It has to stand for half a minute first, so this is looked at near the end.
const wish = JSON.stringify({ raw: '{ session: { mainKey: "home" } }' });
const wished = asAlice("call", "config.apply", "--profile", "own", "--json", `--params '${wish}'`);

// Answers without pauses, so that there is a load.
machine.must("sh", "-c", `mkdir -p ${stateDir} && echo '${JSON.stringify({ agents })}' > ${stateDir}/clawdia.json`);
machine.must("chown", "--recursive", "alice:", stateDir);
machine.must("chmod", "700", stateDir);
const install = (...more: string[]) => machine.must("env", "SUDO_USER=alice", program, "service", "install", ...more);
install("--system");
const again = install("--system");
law("a second install changes nothing", !/did (write|make)/.test(again), "no file written");

machine.write("/etc/systemd/system/clawdia.service.d/lab.conf", watchdog);
machine.must("systemctl", "daemon-reload");
machine.must("systemctl", "restart", "clawdia");
const show = (name: string) => machine.must("systemctl", "show", "clawdia", "--value", `--property=${name}`).trim();
const verified = machine.run("systemd-analyze", "verify", "/etc/systemd/system/clawdia.service");
law("systemd has no complaint about the unit", verified.stderr.trim() === "", verified.stderr.trim() || "none");
law("systemd knows that it is ready", show("StatusText").startsWith("ready at ws://"), show("StatusText"));

const url = "ws://127.0.0.1:18789";
const token = machine.read("/home/alice/.clawdia/secrets/gateway-token").trim();
const talking = startTalking({ url, token, everyMs: 20 });
await Bun.sleep(500);

for (let time = 1; time <= 3; time++) {
  const before = show("MainPID");
  const killedAt = performance.now();
  machine.must("kill", "-9", before);
  await eventually("the gateway is back", () => {
    const now = show("MainPID");
    return now !== before && now !== "0" && show("ActiveState") === "active" ? true : undefined;
  });
  const tookMs = Math.round(performance.now() - killedAt);
  law(`kill -9, time ${time}`, tookMs < backAfterMsMax, `ready again after ${tookMs} ms`);
  await Bun.sleep(500);
}

const beforeUpgrade = show("MainPID");
machine.put(binary, program);
await Bun.sleep(200);
law("the running gateway does not mind a new file", show("MainPID") === beforeUpgrade, `process ${beforeUpgrade}`);
const restartedAt = performance.now();
machine.must("systemctl", "restart", "clawdia");
const restartMs = Math.round(performance.now() - restartedAt);
law("an upgrade under load", show("Result") === "success", `stopped and ready again in ${restartMs} ms`);

const tried = await tryUpdates(machine);
law(
  "a signed version takes over while somebody writes",
  tried.good.code === 0,
  tried.good.stdout.trim() || tried.good.stderr,
);
law("a forged one changes nothing", tried.forged.stderr.includes("not signed"), tried.forged.stderr.trim());
law(
  "one that does not get ready is rolled back",
  tried.bad.stderr.includes("9.9.9 runs again"),
  tried.bad.stderr.trim(),
);
law("and back to the first by hand", tried.back.code === 0, tried.back.stdout.trim() || tried.back.stderr);

await eventually("it is ready", () => (show("ActiveState") === "active" ? true : undefined));
const hung = show("MainPID");
const hungAt = performance.now();
machine.must("kill", "-STOP", hung);
await eventually("the hung gateway is replaced", () => (show("MainPID") === hung ? undefined : true), hungAfterMsMax);
law("a gateway that hangs is replaced", true, `after ${Math.round((performance.now() - hungAt) / 1000)} s`);
await eventually("it is ready", () => (show("ActiveState") === "active" ? true : undefined));

await Bun.sleep(500);
const talked = await talking.stop();
const client = await new Talker(url, token).connect();
for (const runId of talked.taken) {
  const { status } = await client.call("agent.wait", { runId, timeoutMs: 30_000 }, { timeoutMs: 35_000 });
  if (status !== "ok") law("a run ends", false, `${runId}: ${status}`);
}
const counts = new Map<string, number>();
const { messages } = await client.call("chat.history", { sessionKey: "main", limit: 1000 });
for (const { role, runId } of messages) counts.set(`${role} ${runId}`, (counts.get(`${role} ${runId}`) ?? 0) + 1);
client.close();
const seen = talked.taken.slice(-400);
const wrong = seen.filter((key) => counts.get(`user ${key}`) !== 1 || counts.get(`assistant ${key}`) !== 1);
law("what was taken is answered once", wrong.length === 0, `${talked.taken.length} taken, ${wrong.length} wrong`);
say(`       longest time without a message taken: ${Math.round(talked.longestGapMs)} ms`);

const journal = machine.must("journalctl", "--unit=clawdia", "--output=cat", "--no-pager");
law("the journal has the gateway's log", journal.includes('"gateway.started"'), `${journal.split("\n").length} lines`);

machine.must("sh", "-c", "echo CLAWDIA_GATEWAY_PORT=many > /home/alice/.clawdia/service.env");
machine.run("systemctl", "restart", "clawdia");
await eventually("it gives up", () => (show("ActiveState") === "failed" ? true : undefined));
await Bun.sleep(1_500);
law(
  "a bad config is final",
  show("ActiveState") === "failed" && show("ExecMainStatus") === "78",
  show("ExecMainStatus"),
);
machine.must("rm", "/home/alice/.clawdia/service.env");

// The same state, held by somebody else: starting again and again would not help.
const holder = machine.start("su", "alice", "-c", `CLAWDIA_STATE_DIR=/home/alice/.clawdia ${program} gateway --port 0`);
await eventually("another gateway holds the state", () =>
  machine.holds(stateDir, "gateway --port 0") ? true : undefined,
);
machine.must("systemctl", "reset-failed", "clawdia");
machine.run("systemctl", "restart", "clawdia");
await eventually("it gives up", () => (show("ActiveState") === "failed" ? true : undefined));
await Bun.sleep(1_500);
law(
  "a state that another gateway holds is final",
  show("ActiveState") === "failed" && show("ExecMainStatus") === "75",
  show("ExecMainStatus"),
);
holder.kill();
await holder.exited;

const ownPidAfter = await eventually("a changed main session restarts alice's own", () => {
  const pid = ownPid();
  return pid !== undefined && pid !== ownPidBefore ? pid : undefined;
});
law(
  "config.apply restarts the service where only a restart helps",
  wished.stdout.includes('"ok": true') && ownPidAfter !== ownPidBefore,
  /needs a restart: [\w.]+/.exec(wished.stdout)?.[0] ?? wished.stderr,
);

machine.must(program, "service", "uninstall", "--system");
law("an uninstall leaves no unit", !existsSync(`${machine.root}/etc/systemd/system/clawdia.service`), "removed");

say(`${broken === 0 ? "all laws kept" : `${broken} broken`}, ${Math.round((performance.now() - began) / 1000)} s`);
process.exitCode = broken === 0 ? 0 : 1;
