import { expect, test } from "bun:test";
import { detect, type Detection } from "../../../src/engine/index.ts";
import { realClock } from "../../../src/lib/index.ts";

/** Servers on free ports of this machine; where a test names none, nobody listens. */

const nobody = "http://127.0.0.1:9";

type Pages = Readonly<Record<string, unknown>>;

class FakeServer implements AsyncDisposable {
  readonly asked: string[] = [];
  readonly #server: Bun.Server<undefined>;

  constructor(pages: Pages) {
    this.#server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: async (request) => {
        const path = new URL(request.url).pathname;
        this.asked.push(`${request.method} ${path}`);
        const page = pages[path];
        if (page === undefined) return new Response("", { status: 404 });
        if (page === "hangs") return new Promise<Response>(() => undefined);
        return typeof page === "function" ? Response.json(page(await request.json())) : Response.json(page);
      },
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop(true);
  }
}

function found(
  addresses: Partial<Parameters<typeof detect>[0]["addresses"]> = {},
  environment: Readonly<Record<string, string>> = {},
  commands: readonly string[] = [],
): Promise<Detection> {
  return detect({
    environment,
    clock: realClock,
    isOnPath: (command) => commands.includes(command),
    addresses: { ollama: nobody, llamaCpp: nobody, lmStudio: nobody, other: nobody, ...addresses },
  });
}

const ollamaPages: Pages = {
  "/api/tags": { models: [{ name: "qwen3:8b" }, { name: "old:1b" }] },
  "/api/ps": { models: [{ name: "qwen3:8b" }] },
  "/api/show": ({ model }: { readonly model: string }) =>
    model === "qwen3:8b"
      ? { capabilities: ["completion", "tools", "thinking"], model_info: { "qwen3.context_length": 40_960 } }
      : { capabilities: ["completion"], model_info: { "llama.context_length": 4_096 } },
};

test("nothing there is nothing found", async () => {
  expect(await found()).toEqual({ servers: [], keys: [], commands: [] });
});

test("Ollama tells its models and what each can do", async () => {
  await using ollama = new FakeServer(ollamaPages);
  const { servers } = await found({ ollama: ollama.url });
  expect(servers).toEqual([
    {
      vendor: "ollama",
      label: "Ollama",
      kind: "ollama",
      baseUrl: ollama.url,
      models: [
        { id: "qwen3:8b", contextTokens: 40_960, tools: true, reasoning: true, images: false, isLoaded: true },
        { id: "old:1b", contextTokens: 4_096, tools: false, reasoning: false, images: false, isLoaded: false },
      ],
      advice: undefined,
    },
  ]);
});

test("Ollama without models says what to do", async () => {
  await using ollama = new FakeServer({ "/api/tags": { models: [] } });
  const { servers } = await found({ ollama: ollama.url });
  expect(servers[0]?.advice).toContain("ollama pull");
});

test("OLLAMA_HOST is looked at where it means this machine, and only there", async () => {
  await using ollama = new FakeServer(ollamaPages);
  const here = await found({ ollama: undefined }, { OLLAMA_HOST: ollama.url.slice("http://".length) });
  expect(here.servers.map(({ baseUrl }) => baseUrl)).toEqual([ollama.url]);
});

test("llama.cpp is known by its properties, and a small context is said", async () => {
  await using server = new FakeServer({
    "/props": { default_generation_settings: { n_ctx: 8_192 }, chat_template_caps: { supports_tools: true } },
    "/v1/models": { data: [{ id: "gemma-3.gguf" }] },
  });
  const { servers } = await found({ llamaCpp: server.url });
  expect(servers).toMatchObject([
    {
      vendor: "llamacpp",
      kind: "openai-compatible",
      baseUrl: `${server.url}/v1`,
      models: [{ id: "gemma-3.gguf", contextTokens: 8_192, tools: true }],
      advice: expect.stringContaining("--ctx-size"),
    },
  ]);
});

