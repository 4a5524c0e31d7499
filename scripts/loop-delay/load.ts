import { request } from "../bench/measures.ts";
import { Chance } from "../fuzz/chance.ts";
import { connectRaw } from "../lib/gateway-process.ts";
import { opcodes } from "../lib/raw-socket.ts";
import { longKey, pictureKey, sessionKeyOf, wideKey } from "./fill.ts";

/** What clients ask in a busy hour, one request after another on some connections, and how long each kind takes. */

export interface LoadOptions {
  readonly port: number;
  readonly forMs: number;
  readonly sessions: number;
  /** Only this kind, to find out what one of them does to the others. */
  readonly only?: string | undefined;
  readonly token?: string | undefined;
}

interface Kind {
  readonly name: string;
  /** Of a hundred requests. */
  readonly share: number;
  readonly method: string;
  readonly params: (chance: Chance, sessions: number, index: number) => Record<string, unknown>;
}

const anySession = (chance: Chance, sessions: number) => sessionKeyOf(chance.below(sessions));

export const kinds: readonly Kind[] = [
  {
    name: "history of 200",
    share: 30,
    method: "chat.history",
    params: (chance, sessions) => ({ sessionKey: anySession(chance, sessions) }),
  },
  {
    name: "history of 1000, long",
    share: 4,
    method: "chat.history",
    params: () => ({ sessionKey: longKey, limit: 1000 }),
  },
  { name: "history of long messages", share: 2, method: "chat.history", params: () => ({ sessionKey: wideKey }) },
  { name: "history of pictures", share: 2, method: "chat.history", params: () => ({ sessionKey: pictureKey }) },
  { name: "list of 50", share: 10, method: "sessions.list", params: () => ({ limit: 50, ...named }) },
  { name: "list of all", share: 2, method: "sessions.list", params: () => named },
  {
    name: "search",
    share: 6,
    method: "sessions.list",
    params: (chance) => ({ search: `person-${chance.below(999)}` }),
  },
  {
    name: "previews of 64",
    share: 6,
    method: "sessions.preview",
    params: (chance, sessions) => ({ keys: Array.from({ length: 64 }, () => anySession(chance, sessions)), limit: 50 }),
  },
  {
    name: "message",
    share: 30,
    method: "chat.send",
    params: (chance, sessions, index) => ({
      sessionKey: anySession(chance, sessions),
      message: "what was it that we said",
      idempotencyKey: `k-${index}-${chance.below(1e9)}`,
    }),
  },
  {
    name: "message in the long session",
    share: 6,
    method: "chat.send",
    params: (chance, _sessions, index) => ({
      sessionKey: longKey,
      message: "what was it that we said",
      idempotencyKey: `l-${index}-${chance.below(1e9)}`,
    }),
  },
  {
    name: "compaction",
    share: 2,
    method: "sessions.compact",
    params: (chance, sessions) => ({ key: anySession(chance, sessions) }),
  },
];
const named = { includeDerivedTitles: true, includeLastMessage: true };

const connections = 4;
/** Between two requests of one connection. */
const pauseMs = 25;

export async function load(options: LoadOptions): Promise<Map<string, number[]>> {
  const took = new Map<string, number[]>();
  await Promise.all(Array.from({ length: connections }, (_, index) => oneClient(options, index, took)));
  return took;
}

async function oneClient(
  { port, forMs, sessions, only, token }: LoadOptions,
  number: number,
  took: Map<string, number[]>,
) {
  const chance = new Chance(number + 1);
  const chosen = kinds.filter(({ name }) => only === undefined || name === only);
  const lots = chosen.flatMap((kind) => Array.from({ length: kind.share }, () => kind));
  const socket = await connectRaw(port, undefined, token);
  let answered: (() => void) | undefined;
  let why = "no close frame";
  socket.onFrame = ({ opcode, payload }) => {
    if (opcode === opcodes.close) why = `${payload.readUInt16BE()} ${payload.toString("utf8", 2)}`;
    if (payload.toString("latin1", 0, 23) === '{"type":"res","id":"q",') answered?.();
  };
  const until = performance.now() + forMs;
  for (let index = 0; performance.now() < until; index++) {
    const kind = chance.pick(lots);
    const startedAt = performance.now();
    const done = new Promise<void>((resolve) => {
      answered = resolve;
    });
    socket.send(request("q", kind.method, kind.params(chance, sessions, index)));
    const cut = socket.closed.then(() => {
      throw new Error(`the gateway cut the connection in the middle of: ${kind.name} (${why})`);
    });
    await Promise.race([done, cut]);
    took.set(kind.name, [...(took.get(kind.name) ?? []), performance.now() - startedAt]);
    await Bun.sleep(pauseMs);
  }
  socket.terminate();
}
