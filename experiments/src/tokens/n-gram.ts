/** Counting: the probability of a token after the last few, by interpolated Kneser–Ney smoothing. @module */

/** How often each token follows each context, a context as a number in base `size`. */
type Counts = Map<number, Map<number, number>>

/** A model that knows the last `order − 1` tokens. */
export interface NGram {
  /** Probability of a token after those before it, of which the last `order − 1` count. */
  probability(context: ArrayLike<number>, token: number): number
}

/** What {@link nGram} counts. */
export interface NGramOptions {
  readonly order: number
  /** How many different tokens there are. */
  readonly size: number
}

/**
 * Counts a row of tokens. `p_k(w | c) = max(n(c, w) − D, 0)/n(c) + D·N(c)/n(c) · p_{k−1}(w | c′)`, where n are counts in the
 * longest context at hand and numbers of different tokens before it in shorter ones, N(c) is how many tokens follow c, and c′
 * lacks the first token of c; the last, without a context, is mixed with 1/size.
 *
 * @see An empirical study of smoothing techniques for language modeling (Chen & Goodman, 1999) https://doi.org/10.1006/csla.1999.0128
 */
export function nGram(tokens: ArrayLike<number>, { order, size }: NGramOptions): NGram {
  const raw = Array.from({ length: order }, (_, k) => countsOf(tokens, k, size))
  const different = Array.from({ length: order - 1 }, (_, k) => precedersOf(raw[k + 1]!, k, size))
  const discounts = { raw: raw.map(discountOf), different: different.map(discountOf) }
  const probability = (context: number[], token: number, kind: 'raw' | 'different'): number => {
    const followers = (kind === 'raw' ? raw : different)[context.length]!.get(numberOf(context, size))
    const shorter = () => (context.length === 0 ? 1 / size : probability(context.slice(1), token, 'different'))
    if (!followers) return shorter()
    const discount = discounts[kind][context.length]!
    const total = [...followers.values()].reduce((sum, n) => sum + n, 0)
    const own = Math.max((followers.get(token) ?? 0) - discount, 0) / total
    return own + ((discount * followers.size) / total) * shorter()
  }
  return { probability: (context, token) => probability(lastOf(context, order - 1), token, 'raw') }
}

/** Nats of each token of a sequence that has nothing before it. */
export function natsOf(model: NGram, sequence: ArrayLike<number>): number[] {
  const all = Array.from(sequence)
  return all.map((token, i) => -Math.log(model.probability(all.slice(0, i), token)))
}

function lastOf(context: ArrayLike<number>, count: number): number[] {
  const all = Array.from(context)
  return all.slice(Math.max(0, all.length - count))
}

function numberOf(context: readonly number[], size: number): number {
  return context.reduce((number, token) => number * size + token, 0)
}

function countsOf(tokens: ArrayLike<number>, k: number, size: number): Counts {
  const counts: Counts = new Map()
  const most = size ** k
  let context = 0
  for (let i = 0; i < tokens.length; i++) {
    if (i >= k) addTo(counts, context, tokens[i]!)
    context = k === 0 ? 0 : (context * size + tokens[i]!) % most
  }
  return counts
}

/** Of each token and context of k: how many different tokens stand before both. */
function precedersOf(longer: Counts, k: number, size: number): Counts {
  const counts: Counts = new Map()
  for (const [context, followers] of longer) {
    for (const token of followers.keys()) addTo(counts, context % size ** k, token)
  }
  return counts
}

function addTo(counts: Counts, context: number, token: number): void {
  const followers = counts.get(context) ?? new Map<number, number>()
  counts.set(context, followers.set(token, (followers.get(token) ?? 0) + 1))
}

/** n₁/(n₁ + 2·n₂), from how many pairs are seen once and twice; below 1 and above 0 also where there are none. */
function discountOf(counts: Counts): number {
  let [once, twice] = [0, 0]
  for (const followers of counts.values()) {
    for (const n of followers.values()) {
      if (n === 1) once++
      if (n === 2) twice++
    }
  }
  return once + twice === 0 ? 0.5 : Math.min(0.95, Math.max(0.05, once / (once + 2 * twice)))
}
