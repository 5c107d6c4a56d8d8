// SPDX-License-Identifier: BSL-1.0
// Asynchronous input and output: Linux aio and io_uring.
#include "uapi/common.hpp"
#include "uapi/constants/io_uring.hpp"
#include "uapi/constants/ipc.hpp"
#include "uapi/constants/notify.hpp"
#include "uapi/constants/process.hpp"
#include "uapi/growing.hpp"
#include "uapi/topics.hpp"

namespace cotrace::uapi {
namespace {

using namespace as;

// A field of `Bytes` bytes. The number `By`, by default `aio_lio_opcode` of struct iocb, selects the type from `Cases`; if no
// case fits, the type is `Else`.
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

// The field `aio_reqprio` of struct iocb. If the field `aio_flags` includes IOCB_FLAG_IOPRIO, the text output shows the
// priority as IOPRIO_PRIO_VALUE(class, level).
constexpr slice priority_parts[] = {
    {one_of<names::ioprio_classes, width::u16>, 0xe000, true, {}, 13},
    {uint16, 0x1fff, true, "level"},
};
constexpr std::string_view priority_macro{"IOPRIO_PRIO_VALUE"};
constexpr auto const& priority = made_by<priority_parts, priority_macro, annotation::nested, width::u16, style::hex>;
#define COTRACE_IOCB_HEAD                                                                                    \
    {"aio_data", hex64, shown::always, 0}, {"aio_key", uint32, shown::nonzero, 1},                           \
        {"aio_rw_flags", flags<names::rwf_flags>, shown::nonzero, 2},                                        \
        {"aio_lio_opcode", operation, shown::always, 3}, {"aio_reqprio", request_priority, shown::nonzero, 4}, \
        {"aio_fildes", fd, shown::always, 5}
constexpr type operation = {.shape = shape::enumeration, .width = width::u16, .style = style::unsigned_decimal, .names = &names::aio_commands};
constexpr choice_case priorities[] = {{2, priority}};   // IOCB_FLAG_IOPRIO
constexpr type request_priority = {.shape = shape::choice, .width = width::u16, .of = &int16, .length = member(10, 2),
                                   .cases = priorities, .count = 1, .size = {2, 2, 2}, .align = {2, 2, 2}};
// The fields `aio_flags` and `aio_resfd` of struct iocb. They are shown only for the operations that `flags_of` and
// `events_of` list.
constexpr auto const& block_flags = flags<names::aio_flags>;
constexpr type event_descriptor = by_operation<aio_events, hex32, 4, member(10, 1)>;
constexpr choice_case flags_of[] = {{0, block_flags}, {1, block_flags}, {5, block_flags}, {7, block_flags}, {8, block_flags}};
constexpr choice_case events_of[] = {{0, event_descriptor}, {1, event_descriptor}, {5, event_descriptor}, {7, event_descriptor}, {8, event_descriptor}};
constexpr structure control_block{{
    COTRACE_IOCB_HEAD,
    {"aio_buf", by_operation<aio_buffers, nothing, 8>, shown::always, 6},
    {"aio_nbytes", by_operation<aio_sizes, nothing, 8>, shown::always, 7},
    {"aio_offset", by_operation<aio_offsets, nothing, 8>, shown::always, 8},
    {"", uint64, shown::never, 9},
    {"aio_flags", by_operation<flags_of, nothing, 4>, shown::nonzero, 10},
    {"aio_resfd", by_operation<events_of, nothing, 4>, shown::nonzero, 11},
}};
static_assert(control_block.size[0] == 64 && control_block.size[1] == 64);
constexpr auto const& no_field = as::array<uint32, exactly(0)>;   // a field of 0 bytes, so that `aio_flags` has the index 10
constexpr structure control_block_head{{
    COTRACE_IOCB_HEAD,
    {"", uint64, shown::never, 6},
    {"", as::array<uint64, exactly(3)>, shown::never, 7},
    {"aio_flags", uint32, shown::never, 10},
    {"", uint32, shown::never, 11},
    {"", no_field, shown::never, 8},
    {"", no_field, shown::never, 9},
}};
static_assert(control_block_head.size[0] == 64);
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
    {"sq_entries", uint32, shown::always, 5},
    {"cq_entries", uint32, shown::always, 6},
    {"flags", flags<names::io_uring_setup_flags>, shown::always, 0},
    {"sq_thread_cpu", hex32, shown::always, 1},
    {"sq_thread_idle", uint32, shown::always, 2},
    {"features", flags<names::io_uring_features>, shown::always, 7},
    {"wq_fd", fd, shown::always, 3, attached},
    {"resv", as::array<hex32, exactly(3)>, shown::nonzero, 4},
    {"sq_off", submission_offsets, shown::always, 8},
    {"cq_off", completion_offsets, shown::always, 9},
}};
static_assert(ring_parameters.size[0] == 120);
constexpr structure ring_parameters_in{{
    {"sq_entries", uint32, shown::never, 5},
    {"cq_entries", uint32, shown::never, 6},
    {"flags", flags<names::io_uring_setup_flags>, shown::always, 0},
    {"sq_thread_cpu", hex32, shown::always, 1},
    {"sq_thread_idle", uint32, shown::always, 2},
    {"features", uint32, shown::never, 7},
    {"wq_fd", fd, shown::always, 3, attached},
    {"resv", as::array<hex32, exactly(3)>, shown::nonzero, 4},
    {"", as::array<uint64, exactly(10)>, shown::never, 8},
}};
static_assert(ring_parameters_in.size[0] == ring_parameters.size[0]);
constexpr auto const& ring_set_up = inout_or<ring_parameters, ring_parameters_in>;

