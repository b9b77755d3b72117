/* SPDX-License-Identifier: MIT */
/*
 * A view of a config space made by hand, and the device behind it. All of it is new for each
 * test.
 */
#ifndef TESTS_MADE_VIEW_H
#define TESTS_MADE_VIEW_H

#include <linux/pci_regs.h>
#include <stddef.h>
#include <stdint.h>

#include <vpasid/vconfig.h>

#include "lib/made_config.h"

#define PERMISSIONS (VPASID_CAP_EXEC | VPASID_CAP_PRIV)
#define ALL	    (VPASID_CTRL_ENABLE | VPASID_CTRL_EXEC | VPASID_CTRL_PRIV)
#define PASID	    VPASID_EXT_CAP_PASID
#define VIRTUAL	    0xe00
#define CONTROL	    (VIRTUAL + PCI_PASID_CTRL)
#define EXPRESS	    0x80
#define AF	    0x60

/* What the view is made of, beside the config space; and the view. */
extern struct vpasid_info info;
extern struct vpasid_placement placement;
extern struct vpasid_vconfig_request request;
extern struct vpasid_vconfig *view;

/* The device behind the view, and the accesses that have reached it. */
extern struct device {
	uint8_t registers[VPASID_CONFIG_SIZE];
	uint8_t reads[VPASID_CONFIG_SIZE];
	uint8_t writes[VPASID_CONFIG_SIZE];
	unsigned int last; /* where the previous part of the same access ended */
	int fail_at;	   /* the offset whose accesses fail; -1: none */
	unsigned int changes;
	uint16_t changed_to;
	uint8_t devctl_at_change;
} device;

/* Operations of a view: all go to the device, or only changes of the Control register do. */
extern const struct vpasid_vconfig_ops device_ops, only_changed;

/* For cmocka: the config space is that of an endpoint that has FLR in both ways, ATS and LTR. */
int view_setup(void **state);
int view_teardown(void **state);

#define VIEW_TEST(test) cmocka_unit_test_setup_teardown(test, view_setup, view_teardown)

/* Makes the placement one of the config space as it is now. */
void seal(void);

/* Makes the view, in place of the former. Returns what vpasid_vconfig_new() does. */
int try_make(void);

/* Makes the view and the device from the config space as it is now. */
void make(const struct vpasid_vconfig_ops *ops);

/* What the guest does. Values are little-endian, of 1 to 4 bytes, and can be accessed. */
int guest_read(unsigned int offset, void *data, size_t length);
int guest_write(unsigned int offset, const void *data, size_t length);
void write_value(unsigned int offset, uint32_t value, size_t length);
uint32_t read_value(unsigned int offset, size_t length);

uint32_t get32(const uint8_t *bytes, unsigned int offset);

#endif /* TESTS_MADE_VIEW_H */
