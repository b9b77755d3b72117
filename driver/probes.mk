# SPDX-License-Identifier: GPL-2.0-only
#
# Finds out by test compilations what the kernel's headers have, for compat.h: a version number
# doesn't tell what a distribution has backported. To be included by a Kbuild file.

# $(call compiles,HEADER,CODE): y if CODE compiles with HEADER included
compiles = $(call try-run, \
	printf '$(pound)include <%s>\n%s\n' $(1) '$(2)' | \
	$(CC) $(NOSTDINC_FLAGS) $(LINUXINCLUDE) \
		-include $(srctree)/include/linux/compiler_types.h \
		$(KBUILD_CPPFLAGS) $(KBUILD_CFLAGS) $(KBUILD_CFLAGS_MODULE) \
		-DKBUILD_MODNAME=\"probe\" -Wno-error -Werror=incompatible-pointer-types \
		-fsyntax-only -x c -,y)

# $(call has_member,STRUCT,MEMBER,HEADER): y if HEADER's STRUCT has MEMBER
has_member = $(call compiles,$(3),void probe(struct $(1) *it) { (void)it->$(2); })

# try-run isn't defined when nothing is compiled: make clean.
ifdef try-run

# Every kernel has open_device: if it isn't found, the probes themselves fail.
ifneq ($(call has_member,vfio_device_ops,open_device,linux/vfio.h),y)
$(error pasid_vfio_pci: the kernel's headers can't be compiled, or lack VFIO: set KDIR=)
endif

# $(call probe,STRUCT,MEMBER,HEADER): -DHAVE_STRUCT_MEMBER if HEADER's STRUCT has MEMBER
probe = $(if $(call has_member,$(1),$(2),$(3)),-DHAVE_$(1)_$(2))

ccflags-y += $(call probe,vfio_device_ops,bind_iommufd,linux/vfio.h)
ccflags-y += $(call probe,vfio_device_ops,detach_ioas,linux/vfio.h)
ccflags-y += $(call probe,vfio_device_ops,pasid_attach_ioas,linux/vfio.h)
ccflags-y += $(call probe,vfio_device_ops,get_region_info_caps,linux/vfio.h)
ccflags-y += $(call probe,vfio_device_ops,match_token_uuid,linux/vfio.h)
ccflags-y += $(call probe,vfio_pci_core_device,pci_ops,linux/vfio_pci_core.h)
ccflags-y += $(call probe,vfio_pci_core_device,nointxmask,linux/vfio_pci_core.h)
ccflags-y += $(if $(call compiles,linux/vfio.h,void *probe = vfio_free_device;),-DHAVE_vfio_free_device)
ccflags-y += $(if $(call compiles,linux/device.h,int f(struct device *dev); \
	struct class_interface probe = { .add_dev = f };),-DHAVE_add_dev_of_device)

endif # try-run
