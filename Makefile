# SPDX-License-Identifier: MIT
# Thin on purpose: meson builds user space, lab/ builds what runs in the VM.
SHELL := /bin/bash -o pipefail
.DEFAULT_GOAL := build
.PHONY: help build all deps lab demo check check-guest check-firmware check-ports check-page check-matrix check-qemu check-qemu-boot check-storm check-debug check-long check-races check-dkms check-install check-valgrind check-analyzer coverage html lint fuzz fuzz-corpus check-oss-fuzz proof proof-mutants mutants bench install uninstall deb rpm dist release-check clean distclean

NINJA = ninja -C build --quiet

help: ## list the targets
	@awk -F ':.*## ' '/^##@/ { print "\n" substr($$0, 5) ":" } \
		/^[a-z-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' Makefile

##@ Build and install

deps: ## install the Debian packages that building requires (root)
	@scripts/deps build

build: ## library and commands, under build/; installs nothing
	@scripts/configure
	@$(NINJA) installed | { grep -v 'no work to do' || true; }

all: ## also the tests; first installs what they require
	@scripts/deps tests
	@scripts/configure tests
	@$(NINJA) | { grep -v 'no work to do' || true; }

install: build ## install below PREFIX (/usr/local), or into DESTDIR
	@scripts/installation add

uninstall: ## remove what was installed
	@scripts/configure
	@scripts/installation remove

##@ Try

lab: ## the lab: kernel, modules, initramfs
	@scripts/deps lab
	@scripts/configure
	@lab/build

demo: ## a PF and 4 VFs on a real kernel in a VM, asked through VFIO
	@scripts/deps lab
	@scripts/configure
	@scripts/demo

##@ Test

check: all ## every test; the last line has the count
	@ANALYZER_NODES=50000 tests/run lint unit ports fuzz $(SUITES) lab $(if $(MATRIX),matrix)

check-matrix: all ## the lab on each kernel, QEMU and IOMMU (root; an hour)
	@scripts/deps matrix
	@lab/root
	@tests/run matrix

check-guest: all ## stock QEMU and guests enable the virtual capability
	@scripts/deps roots
	@lab/root
	@tests/run guest

check-firmware: all ## the same with a debug build of UEFI (5 minutes)
	@scripts/deps firmware
	@lab/root
	@lab/firmware
	@tests/run firmware

check-ports: all ## only the library, on musl, i686, arm64, s390x
	@tests/run ports

check-page: all ## the pages of vpasid report in a Chromium (1 minute)
	@tests/run page

check-qemu: all ## a stock QEMU in the VM gives a guest PASID (3 minutes)
	@scripts/deps roots
	@lab/root
	@tests/run qemu

check-qemu-boot: all ## the same with a guest that boots in it (4 minutes)
	@scripts/deps roots
	@lab/root
	@tests/run qemu_boot

check-storm: all ## storms, malformed ioctls, a million accesses (an hour)
	@tests/run storm

check-debug: all ## the lab on a kernel with KASAN and lockdep (an hour)
	@scripts/deps debug
	@lab/build-kernel 6.12-debug
	@tests/run debug

check-long: all ## random calls, on that kernel (MINUTES=120, SEED)
	@scripts/deps debug
	@lab/build-kernel 6.12-debug
	@tests/run long

check-races: all ## the same on one with KCSAN (MINUTES=10, SEED)
	@scripts/deps roots
	@scripts/deps debug
	@lab/root
	@lab/build-kernel 6.12-kcsan
	@tests/run races

check-dkms: ## the driver by dkms on Debian 12 and 13 (root)
	@scripts/deps roots
	@tests/dkms/make-host
	@tests/run dkms

check-install: ## the Debian packages on Debian 12 and 13 (root)
	@scripts/deps packages
	@scripts/deb
	@tests/packages/make-root
	@tests/run install

check-valgrind: all ## the unit tests under Valgrind's memcheck
	@scripts/deps valgrind
	@tests/run valgrind

check-analyzer: all ## gcc's -fanalyzer on library, server and command
	@tests/run analyzer

coverage: all ## the lines of each folder that the unit tests run
	@scripts/deps coverage
	@tests/run coverage

html: build ## documents and manuals as HTML, in build/html
	@scripts/deps documents
	@scripts/html

lint: all ## only style and static checks
	@tests/run lint

fuzz: all ## 10 million runs of each fuzz target
	@tests/fuzz/run 10000000

fuzz-corpus: all ## renew tests/fuzz/corpus with what fuzzing has found
	@tests/fuzz/keep

check-oss-fuzz: ## the build of the fuzz targets for OSS-Fuzz
	@scripts/deps tests
	@tests/run oss_fuzz

proof: ## proofs for all arguments, with Frama-C (takes minutes)
	@scripts/deps proof
	@tests/run proof

proof-mutants: ## check that each proof fails on a changed function
	@scripts/deps proof
	@tests/run proof_mutants

mutants: ## changes of the source that no unit test detects: COUNT SEED FOLDER
	@scripts/deps tests
	@nice -n 19 tests/mutants/run

bench: all ## the cost of a call, as ratios
	@scripts/deps roots
	@bench/run

##@ Release

deb: ## Debian packages of HEAD, under build/deb/
	@scripts/deb

rpm: ## RPM packages of HEAD with Debian's rpmbuild, under build/rpm/
	@scripts/deps packages
	@scripts/rpm

dist: ## a tarball of this commit, under build/
	@scripts/dist

release-check: all ## check what a release requires
	@scripts/release-check

##@ Clean up

clean: ## remove what was built, keep what was downloaded
	@lab/clean; [ ! -e build/build.ninja ] || ninja -C build --quiet clean

distclean: ## remove build/
	@rm -rf build
