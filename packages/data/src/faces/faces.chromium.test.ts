import { key } from '@gen/backend'
import { expect, it } from 'vitest'
import { faces } from './index.ts'

it('faces say in a browser what they need, and are then the same as in Node', async () => {
  await expect(faces({ key: key(0), count: 1 })).rejects.toThrow(/data\.faces: .* pass wasm, the URL of @resvg/)
  const wasm = new URL('../../node_modules/@resvg/resvg-wasm/index_bg.wasm', import.meta.url)
  const people = await faces({ count: 24, key: key(0), wasm })
  const { x } = people.take(Array.from({ length: 24 }, (_, i) => i))
  const bytes = Uint8Array.from(x.dataSync(), (value) => Math.round(value * 255))
  x.dispose()
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  // As in faces.test.ts.
  expect([...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')).toBe(
    '9917699d63c6f619f5c5263ed3b66997a9617184239fa310de25a78e390dd599',
  )
})
