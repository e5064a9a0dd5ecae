/** The pages that train, and what tests know of each. @module */
import type { Page } from 'playwright'

/** What the tests of all pages need of one. */
export interface Trained {
  readonly name: string
  /** Settings with which it is quick. */
  readonly quick: string
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
    name: 'gan',
    quick: 'width=16&batch=64&penalty=none&waves=0&data=moons',
    edit: async (page) => {
      await page.getByLabel('Objective').selectOption('hinge')
    },
    gauge: { label: 'Distance to the data', at: 150, better: (before, after) => after < 0.8 * before },
  },
  {
    name: 'line',
    quick: 'width=16&batch=64',
    edit: async (page) => {
      await page.getByLabel('Data').selectOption('two')
    },
    gauge: { label: 'Divergence', at: 150, better: (before, after) => after < 0.8 * before },
  },
]
