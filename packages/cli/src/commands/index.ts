/** All commands of `gen`. @module */
import type { CommandGroup } from '../command.ts'

const data: CommandGroup = {
  name: 'gen data',
  description: 'write data for other programs',
  commands: {
    export: {
      description:
        'write data as NumPy reads them: x.npy, labels.npy where there are classes; context.npy too where it is asked for',
      load: async () => (await import('./data-export.ts')).dataExportCommand,
    },
  },
}

/** The tree of commands. */
export const gen: CommandGroup = {
  name: 'gen',
  description: 'train, sample and measure generative models',
  commands: {
    train: { description: 'train a model', load: async () => (await import('./train-group.ts')).trainGroup },
    sample: {
      description: 'draw samples from a trained model',
      load: async () => (await import('./sample.ts')).sampleCommand,
    },
    complete: {
      description: 'fill in the blanks of a text, or tell its next word: the most probable answers',
      load: async () => (await import('./complete.ts')).completeCommand,
    },
    answer: {
      description: 'ask a diffusion model with a picture: several answers to one question',
      load: async () => (await import('./answer.ts')).answerCommand,
    },
    density: {
      description: 'draw the density of a flow of points in the plane, and the grid that it warps',
      load: async () => (await import('./density.ts')).densityCommand,
    },
    merge: {
      description: 'put together what gen sample --shard drew, bit by bit as one machine draws it',
      load: async () => (await import('./merge.ts')).mergeCommand,
    },
    eval: {
      description: 'measure samples, or a trained model, against data',
      load: async () => (await import('./eval.ts')).evalCommand,
    },
    diagnose: {
      description: 'measure the four problems of a variational autoencoder',
      load: async () => (await import('./diagnose.ts')).diagnoseCommand,
    },
    align: {
      description: 'map the latent space of a model onto that of another, and measure the map',
      load: async () => (await import('./align.ts')).alignCommand,
    },
    edit: {
      description: 'change an attribute of examples, by a direction in the latent space',
      load: async () => (await import('./edit.ts')).editCommand,
    },
    convert: {
      description: 'write a model for others, or that of others as ours: ONNX, PyTorch, diffusers',
      load: async () => (await import('./convert.ts')).convertCommand,
    },
    data: { description: data.description, load: async () => data },
  },
}
