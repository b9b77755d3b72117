// SPDX-License-Identifier: MIT
/*
 * Programs: sequences of calls, with arguments, that follow from the program's number.
 */
#include <inttypes.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "long.h"
#include "random_config.h"

#define MOST_BODY 96

/* One in so many fields is odd. */
#define ODD 40

static uint64_t random_word(struct random *random)
{
	return (uint64_t)random_below(random, 0x10000) << 16 | random_below(random, 0x10000);
}

/* Where callers go wrong: around a value, at the ends, anywhere */
static uint64_t odd_value(struct random *random, uint64_t value)
{
	switch (random_below(random, 6)) {
	case 0:
		return value - 1;
	case 1:
		return value + 1;
	case 2:
		return 0;
	case 3:
		return UINT64_MAX - random_below(random, 8);
	case 4:
		return value ^ (uint64_t)1 << random_below(random, 32);
	default:
		return random_word(random);
	}
}

static uint64_t near_value(struct random *random, const struct field *field)
{
	if (random_below(random, 2))
		return random_below(random, (unsigned int)field->more);
	return field->value + random_below(random, 24) - (field->value < 12 ? 0 : 12);
}

/* In the first half of the user's memory, so that lengths fit; mostly at the start of a page */
static uint64_t memory_offset(struct random *random)
{
	uint64_t page = (uint64_t)random_below(random, MEMORY_SIZE / 0x1000 / 2) * 0x1000;

	return random_below(random, 16) ? page : page + random_below(random, 0x1000);
}

/* Mostly the first, which programs begin with */
static unsigned int random_slot(struct random *random)
{
	return random_below(random, 3) ? 0 : random_below(random, SLOTS);
}

/* The plain value is what makes the call succeed. */
static uint64_t field_value(struct random *random, const struct field *field, size_t whole,
			    bool is_plain)
{
	switch (field->kind) {
	case ARGSZ:
		return whole;
	case BITS:
		return field->value | (is_plain ? 0 : random_word(random) & field->more);
	case CHOICE:
		return field->choices[is_plain ? 0 : random_below(random, (uint32_t)field->value)];
	case BELOW:
		return is_plain ? 0 : random_below(random, (uint32_t)field->value) * field->more;
	case LENGTH:
		return random_below(random, (uint32_t)field->value);
	case NEAR:
		return near_value(random, field);
	case MEMORY:
		return memory_offset(random);
	case TAKEN:
		return is_plain ? 0 : random_slot(random);
	case OUTPUT:
		return random_word(random);
	default:
		return field->value;
	}
}

static bool may_be_odd(enum field_kind kind)
{
	return kind != LENGTH && kind != TAKEN && kind != MADE && kind != OUTPUT;
}

/*
 * What a slot has is the thread's own affair. So are groups and containers: Linux 6.12 and 7.3 free
 * the data of a container's IOMMU when its last group leaves, even while another thread is in an
 * ioctl of the container (vfio_fops_unl_ioctl() takes no lock), and that thread uses freed memory.
 */
static bool may_be_neighbours(const struct call *call)
{
	return call->how != DO_CLOSE && call->how != DO_BIND_DEVICE && call->on != GROUP_FD &&
	       call->on != CONTAINER_FD;
}

static void action_make(struct random *random, const struct call *call, bool is_plain,
			struct action *action)
{
	size_t whole = 0;

	*action = (struct action){ .call = call, .is_opening = is_plain };
	for (const struct field *field = call->fields; field->kind; field++)
		whole += field->size;
	action->function = random_below(random, 0x10000);
	action->on = is_plain ? 0 : random_slot(random);
	action->into = is_plain ? 0 : random_slot(random);
	action->by_neighbour = !is_plain && may_be_neighbours(call) && !random_below(random, 8);
	for (unsigned int i = 0; call->fields[i].kind; i++) {
		const struct field *field = &call->fields[i];

		action->values[i] = field_value(random, field, whole, is_plain);
		if (!is_plain && may_be_odd(field->kind) && !random_below(random, ODD))
			action->values[i] = odd_value(random, action->values[i]);
	}
}

static const struct call *call_named(const char *name)
{
	for (unsigned int i = 0; i < calls_count; i++)
		if (!strcmp(calls[i].name, name))
			return &calls[i];
	fprintf(stderr, "no call is described that is named %s\n", name);
	exit(2);
}

