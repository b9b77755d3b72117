// SPDX-License-Identifier: MIT
/*
 * malformed COUNT SEED BDF [VF_TOKEN]: VFIO_DEVICE_FEATURE with any argsz, flags and
 * pointer, as no decent program calls it. The test computes the feature's answer, and compares all
 * memory that the call could write to; then the same while two threads change what the
 * kernel reads.
 */
#include <errno.h>
#include <linux/vfio.h>
#include <linux/vfio_pasid.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "device.h"
#include "random_config.h"
#include "tap.h"

#define PAGE		 ((size_t)4096)
#define HEADER		 sizeof(struct vfio_device_feature)
#define ERRNOS		 134
#define PROGRESS_SECONDS 5
#define SHOWN		 5

/* Pages in a row: two that can be written, one that can be read, one that can't. */
enum page {
	WRITABLE,
	WRITABLE_TOO,
	READ_ONLY,
	NO_ACCESS,
	PAGES
};

static struct random rng;
static int device;
static uint32_t proposed; /* proposed_number() */
static uint8_t *arena;
static uint8_t before[READ_ONLY * PAGE];
static union {
	struct vfio_device_feature_pasid_ext ext;
	uint8_t bytes[8];
} answer;
static unsigned long calls, odd, results[ERRNOS];

static const char *phase;
static unsigned long phase_calls;

static void tell_progress(unsigned long number)
{
	static time_t told;
	time_t now = time(NULL);

	if (now < told + PROGRESS_SECONDS && number != phase_calls)
		return;
	told = now;
	fprintf(stderr, "malformed: %s: %lu/%lu calls\n", phase, number, phase_calls);
}

/* What a call is made with */

struct call {
	uint8_t *pointer;
	uint32_t argsz;
	uint32_t flags;
};

static uint32_t random_word(void)
{
	return random_below(&rng, 0x10000) << 16 | random_below(&rng, 0x10000);
}

static uint32_t random_argsz(void)
{
	static const uint32_t sizes[] = {
		0, 1, 7, 8, 9, 11, 12, 13, 15, 16, 17, 20, 64, 4096, 8192
	};

	switch (random_below(&rng, 16)) {
	case 0:
		return random_word();
	case 1:
		return UINT32_MAX - random_below(&rng, 16);
	default:
		return sizes[random_below(&rng, sizeof(sizes) / sizeof(*sizes))];
	}
}

static uint32_t random_feature(void)
{
	switch (random_below(&rng, 8)) {
	case 0:
		return random_below(&rng, 0x10000);
	case 1: /* the core's, and those to come */
		return random_below(&rng, 32);
	case 2:
		return proposed;
	default:
		return VFIO_DEVICE_FEATURE_PASID_STABLE;
	}
}

static uint32_t random_flags(void)
{
	uint32_t flags = random_feature();

	if (random_below(&rng, 2))
		flags |= VFIO_DEVICE_FEATURE_GET;
	else
		flags |= random_word() & FEATURE_OPERATIONS;
	if (!random_below(&rng, 8))
		flags |= random_word() & ~VFIO_DEVICE_FEATURE_MASK;
	return flags;
}

/* In the arena, mostly near the edge of a page; or where no program has anything. */
static uint8_t *random_pointer(void)
{
	static const uintptr_t nowhere[] = {
		0,
		8,
		0x00007ffffffff000, /* the end of what a program has */
		0x0000800000000000, /* not canonical */
		0xffff888000000000, /* the kernel's: all memory, its text, the end */
		0xffffffff81000000,
		0xfffffffffffffff8,
	};

	switch (random_below(&rng, 8)) {
	case 0:
		return (uint8_t *)nowhere[random_below(&rng, sizeof(nowhere) / sizeof(*nowhere))];
	case 1:
		return arena + random_below(&rng, (unsigned int)(PAGES * PAGE - 64));
	case 2:
	case 3:
		return arena + PAGE * (1 + random_below(&rng, 3)) - random_below(&rng, 24);
	default:
		return arena + random_below(&rng, (unsigned int)(2 * PAGE - 64));
	}
}

static bool is_in_arena(const uint8_t *pointer)
{
	return pointer >= arena && pointer < arena + PAGES * PAGE;
}

