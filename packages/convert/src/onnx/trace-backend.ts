/** A backend for traces: the cpu's kernels under another name, without those of our own that stand for several operations. @module */
import {
  copyRegisteredKernels,
  findBackendFactory,
  getBackend,
  getKernelsForBackend,
  registerBackend,
  setBackend,
  unregisterKernel,
} from '@tensorflow/tfjs-core'

const name = 'gen-trace'

/** Calls a function on the backend for traces, and returns to the one before. */
export async function onTraceBackend<T>(run: () => T): Promise<T> {
  const before = getBackend()
  if (!findBackendFactory(name)) {
    registerBackend(name, findBackendFactory('cpu'))
    copyRegisteredKernels('cpu', name)
    // Packages register kernels of their own with backends that they know by name, and compose operations on this one.
    for (const { kernelName } of getKernelsForBackend(name).filter(isOurs)) unregisterKernel(kernelName, name)
  }
  await setBackend(name)
  try {
    return run()
  } finally {
    await setBackend(before)
  }
}

function isOurs({ kernelName }: { readonly kernelName: string }): boolean {
  return kernelName.startsWith('Gen')
}
