import { Type } from "@sinclair/typebox";

/** Which of the owner's devices, in every tool for them. */
export const node = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 128,
    description: "Name or id of the device, as nodes_list shows it; without it the only one that can do this",
  }),
);
