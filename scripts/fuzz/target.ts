import { connectRaw } from "../lib/gateway-process.ts";
import { opcodes, type RawSocket } from "../lib/raw-socket.ts";

/** One socket under fuzz: it knows what it asked, and complains of a missing or doubled answer. */

const answerMs = 5_000;

interface Open {
  readonly method: string;
  readonly atMs: number;
  answers: number;
}

export class Target {
  readonly complaints: string[] = [];
  answered = 0;
  closes = 0;
  readonly #port: number;
  readonly #open = new Map<string, Open>();
  #socket: RawSocket | undefined;
  #isClosed = true;

  constructor(port: number) {
    this.#port = port;
  }

  get openCount(): number {
    return this.#open.size;
  }

  async ready(): Promise<RawSocket> {
    if (this.#socket && !this.#isClosed) return this.#socket;
    const socket = await connectRaw(this.#port);
    this.#isClosed = false;
    socket.onFrame = ({ opcode, payload }) => this.#receive(opcode, payload);
    void socket.closed.then(() => {
      this.#isClosed = true;
      this.closes++;
      // A close answers everything that was open.
      this.#open.clear();
    });
    this.#socket = socket;
    return socket;
  }

  asked(id: string, method: string): void {
    this.#open.set(id, { method, atMs: performance.now(), answers: 0 });
  }

  /** Complains of requests that wait too long. Runs may take as long as they take, once they were acknowledged. */
  checkLate(): void {
    for (const [id, { method, atMs, answers }] of this.#open) {
      if (answers > 0 || performance.now() - atMs < answerMs) continue;
      this.complaints.push(`no answer in ${answerMs} ms: ${method} ${id}`);
      this.#open.delete(id);
    }
  }

  end(): void {
    this.#socket?.end();
  }

  #receive(opcode: number, payload: Buffer): void {
    if (opcode !== opcodes.text) return;
    const frame = JSON.parse(payload.toString("utf8")) as { type: string; id?: string; payload?: { status?: string } };
    if (frame.type !== "res" || frame.id === undefined) return;
    const open = this.#open.get(frame.id);
    if (!open) {
      if (frame.id.startsWith("f-")) this.complaints.push(`an answer too many: ${frame.id}`);
      return;
    }
    this.answered++;
    open.answers++;
    const isFirstOfTwo = open.method === "agent" && frame.payload?.status === "accepted";
    if (!isFirstOfTwo) this.#open.delete(frame.id);
  }
}
