import { type Load, run } from './load.ts'

/** Runs the loads that it is sent, one after the other, in a process of its own. */
process.on('message', async (load: Omit<Load, 'request'> & { readonly request: string }) => {
  process.send!(await run({ ...load, request: Buffer.from(load.request, 'base64') }))
})
