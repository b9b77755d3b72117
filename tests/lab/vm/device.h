/* SPDX-License-Identifier: MIT */
/*
 * What the programs in the VM share: an open VFIO device, and what they may ask it.
 */
#ifndef TESTS_LAB_DEVICE_H
#define TESTS_LAB_DEVICE_H

#include <linux/vfio.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct vfio;

/* An open VFIO device; ends the program with a message if there is none. */
int open_device(const char *bdf, const char *vf_token);

/* The same with what it is attached to. */
void open_vfio(const char *bdf, const char *vf_token, struct vfio *vfio);

/* VFIO_DEVICE_FEATURE: 0, or the negative errno. */
int get_feature(int device, uint32_t flags, void *payload, size_t size);

#define FEATURE_OPERATIONS \
	(VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_SET | VFIO_DEVICE_FEATURE_PROBE)

/*
 * What VFIO_DEVICE_FEATURE has to make of PASID's number with these, by its own rules and by those
 * of <linux/vfio_pasid.h>: 0 or the negative errno; 1 if it has to write the answer.
 */
int foretell_feature(uint32_t argsz, uint32_t flags);

/*
 * PASID's other number: the proposed one, 11, or the stable one again on kernels that use
 * 11 for DMA_BUF.
 */
uint32_t proposed_number(int device);

/* Has VFIO signal an eventfd when the device is to go. Returns 0, or -1 with errno. */
int hear_requests(int device, int event);

/* Where the config region begins, in the device's file. */
off_t config_region(int device);

/* Reads the config region: the bytes read, or the negative errno. */
ssize_t read_config(int device, unsigned int offset, void *buffer, size_t size);

/* Two bytes of it; ends the program if they can't be read. */
uint16_t config_word(int device, unsigned int offset);

/* Writes to it: the bytes taken, or the negative errno. */
ssize_t write_config(int device, unsigned int offset, const void *buffer, size_t size);

/* All config space that is planted in a function, read without an access to it. */
void read_hardware(const char *bdf, uint8_t *config);

/* Two bytes of it */
uint16_t hardware_word(const char *bdf, unsigned int offset);

/* The number in a file, as the planter's counters are. */
unsigned long long read_number(const char *path);

#endif /* TESTS_LAB_DEVICE_H */
