/** All bijectors that can be written, by their kinds. @module */
import * as v from 'valibot'
import { float } from '../../python-float.ts'
import type { PythonText } from '../../written-layer.ts'
import { autoregressiveSchema, writtenAutoregressive } from './autoregressive.ts'
import { continuousText } from './continuous-text.ts'
import { couplingSchema, writtenCoupling } from './coupling.ts'
import { elements, listText, sizeOf } from './elements.ts'
import { doneShapes } from './image-shapes.ts'
import { logitText, softplusText, tanhText } from './interval-texts.ts'
import { actnormText, affineText, householderText, luLinearText, permuteText } from './linear-texts.ts'
import { denseWeights, networkSchema, writtenNetwork } from './networks.ts'
import {
  chainText,
  conditionalText,
  inverseText,
  multiscaleText,
  rowTransformText,
  splitFeaturesText,
  squeezeText,
} from './structure-texts.ts'
import {
  callText,
  type FlowVariable,
  fieldsOf,
  refuseFlow,
  type Take,
  taker,
  type Writing,
  type Written,
} from './transform.ts'
import { univariate, univariateOf } from './univariate.ts'
import { elementwiseText, planarText, radialText } from './vector-texts.ts'

const numbers = v.array(v.number())
const shape = v.pipe(numbers, v.minLength(1))
const context = v.optional(v.number(), 0)
const either = v.union([v.number(), numbers])
const conditional = { shape, context, network: v.optional(networkSchema) }

/** Writes bijectors of one kind. */
type Writer = (config: unknown, writing: Writing) => Written

/** A kind whose config has these fields. */
function writer<S extends v.GenericSchema>(
  schema: S,
  write: (fields: v.InferOutput<S>, writing: Writing) => Written,
): Writer {
  return (config, writing) => write(fieldsOf(schema, config), writing)
}

/** A kind of vectors: images are such to it. */
function vectorWriter<S extends v.GenericSchema<unknown, { readonly shape: readonly number[] }>>(
  schema: S,
  write: (fields: v.InferOutput<S>, take: Take) => Written,
): Writer {
  return writer(schema, (fields, { take, below }) => {
    if (fields.shape.length === 1) return write(fields, take)
    const { module, uses, weights } = write(fields, below('transform'))
    return { module: callText(rowTransformText.name, [module]), uses: [...uses, rowTransformText], weights }
  })
}

/** A kind with weights of its own, or without. */
function plain(text: PythonText, args: readonly string[], weights: Written['weights'] = []): Written {
  return { module: callText(text.name, args), uses: [text], weights }
}

/** `continuous`: with the exact trace. */
const continuousSchema = v.object({
  shape,
  hidden: numbers,
  relativeTolerance: v.number(),
  absoluteTolerance: v.number(),
  steps: v.optional(v.number()),
  context,
})

function writtenContinuous(fields: v.InferOutput<typeof continuousSchema>, take: Take): Written {
  const { shape: event, hidden, relativeTolerance, absoluteTolerance, steps, context: told } = fields
  const args = [`${sizeOf(event)}`, listText(hidden), `${relativeTolerance}`, `${absoluteTolerance}`]
  const more = [...(steps === undefined ? [] : [`steps=${steps}`]), ...(told > 0 ? [`context=${told}`] : [])]
  return plain(continuousText, [...args, ...more], denseWeights(take, hidden.length + 1))
}

