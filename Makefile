# `make` lists the targets.
.DEFAULT_GOAL := help
SHELL := /bin/bash -o pipefail

SWIFT ?= swift
static := .build/static

.PHONY: help
help: ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

.PHONY: setup
setup: ## install what building needs (Debian's packages) and build libtorrent, once
	@command -v $(SWIFT) >/dev/null || { echo "Swift 6.3 is needed: put its usr/bin on PATH" >&2; exit 1; }
	@scripts/build-libtorrent

.PHONY: root
root: setup ## build root/, the overlay that is copied onto / of an image
	scripts/build-root

.PHONY: demo
demo: root ## show the main job on loopback, without Docker
	scripts/demo

.PHONY: demo-docker
demo-docker: root ## show the same with a real Docker engine
	scripts/docker-engine run scripts/demo-docker

.PHONY: test
test: root ## set up, build the overlay and run every test
	@scripts/install-packages aria2 btrfs-progs buildah busybox-static curl dnsmasq-base e2fsprogs \
		exfat-fuse exfatprogs fish g++-aarch64-linux-gnu iproute2 man-db mandoc microsocks nftables \
		nginx-light openssl opentracker python3-libtorrent qbittorrent-nox qemu-user rtorrent \
		tcpdump tinyproxy-bin tmux transmission-cli transmission-daemon xfsprogs zsh
	scripts/docker-engine run $(SWIFT) test --disable-xctest \
		--experimental-maximum-parallelization-width 8

.PHONY: test-asan
test-asan: ## run the unit tests with the sanitizers of addresses and of undefined behaviour
	scripts/test-sanitized address

.PHONY: test-tsan
test-tsan: ## run the unit tests with the thread sanitizer
	scripts/test-sanitized thread

.PHONY: image-test
image-test: root ## build the image of the Dockerfile, whole, and get data with it (15 minutes)
	scripts/docker-engine run scripts/image-test

.PHONY: check-arm
check-arm: ## compile the C++ for arm64 (its hashing is run in an emulator by the tests)
	scripts/check-arm64

.PHONY: fuzz
fuzz: setup ## hand random input to every parser (FUZZ_SECONDS each; FUZZ_TARGETS: those alone)
	scripts/fuzz $(or $(FUZZ_SECONDS),30) $(FUZZ_TARGETS)

.PHONY: bench
bench: bench-setup ## measure beside aria2c, nginx and others; bench-NAME: one alone (BENCH_MIB, BENCH_RUNS, BENCH_MEGABITS)
	scripts/bench

bench-%: bench-setup
	scripts/bench $*

.PHONY: bench-setup
bench-setup: root
	@scripts/install-packages aria2 curl dumb-init iproute2 mktorrent nginx-light openssl \
		opentracker python3-libtorrent runit supervisor tini transmission-cli
	$(SWIFT) build --product pierdat-bench

.PHONY: lint
lint: ## check format, scripts and workflows, as CI does
	@scripts/install-packages shellcheck
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests bench packaging
	scripts/list-scripts | xargs shellcheck
	scripts/lint-workflows

.PHONY: format
format: ## format the Swift sources
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests bench packaging

.PHONY: release
release: root ## make archives, Debian's package, checksums, SBOM, manual pages and completions in dist/
	$(SWIFT) build --product pierdat-manual
	scripts/release

.PHONY: size
size: root ## tell what the program consists of, by library
	scripts/size $(static)/pierdat.map root/usr/bin/pierdat

.PHONY: clean
clean: ## delete what was built, but for the cached libtorrent
	rm -rf .build dist root/usr/bin/pierdat root/usr/bin/pierdatd root/usr/bin/pierdat-*-bittorrent root/usr/share
