// SPDX-License-Identifier: MIT
/*
 * The users: threads that each open one of the functions, ask it for a while, and close
 * it. What is open has to answer, and rightly, whatever is done to the function: VFIO
 * takes a device away only when it is closed. Opening may be refused.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "device.h"
#include "hammer.h"
#include "hammer_cdev.h"

#define HEADER sizeof(struct vfio_device_feature)
#define FILL   0xa5

/*
 * A group has one opener, so the threads share it, as the threads of a VMM do. Where there is an
 * iommufd, they share that, and each opens the character device, which one of them gets.
 */
static struct connection {
	pthread_mutex_t lock;
	int openers;
	bool stale; /* the function went away, so close the group and open it anew */
	bool requested;
	int group, context; /* a container, or an iommufd */
	int request;	    /* an eventfd: VFIO wants the function back */
} connections[FUNCTIONS];

static bool by_cdev;

static void refuse(enum step step)
{
	if (errno < ERRNOS)
		shared->refused[step][errno]++;
}

static void disconnect(struct connection *connection)
{
	if (connection->group >= 0)
		close(connection->group);
	if (connection->context >= 0)
		close(connection->context);
	connection->group = connection->context = -1;
}

static void forget_requests(struct connection *connection)
{
	uint64_t requests;

	connection->requested = false;
	if (read(connection->request, &requests, sizeof(requests)) < 0 && errno != EAGAIN)
		_exit(1);
}

static bool connect_iommu(struct connection *connection, const struct function *function)
{
	connection->stale = false;
	if (by_cdev) {
		connection->context = open(IOMMUFD, O_RDWR | O_CLOEXEC);
		return connection->context >= 0;
	}
	forget_requests(connection);
	connection->group = group_open(function->bdf);
	if (connection->group < 0) {
		refuse(OPEN_GROUP);
		return false;
	}
	connection->context = open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC);
	if (ioctl(connection->group, VFIO_GROUP_SET_CONTAINER, &connection->context) ||
	    ioctl(connection->context, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU)) {
		refuse(SET_CONTAINER);
		return false;
	}
	return true;
}

/* Joins those who have the group open, or opens it. */
static bool join(struct connection *connection, const struct function *function)
{
	bool joined = true;

	pthread_mutex_lock(&connection->lock);
	if (!connection->openers)
		joined = connect_iommu(connection, function);
	else if (connection->stale)
		joined = false;
	if (joined)
		connection->openers++;
	else if (!connection->openers)
		disconnect(connection);
	pthread_mutex_unlock(&connection->lock);
	return joined;
}

static void leave(struct connection *connection, bool stale)
{
	pthread_mutex_lock(&connection->lock);
	connection->stale |= stale;
	if (!--connection->openers)
		disconnect(connection);
	pthread_mutex_unlock(&connection->lock);
}

static bool is_requested(struct connection *connection)
{
	uint64_t requests;

	if (read(connection->request, &requests, sizeof(requests)) == sizeof(requests))
		connection->requested = true;
	return connection->requested;
}

/* By the group: the open device, or -1. */
static int get_device(const struct connection *connection, const struct function *function)
{
	char name[64];
	int device;

	snprintf(name, sizeof(name), "%s%s", function->bdf, function->token);
	device = ioctl(connection->group, VFIO_GROUP_GET_DEVICE_FD, name);
	if (device < 0)
		refuse(GET_DEVICE);
	return device;
}

/* By the character device: the open device, or -1. */
static int bind_device(struct connection *connection, const struct function *function)
{
	int device = cdev_open(function->bdf);

	if (device < 0) {
		refuse(OPEN_CDEV);
		return -1;
	}
	if (cdev_bind(device, connection->context, *function->token, NULL)) {
		refuse(BIND_IOMMUFD);
		close(device);
		return -1;
	}
	forget_requests(connection);
	return device;
}

/* The open device, or -1. */
static int open_function(int index)
{
	const struct function *function = &functions[index];
	struct connection *connection = &connections[index];
	int device;

	if (shared->spared >> index & 1)
		return -1;
	if (!join(connection, function))
		return -1;

	device = by_cdev ? bind_device(connection, function) : get_device(connection, function);
	if (device < 0) {
		leave(connection, !by_cdev);
		return -1;
	}
	shared->opens++;
	hear_requests(device, connection->request);
	return device;
}

static void close_function(int index, int device)
{
	close(device);
	leave(&connections[index], false);
}

static void tell_wrong(const struct function *function, const char *asked, int error,
		       const uint8_t *got)
{
	if (shared->wrong++)
		return;
	snprintf(shared->first_wrong, sizeof(shared->first_wrong),
		 "%s %s: %s: %s, payload %02x%02x%02x%02x %02x%02x%02x%02x", function->name,
		 function->bdf, asked, error ? strerror(error) : "success", got[0], got[1], got[2],
		 got[3], got[4], got[5], got[6], got[7]);
}

/* The ways to ask; a call returns 0 and writes the first @written bytes, no others. */
static const struct way {
	const char *name;
	uint32_t flags;
	uint32_t payload;
	size_t written;
} ways[] = {
	{ "8 bytes", VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_PASID_STABLE, 8, 8 },
	{ "4 bytes", VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_PASID_STABLE, 4, 4 },
	{ "more bytes", VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_PASID_STABLE, 12, 8 },
	{ "probe",
	  VFIO_DEVICE_FEATURE_PROBE | VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_PASID_STABLE, 8,
	  0 },
};

struct call {
	struct vfio_device_feature header;
	uint8_t payload[16];
};