/* Whether bytes lie on pages below @end. */
static bool is_below(const uint8_t *pointer, size_t length, enum page end)
{
	return is_in_arena(pointer) && pointer + length <= arena + end * PAGE;
}

static bool is_ours(uint32_t flags)
{
	uint32_t feature = flags & VFIO_DEVICE_FEATURE_MASK;

	return feature == VFIO_DEVICE_FEATURE_PASID_STABLE || feature == proposed;
}

/* What it returns, and in @length how many bytes of the answer it writes. */
static int foretell(const struct call *call, size_t *length)
{
	int ret;

	*length = 0;
	if (!is_below(call->pointer, HEADER, NO_ACCESS))
		return -EFAULT;
	ret = foretell_feature(call->argsz, call->flags);
	if (ret != 1)
		return ret;
	*length = call->argsz - HEADER < 8 ? 4 : 8;
	if (is_below(call->pointer + HEADER, *length, READ_ONLY))
		return 0;
	*length = 0;
	return -EFAULT;
}

/* Of features of the core's: what it may say. */
static bool may_return(int ret)
{
	return !ret || ret == -EINVAL || ret == -EFAULT || ret == -ENOTTY || ret == -EBADF;
}

static void complain(unsigned long number, const struct call *call, int ret, const char *what)
{
	if (++odd <= SHOWN)
		printf("  call %lu, arena%+ld, argsz %#x, flags %#x: %s: %s\n", number,
		       (long)(call->pointer - arena), call->argsz, call->flags,
		       ret ? strerror(-ret) : "success", what);
}

static int make_call(const struct call *call)
{
	int ret = ioctl(device, VFIO_DEVICE_FEATURE, call->pointer) ? -errno : 0;

	calls++;
	results[-ret < ERRNOS ? -ret : 0]++;
	return ret;
}

/* As far as the header lies where we may write. */
static void put_header(const struct call *call)
{
	const struct vfio_device_feature header = { .argsz = call->argsz, .flags = call->flags };

	for (size_t i = 0; i < sizeof(header); i++)
		if (is_below(call->pointer + i, 1, READ_ONLY))
			call->pointer[i] = ((const uint8_t *)&header)[i];
}

/* What the kernel will read there, which on a read-only page isn't what was put. */
static void read_back(struct call *call)
{
	struct vfio_device_feature header;

	if (!is_below(call->pointer, HEADER, NO_ACCESS))
		return;
	memcpy(&header, call->pointer, sizeof(header));
	call->argsz = header.argsz;
	call->flags = header.flags;
}

static void refill(void)
{
	for (size_t i = 0; i < sizeof(before); i += 4) {
		uint32_t word = random_word();

		memcpy(arena + i, &word, sizeof(word));
	}
}

static void try_call(unsigned long number)
{
	struct call call = { random_pointer(), random_argsz(), random_flags() };
	size_t length = 0;
	int expected, ret;

	put_header(&call);
	read_back(&call);
	memcpy(before, arena, sizeof(before));
	expected = foretell(&call, &length);
	ret = make_call(&call);
	if (!is_ours(call.flags)) {
		if (!may_return(ret))
			complain(number, &call, ret, "not what the core says");
		return;
	}
	if (ret != expected)
		complain(number, &call, ret, "not what it has to say");
	if (length)
		memcpy(before + (call.pointer + HEADER - arena), answer.bytes, length);
	if (memcmp(before, arena, sizeof(before)) != 0)
		complain(number, &call, ret, "other bytes were written than the answer's");
}

/* While two threads change the header */

static bool racing;
static struct vfio_device_feature *shared_header;

static void *race(void *seed)
{
	struct random own;

	random_seed(&own, (uintptr_t)seed);
	while (__atomic_load_n(&racing, __ATOMIC_RELAXED)) {
		uint32_t flags =
			random_below(&own, 2) ? VFIO_DEVICE_FEATURE_PASID_STABLE : proposed;

		flags |= random_below(&own, 8) << 16;
		__atomic_store_n(&shared_header->argsz, random_below(&own, 24), __ATOMIC_RELAXED);
		__atomic_store_n(&shared_header->flags, flags, __ATOMIC_RELAXED);
		/* or the one CPU that is emulated would be theirs */
		if (!random_below(&own, 8))
			usleep(random_below(&own, 100));
	}
	return NULL;
}

