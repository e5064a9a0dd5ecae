/** What the READMEs show of packages that have no picture from another experiment. @module */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { key } from '@gen/backend'
import type { Experiment } from './experiment.ts'
import { dataSheet } from './readmes/data-sheet.ts'
import { frontTiles } from './readmes/front-tiles.ts'
import { nextWordsPlot } from './readmes/next-words-plot.ts'
import { qualityPlot, samplesBeside } from './readmes/quality-plot.ts'

/** Data sets; precision, recall, density and coverage of samples that one sees; next words of a novel; tiles of the root README. */
export const readmePictures: Experiment = {
  name: 'readme-pictures',
  description:
    'pictures for READMEs: precision, recall, density and coverage (5 neighbors, 400 points of each set) of samples that one sees',
  minutes: 0,
  rows: {
    data: async ({ seed, pictures }) => {
      writeFileSync(join(pictures, 'data.png'), await dataSheet(key(seed)))
      return { picture: 'data.png' }
    },
    metrics: async ({ seed, pictures }) => {
      const sets = samplesBeside(key(seed))
      writeFileSync(join(pictures, 'quality.svg'), await qualityPlot(sets))
      return { picture: 'quality.svg', ...Object.fromEntries(sets.map(({ name, values }) => [name, values])) }
    },
    // Draws what the experiment `tokens` has kept.
    tokens: async ({ pictures }) => {
      const kept = JSON.parse(readFileSync(join(pictures, '..', 'tokens.json'), 'utf8'))
      writeFileSync(join(pictures, 'next-words.svg'), await nextWordsPlot(kept.rows['left to right'].nextWords))
      return { picture: 'next-words.svg' }
    },
    front: async ({ pictures }) => {
      const tiles = frontTiles(join(pictures, '..', '..', '..'))
      for (const [name, png] of Object.entries(tiles)) writeFileSync(join(pictures, name), png)
      return { picture: Object.keys(tiles).join(', ') }
    },
  },
  columns: ({ picture, ...row }) => ({
    picture,
    ...Object.fromEntries(Object.entries(row).filter(([, value]) => typeof value === 'object')),
  }),
}
