import type { ReactionTypeEmoji } from "grammy/types";

/** Telegram takes these emoji as reactions and no others. Written without variation selectors, as it wants them. */
type Emoji = ReactionTypeEmoji["emoji"];

const allowed =
  "👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 " +
  "🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 " +
  "🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡";

const reactions: ReadonlyMap<string, Emoji> = new Map(allowed.split(" ").map((emoji) => [emoji, emoji as Emoji]));

/** What the house and agents like to use, and what comes nearest. */
const nearest: ReadonlyMap<string, Emoji> = new Map<string, Emoji>([
  ["✅", "👍"],
  ["✔", "👍"],
  ["☑", "👍"],
  ["🆗", "👌"],
  ["❌", "👎"],
  ["✖", "👎"],
  ["🚫", "👎"],
  ["⛔", "👎"],
  ["❗", "😱"],
  ["⚠", "😱"],
  ["❓", "🤔"],
  ["💭", "🤔"],
  ["💡", "⚡"],
  ["⏳", "👨‍💻"],
  ["⌛", "👨‍💻"],
  ["⚙", "👨‍💻"],
  ["🛠", "👨‍💻"],
  ["🔧", "👨‍💻"],
  ["💻", "👨‍💻"],
  ["🤖", "👾"],
  ["🔍", "👀"],
  ["🔎", "👀"],
  ["👁", "👀"],
  ["✏", "✍"],
  ["📝", "✍"],
  ["😂", "🤣"],
  ["😀", "😁"],
  ["🙂", "😁"],
  ["😊", "🥰"],
  ["😕", "🤨"],
  ["🙁", "😢"],
  ["😞", "😢"],
  ["😠", "😡"],
  ["🥳", "🎉"],
  ["🎊", "🎉"],
  ["🚀", "🔥"],
  ["⭐", "🤩"],
  ["🌟", "🤩"],
  ["✨", "🤩"],
  ["💤", "😴"],
  ["👋", "🤗"],
  ["🙌", "👏"],
  ["💪", "💯"],
  ["🧡", "❤"],
  ["💛", "❤"],
  ["💚", "❤"],
  ["💙", "❤"],
  ["💜", "❤"],
  ["🖤", "❤"],
]);

/** The reaction that Telegram has for an emoji; undefined when nothing comes near. Skin tones do not count. */
export function reactionFor(emoji: string): Emoji | undefined {
  const plain = emoji.replace(/[\ufe0e\ufe0f]|\ud83c[\udffb-\udfff]/g, "");
  return reactions.get(plain) ?? nearest.get(plain);
}
