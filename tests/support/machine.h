/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A made machine: a function with PASID behind a root port, its config space, and a tree
 * of it. All that can fail ends the test.
 */
#ifndef TOOL_MACHINE_H
#define TOOL_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "facts/host.h"
#include "pci/bdf.h"
#include "support/sysfs.h"

#define FUNCTION "0000:01:00.0"
#define VF	 "0000:01:00.1"
#define PORT	 "0000:00:1c.0"
#define DEVICES	 "sys/devices/pci0000:00/"

struct bdf machine_bdf(const char *text);

/* @value in so many bytes, little-endian. */
void machine_put(uint8_t *config, unsigned int offset, unsigned int bytes, uint32_t value);

/*
 * Config spaces of 4 KiB with a PCIe capability of @type at 0x40 and ACS at 0x100; of the
 * endpoint also PASID at 0x180, SR-IOV at 0x200; the port leads to buses 1 and 2.
 */
void machine_fill(uint8_t *config, unsigned int type, bool is_bridge);
void machine_fill_endpoint(uint8_t *config);
void machine_fill_port(uint8_t *config);

/* @path is a function's in the tree. */
void machine_write_config(const char *root, const char *path, const uint8_t *config, size_t size);

/* A function at a path @below the root bus: "" or "0000:00:1c.0/". Returns its path. */
struct path machine_add_function(const char *root, const char *below, const char *bdf,
				 const uint8_t *config, size_t size);

/* The name of the dump that machine_open_dump() opens, which begins its messages. */
#define MACHINE_DUMP "/proc/self/fd/99"

/* Opens a dump with this text. Returns as host_open_dump() does. */
int machine_open_dump(struct host *host, const char *text, size_t length, struct why *why);

/* For cmocka, with tree_teardown(): FUNCTION behind PORT, with a driver and an IOMMU. */
int machine_setup(void **state);

#endif /* TOOL_MACHINE_H */
