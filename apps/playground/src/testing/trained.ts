/** The pages that train, and what tests know of each. @module */
import type { Page } from 'playwright'

/** What the tests of all pages need of one. */
export interface Trained {
  readonly name: string
  /** Settings with which it is quick. */
  readonly quick: string
  /** Whether it shows the plane: `write-rates.ts` measures how fast. @default false */
  readonly plane?: boolean
  /** What of its data the table of fetched files says. */
  readonly data?: string
  /** Changes a setting while it trains. */
  edit(page: Page): Promise<void>
  /** A number that training improves. */
  readonly gauge: {
    readonly label: string
    readonly at: number
    better(before: number, after: number): boolean
  }
}

/** In the order of the navigation. */
export const trained: readonly Trained[] = [
  {
    name: 'latent',
    quick: 'draws=50',
    edit: async (page) => {
      await page.getByLabel('What z becomes').selectOption('step')
    },
    gauge: { label: 'Relative error', at: 200, better: (_, after) => after < 5 },
  },
  {
    name: 'vae',
    data: '6,000 digits',
    quick: 'width=16&batch=16',
    edit: async (page) => {
      await page.getByLabel('β: weight of the KL divergence, exactly').fill('4')
      await page.keyboard.press('Enter')
    },
    gauge: { label: 'Error of a pixel', at: 150, better: (before, after) => after < 0.9 * before },
  },
  {
    name: 'gan',
    plane: true,
    quick: 'width=16&batch=64&penalty=none&waves=0&data=moons',
    edit: async (page) => {
      await page.getByLabel('Objective').selectOption('hinge')
    },
    gauge: { label: 'Distance to the data', at: 150, better: (before, after) => after < 0.8 * before },
  },
  {
    name: 'line',
    plane: true,
    quick: 'width=16&batch=64',
    edit: async (page) => {
      await page.getByLabel('Data', { exact: true }).selectOption('two')
    },
    gauge: { label: 'Divergence', at: 150, better: (before, after) => after < 0.8 * before },
  },
  {
    name: 'flow',
    plane: true,
    quick: 'kind=affine&width=16&batch=64&depth=2',
    edit: async (page) => {
      await page.getByLabel('Data', { exact: true }).selectOption('pinwheel')
    },
    gauge: { label: 'Worse than the truth', at: 150, better: (before, after) => after < 0.8 * before },
  },
  {
    name: 'diffusion',
    plane: true,
    quick: 'width=32&batch=128&rate=0.01',
    edit: async (page) => {
      await page.getByLabel('Loss', { exact: true }).selectOption('l1')
    },
    gauge: { label: '20 steps', at: 150, better: (before, after) => after < 0.9 * before },
  },
  {
    name: 'digits',
    data: 'two models',
    quick: 'steps=6',
    edit: async (page) => {
      await page.getByLabel('Sampler', { exact: true }).selectOption('dpmSolver2M')
    },
    gauge: { label: 'From here to the end', at: 120, better: (before, after) => after < 0.7 * before },
  },
  {
    name: 'answers',
    plane: true,
    quick: 'width=16&batch=64&rate=0.02',
    edit: async (page) => {
      await page.getByLabel('Questions x and answers y').selectOption('moons')
    },
    gauge: { label: 'Odds that are wrong', at: 200, better: (before, after) => after < 0.8 * before },
  },
  {
    name: 'fill',
    quick: 'steps=4',
    data: 'two models, faces',
    edit: async (page) => {
      await page.getByLabel('What is missing there').selectOption('colors')
    },
    gauge: { label: 'Six answers differ by', at: 120, better: (before, after) => after > 1.5 * before },
  },
  {
    name: 'game',
    quick: 'width=48&batch=128&rate=0.01',
    edit: async (page) => {
      await page.getByLabel('How it moves').selectOption('even')
    },
    gauge: { label: 'Odds that are wrong', at: 200, better: (before, after) => after < 0.8 * before },
  },
  {
    name: 'edit',
    data: 'a model, a judge, faces',
    quick: 'batch=32',
    edit: async (page) => {
      await page.getByLabel('Faces to learn from').selectOption('correlated')
    },
    gauge: { label: 'Right side of the boundary', at: 150, better: (before, after) => after > before + 20 },
  },
  {
    name: 'spaces',
    data: 'two models',
    quick: 'ridge=1',
    edit: async (page) => {
      await page.getByLabel('Map', { exact: true }).selectOption('orthogonal')
    },
    gauge: { label: 'Error through the map', at: 150, better: (before, after) => after < 0.6 * before },
  },
  {
    name: 'own',
    data: '512 faces',
    quick: 'family=vae&width=8&batch=8',
    edit: async (page) => {
      await page.getByLabel('Pictures in a batch, exactly').fill('4')
      await page.keyboard.press('Enter')
    },
    gauge: { label: 'To the nearest of yours', at: 150, better: (before, after) => after < 0.9 * before },
  },
]
