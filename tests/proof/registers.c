// SPDX-License-Identifier: MIT
/*
 * What a guest's write makes of PASID Control, lib/vconfig_registers.c.
 */
#include "bits.h"
#include "frontend.h"

#include "vconfig_internal.h"

#include <linux/pci_regs.h>

#define PASID_SIZE PCI_EXT_CAP_PASID_SIZEOF

/* What the VMM was told last */
uint16_t told;

/*@
  assigns told;
  ensures told == control;
*/
void pasid_changed(void *opaque, uint16_t control);

/*@
  // where Control is, in config space
  logic integer control_of(struct vpasid_vcap *vcap) = vcap->cap.offset + PCI_PASID_CTRL;

  // the bits of Control that the guest can set
  logic integer offered(struct vpasid_vcap *vcap) = vcap->writable[PCI_PASID_CTRL];

  // Control's first byte after that write: Enable is one of the offered bits. While it stays set,
  // permissions don't change.
  logic integer next_control(integer control, integer written, integer offered) =
    (control & (written & offered) & VPASID_CTRL_ENABLE) != 0 ? control : written & offered;

  predicate is_written(integer at, integer offset, integer length) =
    offset <= at < offset + length;
*/

#include "woven.c"
