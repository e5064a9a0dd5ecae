/** Everything that is counted exactly on a distribution over few sequences. */
import { key, useBackend } from '@gen/backend'
import { add, dispose, mul, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { absorbing, answers, characters, leftToRight, type MaskTime, tokens } from './index.ts'
import { enumerable, probabilityOf, trueNetwork } from './testing/enumerable.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const truth = enumerable(3, 3, 4)
const { length, size, sequences, probabilities } = truth
const all = () => tensor2d(sequences as number[][], [sequences.length, length], 'int32')
const anyOrder = (time?: MaskTime) => tokens({ network: trueNetwork(truth), process: absorbing(time ? { time } : {}) })
const ordered = () => tokens({ network: trueNetwork(truth, true), process: leftToRight() })

/** χ² of counts against probabilities, and its number of standard deviations above the mean. */
function excess(counts: readonly number[], expected: readonly number[]): number {
  const total = counts.reduce((sum, n) => sum + n, 0)
  const chi2 = counts.reduce((sum, n, i) => sum + (n - total * expected[i]!) ** 2 / (total * expected[i]!), 0)
  const freedom = counts.length - 1
  return (chi2 - freedom) / Math.sqrt(2 * freedom)
}

async function countsOf(model: ReturnType<typeof anyOrder>, count: number, steps?: number): Promise<number[]> {
  const drawn = await model.sample({ count, key: key(8), batchSize: 1000, ...(steps && { steps }) })
  const rows = await drawn.array()
  drawn.dispose()
  const counts = sequences.map(() => 0)
  for (const row of rows) counts[row.reduce((number, token, place) => number + token * size ** place, 0)]!++
  return counts
}

describe('the likelihood', () => {
  it('from left to right is log p(x), exactly', async () => {
    const x = all()
    const logProb = await ordered().logProb(x)
    expect(logProb.dataSync()).toBeAllClose(probabilities.map(Math.log), { rtol: 1e-5 })
    dispose([x, logProb])
  })

  it.each(['counts', 'continuous'] as const)(
    'bound of masked diffusion is log p(x) where the network knows the truth, in whatever order (%s)',
    (time) => {
      const { process } = anyOrder(time)
      const draws = 400
      const values = tidy(() => {
        const x = all()
        const losses = Array.from({ length: draws }, (_, i) => process.loss(trueNetwork(truth), x, key(i)).dataSync())
        return sequences.map((_, row) => losses.map((loss) => loss[row]!))
      })
      values.forEach((row, i) => {
        const mean = row.reduce((sum, value) => sum + value, 0) / draws
        const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (draws - 1)
        // Five standard errors, and the thousandth of the time that is left out.
        const slack = 5 * Math.sqrt(variance / draws) + (time === 'continuous' ? 0.01 : 0)
        expect(Math.abs(mean + Math.log(probabilities[i]!))).toBeLessThan(slack)
      })
    },
  )

  it('bound is the same mean for logProb, and its error falls with the draws', async () => {
    const x = all()
    const error = async (draws: number) => {
      const logProb = await anyOrder().logProb(x, { key: key(3), draws })
      const values = logProb.dataSync()
      logProb.dispose()
      return Math.sqrt(probabilities.reduce((sum, p, i) => sum + (values[i]! - Math.log(p)) ** 2, 0) / values.length)
    }
    const [few, many] = [await error(3), await error(300)]
    expect(many).toBeLessThan(0.1)
    expect(many).toBeLessThan(few / 4)
    x.dispose()
  })

  it('bound lies below log p of a network that is wrong: each order has its own p(x), and the mean of logs is the smaller', async () => {
    // At each place the conditionals of another distribution at the places to the left, where those are known.
    const other = trueNetwork(enumerable(3, 3, 7))
    const own = trueNetwork(truth)
    const mixed = {
      ...own,
      apply: (x: Parameters<typeof own.apply>[0]) => tidy(() => mul(add(own.apply(x), other.apply(x)), 0.5)),
    }
    const byOrder = (x: readonly number[], order: readonly number[]) =>
      order.reduce((sum, place, i) => {
        const canvas = x.map((token, at) => (order.slice(0, i).includes(at) ? token : size))
        const logits = tidy(() => [
          ...(mixed.apply(tensor2d([canvas], [1, length], 'int32')).arraySync() as number[][][])[0]![place]!,
        ])
        const total = Math.log(logits.reduce((all, logit) => all + Math.exp(logit), 0))
        return sum + logits[x[place]!]! - total
      }, 0)
    const orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] // biome-ignore format: a line
    const chosen = sequences[5]!
    const logs = orders.map((order) => byOrder(chosen, order))
    const bound = logs.reduce((sum, log) => sum + log, 0) / 6
    const mixture = Math.log(logs.reduce((sum, log) => sum + Math.exp(log), 0) / 6)
    const x = tensor2d([chosen], [1, length], 'int32')
    const logProb = await tokens({ network: mixed, process: absorbing() }).logProb(x, { draws: 3000 })
    expect(logProb.dataSync()[0]!).toBeCloseTo(bound, 1)
    expect(bound).toBeLessThan(mixture - 1e-3)
    dispose([x, logProb])
  })
})

