/* SPDX-License-Identifier: MIT */
/*
 * Common macros of libvpasid's headers: linkage and visibility.
 */
#ifndef VPASID_API_H
#define VPASID_API_H

#ifdef __cplusplus
#define VPASID_BEGIN_DECLS extern "C" {
#define VPASID_END_DECLS   }
#else
#define VPASID_BEGIN_DECLS
#define VPASID_END_DECLS
#endif

/* Part of the library's interface; every other symbol is hidden. */
#define VPASID_API __attribute__((__visibility__("default")))

#endif /* VPASID_API_H */
