// SPDX-License-Identifier: MIT
/*
 * Calls as they are made.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <linux/vfio_pasid.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "device.h"
#include "hammer.h"
#include "hammer_cdev.h"
#include "long.h"

#define LONGEST 4096

/* How often programs try to open at their beginning what others have open, 10 ms apart */
#define PATIENCE 50

static struct slot *slot_of(struct user *user, enum slot_kind kind, unsigned int slot)
{
	return &user->slots[kind][slot % SLOTS];
}

static void empty(struct slot *slot, enum slot_kind kind)
{
	if (kind <= LAST_FD && slot->value >= 0)
		close(slot->value);
	*slot = (struct slot){ .value = -1 };
}

/* What an action acts on: its own, or a copy of the neighbour's, which may have closed it by then
 */
static struct slot acted_on(const struct user *user, const struct action *action)
{
	const struct user *whose = action->by_neighbour ? user->neighbour : user;

	return whose->slots[action->call->on][action->on % SLOTS];
}

static uint64_t address_of(const struct user *user, uint64_t offset)
{
	/* beyond: where no program has memory */
	return offset < MEMORY_SIZE ? (uintptr_t)user->memory + offset : offset;
}

static uint64_t field_bytes(struct user *user, const struct field *field, uint64_t value)
{
	switch (field->kind) {
	case TAKEN:
		return (uint32_t)slot_of(user, (enum slot_kind)field->value, (uint32_t)value)
			->value;
	case MEMORY:
		return address_of(user, value);
	case OUTPUT:
	case MADE:
		return FILL * 0x0101010101010101U;
	default:
		return value;
	}
}

static void pack(struct user *user, const struct action *action, struct argument *argument)
{
	size_t at = 0;

	memset(argument, FILL, sizeof(*argument));
	for (unsigned int i = 0; action->call->fields[i].kind; i++) {
		const struct field *field = &action->call->fields[i];
		uint64_t value = field_bytes(user, field, action->values[i]);

		if (field->size <= sizeof(value))
			memcpy(argument->bytes + at, &value, field->size);
		at += field->size;
	}
}

static void keep(struct user *user, const struct action *action, int value, int function,
		 bool usable)
{
	struct slot *slot = slot_of(user, action->call->makes, action->into);

	empty(slot, action->call->makes);
	*slot = (struct slot){ .value = value, .function = function, .usable = usable };
}

/* What an ioctl has put where its field for that is */
static void keep_made(struct user *user, const struct action *action,
		      const struct argument *argument)
{
	size_t at = 0;
	int made;

	for (const struct field *field = action->call->fields; field->kind; field++) {
		if (field->kind == MADE) {
			memcpy(&made, argument->bytes + at, sizeof(made));
			keep(user, action, made, 0, true);
		}
		at += field->size;
	}
}

static bool is_of_feature(const struct call *call)
{
	return call->request == VFIO_DEVICE_FEATURE;
}

static long perform_ioctl(struct user *user, const struct action *action)
{
	struct slot on = acted_on(user, action);
	struct argument argument;
	bool away = shared->away;
	long ret;

	pack(user, action, &argument);
	ret = ioctl(on.value, action->call->request, &argument);
	if (ret < 0)
		ret = -errno;
	if (ret >= 0 && action->call->makes)
		keep_made(user, action, &argument);
	if (is_of_feature(action->call)) {
		/* a DMA-BUF, of which nothing is asked */
		if (ret > 0)
			close((int)ret);
		if (is_own_device(action, &on))
			check_feature(user, action, &on, (int)ret, &argument, away || shared->away);
	}
	return ret;
}

static long perform_ioctl_value(struct user *user, const struct action *action)
{
	int ret = ioctl(acted_on(user, action).value, action->call->request,
			(unsigned long)action->values[0]);

	return ret < 0 ? -errno : ret;
}

/* A user that can write PASID Control can disable PASID: then, iommufd_get_hw_info() warns. */
static long perform_hw_info(struct user *user, const struct action *action)
{
	return is_guarded && !is_apart() ? perform_ioctl(user, action) : -EOPNOTSUPP;
}

/* Whether a disturbance waits until no user has this function open */
static bool is_spared(int function)
{
	return shared->spared >> function & 1;
}

static int chosen(const struct action *action)
{
	return (int)(action->function % FUNCTIONS);
}

static long keep_opened(struct user *user, const struct action *action, int fd, int function,
			bool usable)
{
	if (fd < 0)
		return -errno;
	shared->opens += usable;
	keep(user, action, fd, function, usable);
	return 0;
}

static int tries_of(const struct action *action)
{
	return action->is_opening ? PATIENCE : 1;
}

/* A group has one opener. */
static long perform_open_group(struct user *user, const struct action *action)
{
	long ret = -EBUSY;

	for (int tries = tries_of(action); tries && ret == -EBUSY; tries--) {
		int function = chosen(action);

		if (!is_spared(function))
			ret = keep_opened(user, action, group_open(functions[function].bdf),
					  function, false);
		if (ret == -EBUSY && tries > 1)
			usleep(10000);
	}
	return ret;
}

static long perform_open_container(struct user *user, const struct action *action)
{
	return keep_opened(user, action, open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC), 0, false);
}

static long perform_open_iommufd(struct user *user, const struct action *action)
{
	return keep_opened(user, action, open(IOMMUFD, O_RDWR | O_CLOEXEC), 0, false);
}

/*
 * iommufd warns, in iommufd_get_hw_info(), of a function whose PASID isn't enabled though the IOMMU
 * has PASIDs for it (doc/qemu.md). So that one is opened by its group alone.
 */
