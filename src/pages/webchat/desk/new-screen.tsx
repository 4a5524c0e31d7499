import { useEffect, useRef, useState } from "preact/hooks";
import type { Client } from "../../../client/index.ts";
import { CopyButton } from "../../shared/copy-button.tsx";
import type { Answer } from "../../shared/answers.ts";
import { useDesk, useDeskState } from "../desk-context.ts";
import { Act, Missing, useMay } from "./frame.tsx";
import { nodeName, type ShownNode } from "./node-words.ts";
import { QrCode } from "./qr-code.tsx";
import { countdown, useNow } from "./spans.ts";
import { lineOf } from "./written.tsx";

/** A link that makes one more browser a screen, to be scanned there: once, within minutes. */

interface Made {
  readonly url: string;
  readonly expiresAtMs: number;
  /** Who was there before: the first other one is who came by it. */
  readonly known: readonly string[];
}

export function NewScreen({ nodes }: { readonly nodes: readonly ShownNode[] }) {
  const desk = useDesk();
  const mayInvite = useMay("operator.admin");
  const [made, setMade] = useState<Made>();
  const come = made && nodes.find((node) => isScreen(node) && !made.known.includes(node.nodeId));
  useEffect(() => {
    if (!come) return;
    setMade(undefined);
    desk.tell({ kind: "done", text: `${lineOf(nodeName(come))} is a screen of your agent now.` });
  }, [come, desk]);
  if (!mayInvite) {
    return <Missing scope="operator.admin" what="let new screens in" command="clawdia canvas link --qr" />;
  }
  const keep = (link: Answer<"canvas.link">) => {
    const { expiresAtMs = 0 } = link;
    setMade({ url: outsideAddress(link), expiresAtMs, known: nodes.map(({ nodeId }) => nodeId) });
    return "";
  };
  const make = async () => {
    // What became of it stands on the page itself.
    if (await desk.act(askForLink, keep, [])) desk.tell(undefined);
  };
  if (made) return <Invitation made={made} again={() => void make()} close={() => setMade(undefined)} />;
  return (
    <div class="card card-row">
      <p class="faint">Any browser can be a screen of your agent: a tablet on the wall, a phone, another window.</p>
      <Act kind="strong" text="New screen" act={() => void make()} />
    </div>
  );
}

/** An app that connects meanwhile came some other way. */
function isScreen({ connected, platform }: ShownNode): boolean {
  return connected && platform === "web";
}

function askForLink(client: Client): Promise<Answer<"canvas.link">> {
  return client.call("canvas.link", { kind: "tab", code: true });
}

interface InvitationProps {
  readonly made: Made;
  readonly again: () => void;
  readonly close: () => void;
}

function Invitation({ made, again, close }: InvitationProps) {
  const title = useRef<HTMLHeadingElement>(null);
  const skewMs = useDeskState((state) => state.skewMs);
  const leftMs = made.expiresAtMs - (useNow(1_000) - skewMs);
  useEffect(() => title.current?.focus(), [made]);
  const isOver = leftMs <= 0;
  return (
    <div class="card login">
      <h4 ref={title} tabIndex={-1}>
        New screen
      </h4>
      {isOver ? (
        <p role="status">The link's time is over, and nobody came. Make another one.</p>
      ) : (
        <>
          <p>
            Scan it with the new screen, or open the link there. It lets one browser in, once, without a token: show it
            to nobody else.
          </p>
          <QrCode text={made.url} />
          <div class="command">
            <code>{made.url}</code>
            <CopyButton text={made.url} label="Copy the link" />
          </div>
          <Advice url={made.url} />
          <p class="time-left">{countdown(leftMs)} left</p>
        </>
      )}
      <div class="acts">
        {isOver && <Act kind="strong" text="Make another link" act={again} />}
        <button type="button" class="plain" onClick={close}>
          {isOver ? "Close" : "Cancel"}
        </button>
      </div>
    </div>
  );
}

/** Said before somebody scans what cannot work. */
function Advice({ url }: { readonly url: string }) {
  const { protocol, hostname } = new URL(url);
  if (isLoopback(hostname)) {
    return (
      <p class="lacking">
        This address works on the gateway's own machine only. For other devices set <code>gateway.bind</code> with{" "}
        <code>gateway.tls.enabled</code>, or <code>canvasHost.publicUrl</code> behind a proxy.
      </p>
    );
  }
  if (protocol === "https:") return null;
  return (
    <p class="lacking">
      Browsers want https for any address but their own machine's: turn <code>gateway.tls.enabled</code> on, or set{" "}
      <code>canvasHost.publicUrl</code> to an https address.
    </p>
  );
}

/** This page's own address is one that works, unless it is a name that every machine has for itself. */
function outsideAddress({ url, path }: Pick<Answer<"canvas.link">, "url" | "path">): string {
  const isElsewhere = !isLoopback(location.hostname) && new URL(url).protocol !== "https:";
  return isElsewhere ? `${location.origin}${path}` : url;
}

function isLoopback(hostname: string): boolean {
  return ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
}
