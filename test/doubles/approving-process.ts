import { Approvals } from "../../src/inbox/index.ts";
import { realClock, realRandom } from "../../src/lib/index.ts";
import { Database } from "../../src/storage/index.ts";

/** A process that approves two hundred people at once, says each once it is on disk, and stays until it is killed. */
const database = new Database(process.argv[2]!, realClock);
const approvals = new Approvals(database, realClock, realRandom);
for (let person = 0; person < 200; person++) {
  const senderId = `p${person}`;
  const sender = { provider: "telegram", accountId: "main", senderId, senderName: undefined };
  const approve = () => database.commit(() => approvals.approve(sender, false, "alice"));
  const told = approve().then(() => process.stdout.write(`${senderId}\n`));
  // Groups of commits, so that the kill falls between some.
  if (person % 10 === 9) await told;
}
process.stdin.resume();
