/** How likely a diffusion model finds data. @module */
import {
  assertContext,
  assertInteger,
  assertKey,
  assertNumber,
  assertShape,
  checkValues,
  contextRows,
  inBatches,
  type Key,
  type Labels,
  refusal,
} from '@gen/backend'
import {
  add,
  mul,
  reshape,
  slice,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tensor1d,
  tidy,
} from '@tensorflow/tfjs-core'
import type { Diffusion } from '../diffusion.ts'
import { readLabels } from '../labels.ts'
import { latentSizeOf } from '../latent.ts'
import { type DataConfig, normalizer } from '../normalize.ts'
import { angleOf } from '../samplers/pace.ts'
import { levelOf } from '../schedules/level.ts'
import { followDensity } from './density-path.ts'
import { makeProbes, type TraceOptions } from './probes.ts'

/** Options of {@link logLikelihood}. */
export interface LogLikelihoodOptions extends TraceOptions {
  /** Draws the probes: those of row i depend on (key, i) alone. */
  key: Key
  /** Error of a step that is let through: root mean square over the dimensions and log p. @default 0.001 */
  tolerance?: number
  /** Tries, for the row that takes most. @default 1000 */
  steps?: number
  /** Gray levels that one unit of the data stands for: 256 for dequantized 8-bit images in [0, 1]. @default 1 */
  levels?: number
  /** Class of each row, or one for all, for a model with classes; `classes` itself means no class. */
  labels?: Labels | undefined
  /** What else is known, a row for each or one for all, for a network that takes a context. */
  context?: Tensor | undefined
  /** Rows followed at once, which bounds memory. @default 64 */
  batchSize?: number
  /** Stops with an error `aborted`. */
  signal?: AbortSignal | undefined
}

/** What {@link logLikelihood} finds; the tensors are the caller's. */
export interface LogLikelihood {
  /** log p(x) of each row in nats, in the data's own units: `[batch]`. */
  readonly nats: Tensor1D
  /** `−nats / (D · ln 2) + log₂ levels`, `[batch]`. */
  readonly bitsPerDim: Tensor1D
  /** Calls of the network, each with as many gradients as there are probes, for the slowest row of each batch. */
  readonly calls: number
}

const where = 'diffusion.logLikelihood'

/**
 * The log-density of data under a diffusion model: that of the samples which deterministic sampling makes of standard normal noise.
 * Along its path `dx/dθ = v`, with `v = cos θ · ε − sin θ · x̂₀`, the density changes by the divergence,
 * `log p(x) = log N(x_end; 0, I) + ∫ tr(∂v/∂x) dθ`, whose trace is exact or Hutchinson's `E[zᵀ(∂v/∂x)z]`: unbiased, with less variance
 * the more probes. Solved by the pair of orders 3 and 2 of `adaptive`, with steps of its own for each row.
 *
 * It is the density at the schedule's clean end, that of data with noise of deviation `√(1/α(0) − 1)`: choose a schedule that
 * ends close to the data, such as `linear()`, `rectifiedFlow()` or `logSnrLinear()`, and not `cosine()`. Whole gray levels have
 * no density: add uniform noise, `(level + u) / 256`, in training and here, and `levels: 256` makes the bits an upper bound of what the levels cost.
 *
 * @param x - Data in their own units, `[batch, …]`.
 * @throws GenError `shape` for other data, `non-finite`, `config` for labels missing or too many, `range` or `value` for options
 * that make no sense, `range` where `steps` do not suffice, `aborted` by the signal.
 * @see Score-based generative modeling through stochastic differential equations (Song et al., 2020), section 4.3 https://arxiv.org/abs/2011.13456
 * @see FFJORD (Grathwohl et al., 2018) https://arxiv.org/abs/1810.01367
 * @example
 * const ours = ddpm({ network: pointDenoiser({ size: 2, key: key(0) }) })
 * const { nats, bitsPerDim } = await logLikelihood(ours, x0, { key: key(1) })
 */
