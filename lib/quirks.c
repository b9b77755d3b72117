// SPDX-License-Identifier: MIT
#include <vpasid/quirks.h>
