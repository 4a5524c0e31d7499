import { Type } from "@sinclair/typebox";
import { shape } from "../protocol/index.ts";

/** What this machine lends when it is a node (`clawdia node run`). The gateway itself reads none of it. */
const { choice, named, nonEmpty, optional } = shape;

const flag = (value: boolean, description: string) => Type.Boolean({ default: value, description });

/** How ffmpeg is told of a source: `-f FORMAT -i INPUT`. */
const source = {
  format: Type.String({
    pattern: "^[a-z0-9_]{1,32}$",
    maxLength: 32,
    description: "ffmpeg's name for the kind of source: v4l2, avfoundation, lavfi, pulse, alsa, rtsp …",
  }),
  input: Type.String({
    minLength: 1,
    maxLength: 1024,
    description: "What is read: /dev/video0, testsrc2=size=1280x720:rate=30, default …",
  }),
};

const CameraSource = named("NodeCameraSource", {
  id: Type.String({ minLength: 1, maxLength: 128, description: "What callers name it by, as deviceId." }),
  name: optional(Type.String({ minLength: 1, maxLength: 128, description: "What people see." })),
  position: choice(["front", "back", "unspecified"], {
    default: "unspecified",
    description: "Where it looks: `facing` of a caller chooses by it.",
  }),
  ...source,
});

const SoundSource = named("NodeSoundSource", source, { description: "The microphone; absent: PulseAudio's, if any." });

const CameraSettings = named(
  "NodeCameraSettings",
  {
    enabled: flag(true, "Lend the camera."),
    sources: Type.Array(CameraSource, {
      maxItems: 16,
      default: [],
      description: "Cameras beside those that the system has, for instance one in the network.",
    }),
    sound: optional(SoundSource),
  },
  {
    default: {},
    description: "camera.list, camera.snap and camera.clip, by ffmpeg, or by Chromium where it is missing.",
  },
);

const ScreenSettings = named(
  "NodeScreenSettings",
  { enabled: flag(true, "Lend the screen: it is recorded by ffmpeg from X11 or macOS, or by Chromium from X11.") },
  { default: {}, description: "screen.record." },
);

const CanvasSettings = named(
  "NodeCanvasSettings",
  {
    enabled: flag(true, "Show pages of agents in Chromium."),
    browser: optional(
      Type.String({
        minLength: 1,
        maxLength: 4096,
        description: "Chromium or Chrome: a name in PATH, or a whole path. Absent: the first that is found.",
      }),
    ),
    window: choice(["auto", "visible", "hidden"], {
      default: "auto",
      description: "Whether a window is shown. auto: where there is a screen.",
    }),
    idleMinutes: Type.Integer({
      minimum: 1,
      maximum: 1440,
      default: 10,
      description: "Without a command for so long Chromium ends, where nobody sees its window.",
    }),
  },
  { default: {}, description: "canvas.*" },
);

const LocationSettings = named(
  "NodeLocationSettings",
  {
    enabled: flag(true, "Tell where this machine is: from here, from gpsd, or from GeoClue."),
    latitude: optional(Type.Number({ minimum: -90, maximum: 90, description: "Degrees, for a machine that stays." })),
    longitude: optional(Type.Number({ minimum: -180, maximum: 180, description: "Degrees." })),
    accuracyMeters: Type.Number({ minimum: 0, maximum: 10_000_000, default: 50, description: "How sure that is." }),
    gpsd: Type.String({
      pattern: "^[^\\s:]{1,255}:[0-9]{1,5}$",
      maxLength: 261,
      default: "127.0.0.1:2947",
      description: "Where gpsd listens.",
    }),
  },
  { default: {}, description: "location.get" },
);

const ExecSettings = named(
  "NodeExecSettings",
  {
    enabled: flag(true, "Run commands, each allowed by this node's own rules: clawdia node pending."),
    remoteRules: flag(false, "Let the gateway's admins replace those rules (exec.approvals.node.set)."),
    trustGateway: flag(
      false,
      "What a person allowed at the gateway is not asked for again here: for machines that nobody sits at.",
    ),
    workspace: optional(
      Type.String({
        pattern: "^(/|~/)",
        maxLength: 4096,
        description:
          "Where commands run and may go: a full path, or one below ~/. Absent: a folder in the state folder.",
      }),
    ),
    passEnv: Type.Array(nonEmpty(256), {
      maxItems: 64,
      default: [],
      description: "Names of environment variables that commands get beside harmless ones.",
    }),
  },
  { default: {}, description: "system.run and system.which" },
);

export const NodeSettings = named(
  "NodeSettings",
  {
    displayName: optional(Type.String({ minLength: 1, maxLength: 128, description: "What people call this node." })),
    camera: CameraSettings,
    screen: ScreenSettings,
    canvas: CanvasSettings,
    location: LocationSettings,
    notify: flag(true, "Show notifications of agents."),
    exec: ExecSettings,
  },
  { default: {}, description: "What this machine lends when it is a node (clawdia node run)." },
);
