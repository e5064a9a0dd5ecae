import { key } from '@gen/backend'
import { expect, it, vi } from 'vitest'
import { faces } from './faces.ts'

vi.mock('@resvg/resvg-wasm', () => {
  throw new Error("Cannot find package '@resvg/resvg-wasm'")
})

it('faces without the optional packages: the error says what to install', async () => {
  await expect(faces({ key: key(0), count: 1 })).rejects.toMatchObject({
    code: 'config',
    message: expect.stringMatching(
      /^data\.faces: expected the packages that draw faces, got .*; npm i @dicebear\/core @dicebear\/avataaars @resvg\/resvg-wasm$/s,
    ),
  })
})