const writers: Readonly<Record<string, Writer>> = {
  coupling: writer(couplingSchema, writtenCoupling),
  autoregressive: vectorWriter(autoregressiveSchema, writtenAutoregressive),
  elementwise: vectorWriter(v.object({ ...conditional, univariate }), (fields, take) => {
    const made = univariateOf(fields.univariate)
    const written = parameters(elementwiseText, fields, take, [made.module])
    return { ...written, uses: [made.text, ...written.uses] }
  }),
  planar: vectorWriter(v.object(conditional), (fields, take) => parameters(planarText, fields, take)),
  radial: vectorWriter(v.object(conditional), (fields, take) => parameters(radialText, fields, take)),
  continuous: vectorWriter(continuousSchema, writtenContinuous),
  luLinear: writer(v.object({ shape, order: numbers, signs: numbers }), ({ order, signs }, { take }) =>
    plain(
      luLinearText,
      [listText(order), listText(signs.map(float))],
      [take('lower'), take('upper'), take('diagonal')],
    ),
  ),
  householder: writer(v.object({ shape, reflections: v.number() }), ({ shape: event, reflections }, { take }) =>
    plain(householderText, [`${reflections}`, `${event.at(-1)}`], [take('vectors')]),
  ),
  actnorm: writer(v.object({ shape }), ({ shape: event }, { take }) =>
    plain(actnormText, [`${event.at(-1)}`], [take('scale'), take('shift')]),
  ),
  permuteFeatures: writer(v.object({ shape, order: numbers }), ({ order }) => plain(permuteText, [listText(order)])),
  affine: writer(v.object({ shape, scale: either, shift: either }), (fields) =>
    plain(affineText, [elements(fields.scale, fields.shape), elements(fields.shift, fields.shape)]),
  ),
  logit: writer(v.object({ shape, alpha: v.number(), check: v.boolean() }), ({ alpha, check }) =>
    // As logit of @gen/flows: the smallest float32; beside α, its rounding; where nothing is checked, a wider margin.
    plain(logitText, [`${alpha}`, `${check ? Math.max(2 ** -126, alpha * 2 ** -24) : 1e-7}`]),
  ),
  softplus: () => plain(softplusText, []),
  tanh: () => plain(tanhText, []),
  squeezeImage: () => plain(squeezeText, []),
  chain: writer(v.object({ transforms: v.array(v.unknown()) }), ({ transforms }, { part }) => {
    return joined(
      chainText,
      [],
      transforms.map((one, i) => part(one, `transforms.${i}`)),
    )
  }),
  multiscale: writer(v.object({ shape, levels: v.array(v.unknown()) }), ({ shape: event, levels }, { part }) => {
    const parts = levels.map((level, i) => part(level, `levels.${i}`))
    return joined(multiscaleText, [listText(doneShapes(event, levels))], parts)
  }),
  splitFeatures: writer(
    v.object({ first: v.looseObject({ shape }), second: v.unknown() }),
    ({ first, second }, { part }) =>
      joined(splitFeaturesText, [`${first.shape.at(-1)}`], [part(first, 'first'), part(second, 'second')]),
  ),
  inverse: writer(v.object({ transform: v.unknown() }), ({ transform }, { part }) =>
    joined(inverseText, [], [part(transform, 'transform')]),
  ),
  conditional: writer(
    v.object({ context: v.number(), network: networkSchema, transform: v.unknown() }),
    ({ context: told, network, transform }, { take, part }) => {
      const summary = { shape: [told], outputs: contextOf(transform), context: 0 }
      return joined(conditionalText, [], [writtenNetwork(network, summary, take), part(transform, 'transform')])
    },
  ),
}

/** A bijector by its config; its weights are the next of those that are open, by names below `at`. */
export function writtenTransform(config: unknown, open: FlowVariable[], at: string): Written {
  const { kind } = fieldsOf(v.object({ kind: v.string() }), config)
  const write = Object.hasOwn(writers, kind) ? writers[kind] : undefined
  if (write === undefined) return refuseFlow(`transforms of ${Object.keys(writers).join(', ')}`, kind)
  return write(config, {
    take: taker(open, at),
    below: (name) => taker(open, `${at}.${name}`),
    part: (inner, name) => writtenTransform(inner, open, `${at}.${name}`),
  })
}

/** Features of the context that a bijector takes; 0 for none. */
export function contextOf(config: unknown): number {
  if (typeof config !== 'object' || config === null) return 0
  if ('context' in config && typeof config.context === 'number') return config.context
  const parts = ['transforms', 'levels', 'transform', 'first', 'second'].map((name) => Reflect.get(config, name))
  return Math.max(0, ...parts.flat().map(contextOf))
}

/** A transform of others, whose own arguments come first. */
function joined(text: PythonText, args: readonly string[], parts: readonly Written[]): Written {
  return {
    module: callText(text.name, [...args, ...parts.map(({ module }) => module)]),
    uses: [...parts.flatMap(({ uses }) => uses), text],
    weights: parts.flatMap(({ weights }) => weights),
  }
}

interface ConditionalFields {
  readonly shape: readonly number[]
  readonly context: number
  readonly network?: v.InferOutput<typeof networkSchema> | undefined
}

/** A transform with free parameters, and a network that adds to them where there is a context. */
function parameters(text: PythonText, fields: ConditionalFields, take: Take, more: readonly string[] = []): Written {
  const theta = take('theta')
  const { context: told, network, shape: event } = fields
  const outputs = theta.shape.at(-1) ?? 0
  const net = told > 0 && network ? writtenNetwork(network, { shape: [told], outputs, context: 0 }, take) : undefined
  return {
    module: callText(text.name, [`${sizeOf(event)}`, ...more, ...(net ? [net.module] : [])]),
    uses: [...(net?.uses ?? []), text],
    weights: [theta, ...(net?.weights ?? [])],
  }
}