static long perform_open_cdev(struct user *user, const struct action *action)
{
	int function = chosen(action) == OFF ? PORTED : chosen(action);

	if (is_spared(function))
		return -EBUSY;
	return keep_opened(user, action, cdev_open(functions[function].bdf), function, false);
}

static long perform_get_device(struct user *user, const struct action *action)
{
	static const char *const tokens[] = { NULL, "", " vf_token=no-uuid" };
	struct slot group = acted_on(user, action);
	const struct function *function = &functions[group.function];
	const char *token = tokens[action->values[0] % 3];
	char name[80];

	if (group.value < 0 || is_spared(group.function))
		return -EBADF;
	snprintf(name, sizeof(name), "%s%s", function->bdf, token ? token : function->token);
	return keep_opened(user, action, ioctl(group.value, VFIO_GROUP_GET_DEVICE_FD, name),
			   group.function, true);
}

static long perform_bind_device(struct user *user, const struct action *action)
{
	struct slot *device = slot_of(user, DEVICE_FD, action->on);
	bool has_token = *functions[device->function].token && !action->values[0];
	int iommufd = slot_of(user, IOMMUFD_FD, (unsigned int)action->values[1])->value;
	int ret = -1;
	uint32_t id;

	for (int tries = tries_of(action); ret && tries; tries--) {
		ret = cdev_bind(device->value, iommufd, has_token, &id);
		/* somebody else has it bound */
		if (ret && errno == EINVAL && tries > 1)
			usleep(10000);
		else
			break;
	}
	if (ret)
		return -errno;
	device->usable = true;
	shared->opens++;
	keep(user, action, (int)id, device->function, true);
	return 0;
}

static long perform_make_event(struct user *user, const struct action *action)
{
	return keep_opened(user, action, eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), 0, false);
}

/* As vfio-pci numbers its regions */
static off_t region_offset(uint64_t region, uint64_t offset)
{
	return (off_t)((region & 0xffff) << 40 | (offset & 0xffffffffff));
}

static size_t length_of(const struct action *action)
{
	return action->values[2] < LONGEST ? action->values[2] : LONGEST;
}

static long perform_read(struct user *user, const struct action *action)
{
	struct slot device = acted_on(user, action);
	bool away = shared->away;
	uint8_t bytes[LONGEST];
	long ret = pread(device.value, bytes, length_of(action),
			 region_offset(action->values[0], action->values[1]));

	if (ret < 0)
		return -errno;
	if (is_guarded && is_own_device(action, &device) && !away && !shared->away)
		check_read(user, action, &device, bytes, ret);
	return ret;
}

static long perform_write(struct user *user, const struct action *action)
{
	size_t length = length_of(action);
	uint8_t bytes[LONGEST];
	struct slot device;
	long ret;

	if (action->values[0] != VFIO_PCI_CONFIG_REGION_INDEX)
		return -EINVAL;
	for (size_t i = 0; i < length; i++)
		bytes[i] = (uint8_t)((action->function + i) * 2654435761U >> 16);
	device = acted_on(user, action);
	ret = pwrite(device.value, bytes, length,
		     region_offset(action->values[0], action->values[1]));
	if (ret < 0)
		return -errno;
	if (is_own_device(action, &device) && is_hidden(device.function, action->values[1], ret))
		control_look(device.function);
	return ret;
}

static _Thread_local sigjmp_buf no_memory;

static void on_bus_error(int signal)
{
	(void)signal;
	siglongjmp(no_memory, 1);
}

/* A BAR; while its memory is off, nothing is there. */
static long perform_map(struct user *user, const struct action *action)
{
	size_t length = action->values[2] & 0xffff;
	volatile uint32_t *memory =
		mmap(NULL, length, PROT_READ, MAP_SHARED, acted_on(user, action).value,
		     region_offset(action->values[0], action->values[1]));
	volatile long ret = 0;

	if (memory == MAP_FAILED)
		return -errno;
	if (!sigsetjmp(no_memory, 1))
		(void)*memory;
	else
		ret = -EFAULT;
	munmap((void *)memory, length);
	return ret;
}

static long perform_close(struct user *user, const struct action *action)
{
	struct slot *slot = slot_of(user, action->call->on, action->on);

	if (slot->value < 0)
		return -EBADF;
	empty(slot, action->call->on);
	return 0;
}

static long perform_wait(struct user *user, const struct action *action)
{
	(void)user;
	usleep(action->values[0] % 2000);
	return 0;
}

long action_perform(struct user *user, const struct action *action)
{
	static long (*const performs[HOWS])(struct user *, const struct action *) = {
		[DO_IOCTL] = perform_ioctl,
		[DO_IOCTL_VALUE] = perform_ioctl_value,
		[DO_HW_INFO] = perform_hw_info,
		[DO_OPEN_GROUP] = perform_open_group,
		[DO_OPEN_CONTAINER] = perform_open_container,
		[DO_OPEN_IOMMUFD] = perform_open_iommufd,
		[DO_OPEN_CDEV] = perform_open_cdev,
		[DO_GET_DEVICE] = perform_get_device,
		[DO_BIND_DEVICE] = perform_bind_device,
		[DO_MAKE_EVENT] = perform_make_event,
		[DO_READ] = perform_read,
		[DO_WRITE] = perform_write,
		[DO_MAP] = perform_map,
		[DO_CLOSE] = perform_close,
		[DO_WAIT] = perform_wait,
	};

	return performs[action->call->how](user, action);
}

bool user_init(struct user *user)
{
	signal(SIGBUS, on_bus_error);
	for (unsigned int kind = 0; kind < SLOT_KINDS; kind++)
		for (unsigned int slot = 0; slot < SLOTS; slot++)
			user->slots[kind][slot] = (struct slot){ .value = -1 };
	user->memory =
		mmap(NULL, MEMORY_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return user->memory != MAP_FAILED;
}
