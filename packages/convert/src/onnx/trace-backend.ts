/** A backend for traces: the cpu's kernels under another name, without those of our own that stand for several operations. @module */
import {
  copyRegisteredKernels,
  engine,
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
    moveVariables()
    return run()
  } finally {
    await setBackend(before)
    moveVariables()
  }
}

/** Variables to the running backend: tfjs moves them one by one as they are used, and in nested scopes counts that as a leak. */
function moveVariables(): void {
  const { backend, state } = engine()
  for (const { dataId, isDisposed } of Object.values(state.registeredVariables)) {
    if (!isDisposed) engine().moveData(backend, dataId)
  }
}

function isOurs({ kernelName }: { readonly kernelName: string }): boolean {
  return kernelName.startsWith('Gen')
}
