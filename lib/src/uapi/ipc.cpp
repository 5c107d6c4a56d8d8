// SPDX-License-Identifier: BSL-1.0
// System calls for futexes, System V IPC and POSIX message queues.
#include "uapi/common.hpp"
#include "uapi/constants/ipc.hpp"
#include "uapi/custom.hpp"
#include "uapi/topics.hpp"

namespace cotrace::uapi {
namespace {

using namespace as;

constexpr auto const& bitset = one_of<names::futex_bitsets>;

// The types of the last four arguments of futex(2). The second argument, the operation, selects the types.
constexpr choice_case third[] = {
    {6, nothing}, {7, nothing}, {8, nothing}, {13, nothing},
};
template <auto const& Timeout> constexpr choice_case fourth[] = {
    {0, Timeout}, {1, nothing}, {2, nothing}, {6, Timeout}, {7, nothing}, {8, nothing}, {9, Timeout}, {10, nothing},
    {11, Timeout}, {13, Timeout}, {3, uint32}, {4, uint32}, {5, uint32}, {12, uint32},
};
constexpr choice_case fifth[] = {
    {0, nothing}, {1, nothing}, {2, nothing}, {6, nothing}, {7, nothing}, {8, nothing}, {9, nothing}, {10, nothing}, {13, nothing},
};
constexpr choice_case sixth[] = {
    {0, nothing}, {1, nothing}, {2, nothing}, {3, nothing}, {4, uint32}, {5, wake_operation}, {6, nothing}, {7, nothing}, {8, nothing},
    {9, bitset}, {10, bitset}, {11, nothing}, {12, uint32}, {13, nothing},
};

constexpr amount operation{.from = source::argument, .index = 1, .mask = 127};
constexpr auto const& third_of = chosen<operation, third, uint32>;
template <auto const& Timeout>
constexpr auto const& fourth_of = chosen<operation, fourth<Timeout>, address>;

constexpr auto const& timeout_native = in<timespec_type>;
constexpr auto const& timeout64 = in<timespec64_type>;

constexpr structure semaphore_operation{{
    {"sem_num", uint16},
    {"sem_op", int16},
    {"sem_flg", flags<names::semop_flags, width::u16>},
}};
constexpr auto const& key = one_of<names::ipc_private>;
// The flags of shmget(2), semget(2) and msgget(2). For shmget(2), the upper six bits are log2 of the size of huge pages.
constexpr std::uint64_t huge = std::uint64_t{0x3f} << 26;
template <auto const& Names>
constexpr auto unmarked = renamed(Names);
template <auto const& Names>
constexpr slice creation[] = {{flags<unmarked<Names>>, ~std::uint64_t{0777}}, slice::glued(permissions, 0777, "mode")};
constexpr slice segment_creation[] = {
    {flags<unmarked<names::shmget_flags>>, ~(huge | 0777)},
    {uint32, huge, false, "huge_shift", 26, "SHM_HUGE_SHIFT"},
    {permissions, 0777, true, "mode"},
};
template <auto const& Names>
constexpr auto const& get_flags = packed<creation<Names>>;

// The command of shmctl(2), semctl(2) and msgctl(2). The number may contain the flag IPC_64, which strace shows before
// the command.
template <auto const& Commands>
constexpr slice command[] = {{flags<names::ipc_flag64>, 0x100}, {one_of<Commands>, ~std::uint64_t{0x100}, true}};
template <auto const& Commands>
constexpr auto const& command_of = packed<command<Commands>>;

// The structures of shmctl(2), semctl(2) and msgctl(2). On i386, the upper half of each time is in a separate field.
constexpr auto const& gap = as::array<uint32, exactly(0)>;
// Whether a structure has the layout of i386, in which times have an upper half of type `Upper`, and `mode` has 16 bits.
template <auto const& Upper>
constexpr bool has_upper_half = false;
template <>
constexpr bool has_upper_half<uint32> = true;
template <auto const& Upper>
constexpr auto const& owner_mode = has_upper_half<Upper> ? permissions16 : permissions;
template <auto const& Upper>
constexpr type mode_gap = as::array<uint16, exactly(has_upper_half<Upper> ? 1 : 0)>;
template <auto const& Upper>
constexpr structure owner_set{{
    {"key", uint32, shown::never, 3},
    {"uid", user_id, shown::always, 0},
    {"gid", user_id, shown::always, 1},
    {"", uint32, shown::never, 6},
    {"", uint32, shown::never, 7},
    {"mode", owner_mode<Upper>, shown::always, 2},
    {"", mode_gap<Upper>, shown::never, 10},
    {"", uint32, shown::never, 8},
    {"", as::array<long_unsigned, exactly(2)>, shown::never, 9},
}};
template <auto const& Upper>
constexpr structure owner_got{{
    {"key", uint32, shown::always, 3},
    {"uid", user_id, shown::always, 0},
    {"gid", user_id, shown::always, 1},
    {"cuid", user_id, shown::always, 4},
    {"cgid", user_id, shown::always, 5},
    {"mode", owner_mode<Upper>, shown::always, 2},
    {"", mode_gap<Upper>, shown::never, 8},
    {"", uint32, shown::never, 6},
    {"", as::array<long_unsigned, exactly(2)>, shown::never, 7},
}};
static_assert(owner_got<gap>.size[0] == 48 && owner_got<uint32>.size[1] == 36 && owner_set<gap>.size[0] == 48 && owner_set<uint32>.size[1] == 36);

// struct shmid_ds at IPC_SET. The kernel uses only some fields of the structure.
template <auto const& Upper>
constexpr structure segment_set{{
    {"shm_perm", owner_set<Upper>},
    {"", size, shown::never},
    {"", as::array<long_unsigned, exactly(3)>, shown::never},
    {"", as::array<Upper, exactly(3)>, shown::never},
    {"", as::array<process_id, exactly(2)>, shown::never},
    {"", as::array<long_unsigned, exactly(3)>, shown::never},
}};
static_assert(segment_set<gap>.size[0] == 112);
template <auto const& Upper>
constexpr structure segment_got{{
    {"shm_perm", owner_got<Upper>, shown::always, 0},
    {"shm_segsz", size, shown::always, 1},
    {"shm_atime", long_unsigned, shown::always, 5},
    {"", Upper, shown::never, 10},
    {"shm_dtime", long_unsigned, shown::always, 6},
    {"", Upper, shown::never, 11},
    {"shm_ctime", long_unsigned, shown::always, 7},
    {"", Upper, shown::never, 12},
    {"shm_cpid", process_id, shown::always, 2},
    {"shm_lpid", process_id, shown::always, 3},
    {"shm_nattch", long_unsigned, shown::always, 4},
    {"", as::array<long_unsigned, exactly(2)>, shown::never, 13},
}};
static_assert(segment_got<gap>.size[0] == 112);
constexpr structure segment_limits{{
    {"shmmax", long_unsigned},
    {"shmmin", long_unsigned},
    {"shmmni", long_unsigned},
    {"shmseg", long_unsigned},
    {"shmall", long_unsigned},
    {"", as::array<long_unsigned, exactly(4)>, shown::never},
}};
constexpr structure segment_usage{{
    {"used_ids", integer},
    {"shm_tot", long_unsigned},
    {"shm_rss", long_unsigned},
    {"shm_swp", long_unsigned},
    {"swap_attempts", long_unsigned},
    {"swap_successes", long_unsigned},
}};
template <auto const& Upper>
constexpr choice_case shmctl_arguments[] = {
    {1, in<segment_set<Upper>>},
    {2, out<segment_got<Upper>>},
    {3, out<segment_limits>},
    {13, out<segment_got<Upper>>},
    {14, out<segment_usage>},
    {15, out<segment_got<Upper>>},
};

template <auto const& Upper>
constexpr structure queue_set{{
    {"msg_perm", owner_set<Upper>},
    {"", as::array<long_unsigned, exactly(5)>, shown::never},
    {"", as::array<Upper, exactly(3)>, shown::never},
    {"msg_qbytes", long_unsigned},
    {"", as::array<process_id, exactly(2)>, shown::never},
    {"", as::array<long_unsigned, exactly(2)>, shown::never},
}};
static_assert(queue_set<gap>.size[0] == 120);
template <auto const& Upper>
constexpr structure queue_got{{
    {"msg_perm", owner_got<Upper>},
    {"msg_stime", long_unsigned},
    {"", Upper, shown::never},
    {"msg_rtime", long_unsigned},
    {"", Upper, shown::never},
    {"msg_ctime", long_unsigned},
    {"", Upper, shown::never},
    {"msg_cbytes", long_unsigned, shown::never},
    {"msg_qnum", long_unsigned},
    {"msg_qbytes", long_unsigned},
    {"msg_lspid", process_id},
    {"msg_lrpid", process_id},
    {"", as::array<long_unsigned, exactly(2)>, shown::never},
}};
static_assert(queue_got<gap>.size[0] == 120);
constexpr structure queue_limits{{
    {"msgpool", integer},
    {"msgmap", integer},
    {"msgmax", integer},
    {"msgmnb", integer},
    {"msgmni", integer},
    {"msgssz", integer},
    {"msgtql", integer},
    {"msgseg", uint16},
}};
template <auto const& Upper>
constexpr choice_case msgctl_arguments[] = {
    {1, in<queue_set<Upper>>},
    {2, out<queue_got<Upper>>},
    {3, out<queue_limits>},
    {11, out<queue_got<Upper>>},
    {12, out<queue_limits>},
    {13, out<queue_got<Upper>>},
};

// struct semid_ds. Unlike the other structures, it has fields for the upper halves of the times also on x86-64 and x32.
template <auto const& Upper>
constexpr structure semaphores_set{{
    {"sem_perm", owner_set<Upper>},
    {"", as::array<long_unsigned, exactly(7)>, shown::never},
}};
template <auto const& Upper>
constexpr structure semaphores_got{{
    {"sem_perm", owner_got<Upper>},
    {"sem_otime", long_unsigned},
    {"", Upper, shown::never},
    {"sem_ctime", long_unsigned},
    {"", Upper, shown::never},
    {"sem_nsems", long_unsigned},
    {"", as::array<long_unsigned, exactly(2)>, shown::never},
}};
constexpr structure semaphore_limits{{
    {"semmap", integer},
    {"semmni", integer},
    {"semmns", integer},
    {"semmnu", integer},
    {"semmsl", integer},
    {"semopm", integer},
    {"semume", integer},
    {"semusz", integer},
    {"semvmx", integer},
    {"semaem", integer},
}};
template <auto const& Upper>
constexpr choice_case semctl_arguments[] = {
    {1, in<semaphores_set<Upper>>},
    {2, out<semaphores_got<Upper>>},
    {3, out<semaphore_limits>},
    {18, out<semaphores_got<Upper>>},
    {19, out<semaphore_limits>},
    {20, out<semaphores_got<Upper>>},
};
constexpr arch_set i386_only{arch::i386};
constexpr arch_set wide{arch::x86_64, arch::x32, arch::aarch64, arch::riscv64};
constexpr arch_set generic{arch::aarch64, arch::riscv64};

// The types of the arguments of futex_waitv(2) and the other calls of the futex2 interface.
constexpr structure futex_waiter{{
    {"val", hex64},
    {"uaddr", address64},
    {"flags", flags<names::futex2_flags>},
    {"__reserved", hex32, shown::nonzero},
}};
constexpr auto const& futex2_flags = flags<names::futex2_flags>;
constexpr auto const& long_bitset = one_of<names::futex_bitsets, width::klong>;
constexpr auto const& message_in = in<as::custom<decode::message>>;
constexpr auto const& message_out = out<as::custom<decode::message>>;

constexpr structure queue_attributes{{
    {"mq_flags", flags<names::mq_open_attributes, width::klong>},
    {"mq_maxmsg", long_signed},
    {"mq_msgsize", long_signed},
    {"mq_curmsgs", long_signed},
    {"", as::array<long_signed, exactly(4)>, shown::never},
}};
constexpr choice_case with_mode[] = {{0, nothing}};
constexpr auto const& queue_mode = chosen<argument(1, O_CREAT), with_mode, permissions16>;
constexpr structure new_queue_attributes{{
    {"mq_flags", long_hex},
    {"mq_maxmsg", long_signed},
    {"mq_msgsize", long_signed},
    {"mq_curmsgs", long_signed},
    {"", as::array<long_signed, exactly(4)>, shown::never},
}};
constexpr auto const& queue_attributes_if_created = chosen<argument(1, O_CREAT), with_mode, in<new_queue_attributes>>;
constexpr auto const& message_text = in_bytes<argument(2)>;

constexpr syscall_descriptor rows[] = {
    {"shmget", {{"key", key}, {"size", size}, {"shmflg", packed<segment_creation>}}},
    {"shmat", {{"shmid", integer}, {"shmaddr", address}, {"shmflg", flags<names::shmat_flags>}}, address},
    {"shmctl", {{"shmid", integer}, {"cmd", command_of<names::shmctl_commands>}, {"buf", chosen<argument(1, 0xff), shmctl_arguments<gap>>}}, {}, wide},
    {"shmctl", {{"shmid", integer}, {"cmd", command_of<names::shmctl_commands>}, {"buf", chosen<argument(1, 0xff), shmctl_arguments<uint32>>}}, {}, i386_only},
    {"semget", {{"key", key}, {"nsems", integer}, {"semflg", get_flags<names::ipc_get_flags>}}},
    {"semop", {{"semid", integer}, {"sops", in<as::array<semaphore_operation, argument(2)>>}, {"nsops", uint32}}},
    {"semtimedop", {{"semid", integer}, {"sops", in<as::array<semaphore_operation, argument(2)>>}, {"nsops", uint32}, {"timeout", in<timespec_type>}}},
    {"semtimedop_time64", {{"semid", integer}, {"sops", in<as::array<semaphore_operation, argument(2)>>}, {"nsops", uint32}, {"timeout", in<timespec64_type>}}},
    {"semctl", {{"semid", integer}, {"semnum", integer}, {"cmd", command_of<names::semctl_commands>}, {"arg", chosen<argument(2, 0xff), semctl_arguments<long_unsigned>>}}, {}, {arch::x86_64, arch::x32}},
    {"semctl", {{"semid", integer}, {"semnum", integer}, {"cmd", command_of<names::semctl_commands>}, {"arg", chosen<argument(2, 0xff), semctl_arguments<uint32>>}}, {}, i386_only},
    {"semctl", {{"semid", integer}, {"semnum", integer}, {"cmd", command_of<names::semctl_commands>}, {"arg", chosen<argument(2, 0xff), semctl_arguments<gap>>}}, {}, generic},
    {"msgget", {{"key", key}, {"msgflg", get_flags<names::ipc_get_flags>}}},
    {"msgsnd", {{"msqid", integer}, {"msgp", message_in}, {"msgsz", size}, {"msgflg", flags<names::msgsnd_flags>}}},
    {"msgrcv", {{"msqid", integer}, {"msgp", message_out}, {"msgsz", size}, {"msgtyp", long_signed}, {"msgflg", flags<names::msgsnd_flags>}}},
    {"msgctl", {{"msqid", integer}, {"cmd", command_of<names::msgctl_commands>}, {"buf", chosen<argument(1, 0xff), msgctl_arguments<gap>>}}, {}, wide},
    {"msgctl", {{"msqid", integer}, {"cmd", command_of<names::msgctl_commands>}, {"buf", chosen<argument(1, 0xff), msgctl_arguments<uint32>>}}, {}, i386_only},
    {"mq_open", {{"name", path}, {"oflag", flags<open_flags>}, {"mode", queue_mode}, {"attr", queue_attributes_if_created}}, fd},
    {"mq_unlink", {{"name", path}}},
    {"mq_timedsend", {{"mqdes", fd}, {"msg_ptr", message_text}, {"msg_len", size}, {"msg_prio", uint32}, {"abs_timeout", in<timespec_type>}}},
    {"mq_timedreceive", {{"mqdes", fd}, {"msg_ptr", out_bytes}, {"msg_len", size}, {"msg_prio", out<uint32>}, {"abs_timeout", in<timespec_type>}}},
    {"mq_timedsend_time64", {{"mqdes", fd}, {"msg_ptr", message_text}, {"msg_len", size}, {"msg_prio", uint32}, {"abs_timeout", in<timespec64_type>}}},
    {"mq_timedreceive_time64", {{"mqdes", fd}, {"msg_ptr", out_bytes}, {"msg_len", size}, {"msg_prio", out<uint32>}, {"abs_timeout", in<timespec64_type>}}},
    {"mq_notify", {{"mqdes", fd}, {"sevp", in<event_type>}}},
    {"mq_getsetattr", {{"mqdes", fd}, {"newattr", in<queue_attributes>}, {"oldattr", out<queue_attributes>}}},
    {"futex_waitv", {{"waiters", in<as::array<futex_waiter, argument(1)>>}, {"nr_futexes", uint32}, {"flags", hex32}, {"timeout", in<timespec64_type>}, {"clockid", clock}}},
    {"futex_wake", {{"uaddr", address}, {"mask", long_bitset}, {"nr", integer}, {"flags", futex2_flags}}},
    {"futex_wait", {{"uaddr", address}, {"val", long_unsigned}, {"mask", long_bitset}, {"flags", futex2_flags}, {"timeout", in<timespec64_type>}, {"clockid", clock}}},
    {"futex_requeue", {{"waiters", in<as::array<futex_waiter, plus(argument(0, 0), 2)>>}, {"flags", hex32}, {"nr_wake", integer}, {"nr_requeue", integer}}},
    {"futex", {{"uaddr", address}, {"futex_op", one_of<names::futex_operations>}, {"val", third_of}, {"timeout", fourth_of<timeout_native>}, {"uaddr2", chosen<operation, fifth, address>}, {"val3", chosen<operation, sixth, hex32>}}},
    {"futex_time64", {{"uaddr", address}, {"futex_op", one_of<names::futex_operations>}, {"val", third_of}, {"timeout", fourth_of<timeout64>}, {"uaddr2", chosen<operation, fifth, address>}, {"val3", chosen<operation, sixth, hex32>}}},
    {"shmdt", {{"shmaddr", address}}},
};

// semctl(2) that is called through ipc(2) of i386, which takes a pointer to the last argument of semctl(2) instead of the
// argument.
constexpr syscall_descriptor ipc_rows[] = {
    {"semctl", {{"semid", integer}, {"semnum", integer}, {"cmd", command_of<names::semctl_commands>}, {"arg", in<as::address>}}, {}, i386_only},
};

} // namespace

std::span<syscall_descriptor const> ipc_calls() noexcept
{
    return rows;
}

std::span<syscall_descriptor const> calls_made_by_ipc() noexcept
{
    return ipc_rows;
}

} // namespace cotrace::uapi
