# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# The machine whose VM runs a stock QEMU: source it from the top of the checkout, after
# tests/lab/boot.sh.
export LAB_KERNEL=7.3 LAB_QEMU=11.1 LAB_IOMMUFD=1 LAB_IOMMU=intel LAB_DRIVER=
lab/inner-qemu || exit
# shellcheck disable=SC2034 # for in_vm
copies=(--memory 1536 --copy build/inner-qemu --copy build/tests/lab/qtest)
