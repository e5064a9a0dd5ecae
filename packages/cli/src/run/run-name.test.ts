import { basename } from 'node:path'
import { expect, it } from 'vitest'
import { runName } from './run-name.ts'

it.each([
  ['mnist', 'runs/vae-mnist-7'],
  ['photos', 'runs/vae-photos-7'],
  ['/pictures/photos/', 'runs/vae-photos-7'],
  ['../photos?size=64&fit=pad', 'runs/vae-photos-7'],
  ['data/my photos.npz', 'runs/vae-my-photos.npz-7'],
  ['Übungen/Fotos für mich', 'runs/vae-Fotos-für-mich-7'],
  ['.', `runs/vae-${basename(process.cwd())}-7`],
])('of %s is %s', (data, expected) => {
  expect(runName('vae', data, 7)).toBe(expected)
})
