import type { RecordChange, Records } from "../provider.ts";

/** A session of the gateway as it is kept: with it, another link goes on where this one was. */
export interface KeptSession {
  readonly sessionId: string;
  readonly resumeUrl: string;
  /** Everything up to this number was taken. */
  readonly sequence: number;
}

const kind = "session";
const id = "gateway";

export class SessionRecord {
  readonly #records: Records;

  constructor(records: Records) {
    this.#records = records;
  }

  load(): KeptSession | undefined {
    return parsed(this.#records.get(kind, id));
  }

  /** What is to be written to keep it. */
  change(session: KeptSession): RecordChange {
    return { kind, id, value: JSON.stringify(session) };
  }

  async forget(): Promise<void> {
    await this.#records.write([{ kind, id, value: undefined }]);
  }
}

function parsed(text: string | undefined): KeptSession | undefined {
  if (text === undefined) return undefined;
  const { sessionId, resumeUrl, sequence } = JSON.parse(text) as Partial<KeptSession>;
  if (typeof sessionId !== "string" || typeof resumeUrl !== "string" || typeof sequence !== "number") return undefined;
  return { sessionId, resumeUrl, sequence };
}
