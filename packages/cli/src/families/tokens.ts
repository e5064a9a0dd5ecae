/** Models of text on the command line. @module */
import { refusal } from '@gen/backend'
import { answers, ardm, gpt, mdlm, type TokenModel, type TokenPresetOptions } from '@gen/tokens'
import { choice, type Flag, type FlagValues, integer, number } from '../flags.ts'
import { assertParameters } from '../limits.ts'
import { openText } from '../text-data.ts'
import type { Family, FamilyModel } from './family.ts'
import { warmedAdamW } from './warmed-adam-w.ts'

type PresetName = 'ardm' | 'mdlm' | 'gpt'

const presets: Readonly<Record<PresetName, (options: TokenPresetOptions) => TokenModel>> = { ardm, mdlm, gpt }

const flags: {
  preset: Flag<PresetName>
  length: Flag<number>
  width: Flag<number>
  depth: Flag<number>
  heads: Flag<number>
  learningRate: Flag<number>
  weightDecay: Flag<number>
} = {
  preset: choice(
    'ardm',
    ['ardm', 'mdlm', 'gpt'],
    'ardm, mdlm: masked diffusion, which fills in blanks; gpt: from left to right',
  ),
  length: integer(64, 'characters in a sequence', { min: 2, max: 4096 }),
  width: integer(128, 'channels of the transformer', { min: 1, max: 4096 }),
  depth: integer(4, 'blocks of the transformer', { min: 1, max: 64 }),
  heads: integer(4, 'heads of each block; they must divide the width', { min: 1, max: 256 }),
  learningRate: number(3e-3, 'learning rate at its highest; it warms up and then falls as a cosine', {
    min: 0,
    max: 10,
  }),
  weightDecay: number(0.01, 'decay of the weights', { min: 0, max: 10 }),
}

/** Weights of a block, as a multiple of the squared width: four maps of attention, and two of four times the width. */
const perBlock = 12

function familyModel(model: TokenModel): FamilyModel {
  const { vocabulary } = model
  return {
    trainable: model,
    shape: model.shape,
    config: model.config,
    lossUnit: 'nats per character',
    sample: ({ count, key, batchSize, shard, signal }) => model.sample({ count, key, batchSize, shard, signal }),
    ...(vocabulary && {
      lines: async (samples) => {
        const [length = 0] = samples.shape.slice(1)
        const tokens = await samples.data<'int32'>()
        const rows = Array.from({ length: tokens.length / length }, (_, i) =>
          tokens.subarray(i * length, (i + 1) * length),
        )
        return rows.map((row) => vocabulary.decode(row))
      },
    }),
    answers: (question, options) => answers(model, question, options),
  }
}

/** `gen train tokens`: transformers over the characters of a text. */
export const tokensFamily: Family<typeof flags, TokenModel> = {
  name: 'tokens',
  description: 'a model of text: masked diffusion, or from left to right',
  flags,
  data: {
    initial: 'moby-dick',
    description: 'moby-dick, or a .txt file',
    open: (name, values) => openText(name, (values as FlagValues<typeof flags>).length),
  },
  create({ preset, width, depth, heads }, { shape, vocabulary }, key) {
    const [length = 0] = shape
    if (!vocabulary) {
      throw refusal('config', 'gen train tokens', { expected: 'text', got: `items of [${shape.join(', ')}]` })
    }
    const rows = 2 * vocabulary.size + length
    assertParameters('gen train tokens', '--width or --depth', width * (perBlock * depth * width + rows))
    return familyModel(presets[preset]({ vocabulary, length, width, depth, heads, key }))
  },
  wrap: familyModel,
  optimizer: warmedAdamW,
}
