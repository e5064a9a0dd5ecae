/** Losses, samples and trainings of all families, for the laws of independent draws. @module */
import { key, normal } from '@gen/backend'
import { pointDataset } from '@gen/data'
import { type Diffusion, ddim, diffusion, dpmSolver2S, pointDenoiser } from '@gen/diffusion'
import {
  affineCoupling,
  continuous,
  flow,
  forwardKl,
  glow,
  imageFlow,
  logit,
  realNvp,
  reverseKl,
  uniformDequantizer,
  variationalDequantizer,
} from '@gen/flows'
import { type Gan, gan, mlpDiscriminator, mlpGenerator, recoder } from '@gen/gan'
import { draganPenalty, gaussianLikelihood, gradientPenalty } from '@gen/losses'
import { mlp } from '@gen/nn'
import { standardNormal } from '@gen/priors'
import { ardm, gpt, mdlm, type TokenModel } from '@gen/tokens'
import { adam, fit, last, type Trainable } from '@gen/train'
import { codePrior, encodeData, mmdDivergence, standardVae, type Vae, vae, vqVae } from '@gen/vae'
import { type Tensor, type Tensor1D, type Tensor4D, tensor1d, zeros } from '@tensorflow/tfjs-core'
import { cases as gans } from '../../../packages/gan/src/testing/cases.ts'
import { cases as vaes } from '../../../packages/vae/src/testing/cases.ts'
import { type Call, freed, k, type Prepared, rows } from './call.ts'
import { flows } from './models.ts'

const classesOf = (classes: number) => Array.from({ length: rows }, (_, i) => i % classes)

/** Seven items for a model: values inside [0, 1]. */
function batchOf(shape: readonly number[], classes = 0, packs = 1): { x: Tensor; labels?: Tensor1D } {
  const x = zeros([packs * rows, ...shape])
  return classes > 0 ? { x, labels: tensor1d(classesOf(classes), 'int32') } : { x }
}

/** Beside the presets: a divergence that draws beside codes that are drawn. */
const autoencoders = [
  ...vaes,
  {
    name: 'of drawn codes, with mmd',
    make: () => {
      const encoder = mlp({ inputs: 5, outputs: 4, widths: [4], key: key(1), name: 'encoder' })
      const decoder = mlp({ inputs: 2, outputs: 5, widths: [4], key: key(2), name: 'decoder' })
      const likelihood = gaussianLikelihood()
      return vae({ shape: [5], latentSize: 2, encoder, decoder, likelihood, divergence: mmdDivergence() })
    },
  },
]

const vaeCalls = autoencoders.flatMap(({ name, make }): Call[] => {
  const on = (run: (model: Vae, batch: ReturnType<typeof batchOf>) => unknown) => () => {
    const model = make(key(1))
    const batch = batchOf(model.shape, model.config.classes)
    return { run: () => run(model, batch), free: freed(model, batch) }
  }
  const labels = (classes: number) => (classes > 0 ? { labels: classesOf(classes) } : {})
  return [
    {
      name: `vae ${name}: loss`,
      // A codebook's dead vectors are revived by draws of their own.
      beyondRows: name === 'vqVae',
      // Codes that are points, and a penalty on the weights.
      least: ['autoencoder', 'rae'].includes(name) ? 0 : 1,
      prepare: on((model, batch) => model.players[0].loss(batch, k)),
    },
    {
      name: `vae ${name}: sample with noise`,
      prepare: on((model) => model.sample({ count: rows, key: k, noise: true, ...labels(model.config.classes) })),
    },
  ]
})

/** Beside the presets: everything that draws in one game. */
const games = [
  ...gans,
  {
    name: 'augmented, with two random penalties',
    make: () => {
      const [generator, discriminator] = [mlpGenerator, mlpDiscriminator].map((make, i) =>
        make({ shape: [6, 6, 2], latentSize: 3, key: key(1 + i) }),
      )
      const penalties = [gradientPenalty(), draganPenalty()]
      return gan({
        generator: generator!,
        discriminator: discriminator!,
        penalties,
        augment: ['color', 'translation', 'cutout'],
      })
    },
  },
]

