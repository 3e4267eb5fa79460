import type { TLSSocket } from 'node:tls'

/**
 * The subject of the client certificate of a connection that TLS has verified, such as `O=Bank,CN=risk`: its parts in
 * the certificate's order. Undefined without a certificate, or with one that our authority did not sign.
 */
export function subjectOf(
  socket: Pick<TLSSocket, 'authorized' | 'getPeerX509Certificate'>,
): string | undefined {
  if (!socket.authorized) return undefined
  const certificate = socket.getPeerX509Certificate()
  return certificate && normalSubject(certificate.subject.split('\n').join(','))
}

/** A subject without blanks at its separators, which the versions of openssl print or leave out. */
export function normalSubject(subject: string): string {
  return subject.trim().replace(/ *([=,]) */g, '$1')
}
