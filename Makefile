# SPDX-License-Identifier: MIT
# Thin on purpose: meson builds user space, lab/ builds what runs in the VM.
SHELL := /bin/bash -o pipefail
.DEFAULT_GOAL := build
.PHONY: help build deps lab demo check check-guest check-firmware check-ports check-page check-matrix check-qemu check-qemu-boot check-storm check-debug check-dkms lint fuzz proof proof-mutants mutants bench install clean distclean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 12

deps: ## install the Debian packages that are missing
	@scripts/deps

build/build.ninja: | deps
	@meson setup build >/dev/null

build: deps build/build.ninja ## library and command, under build/
	@ninja -C build --quiet | { grep -v 'no work to do' || true; }

lab: build ## the lab: kernel, modules, initramfs
	@lab/build

demo: build ## a PF and 4 VFs on a real kernel in a VM, asked through VFIO
	@scripts/demo

check: build ## every test; the last line has the count
	@ANALYZER_NODES=50000 tests/run lint unit ports fuzz $(SUITES) lab $(if $(MATRIX),matrix)

check-matrix: build ## the lab on each kernel, QEMU, VFIO interface and IOMMU; a table (an hour, as root)
	@scripts/deps matrix
	@lab/root
	@tests/run matrix

check-guest: build ## a stock QEMU 11.1 and stock guests turn the virtual capability on
	@scripts/deps roots
	@lab/root
	@tests/run guest

check-firmware: build ## the same with UEFI firmware that is built to stop at failed assertions (5 minutes, and once to build it)
	@scripts/deps firmware
	@lab/root
	@lab/firmware
	@tests/run firmware

check-ports: build ## the library alone, in each form, in other projects, on musl, i686, arm64, s390x (2 minutes)
	@tests/run ports

check-page: build ## the pages of vpasid report in a Chromium, which is downloaded under build/ (1 minute, and once 2)
	@tests/run page

check-qemu: build ## a stock QEMU 11.1 in the VM gives a guest PASID where vpasid says, or refuses (3 minutes)
	@scripts/deps roots
	@lab/root
	@tests/run qemu

check-qemu-boot: build ## the same with a guest that boots in it (4 minutes)
	@scripts/deps roots
	@lab/root
	@tests/run qemu_boot

check-storm: build ## an hour of abuse: storms, malformed ioctls, a million accesses
	@tests/run storm

check-debug: build ## the lab on a kernel with KASAN, lockdep, kmemleak, fault injection (an hour)
	@scripts/deps debug
	@lab/build-kernel 6.12-debug
	@tests/run debug

check-dkms: ## the driver through dkms on a small Debian 12 and 13 (as root)
	@scripts/deps roots
	@tests/dkms/make-host
	@tests/run dkms

lint: build ## style and static checks alone
	@tests/run lint

fuzz: build ## 10 million runs of each fuzz target
	@tests/fuzz/run 10000000

proof: ## proofs of the guard, a guest's accesses, PASID Control, message lengths, by Frama-C (5 minutes)
	@scripts/deps proof
	@tests/run proof

proof-mutants: ## that each proof fails on a changed function
	@scripts/deps proof
	@tests/run proof_mutants

mutants: ## changed sources, COUNT=100 SEED=1 FOLDER=lib: which the unit tests let live (2 seconds each, and once 3 minutes)
	@scripts/deps
	@nice -n 19 tests/mutants/run

bench: build ## the cost of a call, as ratios
	@scripts/deps roots
	@bench/run

install: build ## library, headers, command, man pages
	@meson install -C build

clean: ## remove what was built, keep what was downloaded
	@lab/clean; [ ! -e build/build.ninja ] || ninja -C build --quiet clean

distclean: ## remove build/
	@rm -rf build
