import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Message, type MessageBus, sessionBus, Variant } from "@jellybrick/dbus-next";
import { Told } from "../cli/command-house.ts";
import { temporaryFolder } from "../open-house.ts";

/**
 * A system bus of our own, with the real GeoClue on it, fed by a receiver that is a socket here. An agent of ours is
 * there for the person, as on a desktop. GeoClue has its config at a fixed place: it gets another in a mount namespace.
 */
export interface GeoClueStage extends AsyncDisposable {
  readonly environment: Readonly<Record<string, string>>;
}

export interface GeoClueStageOptions {
  /** False: nobody is logged in. */
  readonly hasAgent?: boolean;
  /** Sections of the config beside Debian's own. */
  readonly config?: string;
  /** False: location is switched off in the person's settings. */
  readonly isOn?: boolean;
  /** The receiver's sentence without its frame; undefined: it has none. */
  readonly sentence?: string;
}

const busConfig = (folder: string) => `<busconfig>
  <type>system</type>
  <listen>unix:path=${folder}/bus</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/><allow own="*"/><allow send_type="method_call"/><allow send_type="signal"/>
    <allow send_requested_reply="true" send_type="method_return"/>
    <allow send_requested_reply="true" send_type="error"/>
    <allow receive_type="method_call"/><allow receive_type="method_return"/>
    <allow receive_type="error"/><allow receive_type="signal"/>
  </policy>
</busconfig>`;

export async function openGeoClue(options: GeoClueStageOptions = {}): Promise<GeoClueStage> {
  await using stack = new AsyncDisposableStack();
  const { path: folder } = stack.use(temporaryFolder());
  const { bus, address } = await openBus(folder, stack);
  stack.use(receiver(join(folder, "receiver"), options.sentence));
  startGeoClue({ folder, address, config: options.config ?? "" }, stack);
  await nameTaken(bus, service);
  if (options.hasAgent ?? true) await beAgent(bus, options.isOn ?? true);
  const all = stack.move();
  return { environment: { DBUS_SYSTEM_BUS_ADDRESS: address }, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

/** A GeoClue as older ones are, which ask the agent for every program: it answers every call as it is told to. */
export async function openAskingGeoClue(answerStart: (message: Message) => Message | undefined) {
  await using stack = new AsyncDisposableStack();
  const { path: folder } = stack.use(temporaryFolder());
  const { bus, address } = await openBus(folder, stack);
  /** Which properties the client set, and to what. */
  const wishes: Record<string, unknown> = {};
  bus.addMethodHandler((message) => {
    const { member, body } = message;
    if (member === "GetClient") bus.send(Message.newMethodReturn(message, "o", ["/client"]));
    if (member === "Set") {
      wishes[String(body[1])] = (body[2] as Variant).value;
      bus.send(Message.newMethodReturn(message));
    }
    const answer = member === "Start" ? answerStart(message) : undefined;
    if (answer) bus.send(answer);
    return true;
  });
  await bus.requestName(service);
  const all = stack.move();
  return {
    environment: { DBUS_SYSTEM_BUS_ADDRESS: address },
    wishes,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

const service = "org.freedesktop.GeoClue2";

async function openBus(folder: string, stack: AsyncDisposableStack) {
  const address = `unix:path=${folder}/bus`;
  writeFileSync(join(folder, "bus.conf"), busConfig(folder));
  await startBus(folder, stack);
  const bus = sessionBus({ busAddress: address });
  bus.on("error", () => undefined);
  stack.defer(() => bus.disconnect());
  return { bus, address };
}

async function startBus(folder: string, stack: AsyncDisposableStack): Promise<void> {
  const args = ["--config-file", join(folder, "bus.conf"), "--nofork", "--print-address"];
  const daemon = Bun.spawn(["dbus-daemon", ...args], { stdin: "ignore", stdout: "pipe", stderr: "ignore" });
  stack.defer(async () => {
    daemon.kill();
    await daemon.exited;
  });
  await new Told(daemon.stdout).until("\n");
}

interface Daemon {
  readonly folder: string;
  readonly address: string;
  readonly config: string;
}

function startGeoClue({ folder, address, config: more }: Daemon, stack: AsyncDisposableStack): void {
  const config = join(folder, "config");
  mkdirSync(config);
  writeFileSync(join(config, "geoclue.conf"), `${ownConfig(join(folder, "receiver"))}\n${more}`);
  const script = 'mount --bind "$1" /etc/geoclue && exec /usr/libexec/geoclue';
  const daemon = Bun.spawn(["unshare", "--mount", "sh", "-c", script, "sh", config], {
    env: { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: address },
    stdin: "ignore",
    stdout: "ignore",
    stderr: "ignore",
  });
  stack.defer(async () => {
    daemon.kill();
    await daemon.exited;
  });
}

/** Debian's own, with the receiver as the only source: nothing is looked up in the network. */
function ownConfig(receiverSocket: string): string {
  const sections = readFileSync("/etc/geoclue/geoclue.conf", "utf8").split(/^(?=\[)/m);
  const quiet = sections.map((section) => section.replace(/^enable=true/m, "enable=false"));
  const receiving = `[network-nmea]\nenable=true\nnmea-socket=${receiverSocket}\n`;
  return quiet.map((section) => (section.startsWith("[network-nmea]") ? receiving : section)).join("");
}

/** A receiver that says its sentence (NMEA 0183) once to whoever connects, and again from time to time. */
function receiver(path: string, sentence: string | undefined): Disposable {
  const sum = Buffer.from(sentence ?? "").reduce((held, byte) => held ^ byte, 0);
  const framed = `$${sentence}*${sum.toString(16).toUpperCase().padStart(2, "0")}\r\n`;
  const server = Bun.listen<NodeJS.Timeout | undefined>({
    unix: path,
    socket: {
      open: (socket) => {
        const say = () => void (sentence !== undefined && socket.write(framed));
        say();
        socket.data = setInterval(say, 200);
      },
      data: () => undefined,
      close: (socket) => clearInterval(socket.data),
    },
  });
  return { [Symbol.dispose]: () => server.stop(true) };
}

/** Resolves when somebody has the name. */
async function nameTaken(bus: MessageBus, name: string): Promise<void> {
  const own = { destination: "org.freedesktop.DBus", path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus" };
  const taken = Promise.withResolvers<void>();
  bus.on("message", ({ member, body }) => {
    if (member === "NameOwnerChanged" && body[0] === name && body[2] !== "") taken.resolve();
  });
  const rule = `type='signal',member='NameOwnerChanged',arg0='${name}'`;
  await bus.call(new Message({ ...own, member: "AddMatch", signature: "s", body: [rule] }));
  const owned = await bus.call(new Message({ ...own, member: "NameHasOwner", signature: "s", body: [name] }));
  if (owned?.body[0] !== true) await taken.promise;
}

/** An agent is who asks the person; GeoClue knows it by a name of its config. */
async function beAgent(bus: MessageBus, isOn: boolean): Promise<void> {
  const level = new Variant("u", isOn ? 8 : 0);
  bus.addMethodHandler((message) => {
    if (message.member === "GetAll") {
      bus.send(Message.newMethodReturn(message, "a{sv}", [{ MaxAccuracyLevel: level }]));
    }
    return true;
  });
  const manager = { destination: service, path: "/org/freedesktop/GeoClue2/Manager", interface: `${service}.Manager` };
  await bus.call(new Message({ ...manager, member: "AddAgent", signature: "s", body: ["geoclue-demo-agent"] }));
}