constexpr structure wait_arguments{{
    {"sigmask", in64<as::signal_set<member(1)>>},
    {"sigmask_sz", uint32},
    {"min_wait_usec", uint32},
    {"ts", in64<timespec64_type>},
}};
// The argument `arg` of io_uring_enter(2): with only IORING_ENTER_EXT_ARG a structure, with only IORING_ENTER_EXT_ARG_REG an
// offset, otherwise a signal set.
constexpr choice_case enter_arguments[] = {{0x8, in<wait_arguments>}, {0x40, long_unsigned}};
constexpr auto const& enter_argument = chosen<argument(3, 0x48), enter_arguments, in<as::signal_set<argument(5)>>>;

// A pointer. The text output always shows the target before and after the call.
template <auto const& Of>
constexpr type moved = {.shape = shape::pointer, .width = width::word, .way = direction::changed, .of = &Of,
                        .text = {.always_changed = true}};
// A pointer to an array, which the text output shows before and after the call. After a failed call, it shows the address
// instead.
template <auto const& Of>
constexpr type moved_array = {.shape = shape::pointer, .width = width::word, .way = direction::changed, .of = &Of,
                              .failed = &nothing, .text = {.always_changed = true}};

// The types of the argument `arg` of io_uring_register(2). The operation selects the type.

// A file descriptor, or the number IORING_REGISTER_FILES_SKIP.
constexpr type fd_or_skip = {.shape = shape::enumeration, .style = style::decimal, .names = &names::io_uring_skip_files};
constexpr structure files_update{{
    {"offset", uint32},
    {"resv", hex32, shown::nonzero},
    {"fds", in64<as::array<fd_or_skip, argument(3)>>},
}};
constexpr structure probed_operation{{
    {"op", one_of_unsigned<names::io_uring_operations, width::u8>},
    {"resv", hex8, shown::nonzero},
    {"flags", flags<names::io_uring_probe_flags, width::u16>},
    {"resv2", hex32, shown::nonzero},
}};
constexpr structure probe_head{{
    {"last_op", one_of_unsigned<names::io_uring_operations, width::u8>},
    {"ops_len", uint8},
    {"resv", hex16, shown::nonzero},
    {"resv2", as::array<hex32, exactly(3)>, shown::nonzero},
}};
constexpr type probe_here = {.shape = shape::custom, .width = width::klong, .of = &probe_head, .after = &probed_operation,
                             .custom = {.decode = decode::ring_probe}};
constexpr type probe = {.shape = shape::pointer, .width = width::word, .way = direction::changed, .of = &probe_here,
                        .text = {.always_changed = true}};
// The operand of struct io_uring_restriction. The kind of the restriction (`opcode`) decides the name of the operand.
constexpr field restricted[] = {
    {"register_op", one_of<names::io_uring_register_operations, width::u8>},
    {"sqe_op", one_of<names::io_uring_operations, width::u8>},
    {"sqe_flags", flags<names::io_uring_sqe_flags, width::u8>},
    {"sqe_flags", flags<names::io_uring_sqe_flags, width::u8>},
};
constexpr type restricted_byte = {.shape = shape::custom, .width = width::u8, .fields = restricted, .count = 4, .size = {1, 1, 1},
                                  .align = {1, 1, 1}, .custom = {.decode = decode::ring_restriction}};
