// SPDX-License-Identifier: BSL-1.0
// Tests of ioctl(2) requests to devices and file systems. The expected text is strace's text for a request with equal
// bytes.
#include "support/catch.hpp"

#include "unit/decode/byte_memory.hpp"
#include "unit/decode/bytes.hpp"
#include "unit/decode/random_memory.hpp"
#include "unit/render/rendered.hpp"

#include "uapi/constants/ioctls.hpp"

#include <cotrace/render/text.hpp>

#include <cerrno>

namespace devices_tests {

using namespace cotrace;
using test::both;
using test::byte_memory;
using test::longs;
using test::random_memory;
using test::traced_call;
using test::words;
using test::zeros;

namespace {

/// An ioctl request with the bytes `before` at 0x1000. The call replaces these bytes by `after`, unless `after` is empty.
struct request {
    std::uint32_t number = 0;
    std::string before{};
    std::string after{};
    std::int64_t result = 0;
    bool verbose = false;
    cotrace::uapi::arch interface = cotrace::uapi::arch::x86_64;
    byte_memory memory{};

    /// The text of the call after the name of the request.
    std::string text()
    {
        capture_options const options{.verbose = verbose};
        memory.put(0x1000, before);
        traced_call call{"ioctl", {3, number, 0x1000}, interface};
        call.enter(memory, options);
        if (!after.empty())
            memory.put(0x1000, after);
        call.leave(memory, result, options);
        auto const line = both(call, {.column = 0, .verbose = verbose});
        auto const from = line.find(", ", line.find(", ") + 2) + 2;
        return line.substr(from, line.size() - from - 1);
    }
};

}   // namespace

TEST_CASE("the members that a request fills in are shown after the members that were passed to the request")
{
    auto const given = longs(0xaa, 0, 0);
    CHECK(request{0xc018aa3f, given, longs(0xaa, 2, 3)}.text()
          == "{api=0xaa, features=0 => features=UFFD_FEATURE_EVENT_FORK, ioctls=1<<_UFFDIO_REGISTER|1<<_UFFDIO_UNREGISTER}) = 0");
    CHECK(request{0xc018aa3f, given, longs(0xaa, 2, 3), -EINVAL}.text()
          == "{api=0xaa, features=0}) = -1 EINVAL (Invalid argument)");
    CHECK(request{0xc018aa3f, given.substr(1), {}, -EINVAL}.text() == "0x1000) = -1 EINVAL (Invalid argument)");
    CHECK(request{0xc028aa03, longs(1, 2, 4096, 1, 0), longs(1, 2, 4096, 1, 4096)}.text()
          == "{dst=0x1, src=0x2, len=0x1000, mode=UFFDIO_COPY_MODE_DONTWAKE, copy=0x1000}) = 0");
}

TEST_CASE("newer requests of clocks, watchdogs, namespaces and file systems are decoded")
{
    CHECK(
        request{.number = 0xc0403d15, .after = longs(0, 0) + longs(1, 0) + longs(2, 3) + zeros(16)}.text()
        == "{device={sec=0, nsec=0}, sys_realtime={sec=1, nsec=0} /* 1970-01-01T00:00:01+0000 */, sys_monoraw={sec=2, nsec=3}}) = 0");
    CHECK(request{.number = 0x80285700, .after = words(1, 7) + "dog" + zeros(29), .verbose = true}.text()
          == "{options=WDIOF_OVERHEAT, firmware_version=0x7, identity=\"dog\"}) = 0");
    CHECK(request{.number = 0x8010b70a, .after = words(16, 2) + longs(5)}.text() == "{size=16, nr_mounts=2, mnt_ns_id=0x5}) = 0");
    CHECK(request{.number = 0x8004587d, .before = words(1)}.text() == "[FS_SHUTDOWN_FLAGS_LOGFLUSH]) = 0");
    CHECK(request{.number = 0x40187542, .before = words(4, 1) + longs(0, 4096)}.text()
          == "{memfd=4, flags=UDMABUF_FLAGS_CLOEXEC, offset=0, size=4096}) = 0");
    CHECK(request{.number = 0xc018a408, .before = longs(4, 0) + words(0, 0), .after = longs(4, 9) + words(0, 7)}.text()
          == "{fd=4, flags=0} => {size=0x9, id=7}) = 0");
}

TEST_CASE("on i386, a request that only 64-bit programs can make is shown with the address of its argument")
{
    for (auto const& each : {0xc0585609u, 0x40081271u}) {
        request wide{.number = each, .before = zeros(88)};
        wide.interface = cotrace::uapi::arch::i386;
        CHECK(wide.text().find("0x1000) = 0") != std::string::npos);
    }
    CHECK(request{.number = 0x40081271, .before = words(9)}.text() == "[9]) = 0");
}

TEST_CASE("data that a request returns in place of its structure is shown in separate brackets")
{
    CHECK(request{.number = 0x40186f40, .before = words(1, 2, 3) + zeros(12), .after = words(8, 2, 3) + zeros(12)}.text()
          == "{ubi_num=1, mtd_num=2, vid_hdr_offset=3, max_beb_per1024=0, disable_fm=0, need_resv_pool=0} => [8]) = 0");
}

TEST_CASE("the events of an input device have names, and as many are shown as the request returned")
{
    CHECK(request{0x80084518, zeros(8), longs(0x12), 8}.text() == "[KEY_ESC KEY_3]) = 8");
    CHECK(request{0x80084518, zeros(8), longs(0xff), 8}.text() == "[KEY_RESERVED KEY_ESC KEY_1 KEY_2 ...]) = 8");
    CHECK(request{0x80084518, zeros(8), longs(0x1f), 8, true}.text() == "[KEY_RESERVED KEY_ESC KEY_1 KEY_2 KEY_3]) = 8");
    CHECK(request{0x80084509, zeros(8), longs(0x100), 4}.text() == "[0x8 /* INPUT_PROP_??? */]) = 4");
    CHECK(request{0x80084518, zeros(8), longs(0), 8}.text() == "[]) = 8");
    CHECK(request{0x80084518, zeros(8), longs(0xff), -ENODEV}.text() == "0x1000) = -1 ENODEV (No such device)");
    CHECK(request{0x81004506, zeros(256), "pad" + zeros(253), 4}.text() == "\"pad\\0\") = 4");
    // The request has a buffer of 16 bytes, and struct input_absinfo has 24.
    CHECK(request{0x80104545, zeros(24), {}, 0}.text() == "0x1000) = 0");
    CHECK(request{0x80184540, zeros(24), words(1, -1, 3, 4, 5, 6), 0, true}.text()
          == "{value=1, minimum=4294967295, maximum=3, fuzz=4, flat=5, resolution=6}) = 0");
    CHECK(request{0x80184540, zeros(24), words(1, 2, 3, 4, 5, 6), 0}.text() == "{value=1, minimum=2, ...}) = 0");
    CHECK(request{0x800c450a, zeros(12), words(53, 7, -7), 0}.text() == "{code=ABS_MT_POSITION_X, values=[7, -7]}) = 0");
    CHECK(request{0x40084504, words(30, 2)}.text() == "[30, KEY_1]) = 0");
}

TEST_CASE("a force-feedback effect shows the member of its union that belongs to the type of the effect")
{
    // `head` has the members type, id and direction. Ten bytes with trigger, replay and padding follow.
    std::string head{"\x50\0\xff\xff\2\0", 6};
    auto const rumble = head + zeros(10) + words(0x00020001) + zeros(28);
    CHECK(request{0x40304580, rumble, {}, 0, true}.text()
          == "{type=FF_RUMBLE, id=-1, direction=2, trigger={button=0, interval=0}, replay={length=0, delay=0}, "
             "rumble={strong_magnitude=1, weak_magnitude=2}}) = 0");
    CHECK(request{0x40304580, rumble}.text() == "{type=FF_RUMBLE, id=-1, direction=2, ...}) = 0");
    CHECK(request{0x40304580, rumble.substr(0, 47)}.text() == "0x1000) = 0");
    CHECK(request{0x402c4580, rumble.substr(0, 44), {}, 0, false, cotrace::uapi::arch::i386}.text()
          == "{type=FF_RUMBLE, id=-1, direction=2, ...}) = 0");
}

TEST_CASE("the middle of the list of a virtual machine's registers is left out")
{
    auto const regs = longs(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18);
    CHECK(request{0x4090ae82, regs}.text() == "{rax=0x1, ..., rsp=0x7, rbp=0x8, ..., rip=0x11, rflags=0x12}) = 0");
    CHECK(request{0x8090ae81, zeros(144), regs, 0, true}.text()
          == "{rax=0x1, rbx=0x2, rcx=0x3, rdx=0x4, rsi=0x5, rdi=0x6, rsp=0x7, rbp=0x8, r8=0x9, r9=0xa, r10=0xb, r11=0xc, "
             "r12=0xd, r13=0xe, r14=0xf, r15=0x10, rip=0x11, rflags=0x12}) = 0");
    auto const cpuid = words(1, 0, 4, 1, 1, 0xa, 0xb, 0xc, 0xd, 0, 0, 0);
    CHECK(request{0x4008ae90, cpuid}.text() == "{nent=1, entries=[...]}) = 0");
    CHECK(request{0x4008ae90, cpuid, {}, 0, true}.text()
          == "{nent=1, entries=[{function=0x4, index=0x1, flags=KVM_CPUID_FLAG_SIGNIFCANT_INDEX, eax=0xa, ebx=0xb, ecx=0xc, "
             "edx=0xd}]}) = 0");
}

TEST_CASE("a search in btrfs shows its results, or the size that the buffer needs if it is too small")
{
    auto const key = longs(1, 256, ~std::uint64_t{255}, 0, ~std::uint64_t{0}, 0, 0) + words(132, 132, 5, 0) + zeros(32);
    auto const found = key.substr(0, 64) + words(1, 0) + zeros(32);
    auto const shown = std::string{"{key={tree_id=BTRFS_ROOT_TREE_OBJECTID, min_offset=0, max_offset=UINT64_MAX, min_transid=0, "
                                   "max_transid=0, min_type=BTRFS_ROOT_ITEM_KEY, max_type=BTRFS_ROOT_ITEM_KEY, nr_items=5}"};
    auto const item = longs(7, 5, 0) + words(132, 0);
    CHECK(request{0xd0009411, key + zeros(3992), found + item + zeros(3960)}.text()
          == shown + "} => {key={nr_items=1}, ...}) = 0");
    CHECK(request{0xd0009411, key + zeros(3992), found + item + zeros(3960), 0, true}.text().ends_with(
        "} => {key={nr_items=1}, buf=[{transid=7, objectid=BTRFS_FS_TREE_OBJECTID, offset=0, type=BTRFS_ROOT_ITEM_KEY, "
        "len=0}]}) = 0"));
    CHECK(request{0xc0709411, key + longs(16), found + longs(4096), -EOVERFLOW}.text()
          == shown + ", buf_size=16} => {buf_size=4096}) = -1 EOVERFLOW (Value too large for defined data type)");
    CHECK(request{0xc0709411, key + longs(16), found + longs(4096), -ENOENT}.text()
          == shown + ", buf_size=16}) = -1 ENOENT (No such file or directory)");
}

TEST_CASE("the elements of lists in btrfs requests are shown with their meanings")
{
    CHECK(request{0x80489439, zeros(72), longs(0, 1, 0, 0, 0, 1, 0, 0, 0)}.text()
          == "[{compat_flags=0, compat_ro_flags=BTRFS_FEATURE_COMPAT_RO_FREE_SPACE_TREE, incompat_flags=0} /* supported */, "
             "{compat_flags=0, compat_ro_flags=0, incompat_flags=BTRFS_FEATURE_INCOMPAT_MIXED_BACKREF} /* safe to set */, "
             "{compat_flags=0, compat_ro_flags=0, incompat_flags=0} /* safe to clear */]) = 0");
    CHECK(request{0xc4089434, longs(1, 2, 0) + zeros(1008), longs(1, 2, 0, 8, 9) + zeros(992)}.text()
          == "{devid=makedev(0, 0x1), nr_items=2, flags=0} => {nr_items=2, flags=0, [[BTRFS_DEV_STAT_WRITE_ERRS]=8, "
             "[BTRFS_DEV_STAT_READ_ERRS]=9]}) = 0");
    CHECK(request{0x80089419, zeros(8), longs(2)}.text() == "BTRFS_SUBVOL_RDONLY) = 0");
    CHECK(request{0xd0009412, longs(0, 256) + zeros(4080), longs(5, 256) + "a/b" + zeros(4077)}.text()
          == "{treeid=0, objectid=BTRFS_FIRST_FREE_OBJECTID} => {treeid=BTRFS_FS_TREE_OBJECTID, name=\"a/b\"}) = 0");
    CHECK(request{0xd0009412, longs(5, 256) + zeros(4080), longs(5, 256) + "a/b" + zeros(4077)}.text()
          == "{treeid=BTRFS_FS_TREE_OBJECTID, objectid=BTRFS_FIRST_FREE_OBJECTID} => {name=\"a/b\"}) = 0");
}

TEST_CASE("the records of a device mapper request are shown after the header of the request")
{
    auto const head = [](std::uint32_t start, std::uint32_t targets, std::uint32_t flags) {
        return words(4, 0, 0, 512, start, targets, 0, flags, 9, 0) + longs(0) + "vol" + zeros(125) + zeros(136);
    };
    auto const target = longs(0, 100) + words(-1, 0) + "linear" + zeros(10) + "8:1 0" + zeros(155);
    CHECK(head(312, 1, 0).size() == 312);
    CHECK(request{0xc138fd09, head(312, 1, 0) + target, {}, -EINVAL}.text()
          == "[{version=[4, 0, 0], data_size=512, data_start=312, name=\"vol\", target_count=1, flags=0}, ...]) = -1 EINVAL "
             "(Invalid argument)");
    CHECK(request{0xc138fd0c, head(312, 1, 0) + zeros(200), head(312, 1, 0) + target, 0, true}.text().ends_with(
        "=> [{version=[4, 0, 0], data_size=512, data_start=312, name=\"vol\", target_count=1, open_count=0, event_nr=9, flags=0}, "
        "{sector_start=0, length=100, status=-1, target_type=\"linear\", string=\"8:1 0\"}]) = 0"));
    CHECK(request{0xc138fd09, head(600, 1, 0) + target, {}, -EINVAL, true}.text().ends_with(
        "flags=0}, ??? /* misplaced struct dm_target_spec */]) = -1 EINVAL (Invalid argument)"));
    CHECK(request{0xc138fd07, head(312, 0, 0), head(312, 0, 0x100), -ENXIO}.text()
          == "[{version=[4, 0, 0], data_size=512, name=\"vol\", flags=0}] => [{version=[4, 0, 0], data_size=512, name=\"vol\", "
             "flags=DM_BUFFER_FULL_FLAG}]) = -1 ENXIO (No such device or address)");
    CHECK(request{0xc138fd00, words(5, 0, 0, 512) + zeros(296), {}, -EINVAL}.text()
          == "[{version=[5, 0, 0] /* unsupported device mapper ABI version */}]) = -1 EINVAL (Invalid argument)");
    CHECK(request{0xc138fd00, words(4, 0, 0, 304) + zeros(296), {}, -EINVAL}.text()
          == "[{version=[4, 0, 0], data_size=304 /* data_size too small */}]) = -1 EINVAL (Invalid argument)");
}

TEST_CASE("the format of a video buffer depends on the buffer's type")
{
    auto const picture = words(1, 0, 640, 480, 0x56595559, 1, 1280, 614400, 8) + zeros(172);
    CHECK(picture.size() == 208);
    std::string const shown =
        "fmt.pix={width=640, height=480, pixelformat=v4l2_fourcc('Y', 'U', 'Y', 'V') /* V4L2_PIX_FMT_YUYV */, "
        "field=V4L2_FIELD_NONE, bytesperline=1280, sizeimage=614400, colorspace=V4L2_COLORSPACE_SRGB}";
    CHECK(request{0xc0d05604, words(1) + zeros(204), picture}.text() == "{type=V4L2_BUF_TYPE_VIDEO_CAPTURE, " + shown + "}) = 0");
    CHECK(request{0xc0d05605, picture, picture}.text()
          == "{type=V4L2_BUF_TYPE_VIDEO_CAPTURE, " + shown + "} => {" + shown + "}) = 0");
    CHECK(request{0xc0d05605, words(99) + zeros(204)}.text() == "{type=0x63 /* V4L2_BUF_TYPE_??? */}) = 0");
    // On i386, struct v4l2_format has no padding before its union.
    CHECK(request{0xc0cc5604, words(1) + zeros(200), words(1) + picture.substr(8), 0, false, cotrace::uapi::arch::i386}.text()
          == "{type=V4L2_BUF_TYPE_VIDEO_CAPTURE, " + shown + "}) = 0");
    CHECK(
        request{0xc0cc5615, words(1) + zeros(200), words(1, 0x1000, 0, 1, 30, 0, 2) + zeros(176)}.text()
        == "{type=V4L2_BUF_TYPE_VIDEO_CAPTURE, parm.capture={capability=V4L2_CAP_TIMEPERFRAME, capturemode=0, timeperframe=1/30, "
           "extendedmode=0, readbuffers=2}}) = 0");
}

TEST_CASE("a video control is shown by its name, or by its offset in its class if it has no name")
{
    CHECK(request{0xc008561b, words(0x980900, 0), words(0x980900, -3)}.text() == "{id=V4L2_CID_BRIGHTNESS, value=-3}) = 0");
    CHECK(request{0xc008561b, words(0x98fff0, 0), {}, -EINVAL}.text()
          == "{id=V4L2_CTRL_CLASS_USER+0xfff0}) = -1 EINVAL (Invalid argument)");
    CHECK(request{0xc008561b, words(5, 0), {}, -EINVAL}.text() == "{id=0x5 /* V4L2_CID_??? */}) = -1 EINVAL (Invalid argument)");
    CHECK(request{0xc008561c, words(0x980900, 7), words(0x980900, 6)}.text() == "{id=V4L2_CID_BRIGHTNESS, value=7 => 6}) = 0");
    CHECK(request{0xc0445624, words(0x80000000) + zeros(64), words(0x980900, 1) + "Brightness" + zeros(50)}.text()
          == "{id=V4L2_CTRL_FLAG_NEXT_CTRL|0 /* V4L2_CID_??? */ => V4L2_CID_BRIGHTNESS, type=V4L2_CTRL_TYPE_INTEGER, "
             "name=\"Brightness\", ...}) = 0");
    request list{0xc0205648, words(0x980000, 1, 9, 0, 0, 0) + longs(0x2000), {}, -EINVAL};
    list.memory.put(0x2000, words(0x980900, 0, 0, 4, 0));
    CHECK(list.text()
          == "{ctrl_class=V4L2_CTRL_CLASS_USER, count=1, controls=[{id=V4L2_CID_BRIGHTNESS, size=0, value=4, value64=4}]} => "
             "{controls=[{id=V4L2_CID_BRIGHTNESS, size=0, value=4, value64=4}], error_idx=9}) = -1 EINVAL (Invalid argument)");
    CHECK(request{0xc0205648, words(0x980000, 1, 9, 0, 0, 0) + longs(0x2000), {}, -EINVAL}.text()
          == "{ctrl_class=V4L2_CTRL_CLASS_USER, count=1, controls=0x2000}) = -1 EINVAL (Invalid argument)");
}

TEST_CASE("the index and the count of the buffers that a video request made are shown after the result")
{
    auto const wanted = words(9, 2, 1, 0, 1, 0) + zeros(232);
    auto const had = words(4, 1, 1, 0, 1, 0) + zeros(232);
    request create{0xc100565c, wanted, had};
    CHECK(create.text().starts_with("{count=2, memory=V4L2_MEMORY_MMAP, format={type=V4L2_BUF_TYPE_VIDEO_CAPTURE, fmt.pix={"));
    CHECK(create.text().ends_with("}}}) = 0 ({index=4, count=1})"));
    CHECK(request{0xc100565c, wanted, had, -EBUSY}.text().ends_with("}}}) = -1 EBUSY (Device or resource busy)"));
}

namespace {

void run(cotrace::uapi::arch interface, std::uint32_t number, std::uint32_t seed, std::int64_t result)
{
    random_memory memory{seed};
    traced_call made{"ioctl", {3, number, seed % 5 == 0 ? 0 : 0x7fff0000 + seed % 4096}, interface};
    capture_options const options{.verbose = seed % 2 == 0};
    decode::decode_entry(memory, options, *made.call);
    made.exit.call = made.call;
    made.exit.outcome = {result, result < 0};
    decode::decode_exit(memory, options, *made.call, made.exit);
    std::string text;
    for (auto const names : {render::constants::abbreviated, render::constants::raw, render::constants::verbose})
        text += both(made, {.names = names, .verbose = options.verbose});
    REQUIRE(text.ends_with('\n'));
}

}   // namespace

TEST_CASE("decoding an ioctl request of a device does not fail, whatever the memory contains")
{
    using cotrace::uapi::arch;
    std::vector<std::uint32_t> numbers;
    for (auto const& each : cotrace::uapi::ioctl_names())
        numbers.push_back(each.request);
    for (std::uint32_t nr = 0; nr < 256;
         ++nr)   // these are numbers of requests to input devices, with several sizes of the argument
        for (std::uint32_t size : {0, 1, 8, 24, 0x3fff})
            for (auto const direction : {0x40000000u, 0x80000000u})
                numbers.push_back(direction | size << 16 | 'E' << 8 | nr);
    std::uint32_t seed = 1;
    for (auto const number : numbers) {
        INFO(number);
        for (auto const interface : {arch::x86_64, arch::i386, arch::x32})
            for (std::int64_t const result : {0, 1000, -75, -22})
                run(interface, number, ++seed, result);
    }
}

}   // namespace devices_tests
