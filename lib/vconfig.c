// SPDX-License-Identifier: MIT
#include <vpasid/vconfig.h>
