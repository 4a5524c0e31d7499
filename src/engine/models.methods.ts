import { Type } from "@sinclair/typebox";
import { methodsFor, NoParams, operator, shape } from "../protocol/index.ts";
import type { Models } from "./models.ts";

const { arrayOf, closed, named, nonEmpty, optional } = shape;

const method = methodsFor<{ models: Models }>();

const ModelEntry = named("ModelChoice", {
  id: nonEmpty(128),
  name: nonEmpty(256),
  provider: nonEmpty(128),
  contextWindow: optional(Type.Integer({ minimum: 1 })),
  reasoning: optional(Type.Boolean()),
  available: optional(Type.Boolean()),
});

export const modelsMethods = {
  "models.list": method({
    summary: "Lists the models that a session may use.",
    access: operator("read"),
    params: NoParams,
    result: closed({ models: arrayOf(ModelEntry, 1000) }),
    handle: (_params, { models }) => ({
      models: models.all.map(({ provider, model, name, contextTokens }) => ({
        id: model,
        name,
        provider,
        ...(contextTokens !== null && { contextWindow: contextTokens }),
        available: true,
      })),
    }),
  }),
};
