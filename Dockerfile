# The overlay as an image of its own, to copy from:
#
#     docker buildx build -t pierdat .
#
# and in other Dockerfiles:
#
#     COPY --from=pierdat / /

ARG SWIFT=swift:6.3-bookworm
FROM $SWIFT AS build
WORKDIR /pierdat
COPY . .
# libtorrent is built once and kept, as are the packages that Pierdat is made of.
RUN --mount=type=cache,target=/root/.cache --mount=type=cache,target=/pierdat/.build \
    scripts/install-packages make && make root

FROM scratch
COPY --from=build /pierdat/root /
