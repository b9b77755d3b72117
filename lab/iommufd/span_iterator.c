// SPDX-License-Identifier: GPL-2.0-only
/*
 * The part of lib/interval_tree.c that iommufd needs and Debian's kernels lack: the
 * iterator of spans. It is compiled into iommufd unchanged, with its own copy of the tree's
 * functions, and exports nothing.
 */
#define __DISABLE_EXPORTS

#include "../../../lib/interval_tree.c"
