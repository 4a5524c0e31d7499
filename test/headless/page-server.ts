/** Pages for a canvas: a title, noise, and one that draws surfaces as the gateway's own page does. */

const hello = "<!doctype html><title>Hello</title><h1>Hello</h1>";

const noise = `<!doctype html><title>Noise</title>
<body style="margin:0"><canvas id="c" width="1280" height="800"></canvas>
<script>
  const context = c.getContext("2d"), image = context.createImageData(1280, 800);
  let x = 1;
  for (let at = 0; at < image.data.length; at++) image.data[at] = (x = (x * 1103515245 + 12345) & 0x7fffffff) >> 16;
  context.putImageData(image, 0, 0);
</script>`;

/** Ready a moment after it loaded, like the real one, which draws first what was there before. */
const surfaces = `<!doctype html><title>Surfaces</title><script>
  const ids = [];
  requestAnimationFrame(() => {
    globalThis.clawdiaA2UI = {
      applyMessages: (messages) => {
        for (const { beginRendering } of messages) ids.push(beginRendering.surfaceId);
        return { ok: true, surfaces: ids };
      },
      reset: () => ({ ok: true }),
    };
  });
</script>`;

export function pageServer(): Disposable & { readonly url: string } {
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request) => {
      const { pathname } = new URL(request.url);
      const page = pathname.includes("/a2ui/") ? surfaces : pathname === "/noise.html" ? noise : hello;
      return new Response(page, { headers: { "content-type": "text/html" } });
    },
  });
  return { url: `http://127.0.0.1:${server.port}`, [Symbol.dispose]: () => void server.stop(true) };
}
