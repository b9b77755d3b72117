/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interrupts: how many there are, and the eventfds that signal them. The function raises none by
 * itself, but a client can trigger one, like a user of VFIO.
 */
#ifndef DEVICE_IRQS_H
#define DEVICE_IRQS_H

#include "message.h"

#define IRQS_MAX_VECTORS 2048 /* of MSI-X */

struct irqs {
	unsigned int counts[VFIO_PCI_NUM_IRQS];
	int fds[VFIO_PCI_NUM_IRQS][IRQS_MAX_VECTORS]; /* -1: none */
};

/* @counts are the numbers of interrupts; the index is VFIO_PCI_*_IRQ_INDEX. */
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
 *	-EINVAL	the flags, the range or the data are invalid, or a descriptor isn't an eventfd,
 *	-ENOTTY	this kind of interrupt doesn't support the action,
 *	-EAGAIN	an eventfd accepts no more events.
 */
int irqs_set(struct irqs *irqs, struct message *message);

/* Closes all eventfds. */
void irqs_free(struct irqs *irqs);

#endif /* DEVICE_IRQS_H */
