import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { useStore } from "../shared/store.ts";
import type { Chat } from "./chat.ts";
import { type ChatState, conversationOf } from "./chat-state.ts";
import type { Conversation } from "./conversation.ts";

/** The chat, for every component of the page. */
export const ChatContext = createContext<Chat | undefined>(undefined);

export function useChat(): Chat {
  const chat = useContext(ChatContext);
  if (!chat) throw new Error("components of the chat stand inside of its context");
  return chat;
}

export function useChatState<S>(select: (state: ChatState) => S): S {
  return useStore(useChat().state, select);
}

export function useShown(): { readonly sessionKey: string; readonly conversation: Conversation } {
  const sessionKey = useChatState(({ shown }) => shown);
  return { sessionKey, conversation: useChatState((state) => conversationOf(state, sessionKey)) };
}
