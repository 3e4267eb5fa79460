import { MillraceError } from '@millrace/core'
import { type AnswerBody, readBody } from './bounded-body.ts'
import { TimeLimit } from './time-limit.ts'

export interface MlflowAccess {
  /** Sent as `Authorization: Bearer`. */
  readonly token?: string
  /** Sent as `Authorization: Basic`, where there is no token. */
  readonly user?: string
  readonly password?: string
}

export interface MlflowClientOptions extends MlflowAccess {
  /** The address of the tracking server, such as https://mlflow.example:5000. */
  readonly url: string
  /** How long an answer may take to begin, and between two parts of it (ms). Default 10 s. */
  readonly timeout?: number
  /** The largest file that is downloaded (bytes). Default 2 GiB. */
  readonly maxBytes?: number
  /** Default: the one of the platform. */
  readonly fetch?: typeof fetch
}

/** What MLflow says when it refuses: one of its codes, and a text. */
export interface MlflowRefusal {
  readonly status: number
  readonly code: string
  readonly message: string
}

export type MlflowAnswer = { readonly json: unknown } | { readonly refused: MlflowRefusal }

const API = 'api/2.0/mlflow/'
const MAX_JSON_BYTES = 4 * 2 ** 20
const DEFAULT_MAX_BYTES = 2 ** 31
const DEFAULT_TIMEOUT_MS = 10_000

/**
 * Calls an MLflow server. Fails with MODEL_REGISTRY_UNAVAILABLE when it does not answer in time, is overloaded or has
 * a fault, or does not let us in; other refusals are answers. No redirect is followed: it could take the credentials.
 */
export class MlflowClient {
  /** The server's address without credentials and without a slash at its end. */
  readonly url: string
  readonly #headers: Readonly<Record<string, string>>
  readonly #timeout: number
  readonly #maxBytes: number
  readonly #fetch: typeof fetch

  constructor(options: MlflowClientOptions) {
    const { origin, pathname } = new URL(options.url)
    this.url = `${origin}${pathname}`.replace(/\/+$/, '')
    this.#headers = authorization(options)
    this.#timeout = options.timeout ?? DEFAULT_TIMEOUT_MS
    this.#maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES
    this.#fetch = options.fetch ?? fetch
  }

  /** Asks the REST API. */
  async get(path: string, query: Readonly<Record<string, string>>): Promise<MlflowAnswer> {
    return this.#callApi(`${API}${path}?${new URLSearchParams(query)}`, {})
  }

  /** Changes something by the REST API. */
  async send(method: 'POST' | 'DELETE', path: string, body: object): Promise<MlflowAnswer> {
    const headers = { 'content-type': 'application/json' }
    return this.#callApi(API + path, { method, headers, body: JSON.stringify(body) })
  }

  /** The files and folders below a folder of the artifact store that the server lends. */
  async listArtifacts(folder: string): Promise<MlflowAnswer> {
    return this.#callApi(`api/2.0/mlflow-artifacts/artifacts?${new URLSearchParams({ path: folder })}`, {})
  }

  /** A file of that store, in parts; undefined when it is not there. */
  async openArtifact(path: string): Promise<AnswerBody | undefined> {
    return this.#open(
      `api/2.0/mlflow-artifacts/artifacts/${path.split('/').map(encodeURIComponent).join('/')}`,
    )
  }

  /** A file of a model version, wherever the server keeps it, in parts; undefined when it is not there. */
  async openVersionFile(name: string, version: string, path: string): Promise<AnswerBody | undefined> {
    return this.#open(`model-versions/get-artifact?${new URLSearchParams({ name, version, path })}`)
  }

  async #callApi(path: string, init: RequestInit): Promise<MlflowAnswer> {
    const { body, status } = await this.#call(path, init, MAX_JSON_BYTES)
    const bytes = await body.read()
    if (status < 400) return { json: this.#parse(bytes) }
    return { refused: refusalOf(status, bytes) }
  }

  async #open(path: string): Promise<AnswerBody | undefined> {
    const { body, status } = await this.#call(path, {}, this.#maxBytes)
    if (status < 400) return body
    await body.cancel()
    if (status === 404) return undefined
    throw this.#unavailable(`it answers ${status}`)
  }

  async #call(
    path: string,
    init: RequestInit,
    maxBytes: number,
  ): Promise<{ readonly status: number; readonly body: AnswerBody }> {
    const limit = new TimeLimit(this.#timeout)
    const request = { ...init, headers: { ...this.#headers, ...init.headers } }
    const response = await this.#fetch(`${this.url}/${path}`, {
      ...request,
      redirect: 'manual',
      signal: limit.signal,
    }).catch(cause => {
      limit.stop()
      throw this.#unavailable(
        limit.passed ? `it does not answer within ${this.#timeout} ms` : wordsOf(cause),
        cause,
      )
    })
    const body = readBody(response, {
      limit,
      maxBytes,
      fail: (fault, cause) => this.#unavailable(fault, cause),
    })
    const { status } = response
    const trouble = troubleOf(status)
    if (trouble === undefined) return { status, body }
    await body.cancel()
    throw this.#unavailable(trouble)
  }

  #parse(bytes: Uint8Array): unknown {
    try {
      return JSON.parse(new TextDecoder().decode(bytes))
    } catch (cause) {
      throw this.#unavailable('its answer is no JSON: is this the address of an MLflow server?', cause)
    }
  }

  #unavailable(fault: string, cause?: unknown): MillraceError {
    return new MillraceError(
      'MODEL_REGISTRY_UNAVAILABLE',
      `The model registry ${this.url} cannot be used: ${fault}.`,
      {
        cause,
      },
    )
  }
}

function authorization({ token, user, password }: MlflowAccess): Readonly<Record<string, string>> {
  if (token !== undefined) return { authorization: `Bearer ${token}` }
  if (user === undefined) return {}
  return { authorization: `Basic ${Buffer.from(`${user}:${password ?? ''}`).toString('base64')}` }
}

/** What is wrong with the server rather than with the question, if anything. */
function troubleOf(status: number): string | undefined {
  if (status === 401 || status === 403) {
    return `it refuses us with ${status}: look after MODEL_REGISTRY_TOKEN, or MODEL_REGISTRY_USER and MODEL_REGISTRY_PASSWORD, and the hosts it allows`
  }
  if (status >= 300 && status < 400) return `it answers ${status}, a redirect: give the address it leads to`
  return status === 429 || status >= 500 ? `it answers ${status}` : undefined
}

function refusalOf(status: number, bytes: Uint8Array): MlflowRefusal {
  const text = new TextDecoder().decode(bytes)
  try {
    const { error_code: code, message } = JSON.parse(text)
    return { status, code: String(code), message: String(message).slice(0, 500) }
  } catch {
    return { status, code: '', message: text.slice(0, 500) }
  }
}

function wordsOf(error: unknown): string {
  const { cause, message } = error as Error
  return cause instanceof Error && cause.message !== '' ? cause.message : message
}
