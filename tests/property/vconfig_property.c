// SPDX-License-Identifier: MIT
/*
 * vconfig_property [COUNT [SEED]]: compares guests' views of random config spaces with a
 * model of what a guest must see, with a device behind the view and without.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "vconfig_trial.h"

#define DEFAULT_COUNT 80000
#define ACCESSES      24

static uint64_t views, refused, accesses, failures;

/* Accesses */

static unsigned int lesser(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/* Mostly where something happens. */
static unsigned int random_offset(void)
{
	unsigned int at = random_below(&rng, VPASID_CONFIG_SIZE);

	switch (random_below(&rng, 6)) {
	case 0:
		return at;
	case 1:
		at = trial.model.flr[random_below(&rng, 2)];
		break;
	case 2:
		if (trial.model.chain_length)
			at = trial.model.chain[random_below(&rng, trial.model.chain_length)];
		break;
	case 3: /* of PRI, Control is before Status */
		at = random_below(&rng, trial.model.cap_count);
		return trial.model.caps[at].offset +
		       (trial.model.caps[at].id == VPASID_EXT_CAP_PRI ? 4 : 6);
	default:
		at = trial.model.caps[random_below(&rng, trial.model.cap_count)].offset;
		break;
	}
	at += random_below(&rng, 16);
	return at < 8 ? 0 : lesser(at - 8, VPASID_CONFIG_SIZE - 1);
}

static unsigned int random_length(unsigned int offset)
{
	unsigned int length = 1u << random_below(&rng, 3);

	if (!random_below(&rng, 4))
		length = random_below(&rng, 17);
	if (!random_below(&rng, 64))
		length = random_below(&rng, VPASID_CONFIG_SIZE);
	return lesser(length, VPASID_CONFIG_SIZE - offset);
}

static void guest_reads(unsigned int offset, unsigned int length)
{
	uint8_t data[VPASID_CONFIG_SIZE], seen[VPASID_CONFIG_SIZE];
	bool fails = false;
	int ret;

	for (unsigned int i = 0; i < length; i++) {
		unsigned int at = offset + i;
		bool own = trial.model.own[at] || !trial.has_device;

		seen[i] = own ? trial.model.seen[at] : trial.expected[at];
		fails |= !own && (int)at == trial.fail_at;
	}
	if (fails)
		memset(seen, 0xff, length);
	trial.last = 0;
	ret = vpasid_vconfig_read(trial.view, offset, data, length);
	check(ret == (fails ? -EHWPOISON : 0));
	check(!memcmp(data, seen, length));
	failures += fails;
}

static void guest_writes(unsigned int offset, unsigned int length)
{
	uint8_t data[VPASID_CONFIG_SIZE];
	bool succeeds;
	int ret;

	for (unsigned int i = 0; i < length; i++)
		data[i] = random_below(&rng, 2) ? random_below(&rng, 256) : random_below(&rng, 8);
	succeeds = model_write(&trial.model, offset, data, length,
			       trial.has_device ? trial.expected : NULL, trial.fail_at);
	trial.last = 0;
	ret = vpasid_vconfig_write(trial.view, offset, data, length);
	check(ret == (succeeds ? 0 : -EHWPOISON));
	trial_check_changes();
	failures += !succeeds;
}

/* What became of page requests */
static void host_answers(void)
{
	static const uint16_t flags[] = { 1, 2, 3, 0x100, 0x101 };
	uint16_t flag = flags[random_below(&rng, 5)];
	bool has_pri = model_set_status(&trial.model, flag);

	check(vpasid_vconfig_set_pri_status(trial.view, flag) == (has_pri ? 0 : -ENOENT));
}

static void access_once(void)
{
	unsigned int offset = random_offset();
	unsigned int length = random_length(offset);

	trial.fail_at = -1;
	if (trial.has_device && !random_below(&rng, 8))
		trial.fail_at = (int)(offset + random_below(&rng, 8));
	trial.model.stopped = random_below(&rng, 2);
	if (random_below(&rng, 2))
		guest_reads(offset, length);
	else
		guest_writes(offset, length);
	if (!random_below(&rng, 8))
		host_answers();
	trial.fail_at = -1;
	accesses++;
}

/* Compares all of the device and of the view, after the writes. */
static void check_rest(void)
{
	check(!memcmp(trial.device, trial.expected, sizeof(trial.device)));
	guest_reads(0, VPASID_CONFIG_SIZE);
}

/* The next of the function's own capabilities that isn't PASID, or NULL. */
static const struct vpasid_span *next_own(unsigned int *next)
{
	while (*next < trial.layout.span_count) {
		const struct vpasid_span *span = &trial.layout.spans[(*next)++];

		if (!model_taken_out(&trial.model, span->id))
			return span;
	}
	return NULL;
}

/* A header with ID and version 0 reads as zeros if nothing that stays is behind it. */
static bool is_nothing(const struct vpasid_span *span)
{
	const struct vpasid_span *last = NULL, *own;
	unsigned int next = 0;

	while ((own = next_own(&next)))
		last = own;
	return span == last && !span->id && !span->version;
}

static bool ends_with_nothing(void)
{
	for (unsigned int i = 0; i < trial.layout.span_count; i++) {
		if (is_nothing(&trial.layout.spans[i]))
			return true;
	}
	return false;
}

static void check_findings(const struct vpasid_layout *guest)
{
	for (unsigned int i = 0; i < guest->finding_count && i < VPASID_MAX_FINDINGS; i++)
		check(guest->findings[i].code != VPASID_FINDING_EMPTY || ends_with_nothing());
}

static bool is_virtual(const struct vpasid_span *span)
{
	bool is_one = false;

	for (unsigned int i = 0; i < trial.model.cap_count; i++)
		is_one |= trial.model.caps[i].offset == span->offset &&
			  trial.model.caps[i].id == span->id;
	check(is_one || span->id != VPASID_EXT_CAP_PASID);
	return is_one;
}

/* The table, applied to the function's space, makes what the guest reads. */
static void check_patches(void)
{
	static struct vpasid_vconfig_patch patches[VPASID_CONFIG_SIZE / 4];
	size_t count = vpasid_vconfig_patches(trial.view, patches, VPASID_CONFIG_SIZE / 4);
	uint8_t image[VPASID_CONFIG_SIZE];

	memcpy(image, trial.space.config, sizeof(image));
	for (size_t i = 0; i < count; i++) {
		struct model_patch expected =
			model_patch(&trial.model, trial.space.config, patches[i].offset);

		check(patches[i].mask == expected.mask);
		check(patches[i].writable == expected.writable && patches[i].w1c == expected.w1c);
		for (unsigned int j = 0; j < 4; j++) {
			uint8_t *byte = &image[patches[i].offset + j];

			*byte = (*byte & ~(patches[i].mask >> 8 * j)) | patches[i].value >> 8 * j;
			check(trial.model.own[patches[i].offset + j]);
		}
	}
	for (unsigned int at = 0; at < VPASID_CONFIG_SIZE; at++)
		check(image[at] ==
		      (trial.model.own[at] ? trial.model.seen[at] : trial.space.config[at]));
}

/* The guest finds the function's own capabilities in their order, each once, and PASID. */
static void check_chain(void)
{
	static struct vpasid_layout guest;
	uint8_t image[VPASID_CONFIG_SIZE];
	unsigned int next = 0, found = 0;
	const struct vpasid_span *own = next_own(&next);

	trial.last = 0;
	check(!vpasid_vconfig_read(trial.view, 0, image, sizeof(image)));
	check(vpasid_layout_read(image, sizeof(image), &guest) > 0);
	check(!guest.broken && !guest.loops);
	check_findings(&guest);
	for (unsigned int i = 0; i < guest.span_count; i++) {
		const struct vpasid_span *span = &guest.spans[i];

		if (is_virtual(span)) {
			found++;
		} else if (own && span->offset == own->offset) {
			check(span->id == own->id && span->version == own->version);
			own = next_own(&next);
		} else {
			/* the placeholder that the chain begins with */
			check(i == 0 && span->offset == VPASID_CONFIG_CONVENTIONAL && !span->id);
		}
	}
	check(found == trial.model.cap_count);
	check(!own || is_nothing(own));
}

/* Migrates to a second view, which refuses the state if one bit of it is wrong. */
static void migrate(void)
{
	uint8_t state[VPASID_VCONFIG_STATE_MAX], again[VPASID_VCONFIG_STATE_MAX];
	static struct model saved;
	struct vpasid_vconfig *source = trial.view;
	int size = vpasid_vconfig_save(source, state, sizeof(state));
	unsigned int bit = random_below(&rng, 8 * size);

	check(size > 0 && vpasid_vconfig_state_size(source) == (size_t)size);
	check(!vpasid_vconfig_new(&trial.request, &trial.view));
	saved = trial.model;
	trial.model.stopped = false;
	model_reset(&trial.model);
	memcpy(trial.changes, trial.model.changes, sizeof(trial.model.changes));
	trial.resets = trial.model.resets;

	state[bit / 8] ^= 1 << bit % 8;
	check(vpasid_vconfig_restore(trial.view, state, size) < 0);
	trial_check_changes();
	state[bit / 8] ^= 1 << bit % 8;

	check(!vpasid_vconfig_restore(trial.view, state, size));
	model_restore(&trial.model, &saved);
	trial_check_changes();
	check(vpasid_vconfig_save(trial.view, again, sizeof(again)) == size);
	check(!memcmp(state, again, size));
	vpasid_vconfig_free(source);
}

static void try_space(void)
{
	if (!trial_make()) {
		refused++;
		return;
	}

	views++;
	check_chain();
	for (int i = 0; i < ACCESSES; i++)
		access_once();
	migrate();
	check_rest();
	check_patches();
	vpasid_vconfig_reset(trial.view);
	model_reset(&trial.model);
	trial_check_changes();
	check_rest();
	vpasid_vconfig_free(trial.view);
	trial.view = NULL;
}

int main(int argc, char **argv)
{
	uint64_t count = spaces_try(argv, DEFAULT_COUNT, try_space);

	(void)argc;
	check(views && refused && failures && trial_counts.several && trial_counts.too_short &&
	      trial_counts.overlaps);
	printf("ok 1 - %" PRIu64 " spaces: %" PRIu64 " views, %" PRIu64
	       " of several capabilities, and %" PRIu64 " places refused, %" PRIu64
	       " accesses, %" PRIu64 " failed by the device\n1..1\n",
	       count, views, trial_counts.several, refused, accesses, failures);
	return 0;
}
