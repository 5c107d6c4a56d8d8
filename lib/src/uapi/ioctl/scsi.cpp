// SPDX-License-Identifier: BSL-1.0
// SCSI devices: sg(4), linux/bsg.h. `member(N)` counts the fields in the order in which the text output shows them.
#include "uapi/common.hpp"
#include "uapi/constants/device.hpp"
#include "uapi/constants/driver.hpp"
#include "uapi/custom.hpp"
#include "uapi/ioctl/families.hpp"
#include "uapi/ioctl/parts.hpp"

namespace cotrace::uapi {
namespace {

using namespace as;

// `data` is a pointer to a buffer of `Length` bytes or, if `Parts` is not 0, to an array of `Parts` iovecs.
template <amount Length, width W>
constexpr type buffer = {.shape = shape::pointer, .width = W, .of = &hex_bytes<Length>};
template <amount Parts, width W>
constexpr type parts = {.shape = shape::pointer, .width = W, .of = &as::array<iovec_in, Parts>};
template <amount Length, width W>
constexpr choice_case one_buffer[] = {{0, buffer<Length, W>}};
template <amount Length, amount Parts, width W>
constexpr type data = {.shape = shape::choice, .width = W, .of = &parts<Parts, W>, .length = Parts,
                       .cases = one_buffer<Length, W>, .count = 1};

// Version 3 of the structure of SG_IO. `dxfer_direction` says whether data are sent to the device, received, or both.
constexpr type version = {.shape = shape::character, .width = width::u32};
enum : std::uint32_t { both_ways = 0xfffffffc, from_device = 0xfffffffd, to_device = 0xfffffffe };
constexpr auto const& data_out = data<member(6), member(5), width::word>;
constexpr auto const& data_in = data<less(member(6), 17), member(5), width::word>;
constexpr choice_case data_sent[] = {{both_ways, data_out}, {to_device, data_out}};
constexpr choice_case data_moved[] = {{both_ways, data_in}, {from_device, data_in}, {to_device, data_out}};
template <auto const& Cases>
constexpr type by_direction = {.shape = shape::choice, .width = width::word, .of = &nothing, .length = member(1),
                               .cases = Cases, .count = static_cast<std::uint16_t>(std::size(Cases))};

constexpr structure request3{{
    {"interface_id", version, shown::always, 0},
    {"dxfer_direction", one_of<names::scsi_directions>, shown::always, 1},
    {"cmd_len", uint8, shown::always, 2},
    {"mx_sb_len", uint8, shown::always, 4},
    {"iovec_count", uint16, shown::always, 5},
    {"dxfer_len", uint32, shown::always, 6},
    {"dxferp", by_direction<data_sent>, shown::always, 9},
    {"cmdp", in<hex_bytes<member(2)>>, shown::always, 3},
    {"sbp", address, shown::never, 10},
    {"timeout", uint32, shown::always, 7},
    {"flags", flags<names::scsi_flags>, shown::always, 8},
    {"pack_id", integer, shown::never, 11},
    {"usr_ptr", address, shown::never, 12},
    {"status", hex8, shown::never, 13},
    {"masked_status", hex8, shown::never, 14},
    {"msg_status", hex8, shown::never, 15},
    {"sb_len_wr", uint8, shown::never, 16},
    {"host_status", hex16, shown::never, 17},
    {"driver_status", hex16, shown::never, 18},
    {"resid", integer, shown::never, 19},
    {"duration", uint32, shown::never, 20},
    {"info", flags<names::scsi_infos>, shown::never, 21},
}};
constexpr structure answer3{{
    {"interface_id", version, shown::always, 0},
    {"dxfer_direction", one_of<names::scsi_directions>, shown::always, 1},
    {"cmd_len", uint8, shown::always, 2},
    {"mx_sb_len", uint8, shown::always, 4},
    {"iovec_count", uint16, shown::always, 5},
    {"dxfer_len", uint32, shown::always, 6},
    {"dxferp", by_direction<data_moved>, shown::always, 9},
    {"cmdp", in<hex_bytes<member(2)>>, shown::always, 3},
    {"sbp", in<hex_bytes<member(13)>>, shown::always, 14},
    {"timeout", uint32, shown::always, 7},
    {"flags", flags<names::scsi_flags>, shown::always, 8},
    {"pack_id", integer, shown::never, 20},
    {"usr_ptr", address, shown::never, 21},
    {"status", hex8, shown::always, 10},
    {"masked_status", hex8, shown::always, 11},
    {"msg_status", hex8, shown::always, 12},
    {"sb_len_wr", uint8, shown::always, 13},
    {"host_status", hex16, shown::always, 15},
    {"driver_status", hex16, shown::always, 16},
    {"resid", integer, shown::always, 17},
    {"duration", uint32, shown::always, 18},
    {"info", flags<names::scsi_infos>, shown::always, 19},
}};

// Version 4 of the structure of SG_IO.

// A field without bytes of its own that shows the number before it, because the text output shows `response_len` twice.
constexpr type repeated_length = {.shape = shape::custom, .size = {0, 0, 0}, .align = {1, 1, 1},
                                  .custom = {.decode = decode::number_before}};
constexpr structure request4{{
    {"guard", version, shown::always, 0},
    {"protocol", one_of<names::bsg_protocols>, shown::always, 1},
    {"subprotocol", one_of<names::bsg_subprotocols>, shown::always, 2},
    {"request_len", uint32, shown::always, 3},
    {"request", buffer<member(3), width::u64>, shown::always, 4},
    {"request_tag", hex64, shown::always, 5},
    {"request_attr", uint32, shown::always, 6},
    {"request_priority", uint32, shown::always, 7},
    {"request_extra", uint32, shown::always, 8},
    {"max_response_len", uint32, shown::always, 9},
    {"response", buffer<member(27), width::u64>, shown::never, 18},
    {"dout_iovec_count", uint32, shown::always, 10},
    {"dout_xfer_len", uint32, shown::always, 11},
    {"din_iovec_count", uint32, shown::always, 12},
    {"din_xfer_len", uint32, shown::always, 13},
    {"dout_xferp", data<member(11), member(10), width::u64>, shown::always, 14},
    {"din_xferp", data<less(member(13), 28), member(12), width::u64>, shown::never, 19},
    {"timeout", uint32, shown::always, 15},
    {"flags", flags<names::bsg_flags>, shown::always, 16},
    {"usr_ptr", hex64, shown::always, 17},
    {"spare_in", uint32, shown::never, 20},
    {"driver_status", hex32, shown::never, 21},
    {"transport_status", hex32, shown::never, 22},
    {"device_status", hex32, shown::never, 23},
    {"retry_delay", uint32, shown::never, 24},
    {"info", flags<names::scsi_infos>, shown::never, 25},
    {"duration", uint32, shown::never, 26},
    {"response_len", uint32, shown::never, 27},
    {"din_resid", integer, shown::never, 28},
    {"dout_resid", integer, shown::never, 29},
    {"generated_tag", hex64, shown::never, 30},
    {"spare_out", uint32, shown::never, 31},
    {"padding", uint32, shown::never, 32},
}};
constexpr structure answer4{{
    {"guard", version, shown::always, 0},
    {"protocol", one_of<names::bsg_protocols>, shown::always, 1},
    {"subprotocol", one_of<names::bsg_subprotocols>, shown::always, 2},
    {"request_len", uint32, shown::always, 3},
    {"request", buffer<member(3), width::u64>, shown::always, 4},
    {"request_tag", hex64, shown::always, 5},
    {"request_attr", uint32, shown::always, 6},
    {"request_priority", uint32, shown::always, 7},
    {"request_extra", uint32, shown::always, 8},
    {"max_response_len", uint32, shown::always, 9},
    {"response", buffer<member(18), width::u64>, shown::always, 19},
    {"dout_iovec_count", uint32, shown::always, 10},
    {"dout_xfer_len", uint32, shown::always, 11},
    {"din_iovec_count", uint32, shown::always, 12},
    {"din_xfer_len", uint32, shown::always, 13},
    {"dout_xferp", data<member(11), member(10), width::u64>, shown::always, 14},
    {"din_xferp", data<less(member(13), 28), member(12), width::u64>, shown::always, 20},
    {"timeout", uint32, shown::always, 15},
    {"flags", flags<names::bsg_flags>, shown::always, 16},
    {"usr_ptr", hex64, shown::always, 17},
    {"spare_in", uint32, shown::never, 31},
    {"driver_status", hex32, shown::always, 21},
    {"transport_status", hex32, shown::always, 22},
    {"device_status", hex32, shown::always, 23},
    {"retry_delay", uint32, shown::always, 24},
    {"info", flags<names::scsi_infos>, shown::always, 25},
    {"duration", uint32, shown::always, 26},
    {"response_len", uint32, shown::always, 18},
    {"response_len", repeated_length, shown::always, 27},
    {"din_resid", integer, shown::always, 28},
    {"dout_resid", integer, shown::always, 29},
    {"generated_tag", hex64, shown::always, 30},
    {"spare_out", uint32, shown::never, 32},
    {"padding", uint32, shown::never, 33},
}};
static_assert(request4.size[0] == 160 && request4.size[1] == 160);

// The argument of SG_IO: a request, which the kernel replaces by the answer, even if the call failed.
template <auto const& Request, auto const& Answer>
constexpr type answered = {.shape = shape::pointer, .width = width::word, .way = direction::inout, .of = &Request,
                           .after = &Answer, .failed = &Answer};
constexpr choice_case versions[] = {
    {'S', answered<request3, answer3>},
    {'Q', answered<request4, answer4>},
};
constexpr auto const& transfer = chosen<pointee(2), versions, in<uint32>>;

constexpr structure device{{
    {"host_no", integer},
    {"channel", integer},
    {"scsi_id", hex32},
    {"lun", integer},
    {"scsi_type", hex32},
    {"h_cmd_per_lun", int16},
    {"d_queue_depth", int16},
    {"unused", as::array<integer, exactly(2)>, shown::never},
}};
constexpr structure request_state{{
    {"req_state", int8},
    {"orphan", int8},
    {"sg_io_owned", int8},
    {"problem", int8},
    {"pack_id", integer},
    {"usr_ptr", address},
    {"duration", uint32},
    {"unused", integer, shown::never},
}};

constexpr slice reset_slices[] = {{flags<names::scsi_reset_flags>, 0x100}, {one_of<names::scsi_resets>, ~std::uint64_t{0x100}, true}};
constexpr choice_case requests[] = {
    {0x2201, in<integer>},   // SG_SET_TIMEOUT
    {0x2202, nothing},   // SG_GET_TIMEOUT
    {0x2203, out<integer>},   // SG_EMULATED_HOST
    {0x2204, hex32},   // SG_SET_TRANSFORM
    {0x2205, out<integer>},   // SG_GET_TRANSFORM
    {0x2270, out<integer>},   // SG_GET_COMMAND_Q
    {0x2271, in<integer>},   // SG_SET_COMMAND_Q
    {0x2272, out<integer>},   // SG_GET_RESERVED_SIZE
    {0x2275, in<integer>},   // SG_SET_RESERVED_SIZE
    {0x2276, out<device>},   // SG_GET_SCSI_ID
    {0x2279, in<integer>},   // SG_SET_FORCE_LOW_DMA
    {0x227a, out<integer>},   // SG_GET_LOW_DMA
    {0x227b, in<integer>},   // SG_SET_FORCE_PACK_ID
    {0x227c, out<integer>},   // SG_GET_PACK_ID
    {0x227d, out<integer>},   // SG_GET_NUM_WAITING
    {0x227e, in<integer>},   // SG_SET_DEBUG
    {0x227f, out<integer>},   // SG_GET_SG_TABLESIZE
    {0x2282, out<integer>},   // SG_GET_VERSION_NUM
    {0x2283, in<integer>},   // SG_NEXT_CMD_LEN
    {0x2284, in<packed<reset_slices>>},   // SG_SCSI_RESET
    {0x2285, transfer},   // SG_IO
    {0x2286, out<request_state>},   // SG_GET_REQUEST_TABLE
    {0x2287, in<integer>},   // SG_SET_KEEP_ORPHAN
    {0x2288, out<integer>},   // SG_GET_KEEP_ORPHAN
    {0x2289, out<integer>},   // SG_GET_ACCESS_COUNT
};

} // namespace

constinit type const scsi_ioctl = chosen<argument(1), requests, long_hex>;

} // namespace cotrace::uapi
