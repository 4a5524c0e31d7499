import { type ChatCompletionRequest, LLMock } from "@copilotkit/aimock";
import type { VendorSettings } from "../../src/config/index.ts";

/** Vendors of language models on this machine: every wire behind one address, with a book of what was asked. */

export interface Asked {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  // Each wire has its own words; tests look at single fields.
  readonly body: Wire;
}

export interface Wire {
  readonly [name: string]: Wire & Wire[] & string & number & boolean;
}

export const vendorKey = "sk-test-0123456789abcdef-SECRET";

/** The mock of all vendors, behind a door that writes down each request as it came over the wire. */
export class ModelVendors implements AsyncDisposable {
  readonly mock: LLMock;
  readonly asked: Asked[] = [];
  readonly #door: Bun.Server<undefined>;

  private constructor(mock: LLMock) {
    this.mock = mock;
    this.#door = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      idleTimeout: 0,
      fetch: (request) => this.#pass(request),
    });
  }

  static async open(): Promise<ModelVendors> {
    const mock = new LLMock({ port: 0, logLevel: "silent", chunkSize: 8 });
    await mock.start();
    return new ModelVendors(mock);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#door.port}`;
  }

  get last(): Asked {
    return this.asked.at(-1)!;
  }

  /** Settings of every wire. */
  get settings(): Record<WireName, VendorSettings> {
    return wireSettings(this.url);
  }

  /** Forgets what is said and what was asked. */
  reset(): void {
    this.mock.clearFixtures();
    this.mock.resetMatchCounts();
    this.asked.length = 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#door.stop(true);
    await this.mock.stop();
  }

  async #pass(request: Request): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    const text = await request.text();
    this.asked.push({
      path: pathname,
      headers: Object.fromEntries(request.headers),
      body: text === "" ? {} : (JSON.parse(text) as Wire),
    });
    return fetch(`${this.mock.url}${pathname}${search}`, {
      method: request.method,
      headers: request.headers,
      signal: request.signal,
      ...(text !== "" && { body: text }),
    });
  }
}

export const wireNames = ["anthropic", "openai", "google", "compatible", "ollama"] as const;
export type WireName = (typeof wireNames)[number];

/** A model of each wire, as tests name it. */
export const wireModels: Readonly<Record<WireName, string>> = {
  anthropic: "anthropic/claude-sonnet-5-5",
  openai: "openai/gpt-6.1-sol",
  google: "google/gemini-3.8-flash",
  compatible: "compatible/some/model-7b",
  ollama: "ollama/qwen3:8b",
};

export function wireSettings(url: string): Record<WireName, VendorSettings> {
  const rest = {
    models: [],
    quirks: {
      reasoningField: "reasoning_content",
      stringContentOnly: false,
      maxTokensField: "max_tokens",
      noTools: false,
    },
  } as const;
  const cost = { input: 1, output: 10 };
  return {
    anthropic: { kind: "anthropic", baseUrl: `${url}/v1`, apiKey: vendorKey, ...rest, models: [] },
    openai: { kind: "openai", baseUrl: `${url}/v1`, apiKey: vendorKey, ...rest, models: [] },
    google: { kind: "google", baseUrl: `${url}/v1beta`, apiKey: vendorKey, ...rest, models: [] },
    compatible: {
      kind: "openai-compatible",
      baseUrl: `${url}/v1`,
      apiKey: vendorKey,
      ...rest,
      models: [{ id: "some/model-7b", reasoning: true, contextTokens: 60_000, cost }],
    },
    ollama: {
      kind: "ollama",
      baseUrl: url,
      ...rest,
      models: [{ id: "qwen3:8b", reasoning: true, contextTokens: 40_960 }],
    },
  };
}

/** What a person said last, for answers that depend on it. */
export function lastSaid({ messages }: ChatCompletionRequest): string {
  const content = messages.findLast(({ role }) => role === "user")?.content ?? "";
  return typeof content === "string" ? content : content.map(({ text }) => text ?? "").join("");
}

/** A server that answers as the test says, request by request; the last answer stays. */
export class ScriptedVendor implements AsyncDisposable {
  readonly asked: Asked[] = [];
  /** How many requests were given up by the one who asked. */
  aborted = 0;
  answers: ((asked: Asked) => Response | Promise<Response>)[];
  readonly #server: Bun.Server<undefined>;
  #hung = Promise.withResolvers<void>();

  constructor(...answers: ScriptedVendor["answers"]) {
    this.answers = answers;
    this.#server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      idleTimeout: 0,
      fetch: async (request) => {
        request.signal.addEventListener("abort", () => {
          this.aborted++;
          this.#hung.resolve();
        });
        const asked: Asked = {
          path: new URL(request.url).pathname,
          headers: Object.fromEntries(request.headers),
          body: (await request.json()) as Wire,
        };
        this.asked.push(asked);
        const answer = this.answers.length > 1 ? this.answers.shift()! : this.answers[0]!;
        return answer(asked);
      },
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.port}`;
  }

  /** Resolves when somebody hung up. */
  get hungUp(): Promise<void> {
    return this.#hung.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop(true);
  }
}

/** An answer of an OpenAI-compatible server, in the pieces given. */
export function chatAnswer(...pieces: readonly string[]): Response {
  const usage = { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 };
  return eventStream(
    ...pieces.map((content) => chatChunk({ content })),
    chatChunk({}, "stop"),
    `data: ${JSON.stringify({ id: "c", choices: [], usage })}\n\n`,
    "data: [DONE]\n\n",
  );
}

export function chatChunk(delta: object, finish: string | null = null): string {
  return `data: ${JSON.stringify({ id: "c", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
}

export function chatToolCall(id: string, name: string, input: string): Response {
  const call = { index: 0, id, type: "function", function: { name, arguments: input } };
  const delta = { role: "assistant", tool_calls: [call] };
  return eventStream(chatChunk(delta), chatChunk({}, "tool_calls"), "data: [DONE]\n\n");
}

export function eventStream(...pieces: readonly string[]): Response {
  return new Response(pieces.join(""), { headers: { "content-type": "text/event-stream" } });
}

/** Begins and then says nothing more, until the reader hangs up. */
export function endlessStream(...pieces: readonly string[]): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (const piece of pieces) controller.enqueue(encoder.encode(piece));
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

export function failure(status: number, error: object, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify({ error }), {
    status,
    headers: { "content-type": "application/json", ...headers },
  });
}