const ganCalls = games.flatMap(({ name, make }): Call[] => {
  const on = (run: (model: Gan, batch: ReturnType<typeof batchOf>) => unknown) => () => {
    const model = make(key(1))
    const batch = batchOf(model.shape, model.config.classes, model.config.pack)
    return { run: () => run(model, batch), free: freed(model, batch) }
  }
  return [
    ...(['discriminator', 'generator'] as const).map((player, i) => ({
      name: `gan ${name}: loss of the ${player}`,
      prepare: on((model, batch) => model.players[i as 0 | 1].loss(batch, k)),
    })),
    { name: `gan ${name}: sample`, prepare: on((model) => model.sample({ count: rows, key: k, batchSize: 3 })) },
  ]
})

const diffusionModel = () =>
  diffusion({ network: pointDenoiser({ size: 2, classes: 3, key: key(1) }), classes: 3, dropLabel: 0.5 })

const onDiffusion = (run: (model: Diffusion, batch: ReturnType<typeof batchOf>) => unknown) => (): Prepared => {
  const model = diffusionModel()
  const batch = batchOf([2], 3)
  return {
    run: () => run(model, batch),
    free: freed({ ...model.players[0].variables() }, batch),
  }
}

const diffusionCalls: Call[] = [
  // Times, noise, labels to drop.
  { name: 'diffusion: loss', least: 3, prepare: onDiffusion((model, batch) => model.players[0].loss(batch, k)) },
  {
    name: 'diffusion: ancestral sample in batches',
    // Batches of 3, 3 and 1 rows: of each stream, every row once.
    beyondRows: true,
    // Labels at once; for each batch the start, and the noise of all steps but the last.
    least: 1 + 3 * 4,
    prepare: onDiffusion((model) =>
      model.sample({ count: rows, key: k, sampler: ddim({ steps: 4, eta: 1 }), batchSize: 3, guidance: 2 }),
    ),
  },
  {
    name: 'diffusion: sample with two draws a step',
    prepare: onDiffusion((model) =>
      model.sample({ count: rows, key: k, sampler: dpmSolver2S({ steps: 4, eta: 1 }), labels: 1 }),
    ),
  },
]

const ofVariables = (model: { variables(): Tensor[] }) => ({ ...model.variables() })

const flowCalls: Call[] = [
  ...Object.entries(flows).map(
    ([name, make]): Call => ({
      name: `flow ${name}: sample`,
      prepare: () => {
        const model = make(key(1))
        const given = model.context > 0 ? { context: zeros([rows, model.context]) } : {}
        return { run: () => model.sample(rows, k, given), free: freed(model, given) }
      },
    }),
  ),
  ...(['uniform', 'variational'] as const).map(
    (kind): Call => ({
      name: `imageFlow, ${kind}: bound of three draws`,
      prepare: () => {
        const noise = flow<Tensor4D>({
          transforms: [logit([4, 4, 1]), affineCoupling([4, 4, 1], { mask: 'checkerboard', context: 1, key: key(4) })],
        })
        const dequantizer = kind === 'uniform' ? uniformDequantizer() : variationalDequantizer(noise)
        const model = imageFlow({ flow: glow([4, 4, 1], { key: key(1), steps: 1, levels: 1 }), dequantizer })
        const x = zeros([rows, 4, 4, 1]) as Tensor4D
        const own = kind === 'uniform' ? [noise] : []
        return { run: () => model.logProb(x, { key: k, samples: 3 }), free: freed(ofVariables(model), ...own, { x }) }
      },
    }),
  ),
  ...(
    ['loss', 'forward KL', 'reverse KL', 'sample', 'sample of a base of its own', 'sample with density'] as const
  ).map(
    (what): Call => ({
      name: `continuous flow with an estimated trace: ${what}`,
      prepare: () => {
        const transforms = [1, 2].map((seed) =>
          continuous([5], { hidden: [6], trace: 'hutchinson', steps: 2, key: key(seed) }),
        )
        const model = flow({ transforms })
        const own = { size: 5, sample: standardNormal(5).sample, logProb: model.logProb }
        const batch = batchOf([5])
        const reverse = reverseKl(model, { logDensity: (x) => zeros([x.shape[0]]), count: rows })
        const run = {
          loss: () => model.players[0]!.loss(batch, k),
          'forward KL': () => forwardKl(model).players[0]!.loss(batch, k),
          'reverse KL': () => reverse.players[0]!.loss({}, k),
          sample: () => model.sample(rows, k),
          'sample of a base of its own': () => flow({ transforms, base: own }).sample(rows, k),
          'sample with density': () => model.sampleWithLogProb(rows, k, { key: key(5) }),
        }[what]
        return { run, free: freed(model, batch) }
      },
    }),
  ),
]

