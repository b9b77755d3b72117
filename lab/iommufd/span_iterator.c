// SPDX-License-Identifier: GPL-2.0-only
/*
 * The part of lib/interval_tree.c that iommufd needs and Debian's kernels lack: the
 * iterator of spans. Comes into iommufd as it is, with a copy of the tree's functions for
 * itself, and exports nothing.
 */
#define __DISABLE_EXPORTS

#include "../../../lib/interval_tree.c"
