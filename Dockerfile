# Millrace: all services and the command in one image without a shell or a package manager. docs/deployment/images.md
# tells how it is made and used. It needs no BuildKit.
ARG NODE_IMAGE=node:26-bookworm-slim

# Libraries as the lock file has them. A layer of its own, which changes of the sources leave alone.
FROM ${NODE_IMAGE} AS libraries
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY packages/core/package.json packages/core/
COPY packages/platform/package.json packages/platform/
COPY packages/inference/package.json packages/inference/
COPY packages/testkit/package.json packages/testkit/
COPY packages/cli/package.json packages/cli/
COPY services/ingestor/package.json services/ingestor/
COPY services/feature-builder/package.json services/feature-builder/
COPY services/scorer/package.json services/scorer/
COPY services/drift-monitor/package.json services/drift-monitor/
COPY pipelines/card-fraud/package.json pipelines/card-fraud/
COPY pipelines/ad-clicks/package.json pipelines/ad-clicks/
COPY deploy/image/prune-libraries.sh deploy/image/
# Without scripts neither GPU parts nor a second Node are downloaded.
RUN npm ci --omit=dev --ignore-scripts && sh deploy/image/prune-libraries.sh

# The file system of the image: Node, the C libraries that it and the native modules need, and the user.
FROM ${NODE_IMAGE} AS system
COPY --from=libraries /app/node_modules /app/node_modules
COPY deploy/image/gather-system.sh /
RUN sh /gather-system.sh /system

# The sources run as they are: Node strips the types, and the cache keeps what it made of them.
FROM scratch AS program
COPY --from=system /system /
COPY --from=libraries /app/node_modules /app/node_modules
COPY package.json LICENSE /app/
COPY packages /app/packages
COPY services /app/services
COPY pipelines/card-fraud /app/pipelines/card-fraud
COPY deploy/image/*.ts /app/deploy/image/
WORKDIR /app
USER 65532:65532
# The first of these, as the flags below, is what packages/platform/src/launch/service-launch.ts says.
ENV MALLOC_ARENA_MAX=1 NODE_ENV=production NODE_COMPILE_CACHE=/app/cache HTTP_HOST=0.0.0.0 HTTP_PORT=8080 GRPC_PORT=8081

FROM program AS cache
RUN ["/usr/local/bin/node", "/app/deploy/image/fill-compile-cache.ts", "/tmp/cache"]

FROM program
COPY --from=cache /tmp/cache /app/cache
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Millrace" \
      org.opencontainers.image.description="Real-time features, scoring and drift monitoring for Kafka" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
EXPOSE 8080 8081
HEALTHCHECK --interval=10s --timeout=10s --start-period=10m --retries=3 \
  CMD ["/usr/local/bin/node", "/app/deploy/image/health-check.ts"]
ENTRYPOINT ["/usr/local/bin/node", "--max-semi-space-size=12", "--heap-growing-percent=100", "--no-allocation-site-pretenuring", "--invocation-count-for-maglev=30", "--minimum-invocations-after-ic-update=30", "--invocation-count-for-turbofan=300", "--disable-warning=ExperimentalWarning", "/app/deploy/image/entry.ts"]
CMD ["help"]
