// SPDX-License-Identifier: BSL-1.0
// Asynchronous input and output: Linux aio and io_uring.
#include "abi/common.hpp"
#include "abi/constants/io_uring.hpp"
#include "abi/constants/ipc.hpp"
#include "abi/constants/notify.hpp"
#include "abi/growing.hpp"
#include "abi/topics.hpp"

namespace cotrace::abi {
namespace {

using namespace as;

// A field of struct iocb that its operation decides.
template <auto const& Cases, auto const& Else, std::uint16_t Bytes, amount By = member(3)>
constexpr type by_operation = {.shape = shape::choice, .width = width::u64, .of = &Else, .length = By, .cases = Cases,
                               .count = static_cast<std::uint16_t>(std::size(Cases)), .size = {Bytes, Bytes, Bytes},
                               .align = {Bytes, Bytes == 8 ? 4 : Bytes, Bytes}};
constexpr auto const& buffer_of = in64<bytes<member(7)>>;
constexpr auto const& vector_read = in64<as::array<iovec_plain, member(7)>>;
constexpr auto const& vector_written = in64<as::array<iovec_in, member(7)>>;
constexpr choice_case aio_buffers[] = {
    {0, hex64}, {1, buffer_of}, {5, flags<names::poll_events, width::u64>}, {7, vector_read}, {8, vector_written}};
constexpr choice_case aio_sizes[] = {{0, uint64}, {1, uint64}};
constexpr choice_case aio_offsets[] = {{0, int64}, {1, int64}, {7, int64}, {8, int64}};
constexpr choice_case aio_events[] = {{1, fd}};

#define COTRACE_IOCB_HEAD                                                                                    \
    {"aio_data", hex64}, {"aio_key", uint32, shown::nonzero},                                                \
        {"aio_rw_flags", flags<names::rwf_flags>, shown::nonzero},                                           \
        {"aio_lio_opcode", one_of_decimal<names::aio_commands, width::u16>},                                 \
        {"aio_reqprio", int16, shown::nonzero}, {"aio_fildes", fd}
constexpr structure control_block{{
    COTRACE_IOCB_HEAD,
    {"aio_buf", by_operation<aio_buffers, nothing, 8>},
    {"aio_nbytes", by_operation<aio_sizes, nothing, 8>},
    {"aio_offset", by_operation<aio_offsets, nothing, 8>},
    {"", uint64, shown::never},
    {"aio_flags", flags<names::aio_flags>, shown::nonzero},
    {"aio_resfd", by_operation<aio_events, hex32, 4, member(10, 1)>, shown::nonzero},
}};
static_assert(control_block.size[0] == 64 && control_block.size[1] == 64);
constexpr structure control_block_head{{COTRACE_IOCB_HEAD}};
#undef COTRACE_IOCB_HEAD
constexpr structure io_event{{{"data", hex64}, {"obj", hex64}, {"res", int64}, {"res2", int64}}};
constexpr auto const& io_events = out<as::array<io_event, returned()>>;

constexpr structure submission_offsets{{
    {"head", uint32},
    {"tail", uint32},
    {"ring_mask", uint32},
    {"ring_entries", uint32},
    {"flags", uint32},
    {"dropped", uint32},
    {"array", uint32},
    {"resv1", hex32, shown::nonzero},
    {"user_addr", hex64},
}};
constexpr structure completion_offsets{{
    {"head", uint32},
    {"tail", uint32},
    {"ring_mask", uint32},
    {"ring_entries", uint32},
    {"overflow", uint32},
    {"cqes", uint32},
    {"flags", uint32},
    {"resv1", hex32, shown::nonzero},
    {"user_addr", hex64},
}};
constexpr condition attached{0, true, 0x20, 0x20};   // IORING_SETUP_ATTACH_WQ
constexpr structure ring_parameters{{
    {"sq_entries", uint32, shown::always, 4},
    {"cq_entries", uint32, shown::always, 5},
    {"flags", flags<names::io_uring_setup_flags>, shown::always, 0},
    {"sq_thread_cpu", hex32, shown::always, 1},
    {"sq_thread_idle", uint32, shown::always, 2},
    {"features", flags<names::io_uring_features>, shown::always, 6},
    {"wq_fd", fd, shown::always, 3, attached},
    {"", as::array<uint32, exactly(3)>, shown::never, 9},
    {"sq_off", submission_offsets, shown::always, 7},
    {"cq_off", completion_offsets, shown::always, 8},
}};
static_assert(ring_parameters.size[0] == 120);
constexpr structure ring_wishes{{
    {"sq_entries", uint32, shown::never, 4},
    {"cq_entries", uint32, shown::never, 5},
    {"flags", flags<names::io_uring_setup_flags>, shown::always, 0},
    {"sq_thread_cpu", hex32, shown::always, 1},
    {"sq_thread_idle", uint32, shown::always, 2},
    {"features", uint32, shown::never, 6},
    {"wq_fd", fd, shown::always, 3, attached},
}};
constexpr auto const& ring_set_up = inout_or<ring_parameters, ring_wishes>;

constexpr structure wait_arguments{{
    {"sigmask", in64<as::signal_set<member(1)>>},
    {"sigmask_sz", uint32},
    {"min_wait_usec", uint32},
    {"ts", in64<timespec64_type>},
}};
// IORING_ENTER_EXT_ARG, and IORING_ENTER_EXT_ARG_REG, which makes it an offset.
constexpr choice_case enter_arguments[] = {{0x8, in<wait_arguments>}, {0x40, long_unsigned}};
constexpr auto const& enter_argument = chosen<argument(3, 0x48), enter_arguments, in<as::signal_set<argument(5)>>>;

constexpr structure files_update{{
    {"offset", uint32},
    {"resv", hex32, shown::nonzero},
    {"fds", in64<as::array<fd, argument(3)>>},
}};
constexpr choice_case restriction_subjects[] = {
    {0, one_of<names::io_uring_register_operations, width::u8>},
    {1, one_of<names::io_uring_operations, width::u8>},
    {2, flags<names::io_uring_sqe_flags, width::u8>},
    {3, flags<names::io_uring_sqe_flags, width::u8>},
};
constexpr structure restriction{{
    {"opcode", one_of<names::io_uring_restrictions, width::u16>},
    {"op", by_operation<restriction_subjects, hex8, 1, member(0)>},
    {"resv", hex8, shown::nonzero},
    {"", as::array<uint32, exactly(3)>, shown::never},
}};
static_assert(restriction.size[0] == 16);
#define COTRACE_RESOURCES(data)                                                                              \
    {{{"nr", uint32}, {"flags", flags<names::io_uring_resource_flags>}, {"resv2", hex64, shown::nonzero},    \
      {"data", in64<as::array<data, member(0)>>}, {"tags", in64<as::array<hex64, member(0)>>}}}
constexpr structure file_resources COTRACE_RESOURCES(fd);
constexpr structure buffer_resources COTRACE_RESOURCES(iovec_plain);
#undef COTRACE_RESOURCES
#define COTRACE_RESOURCES(data)                                                                              \
    {{{"offset", uint32}, {"resv", hex32, shown::nonzero}, {"data", in64<as::array<data, member(4)>>},       \
      {"tags", in64<as::array<hex64, member(4)>>}, {"nr", uint32}, {"resv2", hex32, shown::nonzero}}}
constexpr structure file_update_resources COTRACE_RESOURCES(fd);
constexpr structure buffer_update_resources COTRACE_RESOURCES(iovec_plain);
#undef COTRACE_RESOURCES
constexpr structure ring_fd{{{"offset", integer}, {"resv", hex32, shown::nonzero}, {"data", fd}, {"", uint32, shown::never}}};
constexpr auto const& event_fd = in<as::array<fd, exactly(1)>>;
constexpr choice_case register_arguments[] = {
    {0, in<as::array<iovec_plain, argument(3)>>},
    {2, in<as::array<fd, argument(3)>>},
    {4, event_fd},
    {6, in<files_update>},
    {7, event_fd},
    {11, in<as::array<restriction, argument(3)>>},
    {13, in<growing<file_resources, argument(3), 32>>},
    {14, in<growing<file_update_resources, argument(3), 32>>},
    {15, in<growing<buffer_resources, argument(3), 32>>},
    {16, in<growing<buffer_update_resources, argument(3), 32>>},
    {17, in<as::cpu_set<argument(3)>>},
    {20, in<as::array<ring_fd, argument(3)>>},
    {21, in<as::array<ring_fd, argument(3)>>},
};

constexpr auto const& block = in<control_block>;

constexpr syscall_descriptor rows[] = {
    {"io_setup", {{"nr_events", uint32}, {"ctx_idp", out<address>}}},
    {"io_destroy", {{"ctx_id", address}}},
    {"io_submit", {{"ctx_id", address}, {"nr", ssize}, {"iocbpp", in<as::array<block, argument(1)>>}}},
    {"io_cancel", {{"ctx_id", address}, {"iocb", in<control_block_head>}, {"result", out<io_event>}}},
    {"io_getevents", {{"ctx_id", address}, {"min_nr", ssize}, {"nr", ssize}, {"events", io_events}, {"timeout", in<timespec_type>}}},
    {"io_pgetevents", {{"ctx_id", address}, {"min_nr", ssize}, {"nr", ssize}, {"events", io_events}, {"timeout", in<timespec_type>}, {"usig", in<sized_signal_set>}}},
    {"io_pgetevents_time64", {{"ctx_id", address}, {"min_nr", ssize}, {"nr", ssize}, {"events", io_events}, {"timeout", in<timespec64_type>}, {"usig", in<sized_signal_set>}}},
    {"io_uring_setup", {{"entries", uint32}, {"params", ring_set_up}}, fd},
    {"io_uring_enter", {{"fd", fd}, {"to_submit", uint32}, {"min_complete", uint32}, {"flags", flags<names::io_uring_enter_flags>}, {"arg", enter_argument}, {"argsz", size}}},
    {"io_uring_register", {{"fd", fd}, {"opcode", one_of<names::io_uring_register_operations>}, {"arg", chosen<argument(1, 0x7fffffff), register_arguments>}, {"nr_args", uint32}}},
};

} // namespace

std::span<syscall_descriptor const> async_io_calls() noexcept
{
    return rows;
}

} // namespace cotrace::abi
