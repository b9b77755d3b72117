/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where a function is, without bus numbers: in the notation of the kernel's pci= parameter, that
 * is "00:1c.0/00.0" for function 0 of slot 0 behind the bridge 00:1c.0.
 */
#ifndef LAB_PATH_H
#define LAB_PATH_H

#include <stdbool.h>
#include <stdint.h>

#define PATH_HOPS 4

/**
 * struct pci_path - a path of functions
 * @hops: how many they are
 * @devfn: slot << 3 | function of each: of the bridges from the root bus on, then of the function
 */
struct pci_path {
	unsigned int hops;
	uint8_t devfn[PATH_HOPS];
};

/* A formatted path, by value so that it can stand in the arguments of printf(). */
struct path_text {
	char text[sizeof("00:00.0/00.0/00.0/00.0")];
};

bool path_parse(struct pci_path *path, const char *text);
struct path_text path_format(const struct pci_path *path);

bool path_equal(const struct pci_path *a, const struct pci_path *b);
bool path_same_bus(const struct pci_path *a, const struct pci_path *b);
bool path_is_below(const struct pci_path *path, const struct pci_path *bridge);

static inline uint8_t path_devfn(const struct pci_path *path)
{
	return path->devfn[path->hops - 1];
}

#endif /* LAB_PATH_H */
