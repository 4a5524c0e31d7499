/** The first run: a conversation that sets the gateway up, led here and carried by any client. It draws nothing. */
export { SetupDesk, type SetupDeskParts } from "./setup-desk.ts";
export { Wizard, type WizardParts } from "./wizard.ts";
