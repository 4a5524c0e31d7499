import { never, openProcesses, prolific, shell } from "./process-stage.ts";

/** A process that runs a command and is killed in the middle of it: `bun doomed-parent.ts FIFO [RECORD]`. */

const [fifo, record] = process.argv.slice(2);
await openProcesses(record).run(shell(prolific, { args: [fifo!] }), never);
