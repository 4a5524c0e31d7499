import { type Static, Type } from "@sinclair/typebox";
import { shape } from "../protocol/index.ts";

/** What `POST /v1/responses` takes. */

const itemsMax = 2_048;
const inputCharsMax = 1_000_000;

const { lenient, nonEmpty, nullable, optional, text } = shape;

const InputItem = Type.Object(
  { type: optional(nonEmpty(64)), role: optional(nonEmpty(32)), content: optional(Type.Unknown()) },
  { additionalProperties: true },
);

/** Open: clients send settings of models that an agent does not have. What would change the answer is refused. */
export const ResponsesBody = lenient({
  model: nonEmpty(256),
  input: Type.Union([nonEmpty(inputCharsMax), Type.Array(InputItem, { minItems: 1, maxItems: itemsMax })]),
  instructions: optional(nullable(text(100_000))),
  stream: optional(nullable(Type.Boolean())),
  previous_response_id: optional(nullable(nonEmpty(256))),
  user: optional(nullable(text(512))),
  metadata: optional(nullable(Type.Record(text(64), text(512)))),
  reasoning: optional(nullable(lenient({ effort: optional(nullable(text(32))) }))),
});
export type ResponsesBody = Static<typeof ResponsesBody>;
