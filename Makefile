# `make` lists the targets.
.DEFAULT_GOAL := help
SHELL := /bin/bash -o pipefail

SWIFT ?= swift
export SWIFT
# Prerequisites are checked in order, before anything else is done.
.NOTPARALLEL:
static := .build/static

.PHONY: help
help: ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

.PHONY: setup
setup: ## install what building needs (Debian's packages) and build libtorrent and libcurl, once
	@scripts/build-libtorrent
	@scripts/build-curl

ready-for-%:
	@scripts/preflight $*

.PHONY: root
root: setup ## build root/, the overlay that is copied onto / of an image
	scripts/build-root

.PHONY: demo
demo: root ## show the main job on loopback, without Docker
	@scripts/install-packages $$(scripts/packages demo)
	scripts/demo

.PHONY: demo-docker
demo-docker: ready-for-docker root ## show the main job with a real Docker engine
	scripts/docker-engine run scripts/demo-docker

.PHONY: test
test: ready-for-test root ## set up, build the overlay and run every test
	@scripts/install-packages $$(scripts/packages test)
	@echo "Building the tests: about 5 minutes on 2 cores the first time"
	$(SWIFT) build --build-tests
	@echo "Running the tests: about 20 minutes on 2 cores"
	scripts/docker-engine run scripts/run-tests

.PHONY: test-large
test-large: ready-for-test root ## run the tests that need a quiet machine: hosts that share DEST by NFS, a hundred replicas
	@scripts/install-packages $$(scripts/packages test)
	$(SWIFT) build --build-tests
	PIERDAT_LARGE_TESTS=on scripts/run-tests --no-parallel --filter 'NFSTests|MemoryLimitTests|ManyReplicasTests'

.PHONY: test-asan
test-asan: ## run the unit tests with AddressSanitizer and UndefinedBehaviorSanitizer
	scripts/test-sanitized address

.PHONY: test-tsan
test-tsan: ## run the unit tests with ThreadSanitizer
	scripts/test-sanitized thread

.PHONY: image-test
image-test: ready-for-docker root ## build the Dockerfile's image from scratch and use it (15 minutes)
	scripts/docker-engine run scripts/image-test

.PHONY: check-arm
check-arm: ## compile the C and C++ for arm64 (make test runs the hashing in an emulator)
	scripts/check-arm64

.PHONY: fuzz
fuzz: setup ## feed random input to every parser (FUZZ_SECONDS each; FUZZ_TARGETS: only these)
	scripts/fuzz $(or $(FUZZ_SECONDS),30) $(FUZZ_TARGETS)

.PHONY: bench
bench: bench-setup ## compare with aria2c, nginx and others; bench-NAME: one benchmark (BENCH_MIB, BENCH_RUNS, BENCH_MEGABITS)
	scripts/bench

bench-%: bench-setup
	scripts/bench $*

.PHONY: bench-setup
bench-setup: ready-for-bench root
	@scripts/install-packages $$(scripts/packages bench)
	$(SWIFT) build --product pierdat-bench

# In a pass of its own: a configuration that names a rule turns all others off.
documented := {"version": 1, "lineLength": 100, "indentation": {"spaces": 4}, \
	"rules": {"AllPublicDeclarationsHaveDocumentation": true}}

.PHONY: lint
lint: ready-for-lint ## check format, doc comments, scripts, messages and workflows, as CI does
	@scripts/install-packages $$(scripts/packages lint)
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests bench packaging
	$(SWIFT) format lint --strict --recursive --parallel --configuration '$(documented)' Sources
	scripts/list-scripts | xargs shellcheck
	scripts/lint-messages
	scripts/lint-workflows

.PHONY: format
format: ready-for-format ## format the Swift sources
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests bench packaging

.PHONY: release
release: root ## create archives, a Debian package, checksums, SBOM, manual pages and completions in dist/
	$(SWIFT) build --product pierdat-manual
	scripts/release

.PHONY: size
size: root ## print the size of each library in the program
	scripts/size $(static)/pierdat.map root/usr/bin/pierdat

.PHONY: clean
clean: ## delete everything built, except the cached libtorrent and libcurl
	rm -rf .build dist root/usr/bin root/usr/lib/pierdat root/usr/share
