import type { IncomingMessage, ServerResponse } from "node:http";

const place = /^\/(?:cdn3\/)?attachments\/([0-9a-zA-Z-]{10,})$/;

/** Encrypted files as Signal's storage takes them (tus: made, asked how far it got, added to) and gives them out. */
export class Uploads {
  readonly #files = new Map<string, Buffer>();

  /** Whether the path is one of a file; files that others put there are not known here. */
  takes(path: string): boolean {
    const [, key] = place.exec(path) ?? [];
    return key !== undefined && (path.startsWith("/cdn3/") || this.#files.has(key));
  }

  put(key: string, blob: Buffer): void {
    this.#files.set(key, blob);
  }

  serve(request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const key = place.exec(request.url ?? "")![1]!;
    const kept = this.#files.get(key);
    const tus = { "tus-resumable": "1.0.0", "cache-control": "no-store" };
    switch (request.method) {
      case "POST":
        this.#files.set(key, body);
        response.writeHead(201, {
          ...tus,
          location: `https://${request.headers.host}${request.url}`,
          "upload-offset": body.length,
        });
        return void response.end();
      case "HEAD":
        response.writeHead(kept ? 200 : 404, { ...tus, "upload-offset": kept?.length ?? 0 });
        return void response.end();
      case "PATCH": {
        const whole = Buffer.concat([kept ?? Buffer.alloc(0), body]);
        this.#files.set(key, whole);
        response.writeHead(204, { ...tus, "upload-offset": whole.length });
        return void response.end();
      }
      default:
        response.writeHead(kept ? 200 : 404, { "content-type": "application/octet-stream" });
        response.end(kept);
    }
  }
}
