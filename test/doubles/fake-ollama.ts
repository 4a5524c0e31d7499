/** An Ollama on this machine with one model, which calls the tool of a trial and answers everything else. */
export class FakeOllama implements AsyncDisposable {
  /** The model's next answers fail with these words. */
  troubles: string[] = [];
  /** Answers wait for this. */
  isReady: Promise<void> = Promise.resolve();
  callsTools = true;
  asked = 0;
  readonly #server: Bun.Server<undefined>;

  constructor() {
    this.#server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: (request) => this.#answer(request) });
  }

  /** What `OLLAMA_HOST` says. */
  get host(): string {
    return `127.0.0.1:${this.#server.port}`;
  }

  async #answer(request: Request): Promise<Response> {
    const pages: Readonly<Record<string, unknown>> = {
      "/api/tags": { models: [{ name: "qwen3:8b" }] },
      "/api/ps": { models: [] },
      "/api/show": { capabilities: ["tools"], model_info: { "qwen3.context_length": 40_960 } },
    };
    const page = pages[new URL(request.url).pathname];
    if (page) return Response.json(page);
    this.asked++;
    await this.isReady;
    const trouble = this.troubles.shift();
    if (trouble !== undefined) return Response.json({ error: trouble }, { status: 500 });
    const isTrial = (await request.text()).includes('"report_ready"');
    const call = { function: { name: "report_ready", arguments: { word: "ready" } } };
    const message =
      isTrial && this.callsTools ? { content: "", tool_calls: [call] } : { content: "Good day from qwen." };
    return new Response(`${JSON.stringify({ message, done: true, done_reason: "stop" })}\n`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop(true);
  }
}
