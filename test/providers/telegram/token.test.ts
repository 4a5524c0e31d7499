import { expect, test } from "bun:test";
import { dirname, join } from "node:path";
import { telegram } from "../../../src/providers/telegram/index.ts";
import { telegramAccount } from "../../contracts/telegram-stage.ts";
import { selfSigned } from "../../doubles/certificate.ts";
import { FakeClock } from "../../doubles/fake-clock.ts";
import { RecordingPorts } from "../../doubles/recording-ports.ts";
import { rejectionOf } from "../../doubles/rejection.ts";
import { TelegramDouble } from "../../doubles/telegram/telegram-double.ts";
import { never, outbound, said } from "./linked.ts";

/** The token is part of every address of the Bot API, and of nothing that anybody sees. */

const half = `AAH${"secret".repeat(6)}`;
const token = `123456789:${half}`;

interface Trouble extends AsyncDisposable {
  readonly apiRoot: string;
}

const answering = (serve: (request: Request) => Response | Promise<Response>): Trouble => {
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", idleTimeout: 0, fetch: serve });
  return { apiRoot: `http://127.0.0.1:${server.port}`, [Symbol.asyncDispose]: () => server.stop(true) };
};

/** Speaks no HTTP: does with a connection what it is told. */
const raw = (
  act: (socket: { write(text: string): unknown; end(): unknown; terminate(): unknown }) => void,
): Trouble => {
  const server = Bun.listen({ port: 0, hostname: "127.0.0.1", socket: { data: (socket) => act(socket) } });
  return {
    apiRoot: `http://127.0.0.1:${server.port}`,
    [Symbol.asyncDispose]: async () => server.stop(true),
  };
};

const nothingThere = (apiRoot: string): Trouble => ({ apiRoot, [Symbol.asyncDispose]: () => Promise.resolve() });
const echo = (request: Request) => ({ ok: false, error_code: 400, description: `Bad Request: ${request.url}` });