const labeled = (shape: readonly number[]) => {
  const points = new Float32Array(20 * shape.reduce((product, n) => product * n, 1)).fill(0.5)
  return pointDataset({ points, shape, labels: Array.from({ length: 20 }, (_, i) => i % 2) })
}

/** Two rounds of `fit`, of two micro-batches each, on data in a drawn order. */
function training(name: string, make: () => Trainable<{ x: Tensor }> & { readonly shape: readonly number[] }): Call {
  return {
    name: `fit ${name}`,
    beyondRows: true,
    prepare: () => {
      const model = make()
      const variables = model.players.flatMap((player) => [...player.variables(), ...(player.state?.() ?? [])])
      const batches = labeled(model.shape).batches({ size: 2 * rows, key: key(31) })
      const options = { steps: 2, accumulate: 2, optimizer: adam(), key: k }
      return { run: () => last(fit(model, batches, options)), free: freed({ ...new Set(variables) }, { ...variables }) }
    },
  }
}

const recoderLoss: Call = {
  name: 'recoder: loss',
  prepare: () => {
    const game = gans.find(({ name }) => name === 'projectionGan of points')!.make(key(1))
    const network = mlp({ inputs: 2, outputs: 3, widths: [4], key: key(2), name: 'recoder' })
    const model = recoder({ gan: game, network, size: rows })
    return { run: () => model.players[0]!.loss({}, k), free: freed(game, model) }
  },
}

const quantized: Call = {
  name: 'codePrior: sample',
  prepare: () => {
    const model = vqVae({ shape: [5], latentSize: 6, size: 2, codes: 5, key: key(1) })
    const prior = codePrior({ model, widths: [8], key: key(2) })
    return { run: () => model.sample({ count: rows, key: k, sampler: prior, noise: true }), free: freed(prior, model) }
  },
}

const codes: Call = {
  name: 'encodeData with drawn codes, in batches',
  beyondRows: true,
  prepare: () => {
    const model = standardVae({ shape: [5], latentSize: 2, key: key(1) })
    return { run: () => encodeData(model, labeled([5]), { batchSize: 6, key: k }), free: freed(model) }
  },
}

const marginal: Call = {
  name: 'vae.logMarginal',
  prepare: () => {
    const model = standardVae({ shape: [5], latentSize: 2, key: key(1) })
    const x = normal(key(2), [rows, 5])
    return { run: () => model.logMarginal(x, { samples: 3, key: k }), free: freed(model, { x }) }
  },
}

/** Every call of a family. */
const tokenCalls = Object.entries({ ardm, gpt, mdlm }).flatMap(([name, preset]): Call[] => {
  const on = (run: (model: TokenModel, batch: { x: Tensor }) => unknown) => () => {
    const model = preset({ vocabulary: 3, length: 5, width: 4, depth: 1, heads: 1, key: key(1) })
    const batch = { x: zeros([rows, 5], 'int32') }
    return { run: () => run(model, batch), free: freed(model, batch) }
  }
  // From left to right nothing is masked, so only samples are drawn.
  const least = name === 'gpt' ? 0 : 1
  return [
    // The times of a batch are one draw, spread over the rows.
    {
      name: `tokens ${name}: loss`,
      beyondRows: true,
      least,
      prepare: on((model, batch) => model.players[0].loss(batch, k)),
    },
    { name: `tokens ${name}: sample`, prepare: on((model) => model.sample({ count: rows, key: k })) },
    { name: `tokens ${name}: logProb`, least, prepare: on((model, { x }) => model.logProb(x, { key: k, draws: 3 })) },
  ]
})

export const familyCalls: readonly Call[] = [
  ...[
    ...vaeCalls,
    ...ganCalls,
    ...diffusionCalls,
    ...flowCalls,
    ...tokenCalls,
    recoderLoss,
    quantized,
    codes,
    marginal,
  ],
  ...vaes.map(({ name, make }) => training(`vae ${name}`, () => make(key(1)))),
  ...games.map(({ name, make }) => training(`gan ${name}`, () => make(key(1)))),
  training('diffusion', diffusionModel),
  training('flow', () => realNvp(5, { key: key(1) })),
]
