/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interrupts: how many there are, and the eventfds that signal them. The function raises
 * none by itself, but a client can have one raised, as users of VFIO can.
 */
#ifndef DEVICE_IRQS_H
#define DEVICE_IRQS_H

#include "message.h"

#define IRQS_MAX_VECTORS 2048 /* of MSI-X */

struct irqs {
	unsigned int counts[VFIO_PCI_NUM_IRQS];
	int fds[VFIO_PCI_NUM_IRQS][IRQS_MAX_VECTORS]; /* -1: none */
};

/* @counts tells how many interrupts there are, by VFIO_PCI_*_IRQ_INDEX. */
void irqs_init(struct irqs *irqs, const unsigned int counts[VFIO_PCI_NUM_IRQS]);

/*
 * VFIO_USER_DEVICE_GET_IRQ_INFO. Returns 0, or -EINVAL if argsz is too small or there is no
 * such index.
 */
int irqs_answer_info(const struct irqs *irqs, const struct message *message, struct message *reply);

/*
 * VFIO_USER_DEVICE_SET_IRQS, with VFIO's rules. Takes over the message's descriptors: one
 * eventfd for each interrupt, or none to remove them. Returns 0, or
 *
 *	-EINVAL	the flags, the range or the data make no sense, or a descriptor isn't an
 *		eventfd,
 *	-ENOTTY	this kind of interrupt can't do that,
 *	-EAGAIN	an eventfd takes no more events.
 */
int irqs_set(struct irqs *irqs, struct message *message);

/* Closes all eventfds. */
void irqs_free(struct irqs *irqs);

#endif /* DEVICE_IRQS_H */
