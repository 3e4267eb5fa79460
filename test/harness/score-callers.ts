import { Agent, type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import type { Ending } from './deployment.ts'
import type { Endpoints } from './endpoints.ts'
import type { ServiceProcess } from './service-process.ts'

const PAUSE_MS = 100

/** Callers of `POST /v1/score`, each over a connection that it keeps as long as the scorer lets it. */
export class ScoreCallers {
  /** Ids of the events that were decided on. */
  readonly answered: string[] = []
  readonly failures: string[] = []
  readonly #endpoints: Endpoints
  #isCalling = true
  #calls: Promise<unknown> = Promise.resolve()
  #count = 0

  private constructor(endpoints: Endpoints) {
    this.#endpoints = endpoints
  }

  static start(t: Ending, endpoints: Endpoints, callers: number): ScoreCallers {
    const calls = new ScoreCallers(endpoints)
    calls.#calls = Promise.all(Array.from({ length: callers }, () => calls.#call()))
    t.after(() => calls.stop())
    return calls
  }

  async stop(): Promise<void> {
    this.#isCalling = false
    await this.#calls
  }

  async #call(): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    let scorer: ServiceProcess | undefined
    while (this.#isCalling) {
      scorer ??= this.#endpoints.next()
      if (scorer === undefined) this.failures.push('no scorer is ready')
      else if (!(await this.#ask(scorer, agent))) scorer = undefined
      await delay(PAUSE_MS)
    }
    agent.destroy()
  }

  /** Answers whether the connection may be used again. */
  async #ask(scorer: ServiceProcess, agent: Agent): Promise<boolean> {
    const id = `asked-${this.#count++}`
    try {
      const response = await post(`${scorer.url}/v1/score`, agent, paymentOf(id, this.#count))
      const answer = await text(response)
      if (response.statusCode === 200) this.answered.push(id)
      else this.failures.push(`${response.statusCode}: ${answer}`)
      return response.headers.connection !== 'close'
    } catch (error) {
      this.failures.push(String(error))
      return false
    }
  }
}

function paymentOf(transactionId: string, n: number): string {
  return JSON.stringify({
    transactionId,
    customerId: String(n % 200),
    terminalId: String(n % 400),
    amount: 10 + (n % 90),
  })
}

function post(url: string, agent: Agent, body: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(url, { method: 'POST', agent }, resolve).on('error', reject).end(body)
  })
}