constexpr structure restriction{{
    {"opcode", one_of<names::io_uring_restrictions, width::u16>},
    {"", restricted_byte},
    {"resv", hex8, shown::nonzero},
    {"resv2", as::array<hex32, exactly(3)>, shown::nonzero},
}};
static_assert(restriction.size[0] == 16);
template <auto const& Data>
constexpr structure resources{{
    {"nr", uint32},
    {"flags", flags<names::io_uring_resource_flags>},
    {"resv2", hex64, shown::nonzero},
    {"data", in64<as::array<Data, member(0)>>},
    {"tags", in64<as::array<hex64, member(0)>>},
}};
template <auto const& Data>
constexpr structure updated_resources{{
    {"offset", uint32, shown::always, 0},
    {"resv", hex32, shown::nonzero, 1},
    {"data", in64<as::array<Data, member(4)>>, shown::always, 2},
    {"tags", in64<as::array<hex64, member(4)>>, shown::always, 3},
    {"nr", uint32, shown::always, 4},
    {"resv2", hex32, shown::nonzero, 5},
}};
constexpr type worker_counts = {.shape = shape::array, .names = &names::io_uring_worker_kinds, .of = &uint32, .length = argument(3)};
constexpr structure ring_fd{{{"offset", user_id}, {"resv", hex32, shown::nonzero}, {"data", fd}, {"", uint32, shown::never}}};
constexpr structure ring_fd_removed{{{"offset", uint32}, {"resv", hex32, shown::nonzero}, {"data", hex64, shown::nonzero}}};
constexpr structure buffer_ring{{
    {"ring_addr", address64},
    {"ring_entries", uint32},
    {"bgid", uint16},
    {"flags", hex16},
    {"min_left", uint32},
    {"resv", as::array<hex32, exactly(5)>, shown::nonzero},
}};
static_assert(buffer_ring.size[0] == 40);
constexpr structure cancel_timeout{{{"tv_sec", int64}, {"tv_nsec", int64}}};
constexpr structure cancellation{{
    {"addr", address64},
    {"fd", fd},
    {"flags", flags<names::io_uring_cancel_flags>},
    {"timeout", cancel_timeout},
    {"opcode", one_of<names::io_uring_operations, width::u8>},
    {"pad", as::array<hex8, exactly(7)>, shown::nonzero},
    {"pad2", as::array<hex64, exactly(3)>, shown::nonzero},
}};
static_assert(cancellation.size[0] == 64);
constexpr structure index_range{{{"off", uint32}, {"len", uint32}, {"resv", hex64, shown::nonzero}}};
constexpr structure buffer_status{{
    {"buf_group", hex32},
    {"head", hex32},
    {"resv", as::array<hex32, exactly(8)>, shown::nonzero},
}};
constexpr choice_case napi_parameters[] = {{0, one_of<names::io_uring_napi_trackings>}};   // IO_URING_NAPI_REGISTER_OP
constexpr structure napi{{
    {"busy_poll_to", hex32},
    {"prefer_busy_poll", hex8},
    {"opcode", one_of<names::io_uring_napi_operations, width::u8>},
    {"pad", as::array<hex8, exactly(2)>, shown::nonzero},
    {"op_param", by_operation<napi_parameters, hex32, 4, member(2)>},
    {"resv", hex32, shown::nonzero},
}};
constexpr structure ring_clock{{{"clockid", clock}, {"__resv", as::array<hex32, exactly(3)>, shown::nonzero}}};
constexpr structure cloned_buffers{{
    {"src_fd", fd},
    {"flags", flags<names::io_uring_clone_flags>},
    {"src_off", uint32},
    {"dst_off", uint32},
    {"nr", uint32},
    {"pad", as::array<hex32, exactly(3)>, shown::nonzero},
}};

// struct io_uring_sqe. The types of several fields depend on the operation.
constexpr choice_case submitted_priorities[] = {
    {13, flags<names::io_uring_accept_flags, width::u16>},
    {9, flags<names::io_uring_transfer_flags, width::u16>}, {10, flags<names::io_uring_transfer_flags, width::u16>},
    {26, flags<names::io_uring_transfer_flags, width::u16>}, {27, flags<names::io_uring_transfer_flags, width::u16>},
    {47, flags<names::io_uring_transfer_flags, width::u16>}, {48, flags<names::io_uring_transfer_flags, width::u16>},
    {58, flags<names::io_uring_transfer_flags, width::u16>},
};
#define COTRACE_SUBMISSION(flags_name, flags_type)                                                           \
    {{{"opcode", one_of_unsigned<names::io_uring_operations, width::u8>},                                             \
      {"flags", flags<names::io_uring_sqe_flags, width::u8>},                                                \
      {"ioprio", by_operation<submitted_priorities, uint16, 2, member(0)>}, {"fd", fd}, {"off", hex64},      \
      {"addr", hex64}, {"len", uint32}, {flags_name, flags_type}, {"user_data", hex64}, {"buf_index", hex16}, \
      {"personality", uint16}, {"file_index", hex32}, {"optval", hex64}, {"", uint64, shown::never}}}
