// SPDX-License-Identifier: BSL-1.0
// Trusted execution environments: linux/tee.h. The argument of some requests points to a buffer that ends with
// parameters.
#include "uapi/common.hpp"
#include "uapi/constants/device.hpp"
#include "uapi/constants/driver.hpp"
#include "uapi/ioctl/families.hpp"
#include "uapi/ioctl/parts.hpp"

namespace cotrace::uapi {
namespace {

using namespace as;

constexpr structure version_optee{{
    {"impl_id", one_of<names::tee_implementations>},
    {"impl_caps", flags<names::tee_optee_capabilities>, shown::always, 2},
    {"gen_caps", flags<names::tee_capabilities>, shown::always, 1},
}};
constexpr structure version_other{{
    {"impl_id", one_of<names::tee_implementations>},
    {"impl_caps", hex32, shown::always, 2},
    {"gen_caps", flags<names::tee_capabilities>, shown::always, 1},
}};
constexpr choice_case implementations[] = {{1, out<version_optee>}};
constexpr auto const& version = chosen<pointee(2), implementations, out<version_other>>;

// struct tee_ioctl_param. The field `attr` decides whether the other fields are unused, a piece of shared memory, or
// three numbers.
constexpr field_and_flags<names::tee_parameters, ~std::uint64_t{0x100}, names::tee_parameter_flags> kinds{"TEE_IOCTL_PARAM_ATTR_"};
constexpr auto const& kind = flags<kinds, width::u64>;
constexpr structure no_parameter{{{"attr", kind}, {"rest", bytes<exactly(24)>, shown::never}}};
constexpr structure memory_parameter{{{"attr", kind}, {"shm_offs", hex64}, {"size", hex64}, {"shm_id", uint64}}};
constexpr structure value_parameter{{{"attr", kind}, {"a", hex64}, {"b", hex64}, {"c", hex64}}};
constexpr choice_case parameter_kinds[] = {{0, no_parameter}, {5, memory_parameter}, {6, memory_parameter}, {7, memory_parameter}};
constexpr auto const& parameter = chosen_by_start<parameter_kinds, value_parameter, 32>;
template <unsigned Count> constexpr auto const& parameters = as::array<parameter, member(Count)>;

constexpr type bytes16 = {.shape = shape::array, .of = &hex8, .length = exactly(16)};
constexpr choice_case identities[] = {
    {0, nothing}, {1, nothing}, {2, user_id}, {4, nothing}, {5, nothing}, {6, user_id},
};
constexpr type identity = {.shape = shape::choice, .of = &bytes16, .length = member(1), .cases = identities,
                           .count = static_cast<std::uint16_t>(std::size(identities)), .size = {16, 16, 16}, .align = {1, 1, 1}};
constexpr auto const& origin = one_of<names::tee_origins>;
constexpr structure session_wanted{{
    {"uuid", uuid},
    {"clnt_uuid", identity, shown::always, 2},
    {"clnt_login", one_of<names::tee_logins>, shown::always, 1},
    {"cancel_id", uint32, shown::always, 3},
    {"session", uint32, shown::never, 6},
    {"ret", uint32, shown::never, 7},
    {"ret_origin", uint32, shown::never, 8},
    {"num_params", uint32, shown::always, 4},
    {"params", parameters<4>, shown::always, 5},
}};
constexpr structure session_opened{{
    {"rest", bytes<exactly(40)>, shown::never},
    {"session", hex32},
    {"ret", uint32},
    {"ret_origin", origin},
    {"num_params", uint32, shown::never},
    {"params", parameters<4>},
}};
constexpr structure function_called{{
    {"func", uint32},
    {"session", hex32},
    {"cancel_id", uint32},
    {"ret", uint32, shown::never},
    {"ret_origin", uint32, shown::never},
    {"num_params", uint32},
    {"params", parameters<5>},
}};
constexpr structure function_returned{{
    {"rest", bytes<exactly(12)>, shown::never},
    {"ret", uint32},
    {"ret_origin", origin},
    {"num_params", uint32, shown::never},
    {"params", parameters<3>},
}};
constexpr structure call_awaited{{{"func", uint32}, {"num_params", uint32}, {"params", parameters<1>}}};
constexpr structure call_received{{{"func", uint32, shown::never}, {"num_params", uint32}, {"params", parameters<1>}}};
constexpr structure answer_given{{{"ret", uint32, shown::never}, {"num_params", uint32}, {"params", parameters<1>}}};
constexpr structure answer_taken{{{"ret", uint32}, {"num_params", uint32, shown::never}, {"params", parameters<1>}}};

// struct tee_ioctl_buf_data. At entry, the buffer is decoded only if `buf_len` is exactly the size of its structure and
// parameters.
template <auto const& Of>
constexpr type buffer = {.shape = shape::custom, .of = &Of, .size = {8, 8, 8}, .align = {8, 4, 8},
                         .custom = {.decode = decode::tee_buffer}};
template <auto const& Of>
constexpr structure given{{{"buf_ptr", buffer<Of>, shown::always, 1}, {"buf_len", uint64}}};
template <auto const& Of>
constexpr structure back{{{"buf_ptr", buffer<Of>, shown::changed, 1}, {"buf_len", uint64}}};
template <auto const& In, auto const& Out>
constexpr auto const& exchanged = completed<given<In>, back<Out>>;

constexpr structure cancelled{{{"cancel_id", uint32}, {"session", hex32}}};
constexpr structure closed{{{"session", hex32}}};

constexpr auto const& memory_flags = flags<names::tee_shared_memory_flags>;
constexpr structure memory_wanted{{{"size", hex64}, {"flags", memory_flags}, {"id", integer, shown::never}}};
constexpr structure memory_got{{{"size", hex64}, {"flags", memory_flags}, {"id", integer}}};
constexpr structure memory_shared{{
    {"fd", fd}, {"fd_high", uint32, shown::never}, {"size", hex64, shown::never}, {"flags", memory_flags}, {"id", integer, shown::never},
}};
constexpr structure memory_registered{{
    {"fd", uint64, shown::never}, {"size", hex64}, {"flags", memory_flags, shown::never}, {"id", integer},
}};
constexpr structure memory_offered{{{"addr", address64}, {"length", hex64}, {"flags", memory_flags}, {"id", integer, shown::never}}};
constexpr structure memory_taken{{{"addr", address64, shown::never}, {"length", hex64}, {"flags", memory_flags}, {"id", integer}}};

constexpr choice_case requests[] = {
    {0x8004a405, in<closed>},   // TEE_IOC_CLOSE_SESSION
    {0x8008a404, in<cancelled>},   // TEE_IOC_CANCEL
    {0x800ca400, version},   // TEE_IOC_VERSION
    {0x8010a402, exchanged<session_wanted, session_opened>},   // TEE_IOC_OPEN_SESSION
    {0x8010a403, exchanged<function_called, function_returned>},   // TEE_IOC_INVOKE
    {0x8010a406, exchanged<call_awaited, call_received>},   // TEE_IOC_SUPPL_RECV
    {0x8010a407, exchanged<answer_given, answer_taken>},   // TEE_IOC_SUPPL_SEND
    {0xc010a401, replaced<memory_wanted, memory_got>},   // TEE_IOC_SHM_ALLOC
    {0xc018a408, replaced<memory_shared, memory_registered>},   // TEE_IOC_SHM_REGISTER_FD
    {0xc018a409, replaced<memory_offered, memory_taken>},   // TEE_IOC_SHM_REGISTER
};

} // namespace

constinit type const tee_ioctl = chosen<argument(1), requests, long_hex>;

} // namespace cotrace::uapi
