import { expect, test } from "bun:test";
import type { Socket } from "bun";
import { BotApi } from "../../../src/providers/telegram/bot-api.ts";
import { FakeClock } from "../../doubles/fake-clock.ts";
import { rejectionOf } from "../../doubles/rejection.ts";

/** HTTP towards the Bot API. */

const answer = JSON.stringify({ ok: true, result: { message_id: 7 } });
const response = `HTTP/1.1 200 OK\r\ncontent-length: ${answer.length}\r\nconnection: keep-alive\r\n\r\n${answer}`;

/** Takes one request a connection, keeps the connection, and is gone when it is asked for more. */
function forgetful() {
  const taken: string[] = [];
  const heard = new Map<Socket, string>();
  const server = Bun.listen({
    port: 0,
    hostname: "127.0.0.1",
    socket: {
      data(socket, bytes) {
        if (heard.get(socket) === "answered") {
          socket.terminate();
          return;
        }
        const text = (heard.get(socket) ?? "") + bytes.toString();
        const [head, body] = text.split("\r\n\r\n");
        const length = Number(/content-length: (\d+)/i.exec(head!)?.[1]);
        heard.set(socket, text);
        if (body === undefined || body.length < length) return;
        taken.push(/\/(\w+) HTTP/.exec(head!)![1]!);
        heard.set(socket, "answered");
        socket.write(response);
      },
    },
  });
  return {
    taken,
    apiRoot: `http://127.0.0.1:${server.port}`,
    [Symbol.dispose]: () => server.stop(true),
  };
}

const apiFor = (apiRoot: string) =>
  new BotApi({ token: "1:x", apiRoot, clock: new FakeClock(), closing: new AbortController().signal });

test("a message goes by a connection of its own, for one that died unnoticed would leave it in doubt", async () => {
  using server = forgetful();
  const api = apiFor(server.apiRoot);
  await api.call("getMe", (raw) => raw.getMe());
  for (let count = 0; count < 3; count++) {
    await api.call("sendMessage", (raw) => raw.sendMessage({ chat_id: 1, text: "hello" }));
  }
  expect(server.taken).toEqual(["getMe", "sendMessage", "sendMessage", "sendMessage"]);
  const error = await rejectionOf(api.call("getMe", (raw) => raw.getMe()));
  expect(error).toMatchObject({ failure: { kind: "broken", mayHaveLeft: true, reason: "the connection broke" } });
});

test("an apiRoot may end in a slash", async () => {
  using server = forgetful();
  const api = apiFor(`${server.apiRoot}/`);
  expect(await api.call("getMe", (raw) => raw.getMe())).toMatchObject({ message_id: 7 });
});

test("an answer that is too long is not read to its end", async () => {
  let given = 0;
  const pull = (stream: ReadableStreamDefaultController<Uint8Array>) => {
    given += 1_048_576;
    stream.enqueue(new Uint8Array(1_048_576).fill(32));
  };
  using server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () => new Response(new ReadableStream({ pull }, { highWaterMark: 0 })),
  });
  const api = apiFor(`http://127.0.0.1:${server.port}`);
  const error = await rejectionOf(api.call("getMe", (raw) => raw.getMe()));
  expect(error).toMatchObject({ failure: { kind: "broken", reason: "its answer is too long" } });
  expect(given).toBeLessThan(64 * 1_048_576);
});
