// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pci/config_space.h"
#include "pci/config_sysfs.h"
#include "pci/dump.h"
#include "pci/libpci.h"
#include "support/sysfs.h"

#define UNKNOWN_ID 0xffff

bool config_source_has_ids(const struct config_source *source)
{
	return source->device.vendor != UNKNOWN_ID && source->device.device != UNKNOWN_ID;
}

static int grow(struct config_sources *sources, size_t count, struct why *why)
{
	struct config_source *functions =
		reallocarray(sources->functions, count, sizeof(*functions));

	if (!functions)
		return because(why, -ENOMEM, "out of memory");
	sources->functions = functions;
	return 0;
}

static struct config_source *add(struct config_sources *sources, const struct bdf *bdf)
{
	struct config_source *source = &sources->functions[sources->count++];

	memset(source, 0, sizeof(*source));
	source->bdf = *bdf;
	return source;
}

static bool is_at(const struct pci_dev *device, const struct bdf *bdf)
{
	return (uint32_t)device->domain == bdf->domain && device->bus == bdf->bus &&
	       device->dev == bdf->device && device->func == bdf->function;
}

/* In parts: a dump may have less. */
static void read_config(struct config_source *source, struct pci_dev *device)
{
	static const size_t ends[] = { VPASID_CONFIG_MIN, VPASID_CONFIG_CONVENTIONAL,
				       VPASID_CONFIG_SIZE };

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		if (!pci_read_block(device, (int)source->size, source->config + source->size,
				    (int)(ends[i] - source->size)))
			break;
		source->size = ends[i];
	}
}

static void read_ids(struct config_source *source, struct pci_dev *device)
{
	pci_fill_info(device, PCI_FILL_IDENT | PCI_FILL_SUBSYS | PCI_FILL_CLASS_EXT);
	source->device.vendor = device->vendor_id;
	source->device.device = device->device_id;
	source->device.revision = device->rev_id;
	if (device->subsys_vendor_id != UNKNOWN_ID) {
		source->device.subsystem_vendor = device->subsys_vendor_id;
		source->device.subsystem_device = device->subsys_id;
	}
}

static void read_source(struct config_source *source, struct pci_dev *device)
{
	read_config(source, device);
	if (source->size)
		read_ids(source, device);
}

int config_sources_read_host(const char *sysfs, const struct bdf *bdfs, size_t count,
			     struct config_sources *sources, struct why *why)
{
	int ret;

	*sources = (struct config_sources){ 0 };
	ret = grow(sources, count, why);
	if (ret)
		return ret;
	for (size_t i = 0; i < count; i++) {
		struct config_source *source = add(sources, &bdfs[i]);

		source->error = config_sysfs_read(sysfs, source);
	}
	return 0;
}

static int check_dump_size(const struct config_source *source, struct why *why)
{
	if (source->size == VPASID_CONFIG_SIZE)
		return 0;
	if (source->size < VPASID_CONFIG_CONVENTIONAL)
		return because(why, -ENXIO,
			       "the dump has just %zu bytes of it: make it again, "
			       "lspci -xxxx -s %s as root",
			       source->size, source->bdf.text);
	return because(why, -ENXIO,
		       "the dump has %zu bytes of it: where the function has an extended config "
		       "space, make it again, lspci -xxxx -s %s as root; where it has none, there "
		       "is no room for PASID",
		       source->size, source->bdf.text);
}

static void read_dumped(struct config_source *source, struct pci_dev *device)
{
	read_source(source, device);
	source->device.kind =
		source->device.vendor == UNKNOWN_ID ? VPASID_FUNCTION_VF : VPASID_FUNCTION_PF;
	source->error = check_dump_size(source, &source->why);
}

/* One function of a dump, by its BDF. */
static void find_dumped(const struct pci_access *access, struct config_source *source)
{
	struct pci_dev *found = NULL;

	for (struct pci_dev *device = access->devices; device; device = device->next) {
		if (!is_at(device, &source->bdf))
			continue;
		if (found) {
			source->error = because(&source->why, -EINVAL,
						"the dump has it more than once: leave one in");
			return;
		}
		found = device;
	}
	if (found)
		read_dumped(source, found);
	else
		source->error = because(&source->why, -ENOENT, "the dump has no such function");
}