export async function logLikelihood(
  model: Diffusion,
  x: Tensor,
  options: LogLikelihoodOptions,
): Promise<LogLikelihood> {
  const { tolerance = 1e-3, steps = 1000, levels = 1, batchSize = 64, context, signal } = options
  const { shape, config } = model
  assertShape(where, 'x', x, [null, ...shape])
  assertKey(where, 'key', options.key)
  assertTrace(options)
  assertNumber(where, 'tolerance', tolerance, { exclusiveMin: 0, exclusiveMax: 1 })
  assertInteger(where, 'steps', steps, { min: 1 })
  assertInteger(where, 'levels', levels, { min: 1 })
  const [count = 0] = x.shape
  if (context) assertContext(where, context, { rows: count, context: context.shape.slice(1) })
  const labels = await readLabels(where, options.labels, { rows: count, classes: config.classes })
  await checkValues(where, 'x', x, {})
  const [from, to] = [0, 1].map((t) => angleOf(levelOf(model.schedule.alpha(t)))) as [number, number]
  let calls = 0
  const nats = await inBatches(where, { count, batchSize, signal }, async (offset, rows) => {
    const condition = {
      ...(labels && { label: tensor1d(labels.slice(offset, offset + rows), 'int32') }),
      ...(context && { context: tidy(() => normalizer(config).normalizeContext(contextRows(context, offset, rows))) }),
    }
    const probes = makeProbes(shape, rows, offset, options.key, options)
    const start = startOf(model, slice(x, offset, rows), Math.cos(from))
    try {
      const predict = (state: Tensor, at: Parameters<typeof model.predictAt>[1]) =>
        model.predictAt(state, at, condition)
      const path = { from, to, tolerance, steps, signal }
      const { end, calls: asked } = await followDensity({ shape, probes, predict }, start, path)
      calls += asked
      return logDensity(end, Math.cos(from), config, shape)
    } finally {
      for (const tensor of [start, ...Object.values(condition), ...probes.directions]) tensor.dispose()
    }
  })
  const bitsPerDim = tidy(() => add(mul(nats, -1 / (latentSizeOf(shape) * Math.LN2)), Math.log2(levels)) as Tensor1D)
  return { nats, bitsPerDim, calls }
}

/** The data as the clean end of the path, flattened; frees what it is given. */
function startOf({ config, shape }: Diffusion, x: Tensor, signal: number): Tensor2D {
  const start = tidy(() => reshape(mul(normalizer(config).normalize(x), signal), [-1, latentSizeOf(shape)]))
  x.dispose()
  return start as Tensor2D
}

/** Of a path's end, in the data's units: each change of scale on the way is a term. Frees the end. */
function logDensity(end: Tensor2D, signal: number, { std }: DataConfig, shape: readonly number[]): Tensor1D {
  const size = latentSizeOf(shape)
  const deviations = typeof std === 'number' ? Array<number>(shape.at(-1) ?? 1).fill(std) : std
  const logStd = (deviations.reduce((total, deviation) => total + Math.log(deviation), 0) / deviations.length) * size
  const constant = size * (Math.log(signal) - Math.log(2 * Math.PI) / 2) - logStd
  const nats = tidy(() => {
    const [noise, change] = [slice(end, [0, 0], [-1, size]), reshape(slice(end, [0, size], [-1, 1]), [-1])]
    return add(sub(change, mul(sum(square(noise), 1), 1 / 2)), constant) as Tensor1D
  })
  end.dispose()
  return nats
}

function assertTrace({ probes = 1, noise = 'rademacher' }: TraceOptions): void {
  if (probes !== 'exact') assertInteger(where, 'probes', probes, { min: 1 })
  if (noise === 'rademacher' || noise === 'gaussian') return
  throw refusal('config', where, { expected: "noise 'rademacher' or 'gaussian'", got: JSON.stringify(noise) })
}
