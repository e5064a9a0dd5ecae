/** What a U-Net is made from: plain JSON, its defaults, its checks. @module */
import { assertKey, type GenError, type Key, refusal } from '@gen/backend'
import * as v from 'valibot'

/** Config of {@link unet}: plain JSON, stored beside the weights. */
export interface UnetConfig {
  /** Shape of a sample: `[height, width, channels]` of images, `[positions, channels]` of signals. */
  shape: number[]
  /** Channels at each level, from full size down; the last are those of the middle. @default [32, 64, 96, 128] */
  widths?: number[]
  /** Residual blocks per level, on the way down and again on the way up. @default 2 */
  depth?: number
  /** Levels with self-attention after each block; 0 is the full size, `widths.length − 1` the middle. @default [] */
  attention?: number[]
  /** Channels of an attention head; a width that it does not divide gets one head. @default 32 */
  headSize?: number
  /**
   * How the noise level (and class) enters: `film`, as scale and offset in every block; `add`, added in every block;
   * `concat`, once, as channels beside the input, as in the lecture's reference network. @default 'film'
   */
  embedding?: 'film' | 'add' | 'concat'
  /** Size of the embedding, even. @default 4 · widths[0]; 32 for `concat` */
  embeddingSize?: number
  /** Number of classes; 0 leaves the label input out. The label `classes` means "no class". @default 0 */
  classes?: number
  /**
   * Shape of what else the network is told of a sample; none leaves it out. `[n]`: a vector, beside the noise level's embedding.
   * An image (or signal) of any size and channels: brought to the sample's size, beside its channels. `[m, n]` for images: a sequence of
   * vectors, to which the positions attend at the levels of `attention`. @default []
   */
  context?: number[]
  /** Size of a vector that says how the data were augmented; 0 leaves it out. @default 0 */
  augmentation?: number
  /** Channels of the output, where they are others than the sample's: twice as many for a learned range. @default those of the sample */
  outputChannels?: number
  /**
   * Whether samples of other sizes than `shape` are taken too, whose sides are multiples of 2 to the power of the halvings, so that
   * doubling leads back to them. @default false
   */
  anySize?: boolean
  /** Halving: means over 2 × 2, or a trained convolution of stride 2. @default 'avg' */
  down?: 'avg' | 'conv'
  /** Doubling: repetition, linear interpolation, or repetition and a trained convolution. @default 'nearest' */
  up?: 'nearest' | 'bilinear' | 'conv'
  /** Most groups of the normalizations, each of at least 4 channels. @default 8 */
  groups?: number
  /** Share of the numbers before each block's last convolution that training drops, by the key of the call. @default 0 */
  dropout?: number
  /** Draws the weights. @default key(0) */
  key?: Key
}

/** A config with its defaults filled in. */
export type FullUnetConfig = Required<UnetConfig>

const where = 'unet'
const whole = v.pipe(v.number(), v.safeInteger('a whole number'))
const count = (min: number) => v.pipe(whole, v.minValue(min, `at least ${min}`))
const word = v.pipe(whole, v.minValue(0, 'at least 0'), v.maxValue(2 ** 32 - 1, 'below 2³²'))
const sample = '[height, width, channels] or [positions, channels]'
const shape = v.pipe(v.array(count(1)), v.minLength(2, sample), v.maxLength(3, sample))

const schema = v.strictObject({
  shape,
  widths: v.optional(v.pipe(v.array(count(1)), v.minLength(1, 'at least one width')), [32, 64, 96, 128]),
  depth: v.optional(count(1), 2),
  attention: v.optional(v.array(count(0)), []),
  headSize: v.optional(count(1), 32),
  embedding: v.optional(v.picklist(['film', 'add', 'concat']), 'film'),
  embeddingSize: v.optional(v.pipe(count(2), v.multipleOf(2, 'even'))),
  classes: v.optional(count(0), 0),
  context: v.optional(v.pipe(v.array(count(1)), v.maxLength(3, 'at most 3 sizes')), []),
  augmentation: v.optional(count(0), 0),
  outputChannels: v.optional(count(1)),
  anySize: v.optional(v.boolean(), false),
  down: v.optional(v.picklist(['avg', 'conv']), 'avg'),
  up: v.optional(v.picklist(['nearest', 'bilinear', 'conv']), 'nearest'),
  groups: v.optional(count(1), 8),
  dropout: v.optional(v.pipe(v.number(), v.minValue(0, 'at least 0'), v.maxValue(0.95, 'at most 0.95')), 0),
  key: v.optional(v.strictObject({ hi: word, lo: word }), { hi: 0, lo: 0 }),
})

