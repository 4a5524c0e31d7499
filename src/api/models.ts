import { type HttpDoor, jsonAnswer, operator } from "../protocol/index.ts";
import type { ApiParts } from "./api-parts.ts";
import { bearerDoor, notFound } from "./bearer-door.ts";

/** `GET /v1/models`: the agents, under the names that the other doors know. */

export function modelsDoor(parts: ApiParts, wanted?: string): HttpDoor {
  return bearerDoor(
    {
      method: "GET",
      access: operator("read"),
      take: () => {
        const all = modelsOf(parts);
        if (wanted === undefined) return jsonAnswer(200, { object: "list", data: all });
        const found = all.find(({ id }) => id === wanted);
        if (found) return jsonAnswer(200, found);
        throw notFound(`the model ${JSON.stringify(wanted.slice(0, 128))} does not exist: GET /v1/models lists them`);
      },
    },
    parts,
  );
}

function modelsOf({ agents, startedAtMs }: ApiParts) {
  const created = Math.floor(startedAtMs / 1000);
  const ids = ["clawdia", ...agents.all.map(({ id }) => `clawdia:${id}`)];
  return ids.map((id) => ({ id, object: "model", created, owned_by: "clawdia" }));
}
