import { useState } from "preact/hooks";
import { useDesk, useDeskState } from "../desk-context.ts";
import { ConfirmDialog } from "../dialogs.tsx";
import { fullMoment, listMoment } from "../moments.ts";
import { type Decision, decided, type Delivery, deliveryWords, needsDecision, questionFor } from "./delivery-words.ts";
import { Act, Chip, Hollow, Listing, Missing, useMay } from "./frame.tsx";
import { useLabel } from "./people.tsx";
import { Written } from "./written.tsx";

/** Messages on their way out, and those that got stuck. */

type Choice = "troubled" | "sent";

export function Deliveries() {
  const [choice, setChoice] = useState<Choice>("troubled");
  const reading = useDeskState((state) => state[choice]);
  const mayDecide = useMay("operator.write");
  return (
    <>
      <div class="tabs" role="group" aria-label="Which deliveries">
        <Tab text="Need a decision" isChosen={choice === "troubled"} choose={() => setChoice("troubled")} />
        <Tab text="Newest" isChosen={choice === "sent"} choose={() => setChoice("sent")} />
      </div>
      <Listing name={choice} reading={reading} what="what became of messages" command="clawdia deliveries list">
        {(deliveries) =>
          deliveries.length === 0 ? (
            <Nothing choice={choice} />
          ) : (
            <>
              {!mayDecide && deliveries.some(needsDecision) && (
                <Missing scope="operator.write" what="decide here" command="clawdia deliveries" />
              )}
              <ul class="cards">
                {deliveries.map((delivery) => (
                  <DeliveryCard key={delivery.id} delivery={delivery} mayDecide={mayDecide} />
                ))}
              </ul>
            </>
          )
        }
      </Listing>
    </>
  );
}

function Nothing({ choice }: { readonly choice: Choice }) {
  if (choice === "sent") return <Hollow title="Nothing was sent yet" />;
  return (
    <Hollow title="Every message arrived">
      When a network refuses one, or nobody can tell whether it arrived, you decide here.
    </Hollow>
  );
}

interface TabProps {
  readonly text: string;
  readonly isChosen: boolean;
  readonly choose: () => void;
}

function Tab({ text, isChosen, choose }: TabProps) {
  return (
    <button type="button" aria-pressed={isChosen} onClick={choose}>
      {text}
    </button>
  );
}

interface CardProps {
  readonly delivery: Delivery;
  readonly mayDecide: boolean;
}

function DeliveryCard({ delivery, mayDecide }: CardProps) {
  const label = useLabel(delivery.channel);
  const { state, to, preview, error, createdAtMs, attempts, mayBeDouble } = delivery;
  const { name, tone, text } = deliveryWords[state];
  return (
    <li class="card">
      <div class="card-head">
        <h4>
          To <Written text={to} isLine /> <span class="faint">on {label}</span>
        </h4>
        <time class="faint" title={fullMoment(createdAtMs)}>
          {listMoment(createdAtMs, Date.now())}
        </time>
      </div>
      <p class="said">{preview === "" ? <i class="faint">a file or a picture</i> : <Written text={preview} />}</p>
      <p>
        <Chip tone={tone} text={name} /> {text}
      </p>
      {error !== undefined && state !== "sent" && (
        <p class="faint">
          The network said: <Written text={error} isLine />
          {attempts > 1 && ` (${attempts} attempts)`}
        </p>
      )}
      {mayBeDouble && <p class="faint">It was tried more than once, so it may be in the chat twice.</p>}
      {needsDecision(delivery) && mayDecide && <Decisions delivery={delivery} />}
    </li>
  );
}

function Decisions({ delivery }: { readonly delivery: Delivery }) {
  const desk = useDesk();
  const [asked, setAsked] = useState<Decision | undefined>(undefined);
  const decide = (decision: Decision) =>
    void desk.act(
      (client) => client.call("deliveries.resolve", { id: delivery.id, decision }),
      () => decided[decision],
      ["troubled", "sent"],
    );
  const choose = (decision: Decision) => {
    if (questionFor(decision, delivery)) setAsked(decision);
    else decide(decision);
  };
  const question = asked && questionFor(asked, delivery);
  return (
    <div class="acts">
      <Act text="Send again" act={() => choose("resend")} />
      <Act text="It arrived" act={() => choose("arrived")} />
      <Act text="Drop it" act={() => choose("drop")} />
      {question && <ConfirmDialog {...question} close={() => setAsked(undefined)} confirm={() => decide(asked)} />}
    </div>
  );
}
