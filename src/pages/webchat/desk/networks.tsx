import { useState } from "preact/hooks";
import type { Client } from "../../../client/index.ts";
import { useStore } from "../../shared/store.ts";
import { useDesk, useDeskState } from "../desk-context.ts";
import type { Lists } from "../desk-readings.ts";
import { ConfirmDialog } from "../dialogs.tsx";
import { Act, Chip, Hollow, Listing, Missing, useMay } from "./frame.tsx";
import { beginLogin, currentLogin } from "./login.ts";
import { AccountForm, LoginPanel } from "./login-panel.tsx";
import { accountOf, type AccountShown, accountWords, probeWords } from "./network-words.ts";
import { useGatewayNow } from "./people.tsx";
import { agoWords } from "./spans.ts";
import { Written } from "./written.tsx";

/** The messaging networks: how each account is, what mends it, and linking new ones. */

type Status = Lists["networks"];

/** A network that does not answer is waited for no longer. */
const probeMs = 10_000;

export function Networks() {
  const desk = useDesk();
  const networks = useDeskState((state) => state.networks);
  const mayLink = useMay("operator.admin");
  const [isAsking, setAsking] = useState(false);
  const [probes, setProbes] = useState<Status["channelAccounts"]>({});
  const probe = async () => {
    if (isAsking) return;
    setAsking(true);
    await desk.ask(askAll, ({ channelAccounts }) => {
      setProbes(channelAccounts);
      return "Every network was asked.";
    });
    setAsking(false);
    await desk.read("networks");
  };
  return (
    <Listing name="networks" reading={networks} what="how the networks are" command="clawdia providers list">
      {(status) => (
        <>
          {!mayLink && (
            <Missing scope="operator.admin" what="link accounts or log them out" command="clawdia providers add" />
          )}
          {status.channelOrder.length === 0 && <Hollow title="This gateway has no networks" />}
          {status.channelOrder.map((id) => (
            <Network key={id} id={id} status={status} probes={probes[id] ?? []} mayLink={mayLink} />
          ))}
          {Object.values(status.channelAccounts).flat().length > 0 && (
            <div class="acts">
              <Act text={isAsking ? "Asking…" : "Ask every network now"} icon="retry" act={() => void probe()} />
            </div>
          )}
        </>
      )}
    </Listing>
  );
}

function askAll(client: Client): Promise<Status> {
  const slow = { timeoutMs: probeMs + 5_000 };
  return client.call("channels.status", { probe: true, timeoutMs: probeMs }, slow);
}

interface NetworkProps {
  readonly id: string;
  readonly status: Status;
  /** The accounts as they were when every network was asked. */
  readonly probes: Status["channelAccounts"][string];
  readonly mayLink: boolean;
}

function Network({ id, status, probes, mayLink }: NetworkProps) {
  const desk = useDesk();
  const login = useStore(currentLogin, (value) => value);
  const label = status.channelLabels[id] ?? id;
  const probed = new Map(probes.map((open) => [accountOf(open).accountId, accountOf(open).probe]));
  const accounts = (status.channelAccounts[id] ?? [])
    .map(accountOf)
    .map((account) => ({ ...account, probe: account.probe ?? probed.get(account.accountId) }));
  const isLinking = login?.channel === id;
  const canLogin = accounts.length === 0 || accounts.some((account) => account.canLogin);
  const begin = (accountId: string) => beginLogin(desk, id, accountId);
  return (
    <section class="desk-group" aria-label={label}>
      <h3>
        <Written text={label} isLine />
      </h3>
      <ul class="cards">
        {accounts.map((account) => (
          <AccountCard key={account.accountId} channel={id} account={account} mayLink={mayLink} begin={begin} />
        ))}
      </ul>
      {accounts.length === 0 && !isLinking && (
        <div class="card card-row">
          <p class="faint">No account is linked.</p>
          {mayLink && <Act kind="strong" text="Link an account" label={`Link ${label}`} act={() => begin("main")} />}
        </div>
      )}
      {isLinking && <LoginPanel key={login.accountId} login={login} label={label} />}
      {mayLink && canLogin && accounts.length > 0 && !isLinking && <AccountForm begin={begin} />}
    </section>
  );
}

interface AccountProps {
  readonly channel: string;
  readonly account: AccountShown;
  readonly mayLink: boolean;
  readonly begin: (accountId: string) => void;
}

function AccountCard({ channel, account, mayLink, begin }: AccountProps) {
  const nowMs = useGatewayNow();
  const { accountId, who, cure, probe, lastInAtMs, lastOutAtMs } = account;
  const { name, tone, text } = accountWords(account, nowMs);
  const isLinkCure = cure?.startsWith("clawdia providers add") === true;
  return (
    <li class="card">
      <div class="card-head">
        <h4>
          {who !== undefined && <Written text={who} isLine />}{" "}
          <span class="faint">
            account <Written text={accountId} isLine />
          </span>
        </h4>
        <Chip tone={tone} text={name} />
      </div>
      {text !== "" && (
        <p>
          <Written text={text} isLine />
        </p>
      )}
      {cure !== undefined && !(isLinkCure && account.canLogin && mayLink) && (
        <p class="next-step">
          <span aria-hidden="true">→ </span>
          <code>
            <Written text={cure} isLine />
          </code>
        </p>
      )}
      {probe && (
        <p class={probe.isOk ? "faint" : "trouble"}>
          <Written text={probeWords(probe)} isLine />
        </p>
      )}
      <p class="faint">
        {lastInAtMs === undefined
          ? "No message came in since the start"
          : `Last message ${agoWords(lastInAtMs, nowMs)}`}
        {lastOutAtMs !== undefined && `, last answer ${agoWords(lastOutAtMs, nowMs)}`}.
      </p>
      {mayLink && <AccountActs channel={channel} account={account} begin={begin} />}
    </li>
  );
}

function AccountActs({ channel, account, begin }: Omit<AccountProps, "mayLink">) {
  const desk = useDesk();
  const [isAsked, setAsked] = useState(false);
  const { accountId, canLogin, state, isConfigured } = account;
  const isUnderWay = useStore(currentLogin, (login) => login?.channel === channel && login.accountId === accountId);
  const needsLink = (state === "logged-out" || !isConfigured) && !isUnderWay;
  const logout = () =>
    desk.act(
      (client) => client.call("channels.logout", { channel, accountId }),
      ({ cleared }) => `${channel}/${accountId} is closed${cleared ? ", and its credentials are deleted" : ""}.`,
      ["networks"],
    );
  return (
    <div class="acts">
      {canLogin && needsLink && (
        <Act
          kind="strong"
          text={state === "logged-out" ? "Link again" : "Link"}
          label={`Link ${channel}/${accountId}`}
          act={() => begin(accountId)}
        />
      )}
      {isConfigured && <Act text="Log out" label={`Log ${channel}/${accountId} out`} act={() => setAsked(true)} />}
      {isAsked && (
        <ConfirmDialog
          title={`Log ${channel}/${accountId} out?`}
          text="The account is closed and what its login kept is deleted. To come back it must be linked again."
          verb="Log out"
          close={() => setAsked(false)}
          confirm={() => void logout()}
        />
      )}
    </div>
  );
}
