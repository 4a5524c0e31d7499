import { type ComponentType, createElement } from "preact";
import { useEffect, useState } from "preact/hooks";

/** A component that comes with the part of the script that is loaded when it is first needed. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | undefined;
  return function Later(props: P) {
    const [state, setState] = useState<"loading" | "there" | "failed">(loaded ? "there" : "loading");
    const fetchPart = () => {
      setState("loading");
      void load().then(
        (component) => {
          loaded = component;
          setState("there");
        },
        () => setState("failed"),
      );
    };
    useEffect(() => {
      if (!loaded) fetchPart();
    }, []);
    if (loaded) return createElement(loaded, props);
    if (state !== "failed") return null;
    return (
      <div class="failure" role="alert">
        <p>This part of the page could not be loaded. If the gateway was updated, load the page again.</p>
        <button type="button" class="plain" onClick={fetchPart}>
          Try again
        </button>
      </div>
    );
  };
}
