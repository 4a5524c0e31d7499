import type { Message } from "@jellybrick/dbus-next";

/** A connection to the system bus. What is asked for by a connection lives as long as it. */

/** Whom a call is for. */
export interface BusTarget {
  readonly service: string;
  readonly path: string;
  readonly interface: string;
}

export interface BusValue {
  readonly type: "s" | "u";
  readonly value: string | number;
}

/** What the other side answered instead: `org.freedesktop.DBus.Error.AccessDenied` and its words. */
export class BusRefusal extends Error {
  override readonly name = "BusRefusal";
  readonly kind: string;

  constructor(kind: string, message: string, cause: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

export interface SystemBus extends Disposable {
  /** What the method returns. Rejects with a BusRefusal, or when the connection is lost. */
  call(target: BusTarget, method: string, ...values: readonly string[]): Promise<readonly unknown[]>;
  set(target: BusTarget, property: string, value: BusValue): Promise<void>;
  /** All properties, without the wrapping that tells their types. */
  properties(target: BusTarget): Promise<ReadonlyMap<string, unknown>>;
  /** Resolves once the bus hands signals of this object on. */
  hear(target: BusTarget, hear: (signal: string, values: readonly unknown[]) => void): Promise<void>;
}

const ownName = { service: "org.freedesktop.DBus", path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus" };
const propertiesInterface = "org.freedesktop.DBus.Properties";

const onProperties = (target: BusTarget): BusTarget => ({ ...target, interface: propertiesInterface });

export async function openSystemBus(address: string): Promise<SystemBus> {
  const { DBusError, Message: BusMessage, sessionBus, Variant } = await import("@jellybrick/dbus-next");
  // The name of this function means only where it finds an address of its own.
  const bus = sessionBus({ busAddress: address, authMethods: ["EXTERNAL"] });
  const lost = Promise.withResolvers<never>();
  lost.promise.catch(() => undefined);
  bus.on("error", (error: Error) => lost.reject(new Error(`the system bus ${address}: ${error.message}`)));
  const ask = async (target: BusTarget, member: string, signature: string, body: unknown[]) => {
    const { service: destination, path, interface: name } = target;
    const message = new BusMessage({ destination, path, interface: name, member, signature, body });
    try {
      return (await Promise.race([bus.call(message), lost.promise]))?.body ?? [];
    } catch (error) {
      throw error instanceof DBusError ? new BusRefusal(error.type, error.text, error) : error;
    }
  };
  return {
    call: (target, method, ...values) => ask(target, method, "s".repeat(values.length), [...values]),
    set: async (target, property, { type, value }) => {
      await ask(onProperties(target), "Set", "ssv", [target.interface, property, new Variant(type, value)]);
    },
    properties: async (target) => {
      const [all] = await ask(onProperties(target), "GetAll", "s", [target.interface]);
      const entries = Object.entries(all as Readonly<Record<string, { readonly value: unknown }>>);
      return new Map(entries.map(([name, { value }]) => [name, value]));
    },
    hear: async (target, hear) => {
      const { service, path, interface: name } = target;
      bus.on("message", (message: Message) => {
        if (message.path === path && message.interface === name) hear(message.member ?? "", message.body);
      });
      await ask(ownName, "AddMatch", "s", [`type='signal',sender='${service}',interface='${name}',path='${path}'`]);
    },
    [Symbol.dispose]: () => bus.disconnect(),
  };
}
