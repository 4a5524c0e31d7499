/**
 * Named places where a test build can be made to die. Builds for people define CLAWDIA_FAILPOINTS as false, so that
 * neither a call nor a name is left in them.
 */
declare const CLAWDIA_FAILPOINTS: boolean | undefined;

const armed = new Map<string, number>();
const isTestBuild = typeof CLAWDIA_FAILPOINTS !== "undefined" && CLAWDIA_FAILPOINTS;

/** `name` or `name:n`: die at the n-th time that the place is passed. Does nothing in builds for people. */
export function armFailpoint(spec: string | undefined): void {
  if (!isTestBuild || spec === undefined || spec === "") return;
  const [name = "", count = "1"] = spec.split(":");
  armed.set(name, Number(count));
}

export function failpoint(name: string): void {
  if (!isTestBuild) return;
  const left = armed.get(name);
  if (left === undefined) return;
  if (left > 1) armed.set(name, left - 1);
  else process.kill(process.pid, "SIGKILL");
}
