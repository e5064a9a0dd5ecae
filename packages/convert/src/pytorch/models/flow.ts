/** A flow of vectors in Python. @module */
import { refusal } from '@gen/backend'
import * as v from 'valibot'
import type { NamedWeight, WeightShape } from '../../weights/named-weight.ts'
import type { NetworkClass, PythonInput } from '../network-class.ts'
import { type PythonText, where } from '../written-layer.ts'
import { continuousText } from './continuous-text.ts'
import {
  actnormText,
  affineText,
  autoregressiveText,
  couplingText,
  elementwiseText,
  inverseText,
  luLinearText,
  permuteText,
  univariateTexts,
} from './flow-texts.ts'

type Variable = NamedWeight['variable']

/** A transform in Python, with the weights that it takes from the front of the list. */
interface Transform {
  readonly module: string
  readonly uses: readonly PythonText[]
  readonly weights: readonly NamedWeight[]
}

interface FlowFacts {
  readonly shape: readonly number[]
  readonly config: object
  readonly players: readonly { variables(): Variable[] }[]
}

const config = v.looseObject({ kind: v.string() })
const flowSchema = v.object({ base: config, classes: v.number(), transforms: v.array(config) })
const numbers = v.array(v.number())
const univariate = v.looseObject({ kind: v.picklist(['additive', 'affine', 'spline']) })
const activation = v.picklist(['relu', 'silu', 'tanh', 'elu', 'softplus'])
const network = v.object({ kind: v.literal('dense'), hidden: numbers, activation })
const context = v.optional(v.number(), 0)
const vector = v.tuple([v.number()])

const schemas = {
  coupling: v.object({ shape: vector, univariate, mask: v.literal('half'), flip: v.boolean(), network, context }),
  autoregressive: v.object({
    shape: vector,
    univariate,
    order: numbers,
    passes: v.number(),
    hidden: numbers,
    activation,
    context,
  }),
  elementwise: v.object({ shape: vector, univariate, context: v.optional(v.literal(0)) }),
  luLinear: v.object({ shape: vector, order: numbers, signs: numbers }),
  actnorm: v.object({ shape: vector }),
  permuteFeatures: v.object({ shape: vector, order: numbers }),
  continuous: v.object({
    shape: vector,
    hidden: numbers,
    relativeTolerance: v.number(),
    absoluteTolerance: v.number(),
    steps: v.optional(v.number()),
    context,
  }),
  affine: v.object({ shape: vector, scale: v.union([v.number(), numbers]), shift: v.union([v.number(), numbers]) }),
}

/** `Flow`, of the transforms that its config lists. */
export function flowClass({ shape, config: given, players }: FlowFacts): NetworkClass {
  const parsed = v.safeParse(flowSchema, given)
  if (!parsed.success || parsed.output.base.kind !== 'standardNormal' || shape.length !== 1) {
    return refuse(
      'a flow of vectors from the standard normal distribution',
      shape.length === 1 ? 'another base' : 'a flow of images',
    )
  }
  const open = [...(players[0]?.variables() ?? [])]
  const transforms = parsed.output.transforms.map((transform, i) => transformOf(transform, open, `transforms.${i}`))
  const contexts = parsed.output.transforms.map((transform) => Number(innermost(transform).context ?? 0))
  const told = Math.max(0, ...contexts)
  const [size = 0] = shape
  const inputs: PythonInput[] = [
    { name: 'x', shape: [size], isInteger: false },
    ...(told > 0 ? [{ name: 'context', shape: [told], isInteger: false }] : []),
  ]
  return {
    name: 'Flow',
    text: textOf(transforms, size, told, parsed.output.classes),
    uses: transforms.flatMap(({ uses }) => uses),
    inputs,
    output: [size],
    weights: transforms.flatMap(({ weights }) => weights),
  }
}

