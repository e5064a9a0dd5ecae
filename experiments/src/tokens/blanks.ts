/** Fill in the blank: held-out sentences with a word taken out. @module */
import { fold, key, randintArray } from '@gen/backend'
import { answers, type TokenModel, type Vocabulary } from '@gen/tokens'

/** A sentence with a word taken out. */
export interface Blank {
  /** With `_` for each letter of the word. */
  readonly question: string
  readonly word: string
}

/** Lengths of words that are taken out. */
const [shortest, longest] = [3, 8]

/** Takes a word, drawn by the key, out of each sequence that has one with neighbors on both sides. */
export function blanksOf(rows: readonly Int32Array[], letters: Vocabulary, seed: number): Blank[] {
  return rows.flatMap((row, i) => {
    const text = letters.decode(row)
    const inside = [...text.matchAll(/(?<= )[a-z]+(?= )/g)].filter(
      ({ 0: word, index }) =>
        word.length >= shortest && word.length <= longest && index > 8 && index < text.length - 16,
    )
    if (inside.length === 0) return []
    const [place = 0] = randintArray(fold(key(seed), i), 1, 1, { max: inside.length })
    const { 0: word, index } = inside[place]!
    return [{ word, question: text.slice(0, index) + '_'.repeat(word.length) + text.slice(index + word.length) }]
  })
}

/** How answers fare: shares of all. */
export interface BlankVerdict {
  readonly questions: number
  /** Of answers drawn at random, as the model has it. */
  readonly sampledReal: number
  /** Of the five most probable ones, of letters alone. */
  readonly bestReal: number
  /** Of the most probable one. */
  readonly firstReal: number
  /** How often the most probable one is the word that was taken out. */
  readonly firstRight: number
  /** How often that word is among the five. */
  readonly fiveRight: number
  /** Different answers among six drawn at random. */
  readonly different: number
  readonly examples: readonly string[]
}

const drawn = 6

/** Asks a model. */
export async function judgeBlanks(
  model: TokenModel,
  letters: Vocabulary,
  blanks: readonly Blank[],
  words: ReadonlySet<string>,
): Promise<BlankVerdict> {
  const counts = { sampled: 0, best: 0, first: 0, right: 0, five: 0, different: 0 }
  const examples: string[] = []
  for (const [i, { question, word }] of blanks.entries()) {
    const best = await answers(model, question, { count: 5, beam: 32, symbols: 'abcdefghijklmnopqrstuvwxyz' })
    const texts = best.map(({ text }) => text)
    const samples = await draws(model, letters, question, i)
    counts.sampled += share(samples, words)
    counts.best += share(texts, words)
    counts.first += share(texts.slice(0, 1), words)
    counts.right += texts[0] === word ? 1 : 0
    counts.five += texts.includes(word) ? 1 : 0
    counts.different += new Set(samples).size
    if (examples.length < 5) examples.push(`${question} (${word}): ${shown(best)}; drawn: ${samples.join(', ')}`)
  }
  const { length: questions } = blanks
  const mean = (sum: number) => sum / questions
  return {
    questions,
    sampledReal: mean(counts.sampled),
    bestReal: mean(counts.best),
    firstReal: mean(counts.first),
    firstRight: mean(counts.right),
    fiveRight: mean(counts.five),
    different: mean(counts.different),
    examples,
  }
}

/** Answers with their probabilities, in words. */
export function shown(list: readonly { text: string; probability: number }[]): string {
  return list.map(({ text, probability }) => `${text} ${(100 * probability).toFixed(1)} %`).join(', ')
}

async function draws(model: TokenModel, letters: Vocabulary, question: string, i: number): Promise<string[]> {
  const given = [...question].map((symbol) => (symbol === '_' ? null : letters.encode(symbol)[0]!))
  const samples = await model.sample({ count: drawn, given, key: fold(key(1), i) })
  const rows = await samples.array()
  samples.dispose()
  const places = given.flatMap((token, place) => (token === null ? [place] : []))
  return rows.map((row) => letters.decode(places.map((place) => row[place]!)))
}

function share(texts: readonly string[], words: ReadonlySet<string>): number {
  return texts.filter((text) => words.has(text)).length / texts.length
}
