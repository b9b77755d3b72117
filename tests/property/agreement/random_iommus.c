// SPDX-License-Identifier: MIT
/* The IOMMUs of a random host. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "random_host.h"

/* VT-d r4.1, 11.4.3 */
#define ECAP_SMTS  (1ull << 43)
#define ECAP_PASID (1ull << 40)
#define ECAP_PSS   35
/* AMD I/O Virtualization r3.09, 3.4.2 */
#define EFR_GTSUP  (1ull << 4)
#define EFR_PASMAX 32

/* Texts that aren't one hexadecimal number. */
static const char *const garbage[] = {
	"-1\n", "0x490080f00f4a\n",	 "zz\n", "\n",	  "",	    "490080f00f4a junk\n", "+1\n",
	" 1\n", "1ffffffffffffffffff\n", ":\n",	 "12:\n", "g1:2\n",
};

static void add_directory(struct made_host *host, const char *name, const char *driver)
{
	char path[128];

	snprintf(path, sizeof(path), "devices/virtual/iommu/%s/%s", name, driver);
	made_tree_directory(&host->tree, path);
}

static void add_register(struct made_host *host, const char *name, const char *attribute,
			 const char *text)
{
	char path[128];

	snprintf(path, sizeof(path), "devices/virtual/iommu/%s/%s", name, attribute);
	made_tree_file(&host->tree, path, text, strlen(text));
}

/* Returns whether the file has the number. */
static bool add_number(struct random *random, struct made_host *host, const char *name,
		       const char *attribute, uint64_t value)
{
	char text[64];

	if (host->oddness && one_in(random, 8)) {
		add_register(host, name, attribute,
			     garbage[random_below(random, sizeof(garbage) / sizeof(garbage[0]))]);
		return false;
	}
	snprintf(text, sizeof(text), "%" PRIx64 "\n", value);
	add_register(host, name, attribute, text);
	return true;
}

static uint64_t maybe(struct random *random, uint64_t bit)
{
	return one_in(random, 5) ? 0 : bit;
}

/* Hardware has 20 bits, or 16. */
static unsigned int random_bits(struct random *random)
{
	return one_in(random, 3) ? 20 : 1 + random_below(random, one_in(random, 4) ? 32 : 20);
}

static void add_intel(struct random *random, struct made_host *host, struct made_iommu *iommu)
{
	unsigned int bits = random_bits(random);
	uint64_t ecap = 0xf00f4a | maybe(random, ECAP_SMTS) | maybe(random, ECAP_PASID) |
			(uint64_t)(bits - 1) << ECAP_PSS;
	bool has_pasid = (ecap & ECAP_SMTS) && (ecap & ECAP_PASID);

	add_directory(host, iommu->name, "intel-iommu");
	if (!host->oddness || !one_in(random, 8))
		add_number(random, host, iommu->name, "intel-iommu/cap", 0x8d2008c22260286);
	if (host->oddness && one_in(random, 8)) {
		iommu->width = KNOWN_UNKNOWN;
	} else if (add_number(random, host, iommu->name, "intel-iommu/ecap", ecap)) {
		iommu->width = bits > 20 && has_pasid ? NOT_KNOWN : KNOWN;
		iommu->bits = has_pasid ? bits : 0;
	}
}

/*
 * A second register follows behind a colon since Linux 6.7, and comes first in older ones. A
 * sysfs doesn't tell which kernel it is of; but a register of zeros can only be the second.
 */
static void add_amd(struct random *random, struct made_host *host, struct made_iommu *iommu)
{
	unsigned int bits = random_bits(random);
	uint64_t features = 0x5000f000069cf | (uint64_t)(bits - 1) << EFR_PASMAX;
	uint64_t second = one_in(random, 2) ? random_below(random, 256) : 0;
	char text[64];

	features &= ~(0x1full << EFR_PASMAX | EFR_GTSUP);
	features |= (uint64_t)(bits - 1) << EFR_PASMAX | maybe(random, EFR_GTSUP);
	add_directory(host, iommu->name, "amd-iommu");
	if (one_in(random, 2)) {
		bool is_first = one_in(random, 2);

		snprintf(text, sizeof(text), "%" PRIx64 ":%" PRIx64 "\n",
			 is_first ? features : second, is_first ? second : features);
		add_register(host, iommu->name, "amd-iommu/features", text);
		if (second) {
			iommu->width = KNOWN_UNKNOWN;
			return;
		}
	} else if (!add_number(random, host, iommu->name, "amd-iommu/features", features)) {
		return;
	}
	/* PASmax is one less than the bits, but 2^bits - 1 is what the kernel takes. */
	iommu->width = bits > 21 && (features & EFR_GTSUP) ? NOT_KNOWN : KNOWN;
	iommu->bits = features & EFR_GTSUP ? bits - 1 : 0;
}

static void add_iommu(struct random *random, struct made_host *host, unsigned int number)
{
	struct made_iommu *iommu = &host->iommus[host->iommu_count++];
	static const char *const names[] = { "dmar%u", "dmar%u",       "dmar%u",  "ivhd%u",
					     "ivhd%u", "smmu3.0x%08x", "smmu.%u", "virtio%u" };
	unsigned int kind = random_below(random, 8);
	char path[128], target[128];

	*iommu = (struct made_iommu){ .width = KNOWN_UNKNOWN };
	snprintf(iommu->name, sizeof(iommu->name), names[kind], number);
	snprintf(path, sizeof(path), "devices/virtual/iommu/%s", iommu->name);
	made_tree_directory(&host->tree, path);
	snprintf(path, sizeof(path), "class/iommu/%s", iommu->name);
	snprintf(target, sizeof(target), "../../devices/virtual/iommu/%s", iommu->name);
	made_tree_link(&host->tree, path, target);
	if (host->oddness && one_in(random, 16))
		return;
	if (kind < 3) {
		iommu->width = NOT_KNOWN;
		add_intel(random, host, iommu);
	} else if (kind < 5) {
		iommu->width = NOT_KNOWN;
		add_amd(random, host, iommu);
	}
}

void random_iommus(struct random *random, struct made_host *host)
{
	unsigned int count = random_below(random, MAX_IOMMUS + 1);

	host->iommu_count = 0;
	for (unsigned int i = 0; i < count; i++)
		add_iommu(random, host, i);
}
