/** Sampling: blanks are filled one by one, or some at a time. @module */
import { assertInteger, assertKey, assertNumber, batchesOf, breather, fold, refusal, uniformArray } from '@gen/backend'
import type { SampleOptions } from '@gen/model'
import { concat, type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { type Canvas, canvasOf, type GivenTokens } from './canvas.ts'
import { drawToken } from './draw-token.ts'
import type { TokenNetwork, TokenSizes } from './networks/network.ts'
import type { TokenProcess } from './processes/process.ts'

/** Options of `TokenModel.sample`. */
export interface TokenSampleOptions extends SampleOptions {
  /** What stands already: tokens from the first place on, null at a blank, and blank where the list has ended. @default all blank */
  readonly given?: GivenTokens
  /** Divides the logits: below 1 takes the likely even more often. @default 1 */
  readonly temperature?: number
  /** Calls of the network: as many as blanks fill one at a time; fewer fill several as if they were independent. @default the blanks */
  readonly steps?: number
}

const where = 'tokens.sample'

/** What sampling needs of a model. */
export interface SampleModel extends TokenSizes {
  readonly network: TokenNetwork
  readonly process: TokenProcess
}

/** Samples a model; see `TokenModel.sample`. */
export async function sampleTokens(model: SampleModel, options: TokenSampleOptions): Promise<Tensor2D> {
  const { count, key, batchSize = 64, shard, temperature = 1, labels } = options
  const batches = batchesOf(where, { count, batchSize, shard })
  assertKey(where, 'key', key)
  assertNumber(where, 'temperature', temperature, { exclusiveMin: 0, exclusiveMax: Number.POSITIVE_INFINITY })
  if (labels !== undefined) {
    throw refusal('config', where, {
      expected: 'no labels, for the model has no classes',
      got: 'some',
      remedy: 'leave the labels out',
    })
  }
  const canvas = canvasOf(where, options.given, model)
  const groups = groupsOf(model.process, canvas.blanks.length, options.steps)
  const parts: Int32Array[] = []
  for (const { from: offset, rows } of batches) {
    parts.push(await fillRows(model, options, { canvas, groups, rows, offset }))
  }
  return tidy(() => concat(parts.map((part) => tensor2d(part, [part.length / model.length, model.length], 'int32'))))
}

interface Part {
  readonly canvas: Canvas
  /** Blanks filled up to and with each step. */
  readonly groups: readonly number[]
  readonly rows: number
  readonly offset: number
}

/** Rows `offset` to `offset + rows`. What is drawn at a place of a row follows from the key, the row and the place. */
async function fillRows(
  { network, process, length, size }: SampleModel,
  { key, temperature = 1, signal }: TokenSampleOptions,
  { canvas, groups, rows, offset }: Part,
): Promise<Int32Array> {
  const orders = process.orders({ blanks: canvas.blanks, rows, offset, key: fold(key, 0) })
  const drawn = uniformArray(fold(key, 1), rows, length, { offset })
  const tokens = new Int32Array(rows * length)
  for (let row = 0; row < rows; row++) tokens.set(canvas.tokens, row * length)
  const breathe = breather()
  for (const [step, until] of groups.entries()) {
    if (signal?.aborted) throw stopped(step, groups.length, signal)
    const logits = tidy(() => process.predict(network, tensor2d(tokens, [rows, length], 'int32')))
    const values = await logits.data<'float32'>().finally(() => logits.dispose())
    for (let row = 0; row < rows; row++) {
      for (const place of orders[row]!.slice(groups[step - 1] ?? 0, until)) {
        const at = row * length + place
        tokens[at] = drawToken(values.subarray(at * size, (at + 1) * size), temperature, drawn[at]!)
      }
    }
    await breathe()
  }
  return tokens
}

/**
 * How many blanks are filled after each step, as evenly as can be.
 *
 * @throws GenError `config` for fewer steps than blanks of a process that fills one at a time.
 */
function groupsOf({ parallel, kind }: TokenProcess, blanks: number, steps = blanks): number[] {
  if (steps === 0) return []
  assertInteger(where, 'steps', steps, { min: 1 })
  const count = Math.min(steps, blanks)
  if (count < blanks && !parallel) {
    throw refusal('config', where, {
      expected: `no fewer steps than the ${blanks} blanks, which ${kind} fills one by one`,
      got: steps,
      remedy: 'leave steps out',
    })
  }
  return Array.from({ length: count }, (_, i) => Math.round(((i + 1) * blanks) / count))
}

function stopped(step: number, steps: number, signal: AbortSignal): Error {
  return refusal('aborted', where, {
    expected: 'to go on',
    got: `aborted after step ${step} of ${steps}`,
    remedy: 'sample again',
    cause: signal.reason,
  })
}
