/* SPDX-License-Identifier: MIT */
/*
 * Tells how long an extended capability is, by the specification of its ID and version and
 * by its own registers; and names it. None of this is exported; the prefix is for those who link
 * the static library.
 */
#ifndef CAPABILITY_H
#define CAPABILITY_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct express - what the lengths of capabilities depend on besides their own registers
 * @present: The function shows a PCI Express Capability.
 * @flit: Flit Mode Supported (PCIe r6.0, 7.5.3.2).
 * @prefix_log: End-End TLP Prefix Supported (7.5.3.15): AER has a log for prefixes.
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
 * vpasid_express_read() - find a function's PCI Express Capability and read it
 * @config: At least VPASID_CONFIG_CONVENTIONAL bytes of config space.
 *
 * Return: what the capability says; zeros if there is none.
 */
struct express vpasid_express_read(const uint8_t *config);

/**
 * struct capability - an extended capability, to tell its length
 * @registers: Its header, and the bytes that follow.
 * @room: How many bytes of @registers may be read: up to the next header, or to the
 *	end of the config space. A multiple of 4, at least 4.
 * @express: The function's PCI Express Capability.
 */
struct capability {
	const uint8_t *registers;
	unsigned int room;
	const struct express *express;
};

/**
 * vpasid_capability_length() - tell how many bytes a capability has
 * @capability: The capability.
 *
 * Return: the length, a multiple of 4. If that is more than the room, the capability has
 *	at least so many bytes. 0 if the length can't be known.
 */
unsigned int vpasid_capability_length(const struct capability *capability);

/* "AER", or "capability 0x1234" */
struct cap_text {
	char text[40];
};

/**
 * vpasid_cap_text() - name an extended capability in a sentence
 * @id: Capability ID.
 *
 * Return: its short name if there is one, else its ID.
 */
struct cap_text vpasid_cap_text(uint16_t id);

#endif /* CAPABILITY_H */
