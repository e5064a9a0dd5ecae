/**
 * Leaves drawn faces in `models/`, which a page learns from until its visitor brings pictures: `node --conditions=@gen/source --import tsx
 * src/models/save-faces.ts` in this folder. A browser does not draw them itself: what draws weighs more.
 */
import { writeFileSync } from 'node:fs'
import { key, useBackend } from '@gen/backend'
import { faces } from '@gen/data/faces'
import { packed } from '../pages/own/album.ts'
import { modelsFolder } from './save-halved.ts'

await useBackend('cpu')
writeFileSync(`${modelsFolder}faces.npz`, packed(await faces({ count: 512, key: key(30) })))
