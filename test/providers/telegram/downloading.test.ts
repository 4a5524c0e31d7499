import { expect, test } from "bun:test";
import { rejectionOf } from "../../doubles/rejection.ts";
import { linked, type Linked, never } from "./linked.ts";

/** The bytes behind what people sent. */

const bytes = new Uint8Array(300_000).map((_, index) => index % 249);

async function handleOf({ bob, ports }: Linked): Promise<string> {
  const { messageId } = await bob.sendsDocument({ bytes, fileName: "notes.txt", mimeType: "text/plain" });
  return (await ports.heard(String(messageId))).media[0]!.handle;
}

test("a file comes as it was sent, also by another link", async () => {
  await using scene = await linked();
  const handle = await handleOf(scene);
  const file = await scene.link.download!(handle, bytes.length, never);
  expect(file).toEqual({ bytes, mimeType: undefined, fileName: expect.stringMatching(/\.txt$/) });
  await scene.link[Symbol.asyncDispose]();
  await using again = await scene.reopen();
  await again.ports.told("connected");
  expect((await again.link.download!(handle, bytes.length, never)).bytes).toEqual(bytes);
});

test("a file above the limit is not begun when Telegram tells its size", async () => {
  await using scene = await linked();
  const handle = await handleOf(scene);
  const refused = scene.link.download!(handle, bytes.length - 1, never);
  expect(await rejectionOf(refused)).toMatchObject({ name: "MediaError", isPermanent: true });
  expect(scene.double.calls("download")).toEqual([]);
});

/** A Bot API server that lies about files. */
function liar(path: string, serve: () => Response) {
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    fetch(request) {
      const { pathname } = new URL(request.url);
      if (pathname.startsWith("/file/")) return serve();
      return Response.json({ ok: true, result: pathname.endsWith("/getFile") ? { file_path: path } : [] });
    },
  });
  return { apiRoot: `http://127.0.0.1:${server.port}`, [Symbol.asyncDispose]: () => server.stop(true) };
}

const endless = () =>
  new Response(new ReadableStream({ pull: (stream) => stream.enqueue(new Uint8Array(65_536)) }, { highWaterMark: 0 }));

test.each<readonly [string, string, () => Response, object]>([
  ["a file without an end", "a/b", endless, { isPermanent: true, message: "the file is larger than 100000 bytes" }],
  ["a file that says it is too long", "a/b", () => new Response("x".repeat(200_000)), { isPermanent: true }],
  ["a file that is gone", "a/b", () => new Response("", { status: 404 }), { isPermanent: true }],
  ["a server in trouble", "a/b", () => new Response("", { status: 502 }), { isPermanent: false }],
  ["a redirect", "a/b", () => Response.redirect("http://127.0.0.1:1/"), { isPermanent: false }],
  ["a path on the server's own disk", "/var/a", () => new Response("x"), { isPermanent: true }],
  ["no path", "", () => new Response("x"), { isPermanent: false }],
])("%s is refused", async (_, path, serve, verdict) => {
  await using scene = await linked();
  await using server = liar(path, serve);
  await using other = await scene.reopen({ apiRoot: server.apiRoot });
  const refused = other.link.download!("file", 100_000, never);
  expect(await rejectionOf(refused)).toMatchObject({ name: "MediaError", ...verdict });
});

test("a server that stalls is given up, and an abort ends the wait at once", async () => {
  await using scene = await linked();
  const stalled = Promise.withResolvers<void>();
  let asked = 0;
  await using server = liar("a/b", () => {
    if (++asked === 2) stalled.resolve();
    return new Response(new ReadableStream({ start: (stream) => stream.enqueue(new Uint8Array(10)) }));
  });
  await using other = await scene.reopen({ apiRoot: server.apiRoot });
  const abort = new AbortController();
  const waiting = other.link.download!("file", 100, abort.signal);
  const late = other.link.download!("file", 100, never);
  await stalled.promise;
  abort.abort("enough");
  expect(await rejectionOf(waiting)).toBe("enough");
  const failed = late.catch((error: unknown) => error);
  await scene.clock.advance(300_000);
  expect(await failed).toMatchObject({ name: "MediaError", isPermanent: false });
});

test.each([
  ["Bad Request: file is too big", true],
  ["Bad Request: invalid file_id", true],
  ["Bad Request: wrong file_id or the file is temporarily unavailable", false],
] as const)("%s: asking again is useless is %p", async (description, isPermanent) => {
  await using scene = await linked();
  scene.double.fault({ method: "getFile", does: { kind: "refuse", code: 400, description } });
  const refused = scene.link.download!("file", 100, never);
  expect(await rejectionOf(refused)).toMatchObject({ name: "MediaError", isPermanent });
});
