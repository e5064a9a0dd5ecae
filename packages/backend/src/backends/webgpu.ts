/** The WebGPU backend, in browsers and, through Dawn, in Node. @module */

import type { LoadRequest } from './names.ts'
import { notInstalled } from './not-installed.ts'
import { inNode } from './runtime.ts'

/** Registers webgpu; unless it was named alone, on a hardware adapter only: one in software is slower than simd. */
export async function loadWebgpu({ explicit }: LoadRequest): Promise<void> {
  if (inNode() && !('gpu' in (globalThis.navigator ?? {}))) await provideDawn()
  const gpu = globalThis.navigator?.gpu
  if (gpu === undefined) throw new Error('the browser has no WebGPU (it needs a secure page)')
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' })
  if (adapter === null) throw new Error('there is no GPU adapter')
  if (!explicit && isSoftware(adapter)) {
    throw new Error("the only adapter runs in software; name 'webgpu' alone to use it all the same")
  }
  try {
    await import('@tensorflow/tfjs-backend-webgpu')
  } catch (error) {
    throw notInstalled('@tensorflow/tfjs-backend-webgpu', error)
  }
}

/** Puts the package `webgpu` (Dawn) where browsers have WebGPU. */
async function provideDawn(): Promise<void> {
  const name: string = 'webgpu'
  let dawn: { create(flags: string[]): GPU; globals: object }
  try {
    dawn = await import(/* @vite-ignore */ /* webpackIgnore: true */ name)
  } catch (error) {
    throw notInstalled(name, error)
  }
  Object.assign(globalThis, dawn.globals)
  const navigator = globalThis.navigator ?? {}
  Object.defineProperty(navigator, 'gpu', { value: dawn.create([]), configurable: true })
  if (globalThis.navigator === undefined) {
    Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true })
  }
}

function isSoftware({ info }: GPUAdapter): boolean {
  const names = [info.vendor, info.architecture, info.device, info.description].join(' ')
  return info.isFallbackAdapter === true || /swiftshader|llvmpipe|lavapipe|software|basic render/i.test(names)
}