/* Returns 0, or the errno. */
static int make_call(int device, const struct way *way, struct call *call)
{
	call->header = (struct vfio_device_feature){
		.argsz = (uint32_t)HEADER + way->payload,
		.flags = way->flags,
	};
	memset(call->payload, FILL, sizeof(call->payload));
	return ioctl(device, VFIO_DEVICE_FEATURE, call) ? errno : 0;
}

static bool is_answer(const struct call *call, const struct way *way,
		      const struct vfio_device_feature_pasid_ext *answer)
{
	uint8_t expected[sizeof(call->payload)];

	memset(expected, FILL, sizeof(expected));
	memcpy(expected, answer, way->written);
	return !memcmp(call->payload, expected, sizeof(expected));
}

/*
 * A PF's PASID, and so that of its VFs, is off while somebody opens or closes the PF, if the
 * IOMMU's driver has it off between two address spaces. It has to be on again soon.
 */
static bool is_off_for_a_moment(int index, int device, const struct way *way, struct call *call)
{
	const struct function *function = &functions[index];
	struct vfio_device_feature_pasid_ext off = function->answer;
	int error = 0;

	memset(&off.pasid, 0, sizeof(off.pasid));
	off.enabled = 0;
	if (!off_between_spaces || (index != VF0 && index != VF1))
		return false;
	for (int tries = 0; !error && tries < 10000 && is_answer(call, way, &off); tries++) {
		shared->off++;
		usleep(1000);
		error = make_call(device, way, call);
	}
	return !error && is_answer(call, way, &function->answer);
}

static void ask(int index, int device, const struct way *way)
{
	const struct function *function = &functions[index];
	bool away = shared->away;
	struct call call;
	int error = make_call(device, way, &call);

	if (error == ENOTTY && (away || shared->away))
		return;
	if (error || (!is_answer(&call, way, &function->answer) &&
		      !is_off_for_a_moment(index, device, way, &call)))
		tell_wrong(function, way->name, error, call.payload);
	shared->calls++;
}

static bool is_stopped(void)
{
	return shared->stop;
}

/* Opens one, asks it a random number of times, and closes it. */
static void use_one(int index, uint32_t *random)
{
	static const unsigned int most_calls[] = { 2, 20, 200, 2000 };
	unsigned int calls = 1 + random_below(random, most_calls[random_below(random, 4)]);
	int device = open_function(index);

	if (device < 0) {
		usleep(1000);
		return;
	}
	for (; calls && !is_stopped(); calls--) {
		ask(index, device, &ways[random_below(random, 4)]);
		if (calls % 16 == 0 && is_requested(&connections[index]))
			break;
	}
	close_function(index, device);
}

static void *use(void *seed)
{
	uint32_t random = (uint32_t)(uintptr_t)seed;

	while (!is_stopped())
		use_one((int)random_below(&random, FUNCTIONS), &random);
	return NULL;
}

/* Other users may prevent it for a while. */
static int open_in_the_end(int index)
{
	int device = -1;

	for (int tries = 0; device < 0 && tries < 5000 && !is_stopped(); tries++) {
		device = open_function(index);
		if (device < 0)
			usleep(1000);
	}
	return device;
}

static int hot_reset(int index, int device)
{
	if (by_cdev)
		return cdev_hot_reset(device);

	struct {
		struct vfio_pci_hot_reset reset;
		int32_t group;
	} reset = {
		.reset.argsz = sizeof(reset),
		.reset.count = 1,
		.group = connections[index].group,
	};

	return ioctl(device, VFIO_DEVICE_PCI_HOT_RESET, &reset) ? -errno : 0;
}

/* The calls of the others wake it in between. */
static int low_power(int device)
{
	struct vfio_device_feature feature = {
		.argsz = sizeof(feature),
		.flags = VFIO_DEVICE_FEATURE_SET | VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY,
	};

	if (ioctl(device, VFIO_DEVICE_FEATURE, &feature))
		return -errno;
	usleep(5000);
	feature.flags = VFIO_DEVICE_FEATURE_SET | VFIO_DEVICE_FEATURE_LOW_POWER_EXIT;
	return ioctl(device, VFIO_DEVICE_FEATURE, &feature) ? -errno : 0;
}

static int carry_out(enum order order, int index, int *held)
{
	int device, result = 0;

	if (order == LET_GO) {
		close_function(index, *held);
		return 0;
	}
	device = open_in_the_end(index);
	if (device < 0)
		return -ETIME;
	if (order == HOLD) {
		*held = device;
		return 0;
	}
	result = order == HOT_RESET ? hot_reset(index, device) : low_power(device);
	close_function(index, device);
	return result;
}

/* One more thread, for what only a process that has a function open can do. */
static void carry_out_orders(void)
{
	int held = -1;

	while (!is_stopped()) {
		unsigned int ordered = shared->ordered;

		if (ordered == shared->done) {
			usleep(500);
			continue;
		}
		shared->result = carry_out(shared->order, shared->ordered_function, &held);
		shared->done = ordered;
	}
}

bool users_run(uint32_t seed)
{
	pthread_t threads[USERS];

	by_cdev = !access(IOMMUFD, F_OK);
	for (int i = 0; i < FUNCTIONS; i++) {
		pthread_mutex_init(&connections[i].lock, NULL);
		connections[i].group = connections[i].context = -1;
		connections[i].request = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	}
	for (uintptr_t i = 0; i < USERS; i++)
		if (pthread_create(&threads[i], NULL, use, (void *)(seed + i * 7919 + 1)))
			_exit(1);
	carry_out_orders();
	for (int i = 0; i < USERS; i++)
		pthread_join(threads[i], NULL);
	return true;
}

int users_order(enum order order, int function)
{
	unsigned int ordered = shared->ordered + 1;

	shared->order = order;
	shared->ordered_function = function;
	shared->ordered = ordered;
	while (shared->done != ordered)
		usleep(500);
	return shared->result;
}
