/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interrupts: how many there are, and the eventfds that signal them. The function raises
 * none by itself; a client may have it do so, as VFIO's users may.
 */
#ifndef DEVICE_IRQS_H
#define DEVICE_IRQS_H

#include "message.h"

#define IRQS_MAX_VECTORS 2048 /* of MSI-X */

struct irqs {
	unsigned int counts[VFIO_PCI_NUM_IRQS];
	int fds[VFIO_PCI_NUM_IRQS][IRQS_MAX_VECTORS]; /* -1: none */
};

/* @counts, by VFIO_PCI_*_IRQ_INDEX. */
void irqs_init(struct irqs *irqs, const unsigned int counts[VFIO_PCI_NUM_IRQS]);

/* VFIO_USER_DEVICE_GET_IRQ_INFO. Returns 0, or -EINVAL: argsz is too small, no such index. */
int irqs_answer_info(const struct irqs *irqs, const struct message *message, struct message *reply);

/*
 * VFIO_USER_DEVICE_SET_IRQS, with VFIO's rules. Takes the message's descriptors, of which
 * there are none, for no eventfds, or as many as interrupts. Returns 0, or
 *
 *	-EINVAL	the flags, the range or the data make no sense, or a descriptor is no
 *		eventfd,
 *	-ENOTTY	this kind of interrupt can't do that,
 *	-EAGAIN	an eventfd takes no more events.
 */
int irqs_set(struct irqs *irqs, struct message *message);

/* Closes all eventfds. */
void irqs_free(struct irqs *irqs);

#endif /* DEVICE_IRQS_H */
