/** Numbers that look like chance, the same ones for the same seed. */
export type Chance = (below: number) => number;

export function chanceFrom(start: number): Chance {
  let state = start;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    return (state >>> 8) % below;
  };
}
