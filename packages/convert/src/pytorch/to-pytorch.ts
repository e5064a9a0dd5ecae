/** Models as PyTorch modules. @module */
import { refusal } from '@gen/backend'
import { encodeSafetensors } from '@gen/io'
import { variablesOf } from '@gen/train'
import { type NamedWeight, toPeer } from '../weights/named-weight.ts'
import { modelFile, type OtherWeight } from './model-file.ts'
import { type PytorchWritable, pythonModel } from './python-model.ts'
import { trainFile } from './training/train-file.ts'
import type { TrainingPlan } from './training/training-plan.ts'
import { type TrainingTensors, trainingState } from './training/training-state.ts'
import { where } from './written-layer.ts'

/** Options of {@link modelToPytorch}. */
export interface ToPytorchOptions {
  /** What else `config.json` says, such as `data`: model folders have the same fields. */
  readonly config?: Readonly<Record<string, unknown>>
  /** How `train.py` goes on. @default as `gen train` begins with the model's family */
  readonly training?: TrainingPlan & {
    /** A checkpoint's tensors: `train.py` then goes on with the weights and the moments where they stopped. */
    readonly tensors?: TrainingTensors
  }
}

/**
 * Writes a model as a PyTorch module, by the names of its files: `model.py`, which needs torch and safetensors alone and has only the classes that
 * this network uses; `model.safetensors` with the names and layouts of PyTorch; `config.json`, by which {@link modelFromPytorch} finds the way back; of
 * all but models of tokens also `train.py`, which goes on training it, by `torchrun` on several machines, or says what of the run it cannot go on with.
 *
 * Images are `[batch, channels, height, width]` there. All networks that are made of layers of `@gen/nn`, `@gen/unet` and `@gen/gan` are written, and
 * `pointDenoiser`: the U-Net with every kind of context, VAEs, GANs, models of tokens. So are flows of vectors and of images, of all bijectors of `@gen/flows`,
 * with noise within levels that is uniform or learned.
 *
 * @throws GenError `config` for a flow from another base than the standard normal distribution or with an autoregressive layer by an adjacency matrix, for a
 * network of your own that is no layers model or has other layers, and for one of diffusers' make, which `diffusionToDiffusers` writes.
 * @example
 * const files = await modelToPytorch(model)
 * Object.keys(files).slice(0, 3) // ['config.json', 'model.py', 'model.safetensors']
 */
export async function modelToPytorch(
  model: PytorchWritable,
  { config = {}, training: { tensors, ...plan } = {} }: ToPytorchOptions = {},
): Promise<Record<string, Uint8Array>> {
  const module = pythonModel(model)
  const { weights, others } = placed(model, module.weights)
  const places = Object.fromEntries(
    Object.entries(weights).map(([own, { name, layout, shape }]) => [own, { name, layout, shape }]),
  )
  const family = { flow: 'flow', imageFlow: 'flow' }[model.config.kind] ?? model.config.kind
  const json = { ...config, family, model: model.config, pytorch: { weights: places } }
  const train = trainFile(model.config, module, plan)
  const state = train !== undefined && tensors ? trainingState(model, weights, tensors, plan.step ?? 0) : undefined
  return {
    'config.json': textFile(`${JSON.stringify(json, null, 2)}\n`),
    'model.py': textFile(modelFile(module, others)),
    'model.safetensors': encodeSafetensors(await toPeer(Object.values(weights)), { format: 'pt' }),
    ...(train !== undefined && { 'train.py': textFile(train) }),
    ...(state && { 'training.safetensors': encodeSafetensors(state, { format: 'pt' }) }),
  }
}

function textFile(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

interface Placed {
  /** By the names of a model folder. */
  readonly weights: Readonly<Record<string, NamedWeight>>
  readonly others: readonly OtherWeight[]
}

/** All variables of a model, by the names that both sides have for them. */
function placed(model: PytorchWritable, weights: readonly NamedWeight[]): Placed {
  const byVariable = new Map(weights.map((weight) => [weight.variable, weight]))
  const others: OtherWeight[] = []
  const entries = Object.entries(variablesOf(model)).map(([own, variable]): [string, NamedWeight] => {
    const known = byVariable.get(variable)
    if (known) {
      byVariable.delete(variable)
      return [own, known]
    }
    const name = own.replace(/\W/g, '_')
    others.push({ name, variable })
    return [own, { name: `others.${name}`, layout: 'same', shape: variable.shape, variable }]
  })
  const [left] = byVariable.values()
  if (left)
    throw refusal('config', where, {
      expected: 'a model whose players have all its weights',
      got: `none has ${left.name}`,
    })
  return { weights: Object.fromEntries(entries), others }
}
