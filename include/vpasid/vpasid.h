/* SPDX-License-Identifier: MIT */
/*
 * libvpasid: PASID for virtual machine monitors. This header includes all others; each of them
 * can also be included alone.
 */
#ifndef VPASID_VPASID_H
#define VPASID_VPASID_H

#include <vpasid/attach.h>
#include <vpasid/config.h>
#include <vpasid/guest.h>
#include <vpasid/info.h>
#include <vpasid/iommu.h>
#include <vpasid/place.h>
#include <vpasid/query.h>
#include <vpasid/quirks.h>
#include <vpasid/vconfig.h>
#include <vpasid/vfio_view.h>
#include <vpasid/version.h>

#endif /* VPASID_VPASID_H */