constexpr structure submission COTRACE_SUBMISSION("rw_flags", hex32);
constexpr structure submitted_nop COTRACE_SUBMISSION("nop_flags", flags<names::io_uring_nop_flags>);
constexpr structure submitted_install COTRACE_SUBMISSION("install_fd_flags", flags<names::io_uring_install_flags>);
constexpr structure submitted_message COTRACE_SUBMISSION("msg_ring_flags", flags<names::io_uring_message_flags>);
#undef COTRACE_SUBMISSION
static_assert(submission.size[0] == 64);
constexpr choice_case submissions[] = {{0, submitted_nop}, {40, submitted_message}, {54, submitted_install}};
constexpr type submitted = {.shape = shape::custom, .width = width::klong, .of = &submission, .cases = submissions, .count = 3,
                            .custom = {.decode = decode::ring_submission}};

constexpr structure receive_offsets{{
    {"head", uint32},
    {"tail", uint32},
    {"rqes", uint32},
    {"__resv2", hex32, shown::nonzero},
    {"__resv", as::array<hex64, exactly(2)>, shown::nonzero},
}};
constexpr structure receive_queue{{
    {"if_idx", uint32},
    {"if_rxq", uint32},
    {"rq_entries", uint32},
    {"flags", flags<names::io_uring_receive_flags>},
    {"area_ptr", address64},
    {"region_ptr", address64},
    {"offsets", receive_offsets},
    {"zcrx_id", uint32},
    {"rx_buf_len", uint32},
    {"event_desc", address64},
    {"__resv", as::array<hex64, exactly(2)>, shown::nonzero},
}};
static_assert(receive_queue.size[0] == 96);
// struct zcrx_ctrl. The fields after the header of the structure depend on the operation in the header.
constexpr structure receive_flush{{{"__resv", as::array<hex64, exactly(6)>, shown::nonzero}}};
constexpr structure receive_export{{{"zcrx_fd", fd}, {"__resv1", as::array<hex32, exactly(11)>, shown::nonzero}}};
constexpr structure receive_event{{
    {"event_type", one_of<names::io_uring_receive_events>}, {"__resv", as::array<hex32, exactly(11)>, shown::nonzero},
}};
consteval condition controls(std::uint32_t operation) { return {1, true, 0xffffffff, operation}; }
constexpr structure receive_control{{
    {"zcrx_id", uint32},
    {"op", one_of<names::io_uring_receive_controls>},
    {"__resv", as::array<hex64, exactly(2)>, shown::nonzero},
    {"zc_flush", receive_flush, shown::always, 0, controls(0)},
    {"zc_export", receive_export, shown::always, 0, controls(1)},
    {"zc_arm_event", receive_event, shown::always, 0, controls(2)},
}};
static_assert(receive_control.size[0] == 72);
constexpr structure user_address{{{"", as::array<uint32, exactly(8)>, shown::never}, {"user_addr", hex64}}};
constexpr structure resized{{
    {"sq_entries", uint32},
    {"cq_entries", uint32},
    {"flags", flags<names::io_uring_setup_flags>},
    {"", as::array<uint32, exactly(4)>, shown::never},
    {"resv", as::array<hex32, exactly(3)>, shown::nonzero, 3},
    {"sq_off", user_address, shown::nonzero, 1},
    {"cq_off", user_address, shown::nonzero, 2},
}};
constexpr structure memory_region{{
    {"region_uptr", address64},
    {"flags", flags<names::io_uring_memory_flags, width::u64>},
    {"__resv", as::array<hex64, exactly(2)>, shown::nonzero},
}};
// The data of the query IO_URING_QUERY_OPCODES.
constexpr structure query_operations{{
    {"nr_request_opcodes", uint32},
    {"nr_register_opcodes", uint32},
    {"feature_flags", flags<names::io_uring_features, width::u64>},
    {"ring_setup_flags", flags<names::io_uring_setup_flags, width::u64>},
    {"enter_flags", flags<names::io_uring_enter_flags, width::u64>},
    {"sqe_flags", flags<names::io_uring_sqe_flags, width::u64>},
    {"nr_query_opcodes", uint32},
    {"__pad", hex32, shown::nonzero},
}};
static_assert(query_operations.size[0] == 48);
// The argument of IORING_REGISTER_QUERY: a chain of struct io_uring_query_hdr.
constexpr type query_header = {.shape = shape::custom, .width = width::klong, .of = &query_operations,
                               .custom = {.decode = decode::ring_query}};

