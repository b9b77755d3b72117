/* SPDX-License-Identifier: MIT */
/*
 * How far an extended capability reaches, by what the specification says of its
 * ID and version, and by its own registers. Not exported; the prefix is for those who
 * link the static library.
 */
#ifndef CAPABILITY_H
#define CAPABILITY_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct express - what lengths depend on outside of the capability itself
 * @present: The function shows a PCI Express Capability.
 * @flit: Flit Mode Supported (PCIe r6.0, 7.5.3.2).
 * @prefix_log: End-End TLP Prefix Supported (7.5.3.15): AER has a log for them.
 * @port_type: Device/Port Type (7.5.3.2).
 * @lanes: Maximum Link Width (7.5.3.6), 0 if there is no link or it isn't known.
 */
struct express {
	bool present;
	bool flit;
	bool prefix_log;
	uint8_t port_type;
	uint8_t lanes;
};

/**
 * vpasid_express_read() - find a function's PCI Express Capability
 * @config: At least VPASID_CONFIG_CONVENTIONAL bytes of config space.
 *
 * Return: what it says; zeros if there is none.
 */
struct express vpasid_express_read(const uint8_t *config);

/**
 * struct capability - an extended capability whose length is asked for
 * @registers: Its header, and what follows it.
 * @room: Bytes of @registers that may be read: up to the next header, or to the
 *	end of the config space. A multiple of 4, at least 4.
 * @express: Of the function.
 */
struct capability {
	const uint8_t *registers;
	unsigned int room;
	const struct express *express;
};

/**
 * vpasid_capability_length() - bytes that a capability takes
 * @capability: The capability.
 *
 * Return: the length, a multiple of 4. More than the room if the specification asks
 *	for more; it then is a lower bound. 0: the length can't be known.
 */
unsigned int vpasid_capability_length(const struct capability *capability);

#endif /* CAPABILITY_H */
