/* SPDX-License-Identifier: MIT */
/* examples/proxy/ on a VFIO device that is made by hand, and a client of it. */
#ifndef TESTS_MADE_PROXY_H
#define TESTS_MADE_PROXY_H

#include <linux/pci_regs.h>

#include "made_vfio.h"
#include "serve.h"
#include "support/device_client.h"

#define PASID	0xff8
#define CONTROL (PASID + PCI_PASID_CTRL)
#define CONFIG	VFIO_PCI_CONFIG_REGION_INDEX
#define HEADER	sizeof(struct vfio_user_region_access)

extern struct proxy proxy;
extern struct session session;
extern struct message message, reply;
extern struct why why;

/* In this order: a new device and its proxy, a guest that takes PASIDs of @takes bits, a client */
void begin(bool by_iommufd);
int make_guest(unsigned int takes);
void join(void);

/* For cmocka: all three, with a guest that takes 20 bits */
int setup(void **state);
int teardown(void **state);

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

/* These return the errno of the reply, 0 if it isn't an error. handle() sends `message`. */
int handle(void);
int call(unsigned int command, const void *body, size_t length);
int access_region(unsigned int region, uint64_t offset, const void *data, size_t length);
int write16(unsigned int offset, uint16_t value);

/* Of config space; the test fails if it can't be read. */
uint32_t read32(unsigned int offset);
uint16_t control(void);

/* A file named "memory" of 8 pages, each of which begins with its number in decimal */
int make_memory(void);

/* Counts the mappings of this process that are of such files. */
int count_memory(void);

/* Maps a file from its page @page on, or with @fd -1 without a file. */
int map_page(int fd, uint64_t page, uint64_t address, uint64_t size, uint32_t flags);
int unmap(uint64_t address, uint64_t size, uint32_t flags);

#define READ  VFIO_USER_DMA_READ
#define WRITE VFIO_USER_DMA_WRITE

#endif /* TESTS_MADE_PROXY_H */
