// SPDX-License-Identifier: BSL-1.0
// ioctl_userfaultfd(2). In most requests, the kernel writes only the last field, which is not shown if the request failed.
#include "uapi/common.hpp"
#include "uapi/constants/memory.hpp"
#include "uapi/ioctl/families.hpp"
#include "uapi/ioctl/parts.hpp"

namespace cotrace::uapi {
namespace {

using namespace as;

template <auto const& Names>
constexpr auto const& mode = flags<Names, width::u64>;

constexpr auto const& features = flags<names::userfaultfd_features, width::u64>;
constexpr structure interface_wanted{{{"api", hex64}, {"features", features}, {"ioctls", hex64, shown::never}}};
constexpr structure interface_had{{
    {"api", hex64},
    {"features", features, shown::restated},
    {"ioctls", flags<names::userfaultfd_api_ioctls, width::u64>},
}};

// The last field of an argument at entry. It is not shown, because the kernel writes it later.
constexpr field result{"result", hex64, shown::never};

constexpr structure range{{{"start", hex64}, {"len", hex64}}};
constexpr structure registering{{{"range", range}, {"mode", mode<names::uffd_register_modes>}, result}};
constexpr structure registered{{
    {"range", range},
    {"mode", mode<names::uffd_register_modes>},
    {"ioctls", flags<names::userfaultfd_register_ioctls, width::u64>},
}};
constexpr structure zeroing{{{"range", range}, {"mode", mode<names::uffd_zeropage_modes>}, result}};
constexpr structure zeroed{{{"range", range}, {"mode", mode<names::uffd_zeropage_modes>}, {"zeropage", hex64}}};
constexpr structure continuing{{{"range", range}, {"mode", mode<names::uffd_continue_modes>}, result}};
constexpr structure continued{{{"range", range}, {"mode", mode<names::uffd_continue_modes>}, {"mapped", uint64}}};
constexpr structure poisoning{{{"range", range}, {"mode", mode<names::uffd_poison_modes>}, result}};
constexpr structure poisoned{{{"range", range}, {"mode", mode<names::uffd_poison_modes>}, {"updated", uint64}}};
constexpr structure protection{{{"range", range}, {"mode", mode<names::uffd_writeprotect_modes>}}};

constexpr structure copying{{{"dst", hex64}, {"src", hex64}, {"len", hex64}, {"mode", mode<names::uffd_copy_modes>}, result}};
constexpr structure copied{{
    {"dst", hex64},
    {"src", hex64},
    {"len", hex64},
    {"mode", mode<names::uffd_copy_modes>},
    {"copy", hex64},
}};
constexpr structure moving{{{"dst", hex64}, {"src", hex64}, {"len", hex64}, {"mode", mode<names::uffd_move_modes>}, result}};
constexpr structure moved{{
    {"dst", hex64},
    {"src", hex64},
    {"len", hex64},
    {"mode", mode<names::uffd_move_modes>},
    {"move", hex64},
}};

constexpr choice_case requests[] = {
    {0x8010aa01, in<range>},                               // UFFDIO_UNREGISTER
    {0x8010aa02, in<range>},                               // UFFDIO_WAKE
    {0xc018aa06, in<protection>},                          // UFFDIO_WRITEPROTECT
    {0xc018aa3f, completed<interface_wanted, interface_had>},   // UFFDIO_API
    {0xc020aa00, completed<registering, registered>},      // UFFDIO_REGISTER
    {0xc020aa04, completed<zeroing, zeroed>},              // UFFDIO_ZEROPAGE
    {0xc020aa07, completed<continuing, continued>},        // UFFDIO_CONTINUE
    {0xc020aa08, completed<poisoning, poisoned>},          // UFFDIO_POISON
    {0xc028aa03, completed<copying, copied>},              // UFFDIO_COPY
    {0xc028aa05, address_only<completed<moving, moved>>},                     // UFFDIO_MOVE
};

} // namespace

constinit type const userfaultfd_ioctl = chosen<argument(1), requests, long_hex>;

} // namespace cotrace::uapi
