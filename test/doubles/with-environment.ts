import type { LoginPorts, Provider } from "../../src/providers/index.ts";

/** The provider, lent an environment of the test's in place of the gateway's. */
export function withEnvironment<Settings>(
  provider: Provider<Settings>,
  environment: LoginPorts["environment"],
): Provider<Settings> {
  return {
    ...provider,
    open: (account, ports) => provider.open(account, lent(ports, environment)),
    login: (account, ports) => provider.login!(account, lent(ports, environment)),
  };
}

/** Whatever kind of object the ports are, with private parts or without. */
function lent<P extends LoginPorts>(ports: P, environment: LoginPorts["environment"]): P {
  return new Proxy(ports, {
    get: (target, name) => {
      if (name === "environment") return environment;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}
