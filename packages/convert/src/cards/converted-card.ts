/** Cards of folders for model hubs. @module */
import { type ModelCard, modelCard } from '@gen/io'

/** What a card says of a model that was written for others. */
export interface ConvertedModel {
  /** `diffusion`, `vae`, `gan`, `flow` or `tokens`. */
  readonly family: string
  /** Of one sample. */
  readonly shape: readonly number[]
  /** How many numbers its weights have. */
  readonly parameters: number
  /** The data that it was trained on, as `gen train --data` names them. */
  readonly data?: string | undefined
  /** Whose folder it is. */
  readonly to: 'onnx' | 'pytorch' | 'diffusers' | 'gen'
  /** License of the weights, as an SPDX identifier. */
  readonly license?: string
}

const libraries = { onnx: 'onnx', pytorch: 'pytorch', diffusers: 'diffusers', gen: 'gen' } as const

const commands: Readonly<Partial<Record<ConvertedModel['to'], string>>> = {
  pytorch:
    'python model.py  # load() of model.py gives the model\ngen convert <this folder> --to gen  # what was trained further, back',
  diffusers:
    "python -c \"from diffusers import DiffusionPipeline as P; P.from_pretrained('<this folder>')().images[0].save('sample.png')\"",
  gen: 'gen sample <this folder> --count 64 --out samples.png',
}

/**
 * The model card of a folder that is written for others, with the metadata that the Hugging Face hub reads: license, library, task, tags, data.
 *
 * @see https://huggingface.co/docs/hub/model-cards
 * @example
 * const card = convertedCard({ family: 'vae', shape: [28, 28, 1], parameters: 500000, data: 'mnist', to: 'pytorch', license: 'MIT' })
 * card.split('\n')[2] // 'library_name: "pytorch"'
 */
export function convertedCard({ family, shape, parameters, data, to, license }: ConvertedModel): string {
  const command = commands[to]
  return modelCard({
    name: data === undefined ? family : `${family} on ${data}`,
    description: `A ${family} model of samples [${shape.join(', ')}], written by gen for ${to}.`,
    architecture: `${parameters.toLocaleString('en')} parameters; ${to === 'onnx' ? 'the graphs have all' : 'see `config.json`'}.`,
    ...(data !== undefined && { data }),
    ...(license !== undefined && { license }),
    ...(command !== undefined && { command }),
    ...hubWords(family, data, shape),
    library: libraries[to],
  })
}

/** Data sets that the hub has, by our names. */
const datasets: Readonly<Record<string, string>> = { mnist: 'ylecun/mnist' }

/**
 * Tags, task and data of a model, as the Hugging Face hub calls them.
 *
 * @example
 * hubWords('diffusion', 'mnist', [28, 28, 1]).task // 'unconditional-image-generation'
 */
export function hubWords(
  family: string,
  data?: string,
  shape: readonly number[] = [],
): Pick<ModelCard, 'tags' | 'task' | 'dataset'> {
  const dataset = data !== undefined && Object.hasOwn(datasets, data) ? datasets[data] : undefined
  const isImage = shape.length === 3 || dataset !== undefined
  const task = family === 'tokens' ? 'text-generation' : isImage ? 'unconditional-image-generation' : undefined
  return {
    tags: [family, 'tensorflow.js'],
    ...(task !== undefined && { task }),
    ...(dataset !== undefined && { dataset }),
  }
}
