// SPDX-License-Identifier: MIT
#include <errno.h>
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/made_layout.h"

struct vpasid_layout layout;

void put_express(unsigned int type, unsigned int lanes)
{
	config[PCI_STATUS] |= PCI_STATUS_CAP_LIST;
	config[PCI_CAPABILITY_LIST] = 0x40;
	config[0x40] = PCI_CAP_ID_PM;
	config[0x41] = EXPRESS;
	put32(EXPRESS, PCI_CAP_ID_EXP | (2 | type << 4) << 16);
	put32(EXPRESS + PCI_EXP_LNKCAP, lanes << 4 | 4);
}

int layout_setup(void **state)
{
	(void)state;
	memset(config, 0, sizeof(config));
	put32(PCI_VENDOR_ID, 0x0b258086);
	put_express(PCI_EXP_TYPE_ENDPOINT, 16);
	memset(&layout, 0xa5, sizeof(layout));
	return 0;
}

int read_layout(size_t size)
{
	int count = vpasid_layout_read(config, size, &layout);

	if (count >= 0) {
		assert_int_equal(count, layout.span_count);
		assert_int_equal(size, layout.size);
	}
	return count;
}

void expect_span(unsigned int i, unsigned int offset, unsigned int length, unsigned int flags)
{
	assert_in_range(i, 0, layout.span_count - 1);
	assert_int_equal(layout.spans[i].offset, offset);
	assert_int_equal(layout.spans[i].length, length);
	assert_int_equal(layout.spans[i].flags, flags);
}

void expect_finding(unsigned int i, unsigned int code, unsigned int offset, unsigned int value)
{
	assert_in_range(i, 0, layout.finding_count - 1);
	assert_int_equal(layout.findings[i].code, code);
	assert_int_equal(layout.findings[i].offset, offset);
	assert_int_equal(layout.findings[i].value, value);
}
