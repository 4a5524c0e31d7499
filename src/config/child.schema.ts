import { Type } from "@sinclair/typebox";
import { shape } from "../protocol/index.ts";

/** Settings that every program of somebody else has. */
const { optional } = shape;

const variable = (charsMax: number) => Type.String({ pattern: "^[A-Za-z_][A-Za-z0-9_]*$", maxLength: charsMax });

/** A value of a secret map is never shown, whatever its name. */
export const secretMap = (names: ReturnType<typeof variable>, description: string) =>
  Type.Record(names, Type.String({ maxLength: 16_384 }), {
    additionalProperties: false,
    default: {},
    secret: true,
    description,
  });

export const commandText = () =>
  Type.String({ minLength: 1, maxLength: 4096, description: "The program: a name in PATH, or a whole path." });

export const childFields = {
  args: Type.Array(Type.String({ maxLength: 4096, description: "One argument, as the program gets it." }), {
    maxItems: 64,
    default: [],
    description: "The program's arguments. They are shown wherever the config is: put secrets into env.",
  }),
  passEnv: Type.Array(variable(256), {
    maxItems: 64,
    default: [],
    description: "Names of environment variables that go through to the program, beside PATH, HOME and the like.",
  }),
  env: secretMap(variable(256), "Environment variables that are set for the program. Their values are secrets."),
  cwd: optional(
    Type.String({ minLength: 1, maxLength: 4096, description: "Where it is started; absent: in the workspace." }),
  ),
};
