interface PageHeaders {
  readonly origin?: string | undefined
  readonly host?: string | undefined
}

/**
 * Whether a page of another site sends a request, as browsers tell by its origin. They lend such a page the address of
 * its visitor and his client certificate, which it must not act by.
 */
export function isForeignPage({ origin, host }: PageHeaders): boolean {
  return origin !== undefined && origin.slice(origin.indexOf('://') + 3) !== host
}
