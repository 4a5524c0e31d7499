import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { useStore } from "../shared/store.ts";
import type { Desk, DeskState } from "./desk.ts";

/** What waits for a person, for every component of the page. */
export const DeskContext = createContext<Desk | undefined>(undefined);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error("components of the desk stand inside of its context");
  return desk;
}

export function useDeskState<S>(select: (state: DeskState) => S): S {
  return useStore(useDesk().state, select);
}
