import * as tf from '@tensorflow/tfjs-core'
import { useBackend, key, normal, uniform } from '@gen/backend'
import { unet } from '@gen/unet'
import { diffusion } from '@gen/diffusion'
import { fit, adamW } from '@gen/train'
await useBackend('simd')
const T:Record<string,[number,number]>={}; let on=false, depth=0
for(const k of tf.getKernelsForBackend('simd')){ tf.unregisterKernel(k.kernelName,'simd'); tf.registerKernel({...k,kernelFunc:(c:any)=>{ if(!on||depth) return k.kernelFunc(c); depth++; const t=performance.now(); try{return k.kernelFunc(c)} finally{ depth--; const e=(T[k.kernelName]??=[0,0]); e[0]+=performance.now()-t; e[1]++ } }}) }
const cfg = process.argv[2]==='mnist' ? {shape:[28,28,1],widths:[32,64,64],depth:1,classes:10} : {shape:[32,32,1],widths:[32,64,96,128],depth:2,embedding:'concat' as const,up:'bilinear' as const}
const net=unet({...cfg,key:key(0)}); const model=diffusion({network:net,classes:(cfg as any).classes??0})
const S=cfg.shape[0]!
const batches={at:(i:number)=>({x:uniform(key(i),[64,S,S,1]),...((cfg as any).classes?{labels:tf.zeros([64],'int32') as tf.Tensor1D}:{})})}
let n=0,t0=0,best=1e9,last=0
for await(const e of fit(model,batches,{steps:11,optimizer:adamW({}),key:key(1),clipNorm:1,ema:.99})){ if(e.type==='step'){ n++; const now=performance.now(); if(n===4){on=true;t0=now} else if(n>4) best=Math.min(best,now-last); last=now } }
const total=(performance.now()-t0)/7
let sum=0; const rows=Object.entries(T).map(([k,[ms,c]])=>{sum+=ms/7;return [k,(ms/7).toFixed(1),c/7]}).sort((a:any,b:any)=>b[1]-a[1])
console.log('step ms mean',total.toFixed(0),'best',best.toFixed(0),'kernels',sum.toFixed(0)); console.table(rows.slice(0,22)); console.log((tf.memory() as any).peakBytes/2**20)
process.exit(0)