test("llama.cpp whose template knows no tools says so", async () => {
  await using server = new FakeServer({
    "/props": { default_generation_settings: { n_ctx: 32_768 }, chat_template_caps: { supports_tools: false } },
    "/v1/models": { data: [{ id: "m" }] },
  });
  const { servers } = await found({ llamaCpp: server.url });
  expect(servers[0]?.advice).toContain("--jinja");
});

test("LM Studio tells which models are loaded, and embeddings are none", async () => {
  await using server = new FakeServer({
    "/api/v0/models": {
      data: [
        { id: "qwen3", type: "llm", state: "loaded", max_context_length: 131_072, loaded_context_length: 32_768 },
        { id: "pixtral", type: "vlm", state: "not-loaded", max_context_length: 131_072 },
        { id: "nomic", type: "embeddings", state: "loaded" },
      ],
    },
  });
  const { servers } = await found({ lmStudio: server.url });
  expect(servers).toMatchObject([
    {
      vendor: "lmstudio",
      models: [
        { id: "qwen3", contextTokens: 32_768, images: false, isLoaded: true },
        { id: "pixtral", contextTokens: 131_072, images: true, isLoaded: false },
      ],
    },
  ]);
  expect(servers[0]?.models.length).toBe(2);
});

test("vLLM is told from other servers", async () => {
  await using vllm = new FakeServer({ "/v1/models": { data: [{ id: "m", owned_by: "vllm", max_model_len: 65_536 }] } });
  await using other = new FakeServer({ "/v1/models": { data: [{ id: "m", owned_by: "me" }] } });
  expect((await found({ other: vllm.url })).servers).toMatchObject([
    { vendor: "vllm", models: [{ id: "m", contextTokens: 65_536 }] },
  ]);
  expect((await found({ other: other.url })).servers).toMatchObject([{ vendor: "local" }]);
});

test("somebody else on a port is nobody", async () => {
  await using page = new FakeServer({ "/props": "hello", "/api/tags": { models: "none" }, "/v1/models": { data: 7 } });
  const at = page.url;
  expect((await found({ ollama: at, llamaCpp: at, lmStudio: at, other: at })).servers).toEqual([]);
});

test("a server that hangs is not waited for", async () => {
  await using slow = new FakeServer({ "/api/tags": "hangs", "/props": "hangs", "/v1/models": "hangs" });
  await using other = new FakeServer({ "/v1/models": { data: [{ id: "m" }] } });
  const startedAtMs = realClock.elapsedMs();
  const { servers } = await found({ ollama: slow.url, llamaCpp: slow.url, other: other.url });
  expect(servers.map(({ vendor }) => vendor)).toEqual(["local"]);
  expect(realClock.elapsedMs() - startedAtMs).toBeLessThan(2_000);
});

test("it only looks: nothing is asked that would load or change a model", async () => {
  await using ollama = new FakeServer(ollamaPages);
  await found({ ollama: ollama.url });
  expect(new Set(ollama.asked)).toEqual(new Set(["GET /api/tags", "GET /api/ps", "POST /api/show"]));
});

test("keys of the environment are told by name, and never by value", async () => {
  const detection = await found(
    {},
    { ANTHROPIC_API_KEY: "sk-ant-secret", GOOGLE_API_KEY: "AIza-secret", OPENAI_API_KEY: " " },
  );
  expect(detection.keys).toEqual([
    { vendor: "anthropic", label: "Anthropic", variable: "ANTHROPIC_API_KEY" },
    { vendor: "google", label: "Google Gemini", variable: "GOOGLE_API_KEY" },
  ]);
  expect(JSON.stringify(detection)).not.toContain("secret");
});

test("other agents on the path are told by name", async () => {
  expect((await found({}, {}, ["codex", "gemini", "rm"])).commands).toEqual(["codex", "gemini"]);
});
