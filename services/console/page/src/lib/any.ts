// Text at random for property tests: the same for the same seed, so that what fails fails again.

/** Numbers from 0 to below 1, by mulberry32. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What a property is tried with. */
export class Any {
  private readonly next: () => number;

  constructor(seed: number) {
    this.next = numbers(seed);
  }

  /** A whole number from 0 to below `bound`. */
  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  /** One of `choices`, of which there is one at least. */
  of<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T;
  }

  /** What `make` makes, `count` times. */
  many<T>(count: number, make: () => T): T[] {
    return Array.from({ length: count }, make);
  }

  /** Up to `most` of `pieces`, one after the other. */
  text(pieces: readonly string[], most: number): string {
    return this.many(this.below(most + 1), () => this.of(pieces)).join('');
  }
}

/** Calls `property` for many seeds; what it throws names the seed. */
export function forAny(property: (any: Any) => void, cases = 1000): void {
  for (let seed = 1; seed <= cases; seed += 1) {
    try {
      property(new Any(seed));
    } catch (error) {
      throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error });
    }
  }
}