static bool takes(const struct call *call, enum slot_kind kind)
{
	return call->on == kind || call->makes == kind;
}

/* Calls for the other way of opening devices are rare in a program. */
static bool is_of_use(const struct call *call, bool by_iommufd)
{
	if (by_iommufd)
		return !takes(call, GROUP_FD) && !takes(call, CONTAINER_FD);
	return !takes(call, IOMMUFD_FD) && !takes(call, DEVICE_ID) && call->how != DO_OPEN_CDEV;
}

static const struct call *random_call(struct random *random, bool by_iommufd)
{
	bool is_any = !random_below(random, 16);
	unsigned int sum = 0, at;

	for (unsigned int i = 0; i < calls_count; i++)
		if (is_any || is_of_use(&calls[i], by_iommufd))
			sum += calls[i].weight;
	at = random_below(random, sum);
	for (unsigned int i = 0;; i++) {
		if (!is_any && !is_of_use(&calls[i], by_iommufd))
			continue;
		if (at < calls[i].weight)
			return &calls[i];
		at -= calls[i].weight;
	}
}

/* All that may be open, in any order */
static unsigned int make_closing(struct random *random, struct action *actions)
{
	static const struct call each[] = {
		{ "close", 0, DO_CLOSE, GROUP_FD },   { "close", 0, DO_CLOSE, CONTAINER_FD },
		{ "close", 0, DO_CLOSE, IOMMUFD_FD }, { "close", 0, DO_CLOSE, DEVICE_FD },
		{ "close", 0, DO_CLOSE, EVENT_FD },
	};
	unsigned int count = 0;

	for (size_t kind = 0; kind < sizeof(each) / sizeof(*each); kind++)
		for (unsigned int slot = 0; slot < SLOTS; slot++)
			actions[count++] = (struct action){ .call = &each[kind], .on = slot };
	for (unsigned int i = count - 1; i; i--) {
		unsigned int other = random_below(random, i + 1);
		struct action action = actions[i];

		actions[i] = actions[other];
		actions[other] = action;
	}
	return count;
}

/* Each part of a program's number changes the whole program. */
static void seed_with(struct random *random, uint64_t number)
{
	random_seed(random, (uint64_t)random_below(random, UINT32_MAX) << 32 ^ number);
}

unsigned int program_make(const struct program_id *id, bool has_iommufd, struct action *actions)
{
	struct random random;
	unsigned int count = 0, body;
	bool by_iommufd;

	random_seed(&random, id->seed);
	seed_with(&random, id->generation);
	seed_with(&random, (uint64_t)id->process << 32 | id->thread);
	seed_with(&random, id->number);
	by_iommufd = random_below(&random, 2) && has_iommufd;
	for (const char *const *name = by_iommufd ? by_cdev : by_group; *name; name++)
		action_make(&random, call_named(*name), true, &actions[count++]);
	body = 1 + random_below(&random, MOST_BODY);
	for (unsigned int i = 0; i < body; i++)
		action_make(&random, random_call(&random, by_iommufd), false, &actions[count++]);
	return count + make_closing(&random, actions + count);
}

static const char *const kind_names[] = { "",	   "group",	"container", "iommufd", "device",
					  "event", "device ID", "ioas",	     "hwpt" };

static void value_print(const struct field *field, uint64_t value)
{
	switch (field->kind) {
	case TAKEN:
		printf("%s %" PRIu64, kind_names[field->value], value);
		break;
	case MEMORY:
		printf("memory+%#" PRIx64, value);
		break;
	case MADE:
	case OUTPUT:
		printf("-");
		break;
	default:
		printf("%#" PRIx64, value);
	}
}

void action_print(const struct action *action)
{
	const struct call *call = action->call;
	const char *separator = "";

	if (call->makes)
		printf("%s %u = ", kind_names[call->makes], action->into);
	printf("%s(", call->name);
	if (call->on) {
		printf("%s%s %u", action->by_neighbour ? "neighbour's " : "", kind_names[call->on],
		       action->on);
		separator = ", ";
	}
	for (unsigned int i = 0; call->fields[i].kind; i++) {
		printf("%s", separator);
		value_print(&call->fields[i], action->values[i]);
		separator = ", ";
	}
	printf(")\n");
}
