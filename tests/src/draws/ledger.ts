/** A ledger of random draws: which rows of which key's stream were drawn while a function ran. @module */
import type { Key } from '@gen/backend'

/** One draw: rows `offset … offset + rows − 1` of a key's stream. */
export interface Drawn {
  readonly key: Key
  /** Draws of one kind share a counter; a permutation has another. */
  readonly kind: 'rows' | 'permutation' | 'permuted index'
  readonly offset: number
  readonly rows: number
  readonly columns: number
  readonly stack: string
}

let open: Drawn[] | undefined

/** Writes a draw down, if anybody watches. */
export function note(draw: Omit<Drawn, 'stack'>): void {
  open?.push({ ...draw, stack: callersOf(new Error().stack ?? '') })
}

/** Runs a function and tells what it drew. */
export async function watch(run: () => unknown): Promise<Drawn[]> {
  const drawn: Drawn[] = []
  open = drawn
  try {
    await run()
  } finally {
    open = undefined
  }
  return drawn
}

/** Pairs of draws that share a row of one key's stream: what they made is not independent. */
export function repeats(drawn: readonly Drawn[]): string[] {
  const streams = new Map<string, Drawn[]>()
  const found: string[] = []
  for (const draw of drawn) {
    const name = `${draw.kind} of key ${draw.key.hi}, ${draw.key.lo}`
    const earlier = streams.get(name) ?? []
    const same = earlier.find(({ offset, rows }) => offset < draw.offset + draw.rows && draw.offset < offset + rows)
    if (same) found.push(`${name} drawn twice:\n  by ${same.stack}\n  and by ${draw.stack}`)
    streams.set(name, [...earlier, draw])
  }
  return found
}

/** Draws whose rows do not go with the rows of a batch: several items share what each should have of its own. */
export function shared(drawn: readonly Drawn[], batch: number): string[] {
  return drawn
    .filter(({ kind, rows, columns }) => kind === 'rows' && (rows === 0 || rows % batch !== 0) && rows * columns > 0)
    .map(({ rows, columns, stack }) => `[${rows}, ${columns}] drawn for a batch of ${batch} by ${stack}`)
}

/** The first places outside of the random numbers themselves. */
function callersOf(stack: string): string {
  return stack
    .split('\n')
    .slice(1)
    .filter((line) => !/draws\/ledger|backend\/src\/random|draws\.test|node_modules|node:/.test(line))
    .slice(0, 3)
    .map((line) =>
      line
        .trim()
        .replace(/^at /, '')
        .replace(/\(?\S*\/(packages|tests)\//, '(')
        .replace(/\)$/, ')'),
    )
    .join(' ← ')
}