function innermost(transform: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const inner = v.safeParse(v.object({ kind: v.literal('inverse'), transform: config }), transform)
  return inner.success ? innermost(inner.output.transform) : transform
}

function textOf(transforms: readonly Transform[], size: number, told: number, classes: number): string {
  const given = told > 0 ? ', context' : ''
  const about = classes > 0 ? '; the context is one-hot, the class' : ''
  return `class Flow(nn.Module):
    """Data to noise, and back${about}."""

    def __init__(self):
        super().__init__()
        self.transforms = nn.ModuleList([
${transforms.map(({ module }) => `            ${module},`).join('\n')}
        ])

    def forward(self, x${given}):
        """The noise [batch, ${size}] that x is made of; \`log_prob\` has its density."""
        return self.to_noise(x${given})[0]

    def to_noise(self, x${given}):
        log_det = torch.zeros(len(x), device=x.device)
        for transform in self.transforms:
            x, more = transform(x${given})
            log_det = log_det + more
        return x, log_det

    def to_data(self, z${given}):
        for transform in reversed(self.transforms):
            z = transform(z${given || ', None'}, inverse=True)[0]
        return z

    def log_prob(self, x${given}):
        """In nats, [batch]."""
        z, log_det = self.to_noise(x${given})
        return log_det - 0.5 * (z**2 + math.log(2 * math.pi)).sum(1)`
}

const modules = { relu: 'nn.ReLU', silu: 'nn.SiLU', tanh: 'nn.Tanh', elu: 'nn.ELU', softplus: 'nn.Softplus' } as const

function transformOf(given: Readonly<Record<string, unknown>>, open: Variable[], at: string): Transform {
  const inner = v.safeParse(v.object({ kind: v.literal('inverse'), transform: config }), given)
  if (inner.success) {
    const { module, uses, weights } = transformOf(inner.output.transform, open, `${at}.transform`)
    return { module: `Inverse(${module})`, uses: [...uses, inverseText], weights }
  }
  const take = taker(open, at)
  const { kind } = given
  if (kind === 'coupling') return couplingOf(checked(schemas.coupling, given), take)
  if (kind === 'autoregressive') return autoregressiveOf(checked(schemas.autoregressive, given), take)
  if (kind === 'continuous') return continuousOf(checked(schemas.continuous, given), take)
  if (kind === 'elementwise') {
    const { univariate: of } = checked(schemas.elementwise, given)
    const theta = take('theta')
    const made = univariateOf(of)
    return {
      module: `Elementwise((${theta.shape.join(', ')},), ${made.module})`,
      uses: [made.text, elementwiseText],
      weights: [theta],
    }
  }
  if (kind === 'luLinear') {
    const { order, signs } = checked(schemas.luLinear, given)
    const module = `LuLinear([${order.join(', ')}], [${signs.map((sign) => `${sign}.0`).join(', ')}])`
    return { module, uses: [luLinearText], weights: ['lower', 'upper', 'diagonal'].map((name) => take(name)) }
  }
  if (kind === 'actnorm') {
    const [features] = checked(schemas.actnorm, given).shape
    return {
      module: `ActNorm(${features})`,
      uses: [actnormText],
      weights: ['scale', 'shift'].map((name) => take(name)),
    }
  }
  if (kind === 'permuteFeatures') {
    return {
      module: `Permute([${checked(schemas.permuteFeatures, given).order.join(', ')}])`,
      uses: [permuteText],
      weights: [],
    }
  }
  if (kind === 'affine') {
    const { shape, scale, shift } = checked(schemas.affine, given)
    const list = (value: number | number[]) =>
      `[${(typeof value === 'number' ? Array<number>(shape[0]).fill(value) : value).map(float).join(', ')}]`
    return { module: `Standardize(${list(scale)}, ${list(shift)})`, uses: [affineText], weights: [] }
  }
  return refuse(`transforms of ${Object.keys(schemas).join(', ')} or inverse`, String(kind))
}

