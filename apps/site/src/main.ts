/** `npm run docs`: builds the site into `apps/site/dist`. @module */
import { parseArgs } from 'node:util'
import { buildSite } from './build-site.ts'
import { entries } from './reference-entries.ts'

const { values } = parseArgs({
  options: {
    /** Where the site will lie: `/gen/`. */
    base: { type: 'string', default: '/' },
    /** Entry points that the reference tells of, two at least: `model,priors`. */
    reference: { type: 'string' },
  },
})
const chosen = values.reference?.split(',')
const dead = await buildSite({
  base: values.base,
  entries: entries.filter(({ name }) => chosen === undefined || chosen.includes(name)),
})
if (dead.length > 0) throw new Error(`${dead.length} links lead nowhere:\n${dead.join('\n')}`)
