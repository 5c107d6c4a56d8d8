// SPDX-License-Identifier: BSL-1.0
// Tests of the structures in the arguments of calls. The expected text is strace's text for a call with equal bytes.
#include "support/catch.hpp"

#include "unit/decode/byte_memory.hpp"
#include "unit/decode/bytes.hpp"
#include "unit/decode/shown.hpp"

#include <cotrace/render/text.hpp>

#include <cerrno>

namespace structures_tests {

using namespace cotrace;
using test::byte_memory;
using test::little;
using test::shown;
using test::traced_call;
using test::zeros;

TEST_CASE("a set of NUMA nodes is read in whole words, and its number of nodes is the argument maxnode minus 1")
{
    byte_memory memory;
    memory.put_words(0x1000, 3, 0);
    CHECK(shown("set_mempolicy", {0x8001, 0x1000, 65}, memory, 0)
          == "(MPOL_PREFERRED|MPOL_F_STATIC_NODES, [0x00000000000003], 65) = 0");
    CHECK(shown("mbind", {0x1000, 4096, 0x4002, 0x1000, 128, 3}, memory, -EFAULT)
          == "(0x1000, 4096, MPOL_BIND|MPOL_F_RELATIVE_NODES, [0x00000000000003, 0000000000000000], 128, "
             "MPOL_MF_STRICT|MPOL_MF_MOVE) = -1 EFAULT (Bad address)");
    CHECK(shown("set_mempolicy", {77, 0x5000, ~std::uint64_t{0}}, memory, -EINVAL)
          == "(0x4d /* MPOL_??? */, 0x5000, 18446744073709551615) = -1 EINVAL (Invalid argument)");
}

TEST_CASE("a structure that newer kernels extended is shown up to the size that was passed")
{
    byte_memory memory;
    memory.put(0x1000, "\5" + zeros(39));
    CHECK(shown("landlock_create_ruleset", {0x1000, 8, 0}, memory, 3)
          == "({handled_access_fs=LANDLOCK_ACCESS_FS_EXECUTE|LANDLOCK_ACCESS_FS_READ_FILE}, 8, 0) = 3");
    CHECK(shown("landlock_create_ruleset", {0x1000, 4, 0}, memory, -EINVAL) == "(0x1000, 4, 0) = -1 EINVAL (Invalid argument)");
    CHECK(shown("mount_setattr", {0xffffff9c, 0, 0x8000, 0x1000, 40}, memory, -EINVAL)
          == "(AT_FDCWD, NULL, AT_RECURSIVE, {attr_set=MOUNT_ATTR_RDONLY|MOUNT_ATTR_NODEV, attr_clr=0, propagation=0 "
             "/* MS_??? */, userns_fd=0}, 40) = -1 EINVAL (Invalid argument)");
}

TEST_CASE("the bytes after the known part of a structure are contents: redaction leaves them out")
{
    byte_memory memory;
    memory.put(0x1000, zeros(24) + "secret");
    auto const text = [&](redaction what) {
        return shown("openat2", {0xffffff9c, 0, 0x1000, 30}, memory, -EINVAL, {.redact = what});
    };
    std::string const contents = R"(\x73\x65\x63\x72\x65\x74)";
    CHECK(text(redaction::none).find(contents) != std::string::npos);
    CHECK(text(redaction::buffers).find(R"(\x)") == std::string::npos);
    CHECK(text(redaction::strings).find(R"(\x)") == std::string::npos);
}

TEST_CASE("a structure with a size member is shown up to this size")
{
    byte_memory memory;
    memory.put(0x1000, "\10" + zeros(63));
    CHECK(shown("sched_setattr", {0, 0x1000, 0}, memory, -EINVAL) == "(0, {size=8}, 0) = -1 EINVAL (Invalid argument)");
    memory.put(0x1000, "0" + zeros(63));   // the size member is the character '0', whose code is 48
    CHECK(shown("sched_getattr", {0, 0x1000, 60, 0}, memory, 0)
          == "(0, {size=48, sched_policy=SCHED_OTHER, sched_flags=0, sched_nice=0, sched_priority=0, sched_runtime=0, "
             "sched_deadline=0, sched_period=0}, 60, 0) = 0");
    CHECK(shown("sched_getattr", {0, 0x1000, 0, 0}, memory, -EINVAL) == "(0, 0x1000, 0, 0) = -1 EINVAL (Invalid argument)");
}

TEST_CASE("an operation on a receive queue of io_uring shows the member of its union that belongs to the operation")
{
    byte_memory memory;
    memory.put(0x1000, zeros(72));
    CHECK(shown("io_uring_register", {3, 36, 0x1000, 1}, memory, 0)
          == "(3, IORING_REGISTER_ZCRX_CTRL, {zcrx_id=0, op=ZCRX_CTRL_FLUSH_RQ, zc_flush={}}, 1) = 0");
    memory.put(0x1000, zeros(4) + "\2" + zeros(19) + "\1" + zeros(47));
    CHECK(
        shown("io_uring_register", {3, 36, 0x1000, 1}, memory, 0)
        == "(3, IORING_REGISTER_ZCRX_CTRL, {zcrx_id=0, op=ZCRX_CTRL_ARM_EVENT, zc_arm_event={event_type=ZCRX_EVENT_COPY}}, 1) = 0");
}

TEST_CASE("the limits of io_uring's workers after the call are shown as an address if the call failed")
{
    byte_memory memory;
    memory.put(0x1000, little<4>(5));
    auto const registered = [&](std::uint64_t at, std::uint64_t count, std::int64_t result) {
        return shown("io_uring_register", {3, 19, at, count}, memory, result);
    };
    CHECK(registered(0x1000, 1, 0) == "(3, IORING_REGISTER_IOWQ_MAX_WORKERS, [[IO_WQ_BOUND]=5] => [[IO_WQ_BOUND]=5], 1) = 0");
    CHECK(registered(0x1000, 1, -EINVAL)
          == "(3, IORING_REGISTER_IOWQ_MAX_WORKERS, [[IO_WQ_BOUND]=5] => 0x1000, 1) = -1 EINVAL (Invalid argument)");
    CHECK(registered(0x1000, 0, 0) == "(3, IORING_REGISTER_IOWQ_MAX_WORKERS, [], 0) = 0");
    CHECK(registered(0x1000, 0, -EINVAL) == "(3, IORING_REGISTER_IOWQ_MAX_WORKERS, [], 0) = -1 EINVAL (Invalid argument)");
    CHECK(registered(0x9000, 1, -EINVAL) == "(3, IORING_REGISTER_IOWQ_MAX_WORKERS, 0x9000, 1) = -1 EINVAL (Invalid argument)");
}

TEST_CASE("after a failure, the polling settings of io_uring are shown as they were passed")
{
    byte_memory memory;
    memory.put(0x1000, zeros(16));
    CHECK(shown("io_uring_register", {3, 27, 0x1000, 1}, memory, -EINVAL)
          == "(3, IORING_REGISTER_NAPI, {busy_poll_to=0, prefer_busy_poll=0, opcode=IO_URING_NAPI_REGISTER_OP, "
             "op_param=IO_URING_NAPI_TRACKING_DYNAMIC}, 1) = -1 EINVAL (Invalid argument)");
}

TEST_CASE("a query of io_uring shows the reserved members that are not 0")
{
    byte_memory memory;
    memory.put(0x1000, zeros(28) + little<4>(1) + zeros(8));
    CHECK(shown("io_uring_register", {3, 35, 0x1000, 0}, memory, 0).find("result=0, __resv=[0x1, 0, 0], next_entry=")
          != std::string::npos);
}

TEST_CASE("the type of a System V message is shown before the text of the message")
{
    byte_memory memory;
    memory.put(0x1000, "\5" + zeros(7) + "hello" + zeros(3));   // this is a struct msgbuf, and padding after it
    CHECK(shown("msgsnd", {2, 0x1000, 6, 0}, memory, 0) == "(2, {mtype=5, mtext=\"hello\\0\"}, 6, 0) = 0");
    CHECK(shown("msgsnd", {2, 0, 6, 0}, memory, -EFAULT) == "(2, NULL, 6, 0) = -1 EFAULT (Bad address)");
}

TEST_CASE("a file handle shows its length before and after the call")
{
    byte_memory memory;
    memory.put(0x1000, zeros(8));
    traced_call call{"name_to_handle_at", {0xffffff9c, 0, 0x1000, 0x2000, 0}};
    call.enter(memory);
    memory.put(0x1000, "\3" + zeros(3) + "\1" + zeros(3) + "abc");
    memory.put(0x2000, "\7" + zeros(3));
    render::text_renderer renderer{{.column = 0}};
    std::string text;
    renderer.append(call.entered(), text);
    renderer.append(call.leave(memory, 0).exited(), text);
    CHECK(text
          == "name_to_handle_at(AT_FDCWD, NULL, {handle_bytes=0 => 3, handle_type=1, f_handle=\"\\x61\\x62\\x63\"}, "
             "[7], 0) = 0\n");
}

TEST_CASE("shmctl, semctl and msgctl show the argument that belongs to their command")
{
    byte_memory memory;
    memory.put(0x1000, zeros(112));
    CHECK(shown("shmctl", {2, 1, 0x1000}, memory, 0) == "(2, IPC_SET, {shm_perm={uid=0, gid=0, mode=000}}) = 0");
    CHECK(shown("shmctl", {2, 2, 0x1000}, memory, 0)
          == "(2, IPC_STAT, {shm_perm={uid=0, gid=0, mode=000, key=0, cuid=0, cgid=0}, shm_segsz=0, shm_cpid=0, "
             "shm_lpid=0, shm_nattch=0, shm_atime=0, shm_dtime=0, shm_ctime=0}) = 0");
    CHECK(shown("semctl", {2, 0, 16, 1}, memory, 0) == "(2, 0, SETVAL, 0x1) = 0");
    CHECK(shown("msgctl", {2, 0, 0}, memory, 0) == "(2, IPC_RMID, NULL) = 0");
}

TEST_CASE("a number that programs write with a macro is shown as a call of the macro")
{
    byte_memory memory;
    memory.put(0x1000, {"/dev/x\0", 7});
    CHECK(shown("quotactl", {0x80000700, 0x1000, 5, 0x2000}, memory, -ENOENT)
          == "(QCMD(Q_GETQUOTA, USRQUOTA), \"/dev/x\", 5, 0x2000) = -1 ENOENT (No such file or directory)");
    CHECK(shown("quotactl", {0x80000100, 0x1000, 5, 0x2000}, memory, 0) == "(QCMD(Q_SYNC, USRQUOTA), \"/dev/x\") = 0");
    CHECK(shown("ioprio_set", {1, 0, 2 << 13 | 5}, memory, 0)
          == "(IOPRIO_WHO_PROCESS, 0, IOPRIO_PRIO_VALUE(IOPRIO_CLASS_BE, 5)) = 0");
    CHECK(shown("swapon", {0x1000, 0x18064}, memory, -EPERM)
          == "(\"/dev/x\", SWAP_FLAG_PREFER|SWAP_FLAG_DISCARD|100) = -1 EPERM (Operation not permitted)");
    CHECK(shown("memfd_create", {0, 0x5c000004}, memory, -ENODEV)
          == "(NULL, MFD_HUGETLB|23<<MFD_HUGE_SHIFT) = -1 ENODEV (No such device)");
    CHECK(shown("syslog", {6, 0, 0}, memory, 0) == "(6 /* SYSLOG_ACTION_CONSOLE_OFF */) = 0");
}

TEST_CASE("attributes of perf events are abbreviated without -v")
{
    byte_memory memory;
    memory.put(0x1000, "\3" + zeros(3) + "p" + zeros(3) + zeros(1) + "\1\1" + zeros(29) + "\3" + zeros(100));
    CHECK(shown("perf_event_open", {0x1000, 0, 0xffffffff, 0xffffffff, 8}, memory, -ENOENT)
          == "({type=PERF_TYPE_HW_CACHE, size=PERF_ATTR_SIZE_VER5, "
             "config=PERF_COUNT_HW_CACHE_RESULT_MISS<<16|PERF_COUNT_HW_CACHE_OP_WRITE<<8|PERF_COUNT_HW_CACHE_L1D, "
             "sample_period=0, sample_type=0, read_format=0, disabled=1, inherit=1, precise_ip=0 /* arbitrary skid */, "
             "...}, 0, -1, -1, PERF_FLAG_FD_CLOEXEC) = -1 ENOENT (No such file or directory)");
}

TEST_CASE("bpf(2) shows the attributes that belong to its command, up to the size that was passed")
{
    byte_memory memory;
    memory.put(0x1000, zeros(144));
    CHECK(shown("bpf", {0, 0x1000, 20}, memory, -EINVAL)
          == "(BPF_MAP_CREATE, {map_type=BPF_MAP_TYPE_UNSPEC, key_size=0, value_size=0, max_entries=0, map_flags=0}, 20) "
             "= -1 EINVAL (Invalid argument)");
    CHECK(shown("bpf", {15, 0x1000, 16}, memory, -EINVAL)
          == "(BPF_OBJ_GET_INFO_BY_FD, {info={bpf_fd=0, info_len=0, info=NULL}}, 16) = -1 EINVAL (Invalid argument)");
}

TEST_CASE("the value of an extended attribute is shown without its null byte, unless the string is cut")
{
    byte_memory memory;
    memory.put(0x1000, {"a\0", 2});
    memory.put(0x2000, {"abc\0", 4});
    memory.put(0x3000, std::string(40, 'x'));
    CHECK(shown("setxattr", {0x1000, 0x1000, 0x2000, 4, 0}, memory, 0) == "(\"a\", \"a\", \"abc\", 4, 0) = 0");
    CHECK(shown("setxattr", {0x1000, 0x1000, 0x2000, 3, 0}, memory, 0) == "(\"a\", \"a\", \"abc\", 3, 0) = 0");
    CHECK(shown("setxattr", {0x1000, 0x1000, 0x3000, 40, 0}, memory, 0)
          == "(\"a\", \"a\", \"" + std::string(32, 'x') + "\"..., 40, 0) = 0");
}

TEST_CASE("decoding a circular list ends")
{
    byte_memory memory;
    memory.put_words(0x1000, 0x1000, 0, 0, 0, 0);   // this is a struct io_uring_query_hdr whose next entry is itself
    auto const text = shown("io_uring_register", {3, 35, 0x1000, 0}, memory, 0);   // 35 is IORING_REGISTER_QUERY
    auto const first = text.find("next_entry={"), last = text.rfind("next_entry=0x1000");
    INFO(text);
    CHECK(first != text.npos);
    CHECK(last != text.npos);
    CHECK(text.size() < 4096);
}

TEST_CASE("a control block of io_submit(2) shows the members that its operation uses")
{
    byte_memory memory;
    memory.put_words(0x1000, 0x2000);
    memory.put(0x2000, zeros(16) + "\1" + zeros(3) + "\4" + zeros(3) + std::string{"\0\x30\0\0\0\0\0\0", 8} + "\3" + zeros(31));
    memory.put(0x3000, "abc");
    CHECK(shown("io_submit", {0x7000, 1, 0x1000}, memory, 1)
          == "(0x7000, 1, [{aio_data=0, aio_lio_opcode=IOCB_CMD_PWRITE, aio_fildes=4, aio_buf=\"abc\", aio_nbytes=3, "
             "aio_offset=0}]) = 1");
}

TEST_CASE("prctl shows as many arguments as its option uses")
{
    byte_memory memory;
    memory.put(0x1000, {"name\0", 5});
    CHECK(shown("prctl", {47, 2, 21, 0, 0}, memory, -EPERM)
          == "(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_SYS_ADMIN, 0, 0) = -1 EPERM (Operation not permitted)");
    CHECK(shown("prctl", {0x53564d41, 0, 0x5000, 4096, 0x1000}, memory, 0)
          == "(PR_SET_VMA, PR_SET_VMA_ANON_NAME, 0x5000, 4096, \"name\") = 0");
    CHECK(shown("prctl", {53, 0, 4, 9, 9}, memory, 0) == "(PR_SET_SPECULATION_CTRL, PR_SPEC_STORE_BYPASS, PR_SPEC_DISABLE) = 0");
    CHECK(shown("prctl", {0x59616d61, ~std::uint64_t{0}}, memory, 0) == "(PR_SET_PTRACER, PR_SET_PTRACER_ANY) = 0");
}

TEST_CASE("an ioctl number that several drivers use is shown with all their names")
{
    byte_memory memory;
    CHECK(shown("ioctl", {0, 0x40049409, 3}, memory, -EBADF)
          == "(0, BTRFS_IOC_CLONE or FICLONE, 3) = -1 EBADF (Bad file descriptor)");
    CHECK(shown("ioctl", {0, 0x80081272, 0x5000}, memory, -ENOTTY)
          == "(0, BLKGETSIZE64, 0x5000) = -1 ENOTTY (Inappropriate ioctl for device)");
}

TEST_CASE("rt_sigreturn(2) shows the signal mask in the frame of the signal handler, whose layout depends on the interface")
{
    constexpr std::uint64_t sp = 0x7000;
    constexpr std::pair<uapi::arch, std::uint64_t> offsets[] = {
        {uapi::arch::x86_64, 296},  {uapi::arch::i386, 248},    {uapi::arch::x32, 280},
        {uapi::arch::aarch64, 168}, {uapi::arch::riscv64, 168},
    };
    for (auto const& [interface, offset] : offsets) {
        byte_memory memory;
        memory.put_words(sp + offset, 0x202);
        traced_call call{"rt_sigreturn", {}, interface};
        call.call->sp = sp;
        call.enter(memory).leave(memory, 0);
        CHECK(test::both(call, {.column = 0, .interfaces = false}) == "rt_sigreturn({mask=[INT USR1]}) = 0\n");
    }
}

}   // namespace structures_tests
