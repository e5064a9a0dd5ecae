/** What the command line needs to know of a family of models; a new family is one more record of this type. @module */
import type { Key, Shard } from '@gen/backend'
import type { Batch, Batches, Dataset } from '@gen/data'
import type { SamplerName, SpacingName } from '@gen/diffusion'
import type { DensityPicture, DensityPictureOptions } from '@gen/flows'
import type { LatentModel } from '@gen/latent-tools'
import type { SamplingDefaults } from '@gen/open'
import type { Answer, AnswersOptions, Vocabulary } from '@gen/tokens'
import type { Optimizers, Trainable } from '@gen/train'
import type { DiagnosisPanels } from '@gen/vae/diagnosis'
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import type { Flags, FlagValues } from '../flags.ts'

/** A model that is ready to train, to sample and to be stored. */
export interface FamilyModel {
  readonly trainable: Trainable<Batch>
  /** With the parts that do not train, where there are some: what a model folder has the weights of. @default trainable */
  readonly whole?: Trainable<Batch>
  /** The names of its weights in PyTorch by their own, of a model from a folder. */
  readonly weightNames?: () => Readonly<Record<string, string>>
  /** Of one sample. */
  readonly shape: readonly number[]
  /** Plain JSON from which `openModel` of `@gen/open` builds the same model. */
  readonly config: object
  /** Its latent space, where it has one: what `gen align` and `gen edit` work on. */
  readonly latent?: LatentModel
  /** Makes an encoder of its latent space that is to be trained on its own samples, of a family whose models have none. */
  readonly recoder?: (k: Key) => Recoder
  /** Rows of a draw that are made at once. @default 64 */
  readonly batchSize?: number
  /** So many classes come in turn where samples are asked for without labels. */
  readonly classes?: number
  /** Measures what may be wrong with it, where the family knows how: `gen diagnose`. */
  readonly diagnose?: (data: Dataset, options: { key: Key; count: number }) => Promise<FamilyDiagnosis>
  /** How likely data are to it, of a model with a likelihood or a bound on it: `gen eval`. */
  readonly likelihood?: FamilyLikelihood
  /** Data through its codes and back, of a model that reconstructs: `gen eval`. The result is the caller's. */
  readonly reconstruction?: (x: Tensor, labels?: Tensor1D) => Tensor
  /** What its loss is counted in, for the plot. @default 'loss' */
  readonly lossUnit?: string
  /** Its density in the plane and the latent grid that it warps, of a model of points: `gen density`. */
  readonly density?: (options: DensityPictureOptions, label?: number) => Promise<DensityPicture>
  /** Sets data-dependent parameters from some data, once, before training. */
  readonly initialize?: (batch: Batch, k: Key) => void
  /** Samples as text, a line each, of a model of text. */
  readonly lines?: (samples: Tensor) => Promise<string[]>
  /** Fills in blanks, or tells the next word, of a model of text: `gen complete`. */
  readonly answers?: (question: string, options: AnswersOptions) => Promise<readonly Answer[]>
  /** Answers to a picture, of a model that can be asked: `gen answer`. */
  readonly answerPicture?: (question: PictureQuestion, options: QuestionOptions) => Promise<Tensor>
  /** Images `[n, h, w, c]` in [0, 1], points `[n, d]`, or tokens `[n, length]`; the same key gives the same samples. */
  sample(options: SampleOptions): Promise<Tensor>
}

/** A picture that asks for others. */
export interface PictureQuestion {
  /** `[1, h, w, c]` in [0, 1]. */
  readonly image: Tensor
  /** `[1, h, w, 1]`, 1 where the picture is known; all of it, unless said. */
  readonly known?: Tensor
}

/** What answers are wanted. */
export interface QuestionOptions extends Pick<SampleOptions, 'count' | 'key' | 'steps' | 'labels' | 'signal'> {
  /** How far a picture that is varied goes towards noise, in (0, 1]. */
  readonly strength: number
}

