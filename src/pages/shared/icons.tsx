/** Line drawings of 24 by 24. They are decoration: the button around them has the name. */

const paths = {
  attach: "M21 11.5l-8.6 8.6a5.5 5.5 0 0 1-7.8-7.8l8.9-8.9a3.7 3.7 0 0 1 5.2 5.2l-8.9 8.9a1.8 1.8 0 0 1-2.6-2.6l8-8",
  close: "M6 6l12 12M18 6L6 18",
  command: "M4 5h16v14H4zM8 10l3 2.5L8 15M13 15h4",
  copy: "M9 9h10v11H9zM5 15V4h10",
  dark: "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z",
  deliveries: "M4 12l16-7-5 15-3.5-6.5zM11.5 13.5L20 5",
  down: "M12 5v14M6 13l6 6 6-6",
  light:
    "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.5 1.5" +
    "M17.5 17.5L19 19M19 5l-1.5 1.5M6.5 17.5L5 19",
  menu: "M4 7h16M4 12h16M4 17h16",
  more:
    "M5 12a.6.6 0 1 0 1.2 0 .6.6 0 1 0-1.2 0zM11.4 12a.6.6 0 1 0 1.2 0 .6.6 0 1 0-1.2 0z" +
    "M17.8 12a.6.6 0 1 0 1.2 0 .6.6 0 1 0-1.2 0z",
  networks:
    "M12 4a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5zM5.5 15a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z" +
    "M18.5 15a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5zM10.8 8.8l-4 6.4M13.2 8.8l4 6.4M8 17.5h8",
  new: "M12 20H5a1 1 0 0 1-1-1v-7M19.5 4.5a1.8 1.8 0 0 0-2.6 0L9 12.5V15h2.5l8-8a1.8 1.8 0 0 0 0-2.5z",
  people:
    "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20a6.5 6.5 0 0 1 13 0" +
    "M16 4.3a3.5 3.5 0 0 1 0 6.4M18 14.2a6.5 6.5 0 0 1 3.5 5.8",
  question: "M5 5h14v11h-7l-4 4v-4H5zM10 9a2 2 0 1 1 2.6 1.9c-.4.15-.6.4-.6.8v.3M12 13.6v.1",
  retry: "M4 12a8 8 0 0 1 13.7-5.6L20 9M20 4v5h-5M20 12a8 8 0 0 1-13.7 5.6L4 15M4 20v-5h5",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l4.5 4.5",
  send: "M12 19V5M6 11l6-6 6 6",
  setup: "M4 7h9M17 7h3M15 5v4M4 12h3M11 12h9M9 10v4M4 17h9M17 17h3M15 15v4",
  stop: "M7.5 7.5h9v9h-9z",
  system: "M4 5h16v11H4zM9 20h6M12 16v4",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class={name === "stop" ? "icon filled" : "icon"} viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}

/** Clawdia's sign, a claw that is also a C; its name stands beside it. */
export function Mark() {
  return <img class="mark" src="/icon.svg" alt="" />;
}