describe('samples', () => {
  it.each([
    ['from left to right', ordered],
    ['in any order', anyOrder],
  ] as const)('%s have the frequencies of the truth', async (_, make) => {
    expect(excess(await countsOf(make() as ReturnType<typeof anyOrder>, 6000), probabilities)).toBeLessThan(4)
  })

  it('in one step have the frequencies of independent tokens, and not those of the truth', async () => {
    const marginal = (place: number, token: number) =>
      probabilityOf(
        truth,
        Array.from({ length }, (_, at) => (at === place ? token : size)),
      )
    const independent = sequences.map((row) => row.reduce((p, token, place) => p * marginal(place, token), 1))
    const counts = await countsOf(anyOrder(), 6000, 1)
    expect(excess(counts, independent)).toBeLessThan(4)
    expect(excess(counts, probabilities)).toBeGreaterThan(20)
  })

  it('with some tokens given have the frequencies of the truth given them, on both sides of a blank', async () => {
    const drawn = await anyOrder().sample({ count: 4000, given: [1, null, 2], key: key(5), batchSize: 1000 })
    const rows = await drawn.array()
    drawn.dispose()
    expect(rows.every((row) => row[0] === 1 && row[2] === 2)).toBe(true)
    const counts = [0, 1, 2].map((token) => rows.filter((row) => row[1] === token).length)
    const expected = [0, 1, 2].map((token) => probabilityOf(truth, [1, token, 2]) / probabilityOf(truth, [1, 3, 2]))
    expect(excess(counts, expected)).toBeLessThan(4)
  })

  it('at a low temperature are the most probable ones', async () => {
    const drawn = await ordered().sample({ count: 50, temperature: 0.01, key: key(5) })
    const rows = await drawn.array()
    drawn.dispose()
    expect(new Set(rows.map(String)).size).toBe(1)
  })
})

describe('answers', () => {
  const vocabulary = characters({ alphabet: 'ab.' })
  const text = (row: readonly number[]) => vocabulary.decode(row)

  it('to blanks have the probabilities of the truth given the rest, and those of all add up to 1', async () => {
    const model = tokens({ network: trueNetwork(truth), process: absorbing(), vocabulary })
    const found = await answers(model, '_b_', { count: 9, beam: 9 })
    const total = probabilityOf(truth, [3, 1, 3])
    expect(found.length).toBe(9)
    for (const { text: answer, probability } of found) {
      const [first, last] = vocabulary.encode(answer) as unknown as [number, number]
      expect(probability).toBeCloseTo(probabilityOf(truth, [first, 1, last]) / total, 5)
    }
    expect(found.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 5)
    expect(found.map(({ probability }) => probability)).toEqual(
      found.map(({ probability }) => probability).sort((a, b) => b - a),
    )
  })

  it('of some characters alone pass over the others, at the same probabilities', async () => {
    const model = tokens({ network: trueNetwork(truth), process: absorbing(), vocabulary })
    const all = await answers(model, '_b_', { count: 9, beam: 9 })
    const some = await answers(model, '_b_', { count: 9, beam: 9, symbols: 'ab' })
    expect(some).toEqual(all.filter(({ text }) => !text.includes('.')))
    expect(some.length).toBe(4)
  })

  it.each([
    ['from left to right', () => tokens({ network: trueNetwork(truth, true), process: leftToRight(), vocabulary })],
    ['in any order', () => tokens({ network: trueNetwork(truth), process: absorbing(), vocabulary })],
  ] as const)('that are next words have the probabilities of all that begins with them (%s)', async (_, make) => {
    const found = await answers(make(), '', { count: 30, beam: 30, most: 3 })
    // A word ends before the point; one of three letters ends with the sequence.
    const expected = new Map<string, number>()
    sequences.forEach((row, i) => {
      const word = /^\.*[ab]+|^\.+$/.exec(text(row))![0]
      expected.set(word, (expected.get(word) ?? 0) + probabilities[i]!)
    })
    expect(found.length).toBe(expected.size)
    for (const { text: word, probability } of found) expect(probability).toBeCloseTo(expected.get(word)!, 5)
  })

  it('go on from the end of a long question, and see as much as there is room for', async () => {
    const model = tokens({ network: trueNetwork(truth, true), process: leftToRight(), vocabulary })
    const long = await answers(model, 'abababababa', { count: 3, most: 1 })
    expect(long).toEqual(await answers(model, 'ba', { count: 3, most: 1 }))
  })
})