/* libpci adds in front of its list. */
static struct pci_dev **in_order(const struct pci_access *access, size_t *count)
{
	struct pci_dev **order, *device;
	size_t at = 0;

	for (device = access->devices; device; device = device->next)
		at++;
	*count = at;
	order = calloc(at + 1, sizeof(struct pci_dev *));
	for (device = access->devices; order && device; device = device->next)
		order[--at] = device;
	return order;
}

/* The BDF may be one that no function can have, as 00:1f.9. */
static void name_bdf(const struct pci_dev *device, struct bdf *bdf)
{
	*bdf = (struct bdf){
		.domain = (uint32_t)device->domain,
		.bus = device->bus,
		.device = device->dev,
		.function = device->func,
	};
	snprintf(bdf->text, sizeof(bdf->text), "%04x:%02x:%02x.%x", bdf->domain, bdf->bus,
		 bdf->device, bdf->function);
}

static int add_with(struct config_sources *sources, struct pci_dev *device, int bytes,
		    struct why *why)
{
	struct bdf bdf;
	uint8_t last;
	int ret;

	if (!pci_read_block(device, bytes - 1, &last, sizeof(last)))
		return 0;
	ret = grow(sources, sources->count + 1, why);
	if (ret)
		return ret;
	name_bdf(device, &bdf);
	read_dumped(add(sources, &bdf), device);
	return 0;
}

/* What is asked of a dump, and the answer. */
struct question {
	const char *name;
	const struct bdf *bdfs;
	size_t count;
	int bytes; /* with @count 0: of each function that has so many */
	struct config_sources *sources;
	struct why *why;
	int error;
};

static int find_with(const struct pci_access *access, const struct question *question)
{
	struct config_sources *sources = question->sources;
	size_t count;
	struct pci_dev **order = in_order(access, &count);
	int ret = 0;

	if (!order)
		return because(question->why, -ENOMEM, "out of memory");
	for (size_t i = 0; i < count && !ret; i++)
		ret = add_with(sources, order[i], question->bytes, question->why);
	free(order);
	if (!ret && !sources->count)
		ret = because(question->why, -ENXIO,
			      "%s: no function in it has the %d bytes of %s config space: "
			      "make it again, lspci -xxxx as root",
			      question->name, question->bytes,
			      question->bytes == VPASID_CONFIG_SIZE ? "an extended" : "a");
	return ret;
}

static int find_named(const struct pci_access *access, const struct question *question)
{
	int ret = grow(question->sources, question->count, question->why);

	for (size_t i = 0; i < question->count && !ret; i++)
		find_dumped(access, add(question->sources, &question->bdfs[i]));
	return ret;
}

static void answer(struct pci_access *access, void *opaque)
{
	struct question *question = opaque;

	question->error =
		question->count ? find_named(access, question) : find_with(access, question);
}

/* A file that libpci can open by name, and that nobody changes meanwhile. */
static int make_file(const char *text, size_t length)
{
	int fd = memfd_create("dump", MFD_CLOEXEC);
	bool ends = length && text[length - 1] == '\n';

	if (fd < 0)
		return -errno;
	while (length) {
		ssize_t written = write(fd, text, length);

		if (written <= 0) {
			int error = written ? -errno : -EIO;

			close(fd);
			return error;
		}
		text += written;
		length -= (size_t)written;
	}
	/* libpci wants it behind the last line, too. */
	if (!ends && write(fd, "\n", 1) != 1) {
		close(fd);
		return -EIO;
	}
	return fd;
}

