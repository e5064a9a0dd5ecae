import { key, normal, uniform, useBackend } from '@gen/backend'
import { setThreads } from '@gen/backend-simd'
import { unet } from '@gen/unet'
import { diffusion } from '@gen/diffusion'
import { fit, adamW } from '@gen/train'
import * as tf from '@tensorflow/tfjs-core'
await useBackend('simd')
await setThreads(Number(process.argv[2] ?? 2))
const B = Number(process.argv[3] ?? 16)
const model = diffusion({ network: unet({ shape: [32, 32, 1], widths: [32, 64, 96, 128], depth: 2, key: key(0) }) as never })
const x = uniform(key(1), [B, 32, 32, 1])
const batches = { at: () => ({ x: x.clone() }) }
const backend = tf.backend() as any
const times = new Map<string, [number, number]>()
let falls = new Map<string, number>()
const orig = backend.runFallback.bind(backend)
backend.runFallback = (k: any) => { const e = new Error().stack!; falls.set('x', (falls.get('x') ?? 0) + 1); return orig(k) }
const origRun = backend.program.run
let on = false
backend.program.run = undefined
Object.defineProperty(backend, 'run', { value: (kernel: string, chunks: number, ...w: number[]) => { const t = performance.now(); origRun(kernel, chunks, ...w); if (on) { const r = times.get(kernel) ?? [0, 0]; r[0] += performance.now() - t; r[1]++; times.set(kernel, r) } } })
let t0 = 0
for await (const e of fit(model as never, batches as never, { steps: 6, optimizer: adamW({ learningRate: 1e-3 }), key: key(1) })) {
  if ((e as any).type === 'step') { const now = performance.now(); console.log('step', (e as any).step, (now - t0).toFixed(1)); t0 = performance.now(); on = (e as any).step >= 2 }
}
const all = [...times].sort((a, b) => b[1][0] - a[1][0])
const total = all.reduce((s, [, [t]]) => s + t, 0)
for (const [k, [t, n]] of all.slice(0, 40)) console.log(k.padEnd(28), t.toFixed(1).padStart(8), n, (100 * t / total).toFixed(1) + '%')
console.log('total', total.toFixed(1), 'fallbacks', falls)
