/** The names that PyTorch has for a model's weights. @module */
import { variablesOf } from '@gen/train'
import { isUnet2D } from '../unet-2d/unet-2d.ts'
import { type PytorchWritable, pythonModel } from './python-model.ts'

/**
 * The names of a model's weights in the module that {@link modelToPytorch} writes, or in diffusers', by the names that a model folder has for them.
 *
 * @throws GenError `config` as {@link modelToPytorch} for networks of your own.
 * @example
 * Object.values(pytorchNames(model))[0] // 'encoder.encoder_dense_0.weight'
 */
export function pytorchNames(model: PytorchWritable): Record<string, string> {
  const names = new Map(namedWeights(model).map(({ name, variable }) => [variable, name]))
  const own = Object.entries(variablesOf(model))
  return Object.fromEntries(own.map(([name, variable]) => [name, names.get(variable) ?? name]))
}

function namedWeights(model: PytorchWritable): ReturnType<typeof pythonModel>['weights'] {
  const { network } = model
  if (typeof network === 'object' && network !== null && isUnet2D(network)) return network.weights
  return pythonModel(model).weights
}
