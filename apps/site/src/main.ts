/** `npm run docs`: builds the site into `apps/site/dist`. @module */
import { parseArgs } from 'node:util'
import { buildSite } from './build-site.ts'

const { values } = parseArgs({ options: { base: { type: 'string', default: '/' } } })
const dead = await buildSite({ base: values.base })
for (const link of dead) console.error(link)
if (dead.length > 0) throw new Error(`${dead.length} links lead nowhere; they are above`)
