// SPDX-License-Identifier: MIT
/*
 * midcall COUNT SEED BDF [VF_TOKEN]: VFIO_DEVICE_FEATURE whose argument changes in the
 * middle of the call, and not by chance: a part of it lies on a page that is missing, and
 * the thread that serves the page fault (userfaultfd) changes the rest, then gives the
 * page, or takes it away, or gives one that can't be written.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <linux/vfio.h>
#include <linux/vfio_pasid.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "device.h"
#include "random_config.h"
#include "tap.h"

#define PAGE   ((size_t)4096)
#define FILL   0xa5
#define SHOWN  5
#define HEADER sizeof(struct vfio_device_feature)
#define GET    VFIO_DEVICE_FEATURE_GET
#define SET    VFIO_DEVICE_FEATURE_SET
#define PROBE  VFIO_DEVICE_FEATURE_PROBE
#define LONG   sizeof(struct vfio_device_feature_pasid_ext)

static struct random rng;
static int device, uffd;
static uint32_t proposed; /* proposed_number() */
static uint8_t answer[LONG];

/* A call, and what happens to it */
static struct {
	uint8_t *argument;
	size_t in_first;	 /* its bytes before the page that is missing */
	uint8_t header[HEADER];	 /* at the beginning */
	uint8_t changed[HEADER]; /* what it is changed to, as far as it is in the first page */
	enum serving {
		GIVE,
		TAKE_AWAY,
		READ_ONLY,
		SERVINGS
	} serving;
	atomic_bool met; /* there was a page fault */
} now;

static uint8_t *pages;	      /* two: one that is there, and the one that is missing */
static uint8_t content[PAGE]; /* that it is given with */

static size_t header_in_first(void)
{
	return now.in_first < HEADER ? now.in_first : HEADER;
}

static void serve(void)
{
	uint8_t *page = pages + PAGE;
	struct uffdio_copy copy = {
		.dst = (uintptr_t)page,
		.src = (uintptr_t)content,
		.len = PAGE,
	};
	struct uffdio_range range = { .start = (uintptr_t)page, .len = PAGE };

	memcpy(now.argument, now.changed, header_in_first());
	now.met = true;
	if (now.serving != GIVE)
		mprotect(page, PAGE, now.serving == READ_ONLY ? PROT_READ : PROT_NONE);
	if (now.serving == TAKE_AWAY || ioctl(uffd, UFFDIO_COPY, &copy))
		ioctl(uffd, UFFDIO_WAKE, &range);
}

static void *serve_all(void *unused)
{
	struct uffd_msg message;

	(void)unused;
	while (read(uffd, &message, sizeof(message)) == sizeof(message))
		if (message.event == UFFD_EVENT_PAGEFAULT)
			serve();
	return NULL;
}

static bool start(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	pthread_t thread;

	pages = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (pages == MAP_FAILED)
		return false;
	range.range.start = (uintptr_t)pages + PAGE;
	range.range.len = PAGE;
	return !ioctl(uffd, UFFDIO_API, &api) && !ioctl(uffd, UFFDIO_REGISTER, &range) &&
	       !pthread_create(&thread, NULL, serve_all, NULL);
}

/* Of the PASID feature, with sizes and operations that are answered as often as refused */
static void random_header(uint8_t *bytes)
{
	struct vfio_device_feature header = {
		.argsz = random_below(&rng, 4) ? HEADER + 4 + random_below(&rng, 8)
					       : random_below(&rng, 24),
		.flags = random_below(&rng, 4) ? VFIO_DEVICE_FEATURE_PASID_STABLE : proposed,
	};

	header.flags |=
		random_below(&rng, 4) ? VFIO_DEVICE_FEATURE_GET : random_below(&rng, 16) << 16;
	memcpy(bytes, &header, HEADER);
}

static void prepare(void)
{
	uint8_t *page = pages + PAGE;
	size_t in_first;

	now.in_first = 1 + random_below(&rng, HEADER + LONG);
	now.argument = page - now.in_first;
	now.serving = random_below(&rng, SERVINGS);
	now.met = false;
	random_header(now.header);
	random_header(now.changed);

	mprotect(page, PAGE, PROT_READ | PROT_WRITE);
	madvise(page, PAGE, MADV_DONTNEED);
	memset(pages, FILL, PAGE);
	memset(content, FILL, PAGE);
	in_first = header_in_first();
	memcpy(now.argument, now.header, in_first);
	memcpy(content, now.header + in_first, HEADER - in_first);
}

