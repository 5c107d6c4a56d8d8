// SPDX-License-Identifier: BSL-1.0
// Video4Linux: linux/videodev2.h. In most structures, the driver fills in the fields after those that the program filled in.
#include "uapi/common.hpp"
#include "uapi/constants/device.hpp"
#include "uapi/constants/video.hpp"
#include "uapi/custom.hpp"
#include "uapi/growing.hpp"
#include "uapi/ioctl/families.hpp"
#include "uapi/ioctl/parts.hpp"
#include "uapi/spelling.hpp"

namespace cotrace::uapi {
namespace {

using namespace as;

template <std::uint64_t N>
constexpr auto const& unused = hex_bytes<exactly(N)>;
template <auto const& Of, std::uint16_t Bytes>
constexpr type nonzero = {.shape = shape::custom, .of = &Of, .size = {Bytes, Bytes, Bytes}, .align = {4, 4, 4},
                          .custom = {.decode = decode::unless_zero}};
constexpr type more = {.shape = shape::custom, .size = {0, 0, 0}, .align = {1, 1, 1}, .custom = {.decode = decode::more}};

// Appends a constant, as `how` says: the number, the name, or both. The function `name` appends the name.
template <class Name>
void put_constant(std::string& to, std::uint64_t number, spelling how, Name&& name)
{
    if (how != spelling::name)
        spell_hex(to, number);
    if (how == spelling::number)
        return;
    to += how == spelling::both ? " /* " : "";
    name();
    to += how == spelling::both ? " */" : "";
}

void spell_version(std::string& to, type const&, std::uint64_t number, spelling how)
{
    put_constant(to, number, how, [&] {
        to += "KERNEL_VERSION(";
        spell_decimal(to, number >> 16);
        to += ", ";
        spell_decimal(to, number >> 8 & 0xff);
        to += ", ";
        spell_decimal(to, number & 0xff);
        to += ')';
    });
}

void spell_ratio(std::string& to, type const&, std::uint64_t number, spelling)
{
    spell_decimal(to, number & 0xffffffff);
    to += '/';
    spell_decimal(to, number >> 32);
}
constexpr type fraction = {.shape = shape::spelled, .width = width::u64, .size = {8, 8, 8}, .align = {4, 4, 4},
                           .custom = {.spell = spell_ratio}};

// Appends a pixel format, which is a number that consists of four characters.
void spell_format(std::string& to, type const& self, std::uint64_t number, spelling how)
{
    if (how == spelling::number)
        return spell_hex(to, number);
    to += "v4l2_fourcc(";
    for (unsigned i = 0; i < 4; ++i) {
        to += i != 0 ? ", " : "";
        spell_character(to, static_cast<unsigned char>(number >> 8 * i));
    }
    to += ')';
    if (auto const* row = self.names->find(number)) {
        to += " /* ";
        to += row->name;
        to += " */";
    }
}
template <auto const& Names>
constexpr type format_of = {.shape = shape::spelled, .style = style::hex, .names = &Names,
                            .custom = {.spell = spell_format}};
constexpr auto const& pixel_format = format_of<names::v4l2_pixel_formats>;

// Appends the id of a control. An id without a name is shown as the name of its class and an offset. In a query, the id may
// contain flags.
template <bool Query>
void spell_control(std::string& to, type const&, std::uint64_t number, spelling how)
{
    constexpr std::uint64_t next = Query ? 0xc0000000 : 0, class_size = 0x10000;
    if (how != spelling::number && (number & next) != 0) {
        put_constant(to, number & next, how, [&] {
            std::string_view bar;
            for (auto const& row : names::v4l2_next_control_flags.all())
                if (number & row.value) {
                    to.append(bar).append(row.name);
                    bar = "|";
                }
        });
        to += '|';
    }
    auto const id = how == spelling::number ? number : number & ~next;
    if (auto const* row = names::v4l2_control_ids.find(id); row && id >= class_size)
        return put_constant(to, id, how, [&] { to += row->name; });
    if (auto const* row = names::v4l2_control_classes.find(id & ~(class_size - 1)))
        return put_constant(to, id, how, [&] {
            to += row->name;
            to += "+";
            spell_hex(to, id & (class_size - 1));
        });
    spell_hex(to, id);
    if (how != spelling::number)
        to += " /* V4L2_CID_??? */";
}
constexpr auto const& control_id = spelled<spell_control<false>>;
constexpr auto const& queried_id = spelled<spell_control<true>>;

constexpr structure capability{{
    {"driver", characters_in<16>},
    {"card", characters_in<32>},
    {"bus_info", characters_in<32>},
    {"version", spelled<spell_version>},
    {"capabilities", flags<names::v4l2_capabilities>},
    {"device_caps", flags<names::v4l2_capabilities>, shown::nonzero},
    {"reserved", unused<12>, shown::never},
}};
static_assert(capability.size[0] == 0x68);

constexpr auto const& buffer_type = one_of<names::v4l2_buffer_types>;

constexpr structure format_wanted{{{"index", uint32}, {"type", buffer_type}, {"rest", unused<56>, shown::never}}};
constexpr structure format_described{{
    {"index", uint32},
    {"type", buffer_type},
    {"flags", flags<names::v4l2_format_flags>},
    {"description", characters_in<32>},
    {"pixelformat", pixel_format},
    {"rest", unused<16>, shown::never},
}};
static_assert(format_wanted.size[0] == 64 && format_described.size[0] == 64);

// The members of the union in struct v4l2_format. The buffer type decides which member is used.
constexpr structure rectangle{{{"left", integer}, {"top", integer}, {"width", uint32}, {"height", uint32}}};
constexpr structure picture{{
    {"width", uint32},
    {"height", uint32},
    {"pixelformat", pixel_format},
    {"field", one_of<names::v4l2_fields>},
    {"bytesperline", uint32},
    {"sizeimage", uint32},
    {"colorspace", one_of<names::v4l2_colour_spaces>},
}};
constexpr structure plane{{{"sizeimage", uint32}, {"bytesperline", uint32}, {"reserved", unused<12>, shown::never}}};
constexpr structure picture_of_planes{{
    {"width", uint32},
    {"height", uint32},
    {"pixelformat", pixel_format},
    {"field", one_of<names::v4l2_fields>},
    {"colorspace", one_of<names::v4l2_colour_spaces>},
    {"plane_fmt", array<plane, up_to(member(6), 8)>},
    {"num_planes", uint8},
}};
constexpr structure clip{{{"c", rectangle}, {"next", address, shown::never}}};
constexpr structure window{{
    {"w", rectangle},
    {"field", one_of<names::v4l2_fields>},
    {"chromakey", hex32},
    {"clips", in<array<clip, member(4)>>},
    {"clipcount", uint32},
    {"bitmap", address},
    {"global_alpha", hex8, shown::nonzero},
}};
constexpr structure blanking{{
    {"sampling_rate", uint32},
    {"offset", uint32},
    {"samples_per_line", uint32},
    {"sample_format", pixel_format},
    {"start", array<integer, exactly(2)>},
    {"count", array<uint32, exactly(2)>},
    {"flags", flags<names::v4l2_vbi_flags>},
}};
constexpr auto const& service_lines = array<hex16, exactly(24)>;
constexpr structure sliced_blanking{{
    {"service_set", flags<names::v4l2_sliced_services, width::u16>},
    {"service_lines", array<service_lines, exactly(2)>},
    {"io_size", uint32},
}};
constexpr structure radio{{{"pixelformat", format_of<names::v4l2_radio_formats>}, {"buffersize", uint32, shown::nonzero}}};
constexpr structure metadata{{{"dataformat", format_of<names::v4l2_metadata_formats>}, {"buffersize", uint32}}};

// The union in struct v4l2_format: 200 bytes, aligned like a pointer because of the member `window`.
constexpr type any_format = {.shape = shape::custom, .size = {200, 200, 200}, .align = {8, 4, 4}};
constexpr condition of_type(std::uint32_t type, std::int8_t at = 0) { return {at, true, 0xffffffff, type}; }
template <shown Type, shown Format>
constexpr structure format{{
    {"type", buffer_type, Type},
    {"fmt", any_format, shown::never},
    {"fmt.pix", within<picture, any_format>, Format, 0, of_type(1)},
    {"fmt.pix", within<picture, any_format>, Format, 0, of_type(2)},
    {"fmt.win", within<window, any_format>, Format, 0, of_type(3)},
    {"fmt.vbi", within<blanking, any_format>, Format, 0, of_type(4)},
    {"fmt.vbi", within<blanking, any_format>, Format, 0, of_type(5)},
    {"fmt.sliced", within<sliced_blanking, any_format>, Format, 0, of_type(6)},
    {"fmt.sliced", within<sliced_blanking, any_format>, Format, 0, of_type(7)},
    {"fmt.win", within<window, any_format>, Format, 0, of_type(8)},
    {"fmt.pix_mp", within<picture_of_planes, any_format>, Format, 0, of_type(9)},
    {"fmt.pix_mp", within<picture_of_planes, any_format>, Format, 0, of_type(10)},
    {"fmt.sdr", within<radio, any_format>, Format, 0, of_type(11)},
    {"fmt.sdr", within<radio, any_format>, Format, 0, of_type(12)},
    {"fmt.meta", within<metadata, any_format>, Format, 0, of_type(13)},
    {"fmt.meta", within<metadata, any_format>, Format, 0, of_type(14)},
}};
constexpr auto const& format_type = format<shown::always, shown::never>;
constexpr auto const& format_given = format<shown::always, shown::always>;
constexpr auto const& format_set = format<shown::never, shown::always>;
static_assert(format_given.size[0] == 208 && format_given.size[1] == 204 && format_given.size[2] == 204);

// The arguments of requests about buffers.
constexpr auto const& memory = one_of<names::v4l2_memories>;
template <shown Count>
constexpr structure request_buffers{{
    {"count", uint32, Count, 2},
    {"type", buffer_type, shown::always, 0},
    {"memory", memory, shown::always, 1},
    {"rest", unused<8>, shown::never, 3},
}};
constexpr auto const& buffers_wanted = request_buffers<shown::always>;
constexpr auto const& buffers_had = request_buffers<shown::changed>;
constexpr structure export_wanted{{
    {"type", buffer_type},
    {"index", uint32},
    {"plane", uint32},
    {"flags", flags<open_flags>},
    {"rest", unused<48>, shown::never},
}};
constexpr structure exported{{{"buffer", unused<16>, shown::never}, {"fd", fd}, {"reserved", unused<44>, shown::never}}};

// The flags of a buffer. They contain two numbers: the kind and the source of the timestamp.
constexpr slice buffer_flag_slices[] = {
    {flags<names::v4l2_buffer_flags>, ~std::uint64_t{0x7e000}},
    {one_of<names::v4l2_buffer_timestamps>, 0xe000, true},
    {one_of<names::v4l2_buffer_timestamp_sources>, 0x70000, true},
};
constexpr structure timeval32{{{"tv_sec", integer}, {"tv_usec", uint32}}};
constexpr structure timeval64{{{"tv_sec", int64}, {"tv_usec", uint64}}};
// struct v4l2_buffer. `Index`, `Stamp` and `Rest` say when the index, the timestamp and most of the other fields are shown.
template <auto const& Time, shown Index, shown Rest, shown Stamp>
constexpr structure buffer{{
    {"index", uint32, Index, 1},
    {"type", buffer_type, shown::always, 0},
    {"bytesused", uint32, Rest, 5},
    {"flags", packed<buffer_flag_slices>, Rest, 6},
    {"field", uint32, shown::never, 9},
    {"timestamp", Time, Stamp, 7},
    {"timecode", array<uint32, exactly(4)>, shown::never, 9},
    {"sequence", uint32, shown::never, 9},
    {"memory", memory, Rest, 2},
    {"m", address, shown::never, 9},
    {"m.offset", within<hex32, address>, Rest, 3, of_type(1, 2)},
    {"m.userptr", within<address, address>, Rest, 3, of_type(2, 2)},
    {"length", uint32, Rest, 4},
    {"reserved2", uint32, shown::never, 9},
    {"request_fd", uint32, shown::never, 9},
    {"more", more, Rest, 8},
}};
template <auto const& Time>
constexpr auto const& buffer_at = buffer<Time, shown::always, shown::never, shown::never>;
template <auto const& Time>
constexpr auto const& buffer_of_type = buffer<Time, shown::never, shown::never, shown::never>;
template <auto const& Time>
constexpr auto const& buffer_state = buffer<Time, shown::always, shown::always, shown::never>;
template <auto const& Time>
constexpr auto const& buffer_taken = buffer<Time, shown::always, shown::always, shown::always>;
static_assert(buffer_at<timeval64>.size[0] == 0x58 && buffer_at<timeval64>.size[1] == 0x4c && buffer_at<timeval64>.size[2] == 0x50);
static_assert(buffer_at<timeval32>.size[0] == 0x50 && buffer_at<timeval32>.size[1] == 0x44 && buffer_at<timeval32>.size[2] == 0x44);
template <auto const& Time>
constexpr auto const& query_buffer = completed<buffer_at<Time>, buffer_state<Time>>;
template <auto const& Time>
constexpr auto const& take_buffer = completed<buffer_of_type<Time>, buffer_taken<Time>>;
// A struct v4l2_buffer of 80 bytes: with 32-bit times in 64-bit programs, with 64-bit times in x32 programs.
template <auto const& Wide, auto const& Narrow>
constexpr type either = {.shape = shape::custom, .of = &Wide, .after = &Narrow, .custom = {.decode = decode::of_model}};
constexpr auto const& query_either = completed<either<buffer_at<timeval32>, buffer_at<timeval64>>, either<buffer_state<timeval32>, buffer_state<timeval64>>>;
constexpr auto const& take_either = completed<either<buffer_of_type<timeval32>, buffer_of_type<timeval64>>, either<buffer_taken<timeval32>, buffer_taken<timeval64>>>;

constexpr structure create_wanted{{
    {"index", uint32, shown::never},
    {"count", uint32},
    {"memory", memory},
    {"format", format_given},
    {"rest", unused<32>, shown::never},
}};
constexpr structure created{{{"index", uint32}, {"count", uint32}}};
static_assert(create_wanted.size[0] == 0x100 && create_wanted.size[1] == 0xf8);

constexpr structure frame_buffer{{
    {"capability", hex32},
    {"flags", hex32},
    {"base", address},
    {"fmt", unused<32>, shown::never},
}};

// The arguments of requests about the parameters of streaming.
constexpr structure capturing{{
    {"capability", flags<names::v4l2_stream_capabilities>},
    {"capturemode", flags<names::v4l2_stream_modes>},
    {"timeperframe", fraction},
    {"extendedmode", hex32},
    {"readbuffers", uint32},
}};
constexpr structure giving_out{{
    {"capability", flags<names::v4l2_stream_capabilities>},
    {"outputmode", flags<names::v4l2_stream_modes>},
    {"timeperframe", fraction},
    {"extendedmode", hex32},
    {"writebuffers", uint32},
}};
template <shown Type, shown Parameters>
constexpr structure stream{{
    {"type", buffer_type, Type},
    {"parm", unused<200>, shown::never},
    {"parm.capture", within<capturing, unused<200>>, Parameters, 0, of_type(1)},
    {"parm.output", within<giving_out, unused<200>>, Parameters, 0, of_type(2)},
}};
constexpr auto const& stream_type = stream<shown::always, shown::never>;
constexpr auto const& stream_given = stream<shown::always, shown::always>;
constexpr auto const& stream_set = stream<shown::never, shown::always>;

// The arguments of requests about video standards, inputs and tuners.
template <shown Rest>
constexpr structure standard{{
    {"index", uint32},
    {"id", uint64, shown::never},
    {"name", characters_in<24>, Rest},
    {"frameperiod", fraction, Rest},
    {"framelines", uint32, Rest},
    {"reserved", array<uint32, exactly(4)>, shown::never},
}};
constexpr auto const& standard_wanted = standard<shown::never>;
constexpr auto const& standard_had = standard<shown::always>;
static_assert(standard_had.size[0] == 0x48 && standard_had.size[1] == 0x40);
template <shown Rest>
constexpr structure video_input{{
    {"index", uint32},
    {"name", characters_in<32>, Rest},
    {"type", one_of<names::v4l2_input_types>, Rest},
    {"audioset", hex32, Rest},
    {"tuner", uint32, Rest},
    {"std", flags<names::v4l2_standards, width::u64>, Rest},
    {"status", flags<names::v4l2_input_states>, Rest},
    {"capabilities", flags<names::v4l2_input_capabilities>, Rest},
    {"reserved", array<uint32, exactly(3)>, shown::never},
}};
constexpr auto const& input_wanted = video_input<shown::never>;
constexpr auto const& input_had = video_input<shown::always>;
static_assert(input_had.size[0] == 0x50 && input_had.size[1] == 0x4c);
template <shown Index, shown Rest>
constexpr structure tuner{{
    {"index", uint32, Index},
    {"name", characters_in<32>, Rest},
    {"type", one_of<names::v4l2_tuner_types>, Rest},
    {"capability", flags<names::v4l2_tuner_capabilities>, Rest},
    {"rangelow", uint32, Rest},
    {"rangehigh", uint32, Rest},
    {"rxsubchans", flags<names::v4l2_tuner_receptions>, Rest},
    {"audmode", one_of<names::v4l2_tuner_modes>, Rest},
    {"signal", integer, Rest},
    {"afc", integer, Rest},
    {"reserved", unused<16>, shown::never},
}};
constexpr auto const& tuner_wanted = tuner<shown::always, shown::never>;
constexpr auto const& tuner_given = tuner<shown::always, shown::always>;
constexpr auto const& tuner_set = tuner<shown::never, shown::always>;
static_assert(tuner_given.size[0] == 0x54);

// The arguments of requests about controls.
constexpr structure control_asked{{{"id", control_id}, {"value", integer, shown::never}}};
constexpr structure control{{{"id", control_id}, {"value", integer}}};
constexpr structure control_had{{{"id", control_id}, {"value", integer, shown::changed}}};
constexpr structure control_query{{{"id", queried_id}, {"rest", unused<64>, shown::never}}};
constexpr structure control_found{{
    {"id", queried_id, shown::changed},
    {"type", one_of<names::v4l2_control_types>},
    {"name", characters_in<32>},
    {"minimum", integer, shown::verbose},
    {"maximum", integer, shown::verbose},
    {"step", integer, shown::verbose},
    {"default_value", integer, shown::verbose},
    {"flags", flags<names::v4l2_control_flags>, shown::verbose},
    {"reserved", nonzero<array<hex32, exactly(2)>, 8>, shown::verbose},
}};
static_assert(control_found.size[0] == 0x44);
constexpr structure wide_control_query{{{"id", queried_id}, {"rest", unused<228>, shown::never}}};
constexpr structure wide_control_found{{
    {"id", queried_id, shown::changed},
    {"type", one_of<names::v4l2_control_types>},
    {"name", characters_in<32>},
    {"minimum", int64, shown::verbose},
    {"maximum", int64, shown::verbose},
    {"step", uint64, shown::verbose},
    {"default_value", int64, shown::verbose},
    {"flags", flags<names::v4l2_control_flags>, shown::verbose},
    {"elem_size", uint32, shown::verbose},
    {"elems", uint32, shown::verbose},
    {"nr_of_dims", uint32, shown::verbose},
    {"dims", array<uint32, up_to(member(10), 4)>, shown::verbose},
    {"reserved", nonzero<array<hex32, exactly(32)>, 128>, shown::verbose},
}};
static_assert(wide_control_found.size[0] == 0xe8);
constexpr structure menu_query{{{"id", control_id}, {"index", uint32}, {"rest", unused<36>, shown::never}}};
constexpr structure menu_item{{
    {"item", unused<8>, shown::never},
    {"name", characters_in<32>},
    {"value", within<int64, unused<32>>},
    {"reserved", unused<4>, shown::never},
}};

constexpr condition sized{1, false, 0xffffffff, 0}, unsized{1, true, 0xffffffff, 0};
constexpr structure wide_control{{
    {"id", one_of<names::v4l2_control_ids>},
    {"size", uint32},
    {"reserved2", uint32, shown::never},
    {"union", unused<8>, shown::never},
    {"string", within<in<bytes<member(1)>>, unused<8>>, shown::always, 0, sized},
    {"value", within<integer, unused<8>>, shown::always, 0, unsized},
    {"value64", within<int64, unused<8>>, shown::always, 0, unsized},
}, {}, layout::packed};
static_assert(wide_control.size[0] == 20);
template <shown Class, shown Controls, shown Error>
constexpr structure controls{{
    {"ctrl_class", one_of<names::v4l2_control_classes>, Class, 0},
    {"count", uint32, Class, 1},
    {"error_idx", uint32, Error, 3, sized},
    {"request_fd", uint32, shown::never, 4},
    {"reserved", uint32, shown::never, 4},
    {"controls", in<array<wide_control, member(1)>>, Controls, 2, sized},
}};
constexpr auto const& controls_asked = controls<shown::always, shown::never, shown::never>;
constexpr auto const& controls_given = controls<shown::always, shown::always, shown::never>;
constexpr auto const& controls_set = controls<shown::never, shown::always, shown::never>;
constexpr auto const& controls_not_had = controls<shown::always, shown::always, shown::always>;
constexpr auto const& controls_not_set = controls<shown::never, shown::always, shown::always>;
static_assert(controls_given.size[0] == 0x20 && controls_given.size[1] == 0x18);
// The structure `Of` after a call that sets controls, shown only if the list of controls is not empty and can be read.
template <auto const& Of>
constexpr type whole = {.shape = shape::custom, .of = &Of, .custom = {.decode = decode::whole_list}};
constexpr auto const& all_controls_set = whole<controls_set>;
constexpr auto const& all_controls_not_set = whole<controls_not_set>;
// If VIDIOC_G_EXT_CTRLS, VIDIOC_S_EXT_CTRLS or VIDIOC_TRY_EXT_CTRLS fails, the driver writes the index of the control that
// caused the error.
constexpr type get_controls = {.shape = shape::pointer, .width = width::word, .way = direction::inout, .of = &controls_asked,
                               .after = &controls_given, .failed = &controls_not_had};
constexpr type set_controls = {.shape = shape::pointer, .width = width::word, .way = direction::changed, .of = &controls_given,
                               .after = &all_controls_set, .failed = &all_controls_not_set};

// The arguments of requests about cropping, frame sizes and frame intervals.
constexpr structure crop_abilities_wanted{{{"type", buffer_type}, {"rest", unused<40>, shown::never}}};
constexpr structure crop_abilities{{{"type", buffer_type}, {"bounds", rectangle}, {"defrect", rectangle}, {"pixelaspect", fraction}}};
constexpr structure crop_wanted{{{"type", buffer_type}, {"c", rectangle, shown::never}}};
constexpr structure crop{{{"type", buffer_type}, {"c", rectangle}}};

constexpr structure size_discrete{{{"width", uint32}, {"height", uint32}}};
constexpr structure size_stepwise{{
    {"min_width", uint32},
    {"max_width", uint32},
    {"step_width", uint32},
    {"min_height", uint32},
    {"max_height", uint32},
    {"step_height", uint32},
}};
constexpr structure size_wanted{{{"index", uint32}, {"pixel_format", pixel_format}, {"rest", unused<36>, shown::never}}};
constexpr structure size_found{{
    {"index", uint32},
    {"pixel_format", pixel_format},
    {"type", one_of<names::v4l2_size_types>},
    {"size", unused<24>, shown::never},
    {"discrete", within<size_discrete, unused<24>>, shown::always, 0, of_type(1, 2)},
    {"stepwise", within<size_stepwise, unused<24>>, shown::always, 0, of_type(3, 2)},
    {"reserved", unused<8>, shown::never},
}};
static_assert(size_found.size[0] == 0x2c && size_wanted.size[0] == 0x2c);
constexpr structure interval_stepwise{{{"min", fraction}, {"max", fraction}, {"step", fraction}}};
constexpr structure interval_wanted{{
    {"index", uint32},
    {"pixel_format", pixel_format},
    {"width", uint32},
    {"height", uint32},
    {"rest", unused<36>, shown::never},
}};
constexpr structure interval_found{{
    {"index", uint32},
    {"pixel_format", pixel_format},
    {"width", uint32},
    {"height", uint32},
    {"type", one_of<names::v4l2_interval_types>},
    {"interval", unused<24>, shown::never},
    {"discrete", within<fraction, unused<24>>, shown::always, 0, of_type(1, 4)},
    {"stepwise", within<interval_stepwise, unused<24>>, shown::always, 0, of_type(2, 4)},
    {"stepwise", within<interval_stepwise, unused<24>>, shown::always, 0, of_type(3, 4)},
    {"reserved", unused<8>, shown::never},
}};
static_assert(interval_found.size[0] == 0x34 && interval_wanted.size[0] == 0x34);

// The arguments of requests for which strace shows the name of the request, but does not decode the argument.
template <shown Rest>
constexpr structure frequency{{
    {"tuner", uint32},
    {"type", one_of<names::v4l2_tuner_types>, Rest},
    {"frequency", uint32, Rest},
    {"reserved", unused<32>, shown::never},
}};
constexpr auto const& frequency_wanted = frequency<shown::never>;
constexpr auto const& frequency_had = frequency<shown::always>;
template <shown Rest>
constexpr structure selection{{
    {"type", buffer_type},
    {"target", hex32},
    {"flags", hex32},
    {"r", rectangle, Rest},
    {"reserved", unused<36>, shown::never},
}};
constexpr auto const& selection_wanted = selection<shown::never>;
constexpr auto const& selection_had = selection<shown::always>;
static_assert(frequency_had.size[0] == 0x2c && selection_had.size[0] == 0x40);

constexpr choice_case requests[] = {
    {0x4004560e, address_only<in<integer>>},                                          // VIDIOC_OVERLAY
    {0x40045612, in<buffer_type>},                                 // VIDIOC_STREAMON
    {0x40045613, in<buffer_type>},                                 // VIDIOC_STREAMOFF
    {0x40045644, address_only<in<uint32>>},                                           // VIDIOC_S_PRIORITY
    {0x40085618, in<hex64>},                                       // VIDIOC_S_STD
    {0x4014563c, in<crop>},                                        // VIDIOC_S_CROP
    {0x402c560b, in<frame_buffer>},                                // VIDIOC_S_FBUF of i386 and x32
    {0x402c5639, address_only<in<frequency_had>>},                                    // VIDIOC_S_FREQUENCY
    {0x4030560b, in<frame_buffer>},                                // VIDIOC_S_FBUF
    {0x4054561e, replaced<tuner_given, tuner_set>},                // VIDIOC_S_TUNER
    {0x80045626, out<uint32>},                                     // VIDIOC_G_INPUT
    {0x8004562e, address_only<out<uint32>>},                                          // VIDIOC_G_OUTPUT
    {0x80045643, address_only<out<uint32>>},                                          // VIDIOC_G_PRIORITY
    {0x80085617, out<hex64>},                                      // VIDIOC_G_STD
    {0x8008563f, address_only<out<hex64>>},                                           // VIDIOC_QUERYSTD
    {0x802c560a, out<frame_buffer>},                               // VIDIOC_G_FBUF of i386 and x32
    {0x8030560a, out<frame_buffer>},                               // VIDIOC_G_FBUF
    {0x80685600, out<capability>},                                 // VIDIOC_QUERYCAP
    {0xc0045627, in<uint32>},                                      // VIDIOC_S_INPUT
    {0xc004562f, address_only<in<uint32>>},                                           // VIDIOC_S_OUTPUT
    {0xc008561b, completed<control_asked, control>},               // VIDIOC_G_CTRL
    {0xc008561c, completed<control, control_had>},                 // VIDIOC_S_CTRL
    {0xc014563b, completed<crop_wanted, crop>},                    // VIDIOC_G_CROP
    {0xc0145608, completed<buffers_wanted, buffers_had>},          // VIDIOC_REQBUFS
    {0xc0185647, get_controls},                                    // VIDIOC_G_EXT_CTRLS of i386 and x32
    {0xc0185648, set_controls},                                    // VIDIOC_S_EXT_CTRLS of i386 and x32
    {0xc0185649, set_controls},                                    // VIDIOC_TRY_EXT_CTRLS of i386 and x32
    {0xc0205647, get_controls},                                    // VIDIOC_G_EXT_CTRLS
    {0xc0205648, set_controls},                                    // VIDIOC_S_EXT_CTRLS
    {0xc0205649, set_controls},                                    // VIDIOC_TRY_EXT_CTRLS
    {0xc02c5625, replaced<menu_query, menu_item>},                 // VIDIOC_QUERYMENU
    {0xc02c5638, address_only<completed<frequency_wanted, frequency_had>>},           // VIDIOC_G_FREQUENCY
    {0xc02c563a, completed<crop_abilities_wanted, crop_abilities>},   // VIDIOC_CROPCAP
    {0xc02c564a, completed<size_wanted, size_found>},              // VIDIOC_ENUM_FRAMESIZES
    {0xc034564b, completed<interval_wanted, interval_found>},      // VIDIOC_ENUM_FRAMEINTERVALS
    {0xc0405602, completed<format_wanted, format_described>},      // VIDIOC_ENUM_FMT
    {0xc0405610, replaced<export_wanted, exported>},               // VIDIOC_EXPBUF
    {0xc0405619, completed<standard_wanted, standard_had>},        // VIDIOC_ENUMSTD of i386
    {0xc040565e, address_only<completed<selection_wanted, selection_had>>},           // VIDIOC_G_SELECTION
    {0xc040565f, address_only<changed<selection_had>>},                               // VIDIOC_S_SELECTION
    {0xc0445609, query_buffer<timeval32>},                         // VIDIOC_QUERYBUF_TIME32 of i386 and x32
    {0xc044560f, query_buffer<timeval32>},                         // VIDIOC_QBUF_TIME32 of i386 and x32
    {0xc0445611, take_buffer<timeval32>},                          // VIDIOC_DQBUF_TIME32 of i386 and x32
    {0xc044565d, query_buffer<timeval32>},                         // VIDIOC_PREPARE_BUF_TIME32 of i386 and x32
    {0xc0445624, completed<control_query, control_found>},         // VIDIOC_QUERYCTRL
    {0xc0485619, completed<standard_wanted, standard_had>},        // VIDIOC_ENUMSTD
    {0xc04c5609, query_buffer<timeval64>},                         // VIDIOC_QUERYBUF of i386
    {0xc04c560f, query_buffer<timeval64>},                         // VIDIOC_QBUF of i386
    {0xc04c5611, take_buffer<timeval64>},                          // VIDIOC_DQBUF of i386
    {0xc04c565d, query_buffer<timeval64>},                         // VIDIOC_PREPARE_BUF of i386
    {0xc04c561a, completed<input_wanted, input_had>},              // VIDIOC_ENUMINPUT of i386
    {0xc0505609, query_either},                                    // VIDIOC_QUERYBUF of x32, VIDIOC_QUERYBUF_TIME32
    {0xc050560f, query_either},                                    // VIDIOC_QBUF of x32, VIDIOC_QBUF_TIME32
    {0xc0505611, take_either},                                     // VIDIOC_DQBUF of x32, VIDIOC_DQBUF_TIME32
    {0xc050561a, completed<input_wanted, input_had>},              // VIDIOC_ENUMINPUT
    {0xc050565d, address_only<query_either>},                                         // VIDIOC_PREPARE_BUF of x32, VIDIOC_PREPARE_BUF_TIME32
    {0xc054561d, completed<tuner_wanted, tuner_given>},            // VIDIOC_G_TUNER
    {0xc0585609, query_buffer<timeval64>},                         // VIDIOC_QUERYBUF
    {0xc058560f, query_buffer<timeval64>},                         // VIDIOC_QBUF
    {0xc0585611, take_buffer<timeval64>},                          // VIDIOC_DQBUF
    {0xc058565d, address_only<query_buffer<timeval64>>},                              // VIDIOC_PREPARE_BUF
    {0xc0cc5604, completed<format_type, format_given>},            // VIDIOC_G_FMT of i386 and x32
    {0xc0cc5605, replaced<format_given, format_set>},              // VIDIOC_S_FMT of i386 and x32
    {0xc0cc5615, completed<stream_type, stream_given>},            // VIDIOC_G_PARM
    {0xc0cc5616, replaced<stream_given, stream_set>},              // VIDIOC_S_PARM
    {0xc0cc5640, replaced<format_given, format_set>},              // VIDIOC_TRY_FMT of i386 and x32
    {0xc0d05604, completed<format_type, format_given>},            // VIDIOC_G_FMT
    {0xc0d05605, replaced<format_given, format_set>},              // VIDIOC_S_FMT
    {0xc0d05640, replaced<format_given, format_set>},              // VIDIOC_TRY_FMT
    {0xc0e85667, completed<wide_control_query, wide_control_found>},   // VIDIOC_QUERY_EXT_CTRL
    {0xc0f8565c, reported<create_wanted, created>},                // VIDIOC_CREATE_BUFS of i386 and x32
    {0xc100565c, reported<create_wanted, created>},                // VIDIOC_CREATE_BUFS
};

} // namespace

constinit type const video_ioctl = chosen<argument(1), requests, long_hex>;

} // namespace cotrace::uapi
