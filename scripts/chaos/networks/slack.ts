import type { Person } from "../../../test/doubles/slack/person.ts";
import { SlackDouble } from "../../../test/doubles/slack/slack-double.ts";
import type { ChaosNetwork, ChaosPerson } from "../network.ts";

/** Slack as it is, but in more of a hurry to bring again what a killed gateway did not acknowledge. */
const pausesMs = [0, 3000, 10_000, 30_000, 60_000];

/** Slack tells whether a message is there: a send in doubt is looked for, and made again only when it is not. */
export async function slackNetwork(peopleCount: number): Promise<ChaosNetwork> {
  const slack = await SlackDouble.start({ peopleMax: peopleCount, pausesMs });
  const people: ChaosPerson[] = [];
  for (let index = 0; index < peopleCount; index++)
    people.push(chaosPerson(slack, await slack.person(`Slack ${index}`)));
  return {
    id: "slack",
    identity: "reconcilable",
    settings: { botToken: slack.botToken, appToken: slack.appToken, apiRoot: slack.apiRoot },
    secrets: {},
    people,
    [Symbol.asyncDispose]: () => slack[Symbol.asyncDispose](),
  };
}

function chaosPerson(slack: SlackDouble, person: Person): ChaosPerson {
  return {
    name: person.name,
    says: async (text) => {
      const { deliveries } = await person.says(text);
      return { isTaken: () => deliveries.every(({ isTaken }) => isTaken) };
    },
    hears: () => slack.textsOfBot(person.directId),
  };
}
