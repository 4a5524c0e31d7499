/** Slack names its emoji. The common ones of both directions; the first name of an emoji is the one that we set. */
const names = `
👍 +1 thumbsup
👎 -1 thumbsdown
👀 eyes
❤️ heart
🧡 orange_heart
💛 yellow_heart
💚 green_heart
💙 blue_heart
💜 purple_heart
🖤 black_heart
🤍 white_heart
💔 broken_heart
💕 two_hearts
😀 grinning
😃 smiley
😄 smile
😁 grin
😆 laughing satisfied
😅 sweat_smile
🤣 rolling_on_the_floor_laughing
😂 joy
🙂 slightly_smiling_face
🙃 upside_down_face
😉 wink
😊 blush
😇 innocent
🥰 smiling_face_with_3_hearts
😍 heart_eyes
🤩 star-struck grinning_face_with_star_eyes
😘 kissing_heart
😋 yum
😛 stuck_out_tongue
😜 stuck_out_tongue_winking_eye
🤪 zany_face
🤗 hugging_face
🤭 face_with_hand_over_mouth
🤫 shushing_face
🤔 thinking_face
🤐 zipper_mouth_face
🤨 face_with_raised_eyebrow
😐 neutral_face
😑 expressionless
😶 no_mouth
😏 smirk
😒 unamused
🙄 face_with_rolling_eyes
😬 grimacing
😌 relieved
😔 pensive
😪 sleepy
😴 sleeping
😷 mask
🤒 face_with_thermometer
🤢 nauseated_face
🤮 face_vomiting
🤧 sneezing_face
🥵 hot_face
🥶 cold_face
😵 dizzy_face
🤯 exploding_head
🤠 face_with_cowboy_hat
🥳 partying_face
😎 sunglasses
🤓 nerd_face
🧐 face_with_monocle
😕 confused
😟 worried
🙁 slightly_frowning_face
😮 open_mouth
😲 astonished
😳 flushed
🥺 pleading_face
😨 fearful
😰 cold_sweat
😥 disappointed_relieved
😢 cry
😭 sob
😱 scream
😖 confounded
😞 disappointed
😓 sweat
😩 weary
😫 tired_face
🥱 yawning_face
😤 triumph
😡 rage
😠 angry
🤬 face_with_symbols_on_mouth
😈 smiling_imp
💀 skull
💩 hankey poop
🤡 clown_face
👻 ghost
👽 alien
🤖 robot_face
🎃 jack_o_lantern
🙈 see_no_evil
🙉 hear_no_evil
🙊 speak_no_evil
👋 wave
✋ hand raised_hand
👌 ok_hand
🤏 pinching_hand
✌️ v
🤞 crossed_fingers
🤟 i_love_you_hand_sign
🤘 the_horns
🤙 call_me_hand
👈 point_left
👉 point_right
👆 point_up_2
👇 point_down
☝️ point_up
✊ fist
👊 facepunch punch
👏 clap
🙌 raised_hands
🤝 handshake
🙏 pray
✍️ writing_hand
💪 muscle
🧠 brain
👨‍💻 male-technologist
🤷 shrug
🤦 face_palm
🎉 tada
🎊 confetti_ball
🎂 birthday
🎁 gift
🏆 trophy
🥇 first_place_medal
⚽ soccer
🎯 dart
🎵 musical_note
🔥 fire
💥 boom collision
✨ sparkles
⭐ star
🌟 star2
💫 dizzy
☀️ sunny
🌈 rainbow
⚡ zap
❄️ snowflake
🌍 earth_africa
🌱 seedling
🌹 rose
🍀 four_leaf_clover
🍕 pizza
🍎 apple
🍌 banana
🍓 strawberry
☕ coffee
🍺 beer
🍻 beers
🍾 champagne
🥂 clinking_glasses
🐛 bug
🐶 dog
🐱 cat
🦄 unicorn_face
🐢 turtle
🐳 whale
🚀 rocket
✈️ airplane
🚗 car red_car
🏠 house
⏰ alarm_clock
⏳ hourglass_flowing_sand
⌛ hourglass
⏱️ stopwatch
📅 date
📌 pushpin
📎 paperclip
📝 memo pencil
📖 book open_book
📚 books
📷 camera
📞 telephone_receiver
📱 iphone
💻 computer
💾 floppy_disk
🔍 mag
🔑 key
🔒 lock
🔓 unlock
🔔 bell
🔗 link
🔧 wrench
🔨 hammer
⚙️ gear
🧪 test_tube
💡 bulb
💰 moneybag
💯 100
💤 zzz
💬 speech_balloon
💭 thought_balloon
📣 mega
📈 chart_with_upwards_trend
📉 chart_with_downwards_trend
✉️ email envelope
📦 package
🗑️ wastebasket
✅ white_check_mark
☑️ ballot_box_with_check
✔️ heavy_check_mark
❌ x
❎ negative_squared_cross_mark
➕ heavy_plus_sign
➖ heavy_minus_sign
❓ question
❗ exclamation heavy_exclamation_mark
⚠️ warning
🚫 no_entry_sign
⛔ no_entry
🛑 octagonal_sign
🚨 rotating_light
🚧 construction
♻️ recycle
🔄 arrows_counterclockwise
🔁 repeat
⏸️ double_vertical_bar
▶️ arrow_forward
🟢 large_green_circle
🟡 large_yellow_circle
🔴 red_circle
🏁 checkered_flag
🫡 saluting_face
🫶 heart_hands
👁️ eye
1️⃣ one
2️⃣ two
3️⃣ three
4️⃣ four
5️⃣ five
🆗 ok
🆕 new
`;

const rows = names
  .trim()
  .split("\n")
  .map((row) => row.split(" ") as [emoji: string, ...names: string[]]);

const byName = new Map(rows.flatMap(([emoji, ...all]) => all.map((name) => [name, emoji] as const)));
const byEmoji = new Map(rows.map(([emoji, name]) => [bare(emoji), name!] as const));

/** The emoji of a name, without its skin tone; a name that is not known, or is the workspace's own, as `:name:`. */
export function emojiOf(name: string): string {
  const plain = name.replace(/::skin-tone-\d$/, "");
  return byName.get(plain) ?? `:${plain}:`;
}

/** Slack's name of an emoji; undefined when none is known. `:name:` is taken as it is, for a workspace's own. */
export function nameOf(emoji: string): string | undefined {
  const own = /^:([a-z0-9_+'-]{1,100}):$/.exec(emoji)?.[1];
  return own ?? byEmoji.get(bare(emoji));
}

function bare(emoji: string): string {
  return emoji.replace(/[\ufe0e\ufe0f]|\ud83c[\udffb-\udfff]/g, "");
}
