import { Type } from "@sinclair/typebox";
import { methodsFor, NoParams, operator, shape } from "../protocol/index.ts";
import { partNames } from "./setup-state.ts";
import type { SetupDesk } from "./setup-desk.ts";
import { WizardStep } from "./step.ts";
import type { Wizard } from "./wizard.ts";

const { arrayOf, named, namedOneOf, nonEmpty, oneOf, optional, text } = shape;

const method = methodsFor<{ readonly wizard: Wizard; readonly setupDesk: SetupDesk }>();

const status = namedOneOf("WizardSessionStatus", "running", "done", "cancelled", "error");
const error = optional(text(1024));
const sessionId = nonEmpty(64);

const WizardAnswer = named("WizardAnswer", { stepId: nonEmpty(64), value: optional(Type.Unknown()) });

const WizardStatusResult = named("WizardStatusResult", { status, error });

const SetupPart = named("SetupPart", {
  name: oneOf(...partNames),
  state: oneOf("done", "skipped", "open"),
  summary: optional(text(512)),
});

/**
 * Steps are those of section 5.14 of the wire document. A `progress` step is answered without a value to go on waiting,
 * and gives the same step again after a while; where its `placeholder` is `qr`, its `initialValue` is what a QR code to
 * scan holds. Options of steps that are no choice lead off them.
 */
export const wizardMethods = {
  "wizard.start": method({
    summary: "Begins the setup, or goes on with what is missing: gives the first step.",
    access: operator("admin"),
    params: named("WizardStartParams", {
      mode: optional(oneOf("local", "remote")),
      workspace: optional(text(4096)),
      installDaemon: optional(Type.Boolean()),
      flow: optional(oneOf("setup", "channels")),
      channel: optional(nonEmpty(64)),
    }),
    result: named("WizardStartResult", {
      sessionId,
      done: Type.Boolean(),
      step: optional(WizardStep),
      status: optional(status),
      error,
    }),
    errors: ["UNAVAILABLE"],
    // Where agents work stands in the config; the wizard does not ask for it.
    handle: ({ workspace: _workspace, ...options }, { wizard }, call) => wizard.start(options, call),
  }),
  "wizard.next": method({
    summary: "Answers a step of the setup, or waits for what it shows: gives the step after it.",
    access: operator("admin"),
    params: named("WizardNextParams", { sessionId, answer: optional(WizardAnswer) }),
    result: named("WizardNextResult", {
      done: Type.Boolean(),
      step: optional(WizardStep),
      status: optional(status),
      error,
    }),
    errors: ["INVALID_REQUEST"],
    handle: (params, { wizard }, call) => wizard.next(params.sessionId, params.answer, call),
  }),
  "wizard.cancel": method({
    summary: "Ends the setup where it stands; what was done stays done.",
    access: operator("admin"),
    params: named("WizardCancelParams", { sessionId }),
    result: WizardStatusResult,
    errors: ["INVALID_REQUEST"],
    handle: (params, { wizard }, call) => wizard.cancel(params.sessionId, call),
  }),
  "wizard.status": method({
    summary: "How a setup is.",
    access: operator("admin"),
    params: named("WizardStatusParams", { sessionId }),
    result: WizardStatusResult,
    errors: ["INVALID_REQUEST"],
    handle: (params, { wizard }, call) => wizard.status(params.sessionId, call),
  }),
  "wizard.overview": method({
    summary: "What of the setup is done, skipped or missing, and whether somebody is at it.",
    access: operator("admin"),
    params: NoParams,
    result: named("WizardOverview", {
      isFinished: Type.Boolean(),
      isRunning: Type.Boolean(),
      parts: arrayOf(SetupPart, partNames.length),
    }),
    handle: (_params, { wizard, setupDesk }) => {
      const state = setupDesk.state();
      return { isFinished: state.isFinished, isRunning: wizard.isRunning, parts: [...state.parts] };
    },
  }),
};
