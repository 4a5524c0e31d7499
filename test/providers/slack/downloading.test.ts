import { expect, test } from "bun:test";
import { rejectionOf } from "../../doubles/rejection.ts";
import { linked, type Linked, never } from "./linked.ts";

/** The bytes behind what people sent. */

const bytes = new Uint8Array(300_000).map((_, index) => index % 249);

async function handleOf({ bob, ports }: Linked, fileName = "notes.txt"): Promise<string> {
  const { ts } = await bob.sendsFile({ bytes, fileName });
  return (await ports.heard(ts)).media[0]!.handle;
}

test("a file comes as it was sent, also by another link", async () => {
  await using scene = await linked();
  const handle = await handleOf(scene);
  const file = await scene.link.download!(handle, bytes.length, never);
  expect(file).toEqual({ bytes, mimeType: expect.any(String), fileName: "notes.txt" });
  await scene.link[Symbol.asyncDispose]();
  await using again = await scene.reopen();
  await again.ports.told("connected");
  expect((await again.link.download!(handle, bytes.length, never)).bytes).toEqual(bytes);
  expect(scene.double.calls("download")).toMatchObject([{ token: "bot" }, { token: "bot" }]);
});

test("a file above the limit is not begun when Slack tells its size", async () => {
  await using scene = await linked();
  const handle = await handleOf(scene);
  const refused = scene.link.download!(handle, bytes.length - 1, never);
  expect(await rejectionOf(refused)).toMatchObject({ name: "MediaError", isPermanent: true });
  expect(scene.double.calls("download")).toEqual([]);
});

test("a login page is not a file", async () => {
  await using scene = await linked();
  const handle = await handleOf(scene);
  const page = { kind: "page", status: 200, body: "<html>Sign in</html>" } as const;
  scene.double.fault({ method: "download", does: page });
  expect(await rejectionOf(scene.link.download!(handle, bytes.length, never))).toMatchObject({
    name: "MediaError",
    message: "Slack shows its login page instead of the file",
    isPermanent: false,
  });
});

test.each([
  ["file_not_found", true],
  ["service_unavailable", false],
])("a file whose place is refused with %s is gone: %p", async (error, isPermanent) => {
  await using scene = await linked();
  const handle = await handleOf(scene);
  scene.double.fault({ method: "files.info", does: { kind: "refuse", error } });
  const refused = scene.link.download!(handle, bytes.length, never);
  expect(await rejectionOf(refused)).toMatchObject({ name: "MediaError", isPermanent });
});

test.each([
  [404, true],
  [403, true],
  [500, false],
])("a file that is answered with %p is gone: %p", async (status, isPermanent) => {
  await using scene = await linked();
  const handle = await handleOf(scene);
  scene.double.fault({ method: "download", does: { kind: "page", status, body: "no" } });
  const refused = scene.link.download!(handle, bytes.length, never);
  expect(await rejectionOf(refused)).toMatchObject({ name: "MediaError", isPermanent });
});

/** A host that is not Slack's, and sees what it is given. */
function elsewhere() {
  const seen: (string | null)[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch(request) {
      seen.push(request.headers.get("authorization"));
      const isFirst = new URL(request.url).pathname === "/first";
      return isFirst ? Response.redirect("/second", 302) : new Response(bytes);
    },
  });
  const url = (path: string) => `http://127.0.0.1:${server.port}${path}`;
  return { seen, url, [Symbol.asyncDispose]: () => server.stop(true) };
}

test("the token does not follow a redirect to another host", async () => {
  await using other = elsewhere();
  await using scene = await linked();
  const handle = await handleOf(scene);
  scene.double.redirectFiles(other.url("/first"));
  expect((await scene.link.download!(handle, bytes.length, never)).bytes).toEqual(bytes);
  expect(other.seen).toEqual([null, null]);
});

test("redirects in a circle end", async () => {
  await using scene = await linked();
  const handle = await handleOf(scene);
  scene.double.redirectFiles("/files-pri/again");
  expect(await rejectionOf(scene.link.download!(handle, bytes.length, never))).toMatchObject({ isPermanent: true });
});

test("a download that is cut is worth another try", async () => {
  await using scene = await linked();
  const handle = await handleOf(scene);
  // A request on a kept connection that breaks is made again by the runtime, once.
  scene.double.fault({ method: "download", times: 9, does: { kind: "drop" } });
  const refused = scene.link.download!(handle, bytes.length, never);
  expect(await rejectionOf(refused)).toMatchObject({ name: "MediaError", isPermanent: false });
});