/* The documented end of a call with this header; @length of the answer is to be written. */
static int foretell(const uint8_t *bytes, size_t *length)
{
	struct vfio_device_feature header;
	uint32_t feature, operation;

	memcpy(&header, bytes, HEADER);
	feature = header.flags & VFIO_DEVICE_FEATURE_MASK;
	operation = header.flags & ~VFIO_DEVICE_FEATURE_MASK;
	*length = 0;
	if (header.argsz < HEADER || operation & ~(GET | SET | PROBE) ||
	    (!(operation & PROBE) && (operation & (GET | SET)) == (GET | SET)))
		return EINVAL;
	if (feature != VFIO_DEVICE_FEATURE_PASID_STABLE && feature != proposed)
		return ENOTTY; /* bytes of both numbers */
	if (operation & SET)
		return EINVAL;
	if (operation & PROBE)
		return 0;
	if (!operation || header.argsz < HEADER + 4)
		return EINVAL;
	*length = header.argsz < HEADER + LONG ? 4 : LONG;
	if (now.serving == GIVE || HEADER + *length <= now.in_first)
		return 0;
	return EFAULT;
}

static bool is_filled(const uint8_t *bytes, size_t size)
{
	return !size || (bytes[0] == FILL && !memcmp(bytes, bytes + 1, size - 1));
}

/* Outside the call's 8 bytes of payload nothing is written. */
static bool kept_the_rest(void)
{
	size_t end = HEADER + LONG - now.in_first;

	if (!is_filled(pages, PAGE - now.in_first))
		return false;
	return !now.met || now.serving == TAKE_AWAY || is_filled(pages + PAGE + end, PAGE - end);
}

/* A call that read a header, and ended with @error, is as documented. */
static bool is_call_of(const uint8_t *header, int error)
{
	size_t length;

	if (foretell(header, &length) != error)
		return false;
	/* where the page is still missing, a look at it would be a page fault of ours */
	if (error || (!now.met && HEADER + LONG > now.in_first))
		return true;
	return !memcmp(now.argument + HEADER, answer, length) &&
	       is_filled(now.argument + HEADER + length, LONG - length);
}

/* NULL, or what is wrong */
static const char *judge(int error)
{
	uint8_t mixed[HEADER];

	if (!kept_the_rest())
		return "bytes outside the payload were written";
	/* read before the change, which is too late then */
	if (now.in_first >= HEADER)
		return is_call_of(now.header, error) ? NULL : "not as its header asks for";
	if (now.serving == TAKE_AWAY)
		return error == EFAULT ? NULL : "a header that can't be read";
	/* the change came while the header was read: before it, or behind it, or bytes of both */
	memcpy(mixed, now.header, HEADER);
	memcpy(mixed, now.changed, now.in_first);
	return is_call_of(now.header, error) || is_call_of(mixed, error) ? NULL
									 : "of neither header";
}

static unsigned long run(unsigned long count, unsigned long *met)
{
	unsigned long wrong = 0;

	for (unsigned long number = 0; number < count; number++) {
		const char *what;
		int error;

		prepare();
		error = ioctl(device, VFIO_DEVICE_FEATURE, now.argument) ? errno : 0;
		*met += now.met;
		what = judge(error);
		if (what && ++wrong <= SHOWN)
			printf("  call %lu, %zu bytes before the page fault, %d: %s: %s\n", number,
			       now.in_first, now.serving, strerror(error), what);
	}
	return wrong;
}

int main(int argc, char **argv)
{
	unsigned long count, met = 0, wrong;

	if (argc < 4)
		return 2;
	count = strtoul(argv[1], NULL, 0);
	random_seed(&rng, strtoull(argv[2], NULL, 0));
	uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	if (uffd < 0 && errno == ENOSYS) {
		puts("ok 1 - changes in the middle of a call # SKIP a kernel without userfaultfd\n"
		     "1..1");
		return 0;
	}
	device = open_device(argv[3], argc > 4 ? argv[4] : NULL);
	proposed = proposed_number(device);
	if (!start() ||
	    get_feature(device, VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_PASID_STABLE, answer,
			LONG)) {
		perror("midcall");
		return 2;
	}
	wrong = run(count, &met);
	tap(!wrong && met,
	    "%lu calls, changed at a page fault in the middle of %lu: the header counts as it was "
	    "read, once",
	    count, met);
	printf("  %s: %lu calls, a page fault in the middle of %lu\n", argv[3], count, met);
	return tap_plan();
}