function float(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : `${value}`
}

type Take = (name: string, layout?: WeightShape['layout']) => NamedWeight

/** Takes variables in the order in which a transform has them. */
function taker(open: Variable[], at: string): Take {
  return (name, layout = 'same') => {
    const variable = open.shift()
    if (variable === undefined) return refuse(`a variable for ${at}.${name}`, 'none')
    return { name: `${at}.${name}`, layout, shape: variable.shape, variable }
  }
}

/** Kernels and biases in turn; every other layer is an activation. */
function denseWeights(take: Take, count: number): NamedWeight[] {
  return Array.from({ length: count }, (_, i) => [
    take(`network.${2 * i}.weight`, 'linear'),
    take(`network.${2 * i}.bias`),
  ]).flat()
}

function couplingOf(
  { shape, univariate: of, flip, network: net, context: told }: v.InferOutput<typeof schemas.coupling>,
  take: Take,
): Transform {
  const made = univariateOf(of)
  const hidden = `[${net.hidden.join(', ')}], ${modules[net.activation]}`
  const more = told > 0 ? `, context=${told}` : ''
  return {
    module: `Coupling(${shape[0]}, ${flip ? 'True' : 'False'}, ${made.module}, ${hidden}${more})`,
    uses: [made.text, couplingText],
    weights: denseWeights(take, net.hidden.length + 1),
  }
}

function autoregressiveOf(
  {
    univariate: of,
    order,
    passes,
    hidden,
    activation: act,
    context: told,
  }: v.InferOutput<typeof schemas.autoregressive>,
  take: Take,
): Transform {
  const made = univariateOf(of)
  const weights = denseWeights(take, hidden.length + 1)
  // As isNarrow of @gen/flows: fewer units than there are groups that something depends on.
  const groups = Math.ceil(order.length / Math.ceil(order.length / passes))
  const isNarrow = hidden.some((size) => size < (told > 0 ? groups : groups - 1))
  const direct = isNarrow ? [take('direct.weight', 'linear')] : []
  const more = `${told > 0 ? `, context=${told}` : ''}${isNarrow ? ', direct=True' : ''}`
  return {
    module: `Autoregressive([${order.join(', ')}], ${passes}, ${made.module}, [${hidden.join(', ')}], ${modules[act]}${more})`,
    uses: [made.text, autoregressiveText],
    weights: [...weights, ...direct],
  }
}

function continuousOf(
  {
    shape,
    hidden,
    relativeTolerance,
    absoluteTolerance,
    steps,
    context: told,
  }: v.InferOutput<typeof schemas.continuous>,
  take: Take,
): Transform {
  const more = `${steps === undefined ? '' : `, steps=${steps}`}${told > 0 ? `, context=${told}` : ''}`
  return {
    module: `Continuous(${shape[0]}, [${hidden.join(', ')}], ${relativeTolerance}, ${absoluteTolerance}${more})`,
    uses: [continuousText],
    weights: denseWeights(take, hidden.length + 1),
  }
}

function univariateOf({ kind, ...of }: v.InferOutput<typeof univariate>): {
  readonly module: string
  readonly text: PythonText
} {
  const text = univariateTexts[kind]
  const options = Object.entries(of).map(([name, value]) => `${name}=${Number(value)}`)
  return { module: `${text.name}(${options.join(', ')})`, text }
}

/** A config's fields, or the error that names what is not written. */
function checked<S extends v.GenericSchema>(schema: S, given: Readonly<Record<string, unknown>>): v.InferOutput<S> {
  const parsed = v.safeParse(schema, given)
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  return refuse(
    `a ${String(given.kind)} of vectors, by halves and with dense networks`,
    `one with another ${v.getDotPath(issue) ?? 'config'}`,
  )
}

function refuse(expected: string, got: string): never {
  throw refusal('config', where, { expected, got, remedy: 'write it as ONNX with modelToOnnx' })
}
