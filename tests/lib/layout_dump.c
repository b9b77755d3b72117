// SPDX-License-Identifier: MIT
/*
 * layout_dump [-p | -o DIRECTORY] DUMP: prints where the extended capabilities stand of each
 * function in a dump of lspci -xxxx that has an extended config space. A line is
 *
 *	DOMAIN:BUS:DEVICE.FUNCTION OFFSET VERSION NAME
 *
 * with "looped" in place of the name for a header that the chain comes back to. With
 * -p, it prints the place for a VMM instead, by the library alone, as
 *
 *	DOMAIN:BUS:DEVICE.FUNCTION OFFSET DIGEST
 *
 * and with -o, it writes each function's config space to a file in DIRECTORY.
 */
#include <inttypes.h>
#include <pci/pci.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <vpasid/config.h>
#include <vpasid/place.h>
#include <vpasid/vfio_view.h>

#define BDF	  "%04x:%02x:%02x.%x"
#define BDF_OF(d) (unsigned int)(d)->domain, (d)->bus, (d)->dev, (d)->func

static void show(struct pci_dev *dev, const struct vpasid_span *span, const char *name)
{
	printf(BDF " %03x v%u ", BDF_OF(dev), span->offset, span->version);
	if (name)
		printf("%s\n", name);
	else
		printf("%#04x\n", span->id);
}

static void show_loops(struct pci_dev *dev, const struct vpasid_layout *layout)
{
	for (unsigned int i = 0; i < layout->finding_count && i < VPASID_MAX_FINDINGS; i++) {
		const struct vpasid_finding *finding = &layout->findings[i];

		if (finding->code != VPASID_FINDING_LOOP)
			continue;
		for (unsigned int j = 0; j < layout->span_count; j++) {
			if (layout->spans[j].offset == (finding->value & ~3u))
				show(dev, &layout->spans[j], "looped");
		}
	}
}

static int show_layout(struct pci_dev *dev, const uint8_t *config)
{
	struct vpasid_layout layout;
	int count = vpasid_layout_read(config, VPASID_CONFIG_SIZE, &layout);

	if (count < 0) {
		fprintf(stderr, BDF ": %s\n", BDF_OF(dev), strerror(-count));
		return 1;
	}
	for (int i = 0; i < count; i++)
		show(dev, &layout.spans[i], vpasid_ext_cap_name(layout.spans[i].id));
	show_loops(dev, &layout);
	return 0;
}

static int show_place(struct pci_dev *dev, const uint8_t *config)
{
	uint8_t view[VPASID_CONFIG_SIZE];
	const struct vpasid_vfio_view_request own = { .argsz = sizeof(own),
						      .config = config,
						      .size = sizeof(view) };
	const struct vpasid_place_request seen = { .config = view, .size = sizeof(view) };
	struct vpasid_placement placement;

	if (!vpasid_vfio_view(&own, view) && !vpasid_place(&seen, &placement))
		printf(BDF " 0x%03x %016" PRIx64 "\n", BDF_OF(dev), placement.offset,
		       placement.digest);
	return 0;
}

static int write_space(struct pci_dev *dev, const uint8_t *config, const char *directory,
		       const char *dump)
{
	const char *slash = strrchr(dump, '/');
	char path[4096];
	FILE *file;
	size_t written;

	snprintf(path, sizeof(path), "%s/%s-" BDF, directory, slash ? slash + 1 : dump,
		 BDF_OF(dev));
	file = fopen(path, "wb");
	if (!file) {
		perror(path);
		return 1;
	}
	written = fwrite(config, 1, VPASID_CONFIG_SIZE, file);
	return fclose(file) || written != VPASID_CONFIG_SIZE;
}

int main(int argc, char **argv)
{
	struct pci_access *access = pci_alloc();
	bool is_place = argc == 3 && !strcmp(argv[1], "-p");
	const char *directory = NULL;
	uint8_t config[VPASID_CONFIG_SIZE];
	int failed = 0;

	if (argc == 4 && !strcmp(argv[1], "-o"))
		directory = argv[2];
	else if (argc != 2 && !is_place)
		return 2;

	access->method = PCI_ACCESS_DUMP;
	pci_set_param(access, "dump.name", argv[argc - 1]);
	pci_init(access);
	pci_scan_bus(access);
	for (struct pci_dev *dev = access->devices; dev; dev = dev->next) {
		if (!pci_read_block(dev, 0, config, sizeof(config)))
			continue;
		if (directory)
			failed |= write_space(dev, config, directory, argv[argc - 1]);
		else
			failed |= is_place ? show_place(dev, config) : show_layout(dev, config);
	}
	pci_cleanup(access);
	return failed;
}