/* Whatever it has read: of the payload the first 8 bytes at most, and these as a whole. */
static void check_race(unsigned long number, int ret)
{
	const struct call call = { (uint8_t *)shared_header, 0, proposed };
	const uint8_t *payload = (const uint8_t *)shared_header + HEADER;
	size_t at = (size_t)(payload - arena);

	if (ret && ret != -EINVAL)
		complain(number, &call, ret, "not what it may say");
	if (!memcmp(payload, answer.bytes, 4))
		memcpy(before + at, answer.bytes, 4);
	if (!memcmp(payload, answer.bytes, 8))
		memcpy(before + at, answer.bytes, 8);
	if (memcmp(before, arena, at - HEADER) != 0 ||
	    memcmp(before + at, payload, sizeof(before) - at) != 0)
		complain(number, &call, ret, "other bytes were written than the answer's");
}

static void try_races(unsigned long count)
{
	pthread_t threads[2];

	racing = true;
	shared_header = (struct vfio_device_feature *)(arena + PAGE - HEADER);
	*shared_header = (struct vfio_device_feature){ .flags = proposed };
	for (uintptr_t i = 0; i < 2; i++)
		if (pthread_create(&threads[i], NULL, race, (void *)(i + 1)))
			exit(2);
	for (unsigned long number = 0; number < count; number++) {
		int ret;

		memset(arena + PAGE, 0x5a, 16);
		memcpy(before, arena, sizeof(before));
		ret = make_call(&(struct call){ (uint8_t *)shared_header, 0, 0 });
		check_race(number, ret);
		tell_progress(number + 1);
	}
	__atomic_store_n(&racing, false, __ATOMIC_RELAXED);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
}

static bool make_arena(void)
{
	arena = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		     0);
	if (arena == MAP_FAILED)
		return false;
	refill();
	/* where a header on the read-only page is one of ours that would be answered */
	for (size_t i = 0; i < PAGE; i += HEADER) {
		const struct vfio_device_feature header = {
			.argsz = 16,
			.flags = VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_PASID_STABLE,
		};

		memcpy(arena + READ_ONLY * PAGE + i, &header, sizeof(header));
	}
	return !mprotect(arena + READ_ONLY * PAGE, PAGE, PROT_READ) &&
	       !mprotect(arena + NO_ACCESS * PAGE, PAGE, PROT_NONE);
}

static bool answers(void)
{
	struct vfio_device_feature_pasid_ext ext = { 0 };

	return !get_feature(device, VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_PASID_STABLE,
			    &ext, sizeof(ext)) &&
	       !memcmp(&ext, &answer, sizeof(ext));
}

static void sum_up(const char *bdf)
{
	printf("  %s: %lu malformed calls:", bdf, calls);
	for (int error = 0; error < ERRNOS; error++)
		if (results[error])
			printf(" %s %lu", error ? strerrorname_np(error) : "success",
			       results[error]);
	putchar('\n');
}

int main(int argc, char **argv)
{
	unsigned long count;

	if (argc < 4)
		return 2;
	count = strtoul(argv[1], NULL, 0);
	random_seed(&rng, strtoull(argv[2], NULL, 0));
	device = open_device(argv[3], argc > 4 ? argv[4] : NULL);
	proposed = proposed_number(device);
	if (!make_arena() ||
	    get_feature(device, VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_PASID_STABLE,
			&answer.ext, sizeof(answer.ext)))
		return 2;

	phase = "any argument";
	phase_calls = count - count / 4;
	for (unsigned long number = 0; number < phase_calls; number++) {
		if (number % 64 == 0)
			refill();
		try_call(number);
		tell_progress(number + 1);
	}
	tap(!odd, "%lu calls with any argument: each returns and writes what it has to", calls);

	odd = 0;
	phase = "changing arguments";
	phase_calls = count / 4;
	try_races(phase_calls);
	tap(!odd && results[0] && results[EINVAL],
	    "%lu calls while two threads change the argument: nothing but the answer is written",
	    phase_calls);
	tap(answers(), "it answers as before");
	sum_up(argv[3]);
	return tap_plan();
}