static int ask_text(const char *text, size_t length, struct question *question)
{
	struct config_sources *sources = question->sources;
	const char *name = question->name;
	struct why *why = question->why;
	struct why libpci;
	int fd, ret;

	*sources = (struct config_sources){ 0 };
	ret = dump_check(text, length, name, why);
	if (ret)
		return ret;
	fd = make_file(text, length);
	if (fd < 0)
		return because(why, fd, "%s: no file in memory: %s", name, strerror(-fd));
	ret = libpci_run(PCI_ACCESS_DUMP, "dump.name", path_of("/proc/self/fd/%d", fd).text, answer,
			 question, &libpci);
	close(fd);
	if (ret)
		because(why, ret, "%s: %s", name, libpci.text);
	else
		ret = question->error;
	if (ret)
		config_sources_free(sources);
	return ret;
}

int config_sources_read_text(const char *text, size_t length, const char *name,
			     const struct bdf *bdfs, size_t count, struct config_sources *sources,
			     struct why *why)
{
	struct question question = {
		.name = name,
		.bdfs = bdfs,
		.count = count,
		.bytes = VPASID_CONFIG_SIZE,
		.sources = sources,
		.why = why,
	};

	return ask_text(text, length, &question);
}

int config_sources_read_machine_text(const char *text, size_t length, const char *name,
				     struct config_sources *sources, struct why *why)
{
	struct question question = {
		.name = name,
		.bytes = VPASID_CONFIG_MIN,
		.sources = sources,
		.why = why,
	};

	return ask_text(text, length, &question);
}

/* All of a file; it may be a pipe, whose size nobody knows. */
static int read_file(FILE *file, const char *path, char **text, size_t *length, struct why *why)
{
	size_t room = 0, got = 1;

	while (got && *length == room) {
		char *grown;

		room = room ? room * 2 : 1 << 16;
		grown = realloc(*text, room);
		if (!grown)
			return because(why, -ENOMEM, "out of memory");
		*text = grown;
		got = fread(*text + *length, 1, room - *length, file);
		*length += got;
		if (*length > DUMP_MAX_SIZE)
			return because(
				why, -EFBIG,
				"%s: larger than %zu MiB: cut it to the functions in question",
				path, DUMP_MAX_SIZE >> 20);
	}
	if (ferror(file))
		return because(why, -EIO, "%s: %s", path, strerror(errno));
	return 0;
}

static int ask_dump(const char *path, struct question *question)
{
	FILE *file = fopen(path, "re");
	struct why *why = question->why;
	size_t length = 0;
	char *text = NULL;
	int ret;

	*question->sources = (struct config_sources){ 0 };
	if (!file)
		return because(why, -errno, "%s: %s", path, strerror(errno));
	ret = read_file(file, path, &text, &length, why);
	fclose(file);
	if (!ret)
		ret = ask_text(text, length, question);
	free(text);
	return ret;
}

int config_sources_read_dump(const char *path, const struct bdf *bdfs, size_t count,
			     struct config_sources *sources, struct why *why)
{
	struct question question = {
		.name = path,
		.bdfs = bdfs,
		.count = count,
		.bytes = VPASID_CONFIG_SIZE,
		.sources = sources,
		.why = why,
	};

	return ask_dump(path, &question);
}

int config_sources_read_machine(const char *path, struct config_sources *sources, struct why *why)
{
	struct question question = {
		.name = path,
		.bytes = VPASID_CONFIG_MIN,
		.sources = sources,
		.why = why,
	};

	return ask_dump(path, &question);
}

static void look_up(struct pci_access *access, void *opaque)
{
	const int flags = PCI_LOOKUP_VENDOR | PCI_LOOKUP_DEVICE;
	const struct config_sources *sources = opaque;

	for (size_t i = 0; i < sources->count; i++) {
		struct config_source *source = &sources->functions[i];

		if (!source->device.vendor || !config_source_has_ids(source))
			continue;
		pci_lookup_name(access, source->name, sizeof(source->name), flags,
				source->device.vendor, source->device.device);
	}
}

/* Any method has pci.ids; that of dumps looks at nothing else. */
int config_sources_name(struct config_sources *sources, struct why *why)
{
	return libpci_run(PCI_ACCESS_DUMP, "dump.name", "/dev/null", look_up, sources, why);
}

void config_sources_free(struct config_sources *sources)
{
	free(sources->functions);
	*sources = (struct config_sources){ 0 };
}
