/** A diffusion model's axes as lines of Python: schedule, prediction, weighting, distance, times. @module */

/** A number of a piece's config by its name. */
type Numbers = (name: string) => number

/** A line of Python for each kind of a piece. */
type Kinds<T = string> = Readonly<Record<string, (of: Numbers) => T>>

/** α of times t in [0, 1], a tensor. */
const schedules: Kinds = {
  cosine: (of) => {
    const from = Math.acos(of('maxSignalRate'))
    return `torch.cos(${from} + ${Math.acos(of('minSignalRate')) - from} * t) ** 2`
  },
  squaredCosine: (of) => {
    const angle = (time: number) => (((time + of('offset')) / (1 + of('offset'))) * Math.PI) / 2
    const [from, turn] = [angle(of('start')), angle(of('end')) - angle(of('start'))]
    return `torch.cos(${from} + ${turn} * t) ** 2 / ${Math.cos(angle(0)) ** 2}`
  },
  linear: (of) => {
    const half = (of('betaMax') - of('betaMin')) / 2
    const s = `(${of('start')} + ${1 - of('start')} * t)`
    return `torch.exp(-${s} * (${of('betaMin')} + ${half} * ${s}))`
  },
  scaledLinear: (of) => {
    const from = Math.sqrt(of('betaMin'))
    const rise = Math.sqrt(of('betaMax')) - from
    const s = `(${of('start')} + ${1 - of('start')} * t)`
    return `torch.exp(-${s} * (${from ** 2} + ${s} * (${from * rise} + ${rise ** 2 / 3} * ${s})))`
  },
  sigmoid: (of) => {
    const [from, to, temperature] = [of('from'), of('to'), of('temperature')]
    const S = (u: number) => 1 / (1 + Math.exp(-(from + u * (to - from)) / temperature))
    const offset = (from + of('start') * (to - from)) / temperature
    const slope = ((of('end') - of('start')) * (to - from)) / temperature
    return `(${S(1)} - torch.sigmoid(${offset} + ${slope} * t)) / ${S(1) - S(0)}`
  },
  logSnrLinear: (of) => `torch.sigmoid(${of('max')} + ${of('min') - of('max')} * t)`,
  varianceExploding: (of) => {
    const [max, min] = [-2 * Math.log(of('sigmaMin')), -2 * Math.log(of('sigmaMax'))]
    return `torch.sigmoid(${max} + ${min - max} * t)`
  },
  rectifiedFlow: (of) => {
    const tau = `(${of('start')} + ${of('end') - of('start')} * t)`
    return `(1 - ${tau}) ** 2 / ((1 - ${tau}) ** 2 + ${tau} ** 2)`
  },
}

/** What the network is given and what it should answer. */
export interface PredictionLines {
  readonly input: string
  readonly target: string
  /** By how much x̂₀ changes for a change of 1 in the output. */
  readonly gain: string
  /** x̂₀ of the network's `output`. */
  readonly clean: string
}

/** Of `x`, `x0`, `eps`, `signal`, `noise` and `output`. */
const predictions: Kinds<PredictionLines> = {
  noise: () => ({ input: 'x', target: 'eps', gain: 'noise / signal', clean: '(x - noise * output) / signal' }),
  data: () => ({ input: 'x', target: 'x0', gain: 'torch.ones_like(signal)', clean: 'output' }),
  velocity: () => ({
    input: 'x',
    target: 'signal * eps - noise * x0',
    gain: 'noise',
    clean: 'signal * x - noise * output',
  }),
  flow: () => ({
    input: 'x',
    target: 'eps - x0',
    gain: 'noise / (signal + noise)',
    clean: '(x - noise * output) / (signal + noise)',
  }),
  edm: (of) => {
    const data = of('sigmaData')
    const q = `(noise**2 + (${data} * signal) ** 2).sqrt()`
    return {
      input: `x / ${q}`,
      target: `(noise / ${data} * x0 - ${data} * signal * eps) / ${q}`,
      gain: `${data} * noise / ${q}`,
      clean: `${data ** 2} * signal * x / ${q} ** 2 + ${data} * noise / ${q} * output`,
    }
  },
}

/** The weight of ‖x₀ − x̂₀‖², of `snr`; nothing where the output counts the same at every level. */
const weightings: Kinds<string | undefined> = {
  plain: () => undefined,
  snr: () => 'snr',
  minSnr: (of) => `snr.clamp(max=${of('gamma')})`,
  p2: (of) => `snr / (snr + ${of('k')}) ** ${of('gamma')}`,
  sigmoid: (of) => `snr / (${Math.exp(-of('bias'))} * snr + 1)`,
  edm: (of) => `snr + ${1 / of('sigmaData') ** 2}`,
}

/** The distance of each number, of `difference`. */
const distances: Kinds = {
  l1: () => 'difference.abs()',
  l2: () => 'difference**2',
  huber: () => 'F.huber_loss(difference, torch.zeros_like(difference), reduction="none")',
  pseudoHuber: (of) => `${of('scale')} * ((difference**2 + ${of('scale') ** 2}).sqrt() - ${of('scale')})`,
}

const normal = (of: Numbers) => `torch.randn(rows, device=device) * ${of('std')} + ${of('mean')}`

/** Signal ratios for `rows` rows on `device`. */
const times: Kinds = {
  uniform: () => 'alpha_of(torch.rand(rows, device=device))',
  stratified: () => 'alpha_of((torch.rand(rows, device=device) + torch.arange(rows, device=device)) / rows)',
  logitNormal: (of) => `alpha_of(torch.sigmoid(${normal(of)}))`,
  logNormal: (of) => `torch.sigmoid(-2 * (${normal(of)})).clamp(*alpha_of(torch.tensor([1.0, 0.0])).tolist())`,
}

/** Kinds of each axis. */
interface Axes {
  readonly schedule: typeof schedules
  readonly prediction: typeof predictions
  readonly loss: typeof distances
  readonly weighting: typeof weightings
  readonly times: typeof times
}

/** All axes by the names that a model's config has for them. */
export const axes: Axes = {
  schedule: schedules,
  prediction: predictions,
  loss: distances,
  weighting: weightings,
  times,
}

/** The line of a piece; nothing for one of a kind that has none. */
export function axisLine<T>(kinds: Kinds<T>, config: unknown): { readonly line: T } | undefined {
  if (typeof config !== 'object' || config === null || !('kind' in config)) return undefined
  const kind = String(config.kind)
  const write = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined
  return write && { line: write((name) => Number(Reflect.get(config, name))) }
}
