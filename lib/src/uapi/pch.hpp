// SPDX-License-Identifier: BSL-1.0
// Precompiled header of the tables. Each source file must also compile without the precompiled header.
#include "uapi/common.hpp"
#include "uapi/custom.hpp"
#include "uapi/ioctl/parts.hpp"
#include "uapi/spelling.hpp"
