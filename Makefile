# The commands of a working day. CMake presets do the work; `make` wraps them.
#
#   make            build the release binary, build/release/bin/vedette
#   make test       build, then run every test
#   make demo       build, hunt an intrusion through a day of logs, let rules find it
#   make debug      build with AddressSanitizer and UndefinedBehaviorSanitizer
#   make test-debug run every test in that build
#   make bench      the benchmarks of tests/benchmark
#   make fuzz       every fuzzer for FUZZ_SECONDS (60)
#   make corpus     every query of CORPUS (../shared/corpus) over generated rows
#   make corpus-rules  every rule of RULES (../shared/rules/azure-sentinel) that binds, the same way
#   make format     clang-format over all sources

.DEFAULT_GOAL := build
.PHONY: setup build test debug test-debug demo bench fuzz corpus corpus-rules format docs clean
jobs := $(shell nproc)
FUZZ_SECONDS ?= 60
CORPUS ?= ../shared/corpus
SCHEMAS ?= ../shared/schemas
RULES ?= ../shared/rules/azure-sentinel

setup:
	@.ci/setup

build: setup
	$(call built,release)

debug: setup
	$(call built,debug)

test: build
	@ctest --test-dir build/release --output-on-failure -j $(jobs)

test-debug: debug
	@ctest --test-dir build/debug --output-on-failure -j $(jobs)

demo: build
	@build/release/bin/vedette demo --db build/demo --rules rules/packs

bench: setup
	$(call built,release,--target benchmarks)
	@ctest --test-dir build/release --output-on-failure --verbose -C benchmark -L benchmark

fuzz: setup
	$(call built,fuzz,--target fuzzers)
	@tests/harness/run_fuzzers build/fuzz/bin $(FUZZ_SECONDS)

corpus: setup
	$(call built,release,--target run_corpus)
	@build/release/bin/run_corpus --workers $(jobs) --schemas $(SCHEMAS) \
	  --out build/corpus.jsonl $(CORPUS)/*.jsonl

corpus-rules: setup
	$(call built,release,--target run_corpus)
	@build/release/bin/run_corpus --workers $(jobs) --schemas $(SCHEMAS) \
	  --out build/corpus_rules.jsonl $(RULES)

format: setup
	@git ls-files -z --cached --others --exclude-standard '*.h' '*.cpp' | xargs -0 clang-format-19 -i

docs: build
	@build/release/bin/vedette docs docs/reference

clean:
	@rm -rf build

# Configures once; afterwards ninja itself notices a changed CMakeLists.txt or a new file.
define built
@test -f build/$(1)/build.ninja || cmake --preset $(1)
@cmake --build --preset $(1) $(2)
endef
