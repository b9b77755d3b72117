/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a host has of PASID, for those who watch a fleet, and for those who place work in
 * one. The names are documented in vpasid(1); so are the rules for changes.
 */
#ifndef TOOLS_LIST_EXPORT_H
#define TOOLS_LIST_EXPORT_H

#include <stdio.h>
#include <time.h>

#include "list/list.h"

/* A larger file of features NFD doesn't read: its MaxFeatureFileSize. */
#define EXPORT_NFD_MAX 65536

/* Prometheus's text format, 0.0.4, as node_exporter's textfile collector reads it. */
void export_prometheus(const struct list *list, FILE *stream);

/*
 * Labels of a node, as the local source of Kubernetes's Node Feature Discovery reads
 * them. From @expiry on it takes them for gone; 0: never.
 */
void export_nfd(const struct list *list, time_t expiry, FILE *stream);

#endif /* TOOLS_LIST_EXPORT_H */
