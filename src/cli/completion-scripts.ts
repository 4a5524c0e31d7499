import { type CommandNode, everyNode, type FlagNode } from "./command-tree.ts";

/** Completion scripts of three shells, as pure functions of the command tree. */

export function bashCompletion(root: CommandNode): string {
  const nodes = everyNode(root);
  const enums = [...enumFlags(nodes)].map(([flag, options]) => `    --${flag}) words="${options.join(" ")}" ;;`);
  const valued = [...new Set(nodes.flatMap(({ flags }) => flags.filter(isFree).map(({ name }) => `--${name}`)))];
  return `# bash completion for clawdia: source <(clawdia completion bash)
_clawdia() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local at="" word words="" i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    case "$at $word" in
      ${pathPattern(nodes)}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at" in
${nodes.map((node) => `    "${node.path.join(" ")}") words="${candidates(node).join(" ")}" ;;`).join("\n")}
  esac
  case "$previous" in
${enums.join("\n")}
    ${valued.join("|")}) return ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _clawdia clawdia
`;
}

export function zshCompletion(root: CommandNode): string {
  const nodes = everyNode(root);
  const choices = nodes.map((node) => {
    const lines = [
      ...node.children.map((child) => `${child.path.at(-1)!}:${child.description}`),
      ...node.flags.map(({ name, description }) => `--${name}:${description}`),
    ];
    return `    "${node.path.join(" ")}") choices=(${lines.map(quoted).join(" ")}) ;;`;
  });
  const enums = [...enumFlags(nodes)].map(
    ([flag, options]) => `    --${flag}) choices=(${options.map(quoted).join(" ")}) ;;`,
  );
  return `#compdef clawdia
# zsh completion for clawdia: source <(clawdia completion zsh)
_clawdia() {
  local at="" word
  local -a choices
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$at $word" in
      ${pathPattern(nodes)}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at" in
${choices.join("\n")}
  esac
  case "\${words[CURRENT-1]}" in
${enums.join("\n")}
  esac
  _describe clawdia choices
}
compdef _clawdia clawdia
`;
}

export function fishCompletion(root: CommandNode): string {
  const lines = everyNode(root).flatMap((node) => {
    const here = fishCondition(node);
    const children = node.children.map(
      (child) => `complete -c clawdia -n ${here} -a ${child.path.at(-1)!} -d ${quoted(child.description)}`,
    );
    const flags = node.flags.map((flag) => `complete -c clawdia -n ${here} -l ${flag.name}${fishValue(flag)}`);
    return [...children, ...flags];
  });
  const head = ["# fish completion for clawdia: clawdia completion fish | source", "complete -c clawdia -f"];
  return `${[...head, ...lines].join("\n")}\n`;
}

function fishCondition({ path, children }: CommandNode): string {
  if (path.length === 0) return "__fish_use_subcommand";
  const seen = path.map((name) => `__fish_seen_subcommand_from ${name}`);
  const names = children.map((child) => child.path.at(-1)!);
  const notDeeper = names.length === 0 ? [] : [`not __fish_seen_subcommand_from ${names.join(" ")}`];
  return quoted([...seen, ...notDeeper].join("; and "));
}

function fishValue({ takesValue, options, description }: FlagNode): string {
  const values = options.length > 0 ? ` -x -a ${quoted(options.join(" "))}` : takesValue ? " -x" : "";
  return `${values} -d ${quoted(description)}`;
}

/** `" gateway"|"devices approve"|…`: the place so far and the next word, where that leads on. */
function pathPattern(nodes: readonly CommandNode[]): string {
  return nodes
    .filter(({ path }) => path.length > 0)
    .map(({ path }) => `"${path.slice(0, -1).join(" ")} ${path.at(-1)!}"`)
    .join("|");
}

function candidates({ children, flags }: CommandNode): string[] {
  return [...children.map(({ path }) => path.at(-1)!), ...flags.map(({ name }) => `--${name}`)];
}

function enumFlags(nodes: readonly CommandNode[]): Map<string, readonly string[]> {
  const flags = nodes.flatMap((node) => node.flags).filter(({ options }) => options.length > 0);
  return new Map(flags.map(({ name, options }) => [name, options]));
}

/** A value that only the person knows. */
function isFree({ takesValue, options }: FlagNode): boolean {
  return takesValue && options.length === 0;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
