/** How the model of each family is made of its config; a family is loaded when the first of its models is opened. @module */
import type { DenoisingNetworkMaker, SamplerName } from '@gen/diffusion'
import type { LatentModel } from '@gen/model'
import { writeWeights } from '@gen/train'
import type { Tensor } from '@tensorflow/tfjs-core'
import { buildOrClean } from './build-or-clean.ts'
import type { FamilyModels, FamilyName, OpenedModel, OpenedOf } from './opened-model.ts'
import type { StoredModel } from './stored-model.ts'

/** Makes a model of what its files say. */
type Opener<Name extends FamilyName> = (stored: StoredModel) => Promise<OpenedOf<Name>>

const openers: { readonly [Name in FamilyName]: Opener<Name> } = {
  diffusion: openDiffusion,
  flow: openFlow,
  gan: openGan,
  tokens: openTokens,
  vae: openVae,
}

/**
 * Loads the family, and makes the model with its weights.
 *
 * @throws GenError for a config that makes no model and for weights that do not fit it; nothing is left then.
 */
export function openFamily(stored: StoredModel): Promise<OpenedModel> {
  return openers[stored.family](stored)
}

async function openVae(stored: StoredModel): Promise<OpenedOf<'vae'>> {
  const { vaeFromConfig } = await import('@gen/vae')
  const own = built(stored, vaeFromConfig)
  return opened('vae', stored, own, own.config.classes)
}

async function openGan(stored: StoredModel): Promise<OpenedOf<'gan'>> {
  const { ganFromConfig } = await import('@gen/gan')
  const own = built(stored, ganFromConfig)
  return opened('gan', stored, own, own.config.classes)
}

async function openFlow(stored: StoredModel): Promise<OpenedOf<'flow'>> {
  const { flowFromConfig, imageFlowFromConfig } = await import('@gen/flows')
  const own = built(stored, (config): FamilyModels['flow'] =>
    kindOf(config) === 'imageFlow' ? imageFlowFromConfig(config) : flowFromConfig<Tensor>(config),
  )
  return opened('flow', stored, own, own.classes)
}

async function openTokens(stored: StoredModel): Promise<OpenedOf<'tokens'>> {
  const { tokensFromConfig } = await import('@gen/tokens')
  return opened('tokens', stored, built(stored, tokensFromConfig), 0)
}

async function openDiffusion(stored: StoredModel): Promise<OpenedOf<'diffusion'>> {
  const { diffusionFromConfig, namedSampler } = await import('@gen/diffusion')
  const network = await networkMaker(networkKindOf(stored.config))
  const model = built(stored, (config) => diffusionFromConfig(config, network && { network }))
  const { classes, range } = model.config
  const { steps, guidance } = stored
  const sampler = namedSampler(samplerNameOf(stored), { steps })
  const defaults = { sampler, clip: range !== null, ...(classes > 0 && { guidance }) }
  const sample: typeof model.sample = (options) => model.sample({ ...defaults, ...options })
  return opened('diffusion', stored, { ...model, sample }, classes)
}

/** What makes a denoising network of its config; nothing for those that `@gen/diffusion` makes itself. */
async function networkMaker(kind: unknown): Promise<DenoisingNetworkMaker | undefined> {
  if (kind === 'unet') return (await import('@gen/unet')).unetFromConfig
  if (kind === 'unet2D') return (await import('@gen/convert')).unet2DFromConfig
  return undefined
}

function opened<Name extends FamilyName>(
  family: Name,
  stored: StoredModel,
  own: FamilyModels[Name],
  classes: number,
): OpenedOf<Name> {
  const { data, steps, guidance } = stored
  return {
    ...{ family, model: own, own, classes, sampling: { steps, sampler: samplerNameOf(stored), guidance } },
    ...(classes === 0 && hasCodes(own) && { latent: own }),
    ...(data !== undefined && { data }),
  }
}

/** `namedSampler` has refused what is none; other families draw in no steps. */
function samplerNameOf({ sampler }: StoredModel): SamplerName {
  return sampler as SamplerName
}

/** Models of tokens have no codes. */
function hasCodes<Own extends object>(model: Own): model is Own & LatentModel {
  return 'decode' in model
}

/** A model with its weights, or nothing at all. */
function built<Own extends FamilyModels[FamilyName]>(
  { config, tensors }: StoredModel,
  make: (config: unknown) => Own,
): Own {
  return buildOrClean(() => {
    const model = make(config)
    writeWeights(model, tensors)
    return model
  })
}

function kindOf(config: unknown): unknown {
  return typeof config === 'object' && config !== null && 'kind' in config ? config.kind : undefined
}

function networkKindOf(config: unknown): unknown {
  return typeof config === 'object' && config !== null && 'network' in config ? kindOf(config.network) : undefined
}
