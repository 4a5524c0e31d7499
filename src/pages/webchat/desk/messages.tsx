import { useMemo, useState } from "preact/hooks";
import { useChat } from "../chat-context.ts";
import { useDesk, useDeskState } from "../desk-context.ts";
import type { MessageFilter } from "../desk-readings.ts";
import { capitalised, fullMoment, listMoment } from "../moments.ts";
import { type Section, sectionTitles, showView } from "../views.ts";
import { Chip, Hollow, Listing } from "./frame.tsx";
import {
  chatKey,
  type InboxMessage,
  inboxStates,
  narrowed,
  type Narrowing,
  chatName,
  nextStep,
  senderOf,
  stateWords,
  wordsOf,
} from "./message-words.ts";
import { useLabel } from "./people.tsx";
import { lineOf, Written } from "./written.tsx";

/** Messages of networks: what became of each, why one was not answered, and what to do about it. */

const everything: Narrowing = { chat: "", words: "", onlyUnanswered: false };
/** As many as are read at once. */
const loadedMax = 200;

export function Messages() {
  const messages = useDeskState((state) => state.messages);
  const filter = useDeskState((state) => state.filter);
  const [narrowing, setNarrowing] = useState(everything);
  return (
    <>
      <Filters filter={filter} narrowing={narrowing} narrow={setNarrowing} loaded={messages.value ?? []} />
      <Listing name="messages" reading={messages} what="what came in" command="clawdia inbox">
        {(loaded) => <Found loaded={loaded} narrowing={narrowing} isFiltered={Object.keys(filter).length > 0} />}
      </Listing>
    </>
  );
}

interface FiltersProps {
  readonly filter: MessageFilter;
  readonly narrowing: Narrowing;
  readonly narrow: (narrowing: Narrowing) => void;
  readonly loaded: readonly InboxMessage[];
}

const unanswered = "unanswered";

function Filters({ filter, narrowing, narrow, loaded }: FiltersProps) {
  const desk = useDesk();
  const networks = useDeskState((state) => state.networks.value);
  const chats = useChats(loaded);
  const chooseState = (choice: string) => {
    const { state: _before, ...rest } = filter;
    narrow({ ...narrowing, onlyUnanswered: choice === unanswered });
    const isKnown = inboxStates.some((name) => name === choice);
    desk.filterMessages(isKnown ? { ...rest, state: choice } : rest);
  };
  const chooseNetwork = (choice: string) => {
    const { channel: _before, ...rest } = filter;
    narrow({ ...narrowing, chat: "" });
    desk.filterMessages(choice === "" ? rest : { ...rest, channel: choice });
  };
  const stateChoices = inboxStates.map((name) => [name, stateWords[name].name] as const);
  const networkChoices = (networks?.channelOrder ?? []).map((id) => [id, networks?.channelLabels[id] ?? id] as const);
  return (
    <search class="filters">
      <input
        type="search"
        aria-label="Search these messages"
        placeholder="Search in what is shown"
        value={narrowing.words}
        autocomplete="off"
        onInput={({ currentTarget }) => narrow({ ...narrowing, words: currentTarget.value })}
      />
      <Choice
        label="State"
        value={narrowing.onlyUnanswered ? unanswered : (filter.state ?? "")}
        choose={chooseState}
        choices={[["", "All states"], [unanswered, "Not answered"], ...stateChoices]}
      />
      <Choice
        label="Network"
        value={filter.channel ?? ""}
        choose={chooseNetwork}
        choices={[["", "All networks"], ...networkChoices, ["webchat", "WebChat"]]}
      />
      <Choice
        label="Chat"
        value={narrowing.chat}
        choose={(chat) => narrow({ ...narrowing, chat })}
        choices={[["", "All chats"], ...chats]}
      />
    </search>
  );
}

type ChoicePair = readonly [value: string, text: string];

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly ChoicePair[];
  readonly choose: (value: string) => void;
}