const troubles: readonly (readonly [string, () => Trouble])[] = [
  ["nobody listens", () => nothingThere("http://127.0.0.1:1")],
  ["there is no such name", () => nothingThere("http://telegram.invalid")],
  ["the address is no address", () => nothingThere("http://127.0.0.1:99999")],
  [
    "the server speaks no TLS",
    () => {
      const plain = answering(() => new Response("x"));
      return { ...plain, apiRoot: plain.apiRoot.replace("http:", "https:") };
    },
  ],
  [
    "nobody vouches for its certificate",
    () => {
      const server = Bun.serve({ port: 0, hostname: "127.0.0.1", tls: selfSigned(), fetch: () => new Response("x") });
      return { apiRoot: `https://127.0.0.1:${server.port}`, [Symbol.asyncDispose]: () => server.stop(true) };
    },
  ],
  ["the connection is cut", () => raw((socket) => socket.terminate())],
  ["the answer is no HTTP", () => raw((socket) => socket.end())],
  [
    "the answer breaks off",
    () =>
      raw((socket) => {
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{");
        socket.end();
      }),
  ],
  ["it is redirected", () => answering((request) => Response.redirect(`${request.url}/elsewhere`))],
  [
    "a page comes instead of an answer",
    () => answering((request) => new Response(`<p>${request.url}`, { status: 502 })),
  ],
  [
    "the answer has no end",
    () =>
      answering(
        () =>
          new Response(
            new ReadableStream(
              {
                pull: (stream) => stream.enqueue(new Uint8Array(1_048_576).fill(32)),
              },
              { highWaterMark: 0 },
            ),
          ),
      ),
  ],
  ["the answer quotes the address", () => answering((request) => Response.json(echo(request), { status: 400 }))],
  [
    "the token is unknown",
    () => answering(() => Response.json({ ok: false, error_code: 401, description: "Unauthorized" })),
  ],
];

test.each(troubles)("the token shows nowhere when %s", async (_, makeTrouble) => {
  await using trouble = makeTrouble();
  const ports = new RecordingPorts(new FakeClock(), { botToken: token });
  const account = telegramAccount({ apiRoot: trouble.apiRoot });
  await using link = await telegram.open(account, ports);
  await ports.until(() => ports.states.length === 2);
  const { peer } = outbound(42);
  const ref = { peer, messageId: "7" };
  const media = { kind: "document", mimeType: "text/plain", fileName: "a", bytes: () => new Uint8Array(9) } as const;
  link.typing!(peer, true);
  const failures = await Promise.allSettled([
    link.send(outbound(42, { text: said("hello") }), never),
    link.send(outbound(42, { media }), never),
    link.edit!(ref, outbound(42, { text: said("hello") }), never),
    link.react!(ref, "👍", never),
    link.download!("file", 1000, never),
    link.setCommands!([{ name: "new", summary: "x" }]),
    link.probe(never),
    firstFailure(account, ports),
  ]);
  await ports.clock.advance(1);
  const shown = [failures, ports.states, ports.captured.records]
    .map((one) => Bun.inspect(one, { depth: 12 }))
    .join("\n");
  expect(failures.map(({ status }) => status)).toEqual(failures.map(() => "rejected"));
  expect(shown).not.toContain(half);
  expect(shown).not.toContain("api.telegram.org");
});

/** What a login with this token ends with. */
async function firstFailure(account: ReturnType<typeof telegramAccount>, ports: RecordingPorts): Promise<void> {
  const talk = telegram.login!(account, ports);
  await talk.next({});
  await talk.next({ value: token });
  await talk.next({});
}

test("a redirect is not followed, for the token would go along", async () => {
  const seen: string[] = [];
  await using elsewhere = answering((request) => {
    seen.push(request.url);
    return Response.json({ ok: true, result: { id: 1, is_bot: true, first_name: "Mallory" } });
  });
  await using trouble = answering((request) =>
    Response.redirect(request.url.replace(/^http:..[^/]+/, elsewhere.apiRoot)),
  );
  const ports = new RecordingPorts(new FakeClock(), { botToken: token });
  await using link = await telegram.open(telegramAccount({ apiRoot: trouble.apiRoot }), ports);
  await ports.told("lost");
  await rejectionOf(link.send(outbound(42, { text: said("hello") }), never));
  expect(seen).toEqual([]);
});

test("the log of a link that works holds neither the token nor what is said", async () => {
  await using double = await TelegramDouble.start({ token });
  const bob = double.person({ name: "Bob" });
  const ports = new RecordingPorts(new FakeClock());
  await using link = await telegram.open(telegramAccount({ botToken: token, apiRoot: double.apiRoot }), ports);
  await ports.heard(String((await bob.says("a word of bob's")).messageId));
  await link.send(outbound(bob.id, { text: said("a word of ours") }), never);
  await bob.sends({ kind_of_tomorrow: "a word of bob's" });
  await ports.heard(String((await bob.says("another word of bob's")).messageId));
  expect(ports.captured.of("update.ignored").map(({ fields }) => fields["reason"])).toEqual([
    "nothing to read: kind_of_tomorrow",
  ]);
  for (const word of [half, "a word of", "another word"]) expect(ports.captured.text).not.toContain(word);
});

/** What a file pulls in when it is loaded, itself included. */
async function loadedWith(path: string, seen = new Set<string>()): Promise<ReadonlySet<string>> {
  if (seen.has(path)) return seen;
  seen.add(path);
  if (!path.endsWith(".ts")) return seen;
  const imports = new Bun.Transpiler({ loader: "ts" }).scanImports(await Bun.file(path).text());
  for (const { kind, path: to } of imports) {
    if (kind === "import-statement") await loadedWith(to.startsWith(".") ? join(dirname(path), to) : to, seen);
  }
  return seen;
}

test("naming the provider loads nothing of grammY", async () => {
  const folder = join(import.meta.dir, "../../../src/providers/telegram");
  const light = [...(await loadedWith(join(folder, "index.ts")))];
  const heavy = [...(await loadedWith(join(folder, "link.ts")))];
  expect(light.filter((path) => path.startsWith("grammy"))).toEqual([]);
  expect(heavy.filter((path) => path.startsWith("grammy"))).toEqual(["grammy/web"]);
});
