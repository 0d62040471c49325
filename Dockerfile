# An image that contains only the overlay, to copy from:
#
#     docker buildx build -t pierdat .
#
# (for several architectures, add --platform linux/amd64,linux/arm64)
#
# and in other Dockerfiles:
#
#     COPY --from=pierdat / /

ARG SWIFT=swift:6.3-bookworm
FROM $SWIFT AS build
ARG TARGETARCH
WORKDIR /pierdat
COPY . .
# The caches keep libtorrent, libcurl and compiled packages between builds. Each architecture has its own, because
# several may be built at once.
RUN --mount=type=cache,id=pierdat-cache-$TARGETARCH,target=/root/.cache \
    --mount=type=cache,id=pierdat-build-$TARGETARCH,target=/pierdat/.build \
    scripts/install-packages make && make root

FROM scratch
COPY --from=build /pierdat/root /
