import { approvePerson } from "../inbox/index.ts";
import * as markup from "../markup/index.ts";
import type { Choices } from "../storage/index.ts";
import { limitsOf } from "../turns/index.ts";
import { SetupDesk, Wizard } from "../wizard/index.ts";
import type { Features } from "./feature-set.ts";
import type { Ground } from "./ground.ts";

/** The setup with all that it needs of the house. */
export function buildWizard(
  { options, database, gateway }: Ground,
  parts: Pick<Features, "models" | "modelSetup" | "approvals" | "inbox" | "sessions" | "messaging"> & {
    readonly choices: Choices;
  },
): Pick<Features, "wizard" | "setupDesk"> {
  const { clock, ids, log } = options.world;
  const { messaging, approvals, inbox, ...rest } = parts;
  const { accounts, logins, outbox, policyOf } = messaging;
  const setupDesk = new SetupDesk({
    ...rest,
    clock,
    database,
    accounts,
    logins,
    outbox,
    policyOf,
    approvals,
    approve: async (stranger, isOwner, by) => {
      await approvePerson({ approvals, inbox, database, publishInbox: gateway.publish }, stranger, { isOwner, by });
    },
    renderFor: (can, text) => Promise.resolve(markup.renderParts(text, limitsOf(can))),
    isService: isSupervised(options.environment ?? {}),
  });
  return { setupDesk, wizard: new Wizard({ desk: setupDesk, clock, ids, log: log.for("wizard") }) };
}

/** systemd names each start of a unit; our launchd job says so itself. */
function isSupervised(environment: Readonly<Record<string, string | undefined>>): boolean {
  return (
    Boolean(environment["INVOCATION_ID"] && environment["NOTIFY_SOCKET"]) ||
    environment["CLAWDIA_SUPERVISOR"] === "launchd"
  );
}