function Choice({ label, value, choices, choose }: ChoiceProps) {
  return (
    <select aria-label={label} value={value} onChange={({ currentTarget }) => choose(currentTarget.value)}>
      {choices.map(([key, text]) => (
        <option key={key} value={key}>
          {text}
        </option>
      ))}
    </select>
  );
}

/** Chats of the loaded messages: a person's name, or a group's id. */
function useChats(loaded: readonly InboxMessage[]): ChoicePair[] {
  return useMemo(() => {
    const chats = new Map<string, string>();
    for (const message of loaded) {
      if (!chats.has(chatKey(message))) chats.set(chatKey(message), lineOf(chatName(message)));
    }
    return [...chats];
  }, [loaded]);
}

interface FoundProps {
  readonly loaded: readonly InboxMessage[];
  readonly narrowing: Narrowing;
  readonly isFiltered: boolean;
}

function Found({ loaded, narrowing, isFiltered }: FoundProps) {
  const found = useMemo(() => narrowed(loaded, narrowing), [loaded, narrowing]);
  if (found.length === 0) {
    return loaded.length > 0 || isFiltered ? (
      <Hollow title="No message fits">Choose other filters, or search for less.</Hollow>
    ) : (
      <Hollow title="No message came in yet">
        What people write to your agent over a network shows here, with what became of it.
      </Hollow>
    );
  }
  return (
    <>
      <ul class="cards">
        {found.map((message) => (
          <MessageCard key={message.id} message={message} />
        ))}
      </ul>
      {loaded.length === loadedMax && (
        <p class="faint hollow">
          These are the newest {loadedMax} messages. Choose a state or network to see older ones.
        </p>
      )}
    </>
  );
}

function MessageCard({ message }: { readonly message: InboxMessage }) {
  const label = useLabel(message.channel);
  const { reason, peerKind, peerId, receivedAtMs, preview } = message;
  const { name, tone, why } = wordsOf(message);
  const step = nextStep(message);
  return (
    <li class="card">
      <div class="card-head">
        <h4>
          <Written text={senderOf(message)} isLine />
          <span class="faint">
            {" "}
            on {label}
            {peerKind !== "direct" && (
              <>
                , {peerKind} <Written text={peerId} isLine />
              </>
            )}
          </span>
        </h4>
        <time class="faint" title={fullMoment(receivedAtMs)}>
          {listMoment(receivedAtMs, Date.now())}
        </time>
      </div>
      <p class="said">{preview === "" ? <i class="faint">without text</i> : <Written text={preview} />}</p>
      <p>
        <Chip tone={tone} text={name} />{" "}
        <Written text={reason === undefined ? why : `${capitalised(reason)}.`} isLine />
      </p>
      {step && (
        <p class="next-step">
          <span aria-hidden="true">→ </span>
          <Written text={step.text} isLine />
        </p>
      )}
      <Ways message={message} section={step?.section} />
    </li>
  );
}

function Ways({ message, section }: { readonly message: InboxMessage; readonly section: Section | undefined }) {
  const chat = useChat();
  const { sessionKey } = message;
  const isStuck = useDeskState(({ troubled }) =>
    (troubled.value ?? []).some((one) => one.sessionKey === sessionKey && one.createdAtMs >= message.receivedAtMs),
  );
  if (section === undefined && sessionKey === undefined) return null;
  return (
    <div class="acts">
      {section && (
        <button type="button" class="plain" onClick={() => showView(section)}>
          Go to {sectionTitles[section]}
        </button>
      )}
      {sessionKey !== undefined && isStuck && (
        <button type="button" class="plain" onClick={() => showView("deliveries")}>
          An answer got stuck: go to Deliveries
        </button>
      )}
      {sessionKey !== undefined && (
        <button
          type="button"
          class="plain"
          onClick={() => {
            chat.show(sessionKey);
            showView("chat");
          }}
        >
          Open the conversation
        </button>
      )}
    </div>
  );
}