/** Log-likelihoods of a model. */
export interface FamilyLikelihood {
  /** In words: exact, or a bound. */
  readonly kind: string
  /** Of whole levels, so that bits per dimension can be compared between models. */
  readonly discrete: boolean
  /** Takes so long that it is measured only where it is asked for. @default false */
  readonly slow?: boolean
  /** In nats, `[batch]`, the caller's. */
  logProb(x: Tensor, options: { key: Key; labels?: Tensor1D | undefined }): Tensor1D | Promise<Tensor1D>
}

/** An encoder that is trained after its model. */
export interface Recoder {
  readonly trainable: Trainable<object>
  /** What it learns from. @default nothing: it draws its own */
  readonly batches?: Batches<object>
  encode(x: Tensor): Tensor2D
  dispose(): void
}

/** What may be wrong with a model, in words; whatever else it tells is plain JSON. */
export interface FamilyDiagnosis {
  readonly findings: readonly { problem: string; healthy: boolean; message: string; remedy: string }[]
  /** What to look at, of a model of images; whoever takes it disposes it. */
  readonly panels?: DiagnosisPanels
}

/** What samples are wanted. */
export interface SampleOptions {
  readonly count: number
  readonly key: Key
  /** Rows made at once. @default the library's */
  readonly batchSize?: number | undefined
  /** Makes one part of the rows alone. @default all */
  readonly shard?: Shard | undefined
  /** Sampling steps, for models that take steps. */
  readonly steps: number
  /** Strength of the class condition; 1 samples the conditional distribution as learned. */
  readonly guidance: SamplingDefaults['guidance']
  /** Class of each sample, for conditional models. */
  readonly labels?: number[] | undefined
  /** Which sampler, for models that take steps. @default 'unipc' */
  readonly sampler?: SamplerName | undefined
  /** Which levels it steps along. @default the sampler's own */
  readonly spacing?: SpacingName | undefined
  /** Called at each step of each batch, by models that take steps; awaited. */
  readonly onStep?: (step: SampledStep) => Promise<void>
  readonly signal?: AbortSignal
}

/** What samples are after some of the steps; the tensor lives until the next. */
export interface SampledStep {
  /** From 1. */
  readonly step: number
  /** How many there are, at most. */
  readonly steps: number
  /** Place of the first row among all samples. */
  readonly offset: number
  /** The noisy samples that the step begins with. */
  readonly x: Tensor
}

/** What a family learns from: of text, what its tokens are. */
export type FamilyDataset = Pick<Dataset, 'shape' | 'classes'> & { readonly vocabulary?: Vocabulary }

/** The data of a family that learns from others than images and points. */
export interface FamilyData {
  /** What `--data` names unless told. */
  readonly initial: string
  /** What `--data` may name. */
  readonly description: string
  /** Opens the data to train on, as all flags say. */
  open(name: string, values: Readonly<Record<string, unknown>>): Promise<Dataset>
}

/** A family on the command line: `gen train <name>`; `Model` is what its models are in their own package. */
export interface Family<F extends Flags = Flags, Model = unknown> {
  readonly name: string
  readonly description: string
  /** The family's own flags of `gen train`. */
  readonly flags: F
  /** Samples are drawn step by step, so `gen train` asks how many steps and how strong the condition. */
  readonly samplesInSteps?: true
  /** Its data, where they are others than images and points. */
  readonly data?: FamilyData
  /** Its data with what else it is told of each item, as its flags say. */
  paired?(values: FlagValues<F>, items: Dataset): Dataset
  /** A fresh model for a dataset. */
  create(values: FlagValues<F>, dataset: FamilyDataset, k: Key): FamilyModel
  /** A model of the family, as its commands take it. */
  wrap(model: Model): FamilyModel
  /** One for all players, or one for each by name. */
  optimizer(values: FlagValues<F>, steps: number): Optimizers
}