// The argument `arg` of operations that require `nr_args` to be `Many`. With another `nr_args`, `arg` is shown as an address.
template <auto const& Of, std::uint64_t Many = 1>
constexpr choice_case exactly_so_many[] = {{Many, Of}};
template <auto const& Of, std::uint64_t Many = 1>
constexpr auto const& if_many = chosen<argument(3), exactly_so_many<Of, Many>, address>;
constexpr choice_case register_arguments[] = {
    {0, in<as::array<iovec_plain, argument(3)>>},
    {2, in<as::array<fd, argument(3)>>},
    {4, in<as::array<fd, argument(3)>>},
    {6, in<files_update>},
    {7, in<as::array<fd, argument(3)>>},
    {8, probe},
    {11, in<as::array<restriction, argument(3)>>},
    {13, in<growing<resources<fd>, argument(3), 32>>},
    {14, in<growing<updated_resources<fd_or_skip>, argument(3), 32>>},
    {15, in<growing<resources<iovec_plain>, argument(3), 32>>},
    {16, in<growing<updated_resources<iovec_plain>, argument(3), 32>>},
    {17, in<as::cpu_set<argument(3)>>},
    {19, moved_array<worker_counts>},
    {20, in<as::array<ring_fd, argument(3)>>},
    {21, in<as::array<ring_fd_removed, argument(3)>>},
    {22, if_many<in<buffer_ring>>},
    {23, if_many<in<buffer_ring>>},
    {24, if_many<in<cancellation>>},
    {25, if_many<in<index_range>>},
    {26, if_many<out<buffer_status>>},
    {27, if_many<moved<napi>>},
    {28, if_many<out<napi>>},
    {29, if_many<in<ring_clock>, 0>},
    {30, if_many<in<cloned_buffers>>},
    {31, if_many<in<submitted>>},
    {32, if_many<in<receive_queue>>},
    {36, if_many<in<receive_control>>},
    {33, if_many<in<resized>>},
    {34, if_many<in<memory_region>>},
    {35, if_many<in<query_header>, 0>},
};
// The argument `fd` of io_uring_register(2): with IORING_REGISTER_USE_REGISTERED_RING the index of a registered ring,
// otherwise a file descriptor.
constexpr choice_case rings[] = {{0x80000000, uint32}};
constexpr auto const& ring = chosen<argument(1, 0x80000000), rings, fd>;
constexpr auto unmarked_register_flag = renamed(names::io_uring_register_flag);
constexpr slice register_operation[] = {
    {one_of<names::io_uring_register_operations>, 0x7fffffff, true},
    {flags<unmarked_register_flag>, 0x80000000},
};

constexpr auto const& block = in<control_block>;

constexpr syscall_descriptor rows[] = {
    {"io_setup", {{"nr_events", uint32}, {"ctx_idp", out<address>}}},
    {"io_destroy", {{"ctx_id", address}}},
    {"io_submit", {{"ctx_id", address}, {"nr", ssize}, {"iocbpp", in<as::array<block, not_negative(argument(1))>>}}},
    {"io_cancel", {{"ctx_id", address}, {"iocb", in<control_block_head>}, {"result", out<io_event>}}},
    {"io_getevents", {{"ctx_id", address}, {"min_nr", ssize}, {"nr", ssize}, {"events", io_events}, {"timeout", in<timespec_type>}}},
    {"io_pgetevents", {{"ctx_id", address}, {"min_nr", ssize}, {"nr", ssize}, {"events", io_events}, {"timeout", in<timespec_type>}, {"usig", in<sized_signal_set>}}},
    {"io_pgetevents_time64", {{"ctx_id", address}, {"min_nr", ssize}, {"nr", ssize}, {"events", io_events}, {"timeout", in<timespec64_type>}, {"usig", in<sized_signal_set>}}},
    {"io_uring_setup", {{"entries", uint32}, {"params", ring_set_up}}, fd},
    {"io_uring_enter", {{"fd", fd}, {"to_submit", uint32}, {"min_complete", uint32}, {"flags", flags<names::io_uring_enter_flags>}, {"arg", enter_argument}, {"argsz", size}}},
    {"io_uring_register", {{"fd", ring}, {"opcode", packed<register_operation>}, {"arg", chosen<argument(1, 0x7fffffff), register_arguments>}, {"nr_args", uint32}}},
};

} // namespace

std::span<syscall_descriptor const> async_io_calls() noexcept
{
    return rows;
}

} // namespace cotrace::uapi