/**
 * Reads a config from unknown data, such as a file, and fills the defaults in.
 *
 * @throws GenError `value` for a key that is none; `config` for a field that is missing, unknown or out of range; `shape` for a sample too small for so
 * many levels.
 * @example
 * const config = unetConfig(JSON.parse('{ "shape": [28, 28, 1], "classes": 10 }'))
 */
export function unetConfig(json: unknown): FullUnetConfig {
  if (typeof json === 'object' && json !== null && 'key' in json && json.key !== undefined) {
    assertKey(where, 'key', json.key)
  }
  const result = v.safeParse(schema, json)
  if (!result.success) throw misfit(result.issues[0])
  const { output } = result
  const embeddingSize = output.embeddingSize ?? (output.embedding === 'concat' ? 32 : 4 * output.widths[0]!)
  const outputChannels = output.outputChannels ?? output.shape.at(-1)!
  const config = { ...output, outputChannels, embeddingSize: embeddingSize + (embeddingSize % 2) }
  checkLevels(config)
  return config
}

/** How a context enters: as a vector, as an image (or signal) beside the sample, as a sequence that is attended to, or not at all. */
export function contextKind({
  shape,
  context,
}: Pick<FullUnetConfig, 'shape' | 'context'>): 'vector' | 'beside' | 'sequence' | undefined {
  if (context.length === 0) return undefined
  if (context.length === 1) return 'vector'
  return context.length === shape.length ? 'beside' : 'sequence'
}

/** The sizes at each level: halved, odd ones rounded up. */
export function levelSizes({ shape, widths }: Pick<FullUnetConfig, 'shape' | 'widths'>): number[][] {
  return widths.map((_, level) => shape.slice(0, -1).map((n) => Math.ceil(n / 2 ** level)))
}

function misfit(issue: v.BaseIssue<unknown>): GenError {
  const field = v.getDotPath(issue) ?? 'config'
  const isUnknown = issue.expected === 'never'
  const [expected, got] = isUnknown
    ? [`fields ${Object.keys(schema.entries).join(', ')}`, field]
    : [`${field} ${issue.requirement === undefined ? issue.expected : issue.message}`, JSON.stringify(issue.input)]
  return refusal('config', where, {
    expected: String(expected),
    got: got ?? 'nothing',
    details: { field, issue: issue.message },
  })
}

/** What the sides of a sample of any size are multiples of. */
export function sideUnit({ widths }: Pick<FullUnetConfig, 'widths'>): number {
  return 2 ** (widths.length - 1)
}

function checkLevels(config: FullUnetConfig): void {
  const { shape, widths, attention, context, anySize } = config
  if (context.length > shape.length || (contextKind(config) === 'sequence' && attention.length === 0)) {
    const remedy = 'pass the shape of one row, and attention: [level] for a sequence beside an image'
    const expected = `a context that samples [${shape.join(', ')}] can be told`
    throw refusal('config', where, { expected, got: `[${context.join(', ')}]`, remedy, details: { shape, context } })
  }
  if (anySize && contextKind(config) === 'beside') {
    const remedy = 'pass a vector or a sequence as context, or leave anySize out'
    throw refusal('config', where, {
      expected: 'no image as context with anySize',
      got: `[${context.join(', ')}]`,
      remedy,
    })
  }
  const levels = widths.length
  const sides = shape.slice(0, -1)
  // A side of 1 cannot be halved: the level below would be no smaller.
  const smallest = levels > 1 ? 2 ** (levels - 2) + 1 : 1
  if (sides.some((n) => n < smallest)) {
    const what = sides.length === 1 ? 'a signal' : 'height and width'
    const most = Math.floor(Math.log2(Math.max(1, Math.min(...sides) - 1))) + 2
    throw refusal('shape', where, {
      expected: `${what} of at least ${smallest} for ${levels} levels`,
      got: `[${sides.join(', ')}]`,
      remedy: `every size from ${smallest} up works, and [${sides.join(', ')}] works with up to ${most} widths`,
      details: { shape, levels, smallest },
    })
  }
  const unit = sideUnit(config)
  if (anySize && sides.some((n) => n % unit > 0)) {
    throw refusal('shape', where, {
      expected: `sides that are multiples of ${unit} with anySize and ${levels} levels`,
      got: `[${sides.join(', ')}]`,
      details: { shape, levels, unit },
    })
  }
  const beyond = attention.find((level) => level >= levels)
  if (beyond !== undefined) {
    throw refusal('config', where, {
      expected: `attention at levels 0 to ${levels - 1} of ${levels} widths`,
      got: `level ${beyond}`,
      details: { attention, levels },
    })
  }
}
