import type { Message } from '../proto/message.ts'
import { PREFIX_BYTES } from './frames.ts'
import type { AnsweringMethod, CallContext, MethodScope } from './method.ts'

interface Answering<Q, A> {
  readonly path: string
  readonly scope: MethodScope
  readonly request: Pick<Message<Q, unknown>, 'decode'>
  readonly answer: Pick<Message<unknown, A>, 'encode'>
  readonly handle: (request: Q, call: CallContext) => A | Promise<A>
  /** Default `unary`. */
  readonly kind?: AnsweringMethod['kind']
  /** For how many bytes an answer needs room, so that its memory need not grow. Default 256. */
  readonly roomFor?: (answer: A) => number
}

/** A method that reads its request as a message and answers one. */
export function answering<Q, A>({
  request,
  answer,
  handle,
  roomFor,
  ...method
}: Answering<Q, A>): AnsweringMethod {
  const encode = (value: A): Buffer => answer.encode(value, roomFor?.(value), PREFIX_BYTES)
  return {
    kind: 'unary',
    ...method,
    answer(bytes, call) {
      const answered = handle(request.decode(bytes), call)
      return answered instanceof Promise ? answered.then(encode) : encode(answered)
    },
  }
}
