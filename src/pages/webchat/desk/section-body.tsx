import { useEffect } from "preact/hooks";
import { realClock, slept } from "../../../lib/index.ts";
import { useDesk } from "../desk-context.ts";
import type { ListName } from "../desk-readings.ts";
import type { Section } from "../views.ts";
import { Commands } from "./commands.tsx";
import { Deliveries } from "./deliveries.tsx";
import { Page } from "./frame.tsx";
import { Messages } from "./messages.tsx";
import { Networks } from "./networks.tsx";
import { Nodes } from "./nodes.tsx";
import { People } from "./people.tsx";
import { Setup } from "./setup.tsx";

/** The inside of a page beside the chat. */

const bodies = {
  people: People,
  commands: Commands,
  messages: Messages,
  deliveries: Deliveries,
  networks: Networks,
  nodes: Nodes,
  setup: Setup,
} as const;

const lists: Readonly<Record<Section, readonly ListName[]>> = {
  people: ["people", "networks"],
  commands: ["commands", "rules"],
  messages: ["messages", "troubled", "networks"],
  deliveries: ["troubled", "sent", "networks"],
  networks: ["networks"],
  nodes: ["nodes", "nodeRequests"],
  setup: ["setup"],
};

/** No event tells of each send, and one may be lost: what is on the screen is read again this often. */
const againMs = 5_000;

/** What a person is being asked about does not go away under their hands. */
function isLookedAt(): boolean {
  return !document.hidden && document.querySelector("dialog[open]") === null;
}

export function SectionBody({ section }: { readonly section: Section }) {
  const desk = useDesk();
  useEffect(() => {
    const over = new AbortController();
    desk.tell(undefined);
    desk.watch(lists[section]);
    const again = async () => {
      while (await slept(realClock, againMs, over.signal)) if (isLookedAt()) desk.readWatched();
    };
    void again();
    return () => {
      over.abort();
      desk.watch([]);
    };
  }, [desk, section]);
  const Body = bodies[section];
  return (
    <Page>
      <Body />
    </Page>
  );
}
