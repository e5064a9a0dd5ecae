/** Layers from plain functions: tfjs layers that save, load and check their inputs. @module */
import { assertKey, GenError, type Key } from '@gen/backend'
import { serialization, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core'
import { type LayerVariable, layers } from '@tensorflow/tfjs-layers'
import { type Initializer, orthogonal, zeros } from './initializers/initializer.ts'
import { spectralNormalize } from './operations/spectral-normalize.ts'

/** A shape with the batch first; `null` where the size is free. */
export type Shape = readonly (number | null)[]

/** What every layer takes beside its own options. */
export interface LayerOptions {
  /** Name within a model, where it must be unique. @default the class name with a number */
  name?: string
  /** Whether the weights train. @default true */
  trainable?: boolean
}

/** A layer's own options with their defaults filled in: its config. */
export type Resolved<O extends LayerOptions> = Required<Omit<O, keyof LayerOptions>>

/** A weight that a layer asks for. */
export interface Weight {
  shape: number[]
  /** @default zeros */
  initializer?: Initializer
  /** Divides the weight by its largest singular value, estimated with a vector that this key starts. */
  spectralKey?: Key | undefined
}

/** What {@link defineLayer} needs; `O` are the layer's options, plain JSON, `W` its weights' names. */
export interface LayerDefinition<O extends object, W extends string> {
  /** The function that makes the layer, for messages: `nn.dense`. */
  where: string
  /** Stands in saved models: never change it. */
  className: string
  /** Fewest and most inputs. @default [1, 1] */
  inputs?: readonly [number, number]
  /** Refuses options, when the layer is made or loaded. */
  check?(options: O): void
  /** Shape of the output. Runs before each call, so it is also the place to refuse shapes. */
  outputShape(shapes: Shape[], options: O): Shape
  /** The weights, once the shapes of the inputs are known. */
  weights?(shapes: Shape[], options: O): Record<W, Weight>
  /** The layer's function; runs in a `tidy`. */
  call(inputs: Tensor[], options: O, weights: Readonly<Record<W, Tensor>>, how: CallOptions): Tensor
}

/** How a layer is called: what a model's `apply(inputs, { training, key })` hands on to every layer. */
export interface CallOptions {
  /** Whether the pass trains, so that dropout drops. */
  readonly training: boolean
  /** Draws what dropout drops; the same for all layers of a model, each of which folds in what is its own. */
  readonly key?: Key
}

/** The keys of a layer's config that belong to tfjs, not to the options. */
const tfjsKeys = [
  'name',
  'trainable',
  'inputShape',
  'batchInputShape',
  'batchSize',
  'dtype',
  'weights',
  'customObjects',
]

/** The kwargs that tfjs hands to a layer's `call`. */
type CallArguments = Parameters<layers.Layer['call']>[1]

/**
 * Defines a kind of layer from plain functions and registers it with tfjs, so that models that contain it save and
 * load. The returned function makes layers of that kind; its options become the layer's config.
 *
 * @throws GenError (from the layers) `value` for an option `key` that is no key; `shape` for a wrong number of inputs, inputs whose batch sizes differ, inputs with
 * other channels than those the weights were made for, and whatever `outputShape` refuses.
 * @example
 * const double = defineLayer({
 *   where: 'demo.double', className: 'DemoDouble', outputShape: ([x]) => x, call: ([x]) => add(x, x),
 * })
 * const y = double({ name: 'twice' }).apply(x)
 */
export function defineLayer<O extends object, W extends string = never>(
  definition: LayerDefinition<O, W>,
): (options: O & LayerOptions) => layers.Layer {
  class Defined extends layers.Layer {
    static className: string = definition.className
    private readonly options: O
    private readonly variables = new Map<W, LayerVariable>()
    private readonly spectral = new Map<W, LayerVariable>()
    private builtFor: Shape[] = []

    constructor(config: O & LayerOptions) {
      super(config)
      const own = Object.entries(config).filter(([name, value]) => !tfjsKeys.includes(name) && value !== undefined)
      this.options = Object.fromEntries(own) as O
      if ('key' in this.options) assertKey(definition.where, 'key', this.options.key)
      definition.check?.(this.options)
    }

    override build(inputShape: Parameters<layers.Layer['build']>[0]): void {
      this.builtFor = shapeList(inputShape)
      this.checkedOutputShape(this.builtFor)
      const wanted = Object.entries(definition.weights?.(this.builtFor, this.options) ?? {}) as [W, Weight][]
      for (const [name, { shape, initializer = zeros(), spectralKey }] of wanted) {
        this.variables.set(name, this.addWeight(name, shape, 'float32', initializer))
        if (spectralKey === undefined) continue
        const start = orthogonal({ key: spectralKey })
        const size = shape[shape.length - 1]!
        this.spectral.set(name, this.addWeight(`${name}U`, [size], 'float32', start, undefined, false))
      }
      this.built = true
    }

    override computeOutputShape(inputShape: Parameters<layers.Layer['computeOutputShape']>[0]): (number | null)[] {
      return [...this.checkedOutputShape(shapeList(inputShape))]
    }

    override call(inputs: Tensor | Tensor[], kwargs: CallArguments): Tensor {
      const list = Array.isArray(inputs) ? inputs : [inputs]
      this.checkedOutputShape(list.map((input) => input.shape))
      const how = callOptions(definition.where, kwargs)
      return tidy(() => definition.call(list, this.options, this.readWeights(how.training), how))
    }

    override getConfig(): serialization.ConfigDict {
      return { ...super.getConfig(), ...(this.options as serialization.ConfigDict) }
    }

    private readWeights(training: boolean): Record<W, Tensor> {
      const values = [...this.variables].map(([name, variable]) => {
        const u = this.spectral.get(name)
        return [name, u === undefined ? variable.read() : normalized(variable.read(), u, training)] as const
      })
      return Object.fromEntries(values) as Record<W, Tensor>
    }

    private checkedOutputShape(shapes: Shape[]): Shape {
      checkInputs(definition.where, shapes, definition.inputs ?? [1, 1])
      const shape = definition.outputShape(shapes, this.options)
      if (this.variables.size > 0) checkChannels(definition.where, shapes, this.builtFor)
      return shape
    }
  }
  serialization.registerClass(Defined as unknown as Parameters<typeof serialization.registerClass>[0])
  return (options) => new Defined(options)
}

function callOptions(where: string, kwargs: CallArguments): CallOptions {
  const { training, key } = kwargs ?? {}
  if (key === undefined) return { training: training === true }
  assertKey(where, 'key', key)
  return { training: training === true, key }
}

/** The weight over its spectral norm; when training, the estimate's vector moves one step on. */
function normalized(weight: Tensor, u: LayerVariable, training: boolean): Tensor {
  const result = spectralNormalize(weight, u.read() as Tensor1D, { iterations: training ? 1 : 0 })
  if (training) u.write(result.u)
  return result.weight
}

/** tfjs gives a single input's shape bare, and several in a list. */
function shapeList(shape: (number | null)[] | (number | null)[][]): Shape[] {
  return Array.isArray(shape[0]) ? (shape as (number | null)[][]) : [shape as (number | null)[]]
}

function checkInputs(where: string, shapes: Shape[], [min, max]: readonly [number, number]): void {
  if (shapes.length < min || shapes.length > max) {
    const expected = min === max ? `${min} inputs` : `${min} to ${max} inputs`
    refuse(where, expected, `${shapes.length}; pass a list of tensors`, shapes)
  }
  if (shapes.some((shape) => shape[0] !== shapes[0]![0]))
    refuse(where, 'inputs of one batch size', show(shapes), shapes)
}

/** Refuses inputs other in number or channels than those that the weights were made for. */
function checkChannels(where: string, shapes: Shape[], builtFor: Shape[]): void {
  const fits = builtFor.every((built, i) => shapes[i] !== undefined && built.at(-1) === shapes[i].at(-1))
  if (fits && shapes.length === builtFor.length) return
  refuse(
    where,
    `inputs like those the weights were made for, ${show(builtFor)}`,
    `${show(shapes)}; make another layer`,
    shapes,
  )
}

function refuse(where: string, expected: string, got: string, shapes: Shape[]): never {
  throw new GenError('shape', `${where}: expected ${expected}, got ${got}`, { details: { shapes } })
}

function show(shapes: Shape[]): string {
  return shapes.map((shape) => `[${shape.map((n) => n ?? 'any').join(', ')}]`).join(' and ')
}
