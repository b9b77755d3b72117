// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/pci_regs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "explain/chain.h"
#include "facts/function.h"
#include "facts/host.h"
#include "read_facts.h"
#include "support/machine.h"
#include "support/sysfs.h"
#include "support/tree.h"

struct host host;
const struct function *facts;
struct why why;

static struct path sysfs;

int read_function(const char *bdf_text)
{
	struct bdf bdf = machine_bdf(bdf_text);
	struct function *function = host_function(&host, &bdf);

	assert_non_null(function);
	facts = function;
	return function_read(function, EXPLAIN_PARTS, &why);
}

int read_tree(const char *root, const char *bdf, bool is_host, bool wakes)
{
	host_close(&host);
	sysfs = path_of("%s/sys", root);
	host_open(&host, sysfs.text, is_host ? root : NULL, wakes);
	return read_function(bdf);
}

void read_host(void **state, const char *bdf)
{
	if (read_tree(*state, bdf, true, false))
		fail_msg("%s", why.text);
}

int facts_teardown(void **state)
{
	host_close(&host);
	return tree_teardown(state);
}

const struct function *hop(size_t index)
{
	const struct function *holder = facts->holder;

	if (holder && index < holder->hop_count)
		return holder->hops[index];
	fail_msg("there is no hop %zu", index);
	return NULL;
}

size_t hop_count(void)
{
	return facts->holder ? facts->holder->hop_count : 0;
}

void assert_hops(void)
{
	const struct function *function = hop(0), *port = hop(1);

	assert_int_equal(hop_count(), 2);
	assert_string_equal(function_path_why(facts), "");
	assert_string_equal(function->pci.bdf.text, FUNCTION);
	assert_int_equal(function->pci.vendor, 0x1234);
	assert_int_equal(function->pci.device, 0x5678);
	assert_int_equal(function->revision, 0x21);
	assert_int_equal(function->is_pcie, FACT_YES);
	assert_int_equal(function->type, PCI_EXP_TYPE_ENDPOINT);
	assert_int_equal(function->devcap2, 0x64);
	assert_int_equal(function->tlp_prefix, FACT_YES);
	assert_int_equal(function->multifunction, FACT_NO);
	assert_int_equal(function->pasid.there, FACT_YES);
	assert_int_equal(function->pasid.offset, 0x180);
	assert_int_equal(function->pasid.capability, 20 << 8 | 6);
	assert_int_equal(function->pasid.control, 7);
	assert_string_equal(port->pci.bdf.text, PORT);
	assert_int_equal(port->type, PCI_EXP_TYPE_ROOT_PORT);
	assert_int_equal(port->pasid.there, FACT_NO);
	assert_int_equal(port->acs.there, FACT_YES);
	assert_int_equal(port->acs.offset, 0x100);
	assert_int_equal(port->acs.capability, 0x5f);
	assert_int_equal(port->acs.control, 0x1d);
}
