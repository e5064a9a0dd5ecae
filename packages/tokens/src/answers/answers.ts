/** Many answers to one question: the most probable ones, with their probabilities. @module */
import { assertInteger } from '@gen/backend'
import { tensor2d } from '@tensorflow/tfjs-core'
import { canvasOf } from '../canvas.ts'
import { logTotal } from '../draw-token.ts'
import type { TokenModel } from '../tokens.ts'
import { type Question, questionOf } from './question.ts'

/** Options of {@link answers}. */
export interface AnswersOptions {
  /** How many answers. @default 5 */
  count?: number
  /** Unfinished answers that are followed; one that falls out of them is not found. @default 64 */
  beam?: number
  /** The character that stands for a blank. @default '_' */
  blank?: string
  /**
   * The characters that may fill a blank; answers with others are passed over, and the probabilities stay those among all.
   * @default all
   */
  symbols?: string | undefined
  /** Most characters of an answer to a question without blanks. @default 16 */
  most?: number
}

/** One answer. */
export interface Answer {
  /** What fills the blanks, or comes next. */
  readonly text: string
  /** Its probability, in (0, 1]. */
  readonly probability: number
}

/** An answer so far. */
interface Partial {
  readonly canvas: Int32Array
  readonly filled: readonly number[]
  readonly logProb: number
}

const where = 'tokens.answers'

/**
 * The most probable answers to a question, best first: what fills its blanks (`the w____ whale`), given both sides, by a model
 * of masked diffusion; or, where it has no blank (`call me `), the next word, by any model. A word ends before what is no
 * letter, apostrophe or hyphen.
 *
 * The probabilities are exactly those of the model that fills blanks from left to right, the end of a word included; with a
 * beam of all that there is, those of all answers add up to 1.
 *
 * @throws GenError `config` for a model without a vocabulary, or blanks that it cannot fill; `value` or `range` for numbers
 * that are none, `value` for characters that the vocabulary lacks, `shape` for blanks too far apart.
 * @example
 * const model = mdlm({ vocabulary: characters(), length: 24, width: 16, depth: 1, key: key(0) })
 * const [best] = await answers(model, 'the w_ale', { count: 1 })
 */
export async function answers(
  model: TokenModel,
  question: string,
  { count = 5, beam = 64, blank = '_', symbols, most = 16 }: AnswersOptions = {},
): Promise<Answer[]> {
  assertInteger(where, 'count', count, { min: 1 })
  assertInteger(where, 'beam', beam, { min: 1 })
  assertInteger(where, 'most', most, { min: 1 })
  const asked = questionOf(where, model, question, { blank, symbols, most })
  const { tokens } = canvasOf(where, asked.given, { ...model, length: model.shape[0] })
  let open: Partial[] = [{ canvas: tokens, filled: [], logProb: 0 }]
  let done: Partial[] = []
  for (const place of asked.places) {
    const next = await extend(model, asked, open, place)
    open = next.open.sort(byProbability).slice(0, beam)
    done = [...done, ...next.done].sort(byProbability).slice(0, count)
    // No answer grows more probable by more tokens.
    if (open.length === 0 || (done.length === count && done.at(-1)!.logProb > open[0]!.logProb)) break
  }
  const found = [...done, ...open.filter(({ filled }) => filled.length === asked.places.length)]
  return found
    .sort(byProbability)
    .slice(0, count)
    .map(({ filled, logProb }) => ({ text: asked.vocabulary.decode(filled), probability: Math.exp(logProb) }))
}

/** All ways on from each partial answer, and those that end it, together. */
async function extend(
  model: TokenModel,
  { ends, mayFill }: Question,
  partials: readonly Partial[],
  place: number,
): Promise<{ open: Partial[]; done: Partial[] }> {
  const logits = await logitsAt(model, partials, place)
  const open: Partial[] = []
  const done: Partial[] = []
  partials.forEach((partial, row) => {
    const { canvas, filled, logProb } = partial
    const own = logits[row]!
    const total = logTotal(own)
    let ending = 0
    own.forEach((logit, token) => {
      if (ends(filled, token)) ending += Math.exp(logit - total)
      else if (mayFill(token))
        open.push({
          canvas: withToken(canvas, place, token),
          filled: [...filled, token],
          logProb: logProb + logit - total,
        })
    })
    if (ending > 0) done.push({ ...partial, logProb: logProb + Math.log(ending) })
  })
  return { open, done }
}

/** The logits at one place of each canvas. */
async function logitsAt(model: TokenModel, partials: readonly Partial[], place: number): Promise<Float32Array[]> {
  const { shape, size } = model
  const [length] = shape
  const flat = new Int32Array(partials.length * length)
  partials.forEach(({ canvas }, row) => {
    flat.set(canvas, row * length)
  })
  const input = tensor2d(flat, [partials.length, length], 'int32')
  const logits = model.predict(input)
  input.dispose()
  const values = await logits.data<'float32'>().finally(() => logits.dispose())
  return partials.map((_, row) => values.slice((row * length + place) * size, (row * length + place + 1) * size))
}

function withToken(canvas: Int32Array, place: number, token: number): Int32Array {
  const next = canvas.slice()
  next[place] = token
  return next
}

function byProbability(a: Partial, b: Partial): number {
  return b.logProb - a.logProb
}
