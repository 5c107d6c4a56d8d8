// SPDX-License-Identifier: BSL-1.0
// Futexes and System V IPC.
#include "abi/common.hpp"
#include "abi/topics.hpp"

namespace cotrace::abi {
namespace {

using namespace as;

#define COTRACE_OPERATION(number, name)                                                                      \
    {number, "FUTEX_" name, 0xff}, {number | 128, "FUTEX_" name "_PRIVATE", 0xff}
constexpr flag_table futex_operations{"FUTEX_???", {
    COTRACE_OPERATION(0, "WAIT"),
    COTRACE_OPERATION(1, "WAKE"),
    COTRACE_OPERATION(2, "FD"),
    COTRACE_OPERATION(3, "REQUEUE"),
    COTRACE_OPERATION(4, "CMP_REQUEUE"),
    COTRACE_OPERATION(5, "WAKE_OP"),
    COTRACE_OPERATION(6, "LOCK_PI"),
    COTRACE_OPERATION(7, "UNLOCK_PI"),
    COTRACE_OPERATION(8, "TRYLOCK_PI"),
    COTRACE_OPERATION(9, "WAIT_BITSET"),
    COTRACE_OPERATION(10, "WAKE_BITSET"),
    COTRACE_OPERATION(11, "WAIT_REQUEUE_PI"),
    COTRACE_OPERATION(12, "CMP_REQUEUE_PI"),
    COTRACE_OPERATION(13, "LOCK_PI2"),
    {256, "FUTEX_CLOCK_REALTIME"},
}};
#undef COTRACE_OPERATION

constexpr enum_table match_any{"", {
    {0xffffffff, "FUTEX_BITSET_MATCH_ANY"},
}};
constexpr auto const& bitset = one_of<match_any>;

// What the operation makes of the four arguments that follow it.
constexpr choice_case third[] = {
    {6, nothing}, {7, nothing}, {8, nothing}, {13, nothing},
};
template <auto const& Timeout> constexpr choice_case fourth[] = {
    {0, Timeout}, {1, nothing}, {6, Timeout}, {7, nothing}, {8, nothing}, {9, Timeout}, {10, nothing},
    {11, Timeout}, {13, Timeout}, {3, uint32}, {4, uint32}, {5, uint32}, {12, uint32},
};
constexpr choice_case fifth[] = {
    {0, nothing}, {1, nothing}, {6, nothing}, {7, nothing}, {8, nothing}, {9, nothing}, {10, nothing}, {13, nothing},
};
constexpr choice_case sixth[] = {
    {0, nothing}, {1, nothing}, {3, nothing}, {4, uint32}, {5, wake_operation}, {6, nothing}, {7, nothing}, {8, nothing},
    {9, bitset}, {10, bitset}, {11, nothing}, {12, uint32}, {13, nothing},
};

constexpr amount operation{.from = source::argument, .index = 1, .mask = 127};
constexpr auto const& third_of = chosen<operation, third, uint32>;
template <auto const& Timeout>
constexpr auto const& fourth_of = chosen<operation, fourth<Timeout>, long_hex>;

constexpr auto const& timeout_native = in<timespec_type>;
constexpr auto const& timeout64 = in<timespec64_type>;

constexpr enum_table keys{"", {
    {0, "IPC_PRIVATE"},
}};
constexpr flag_table get_flags{"", {
    {01000, "IPC_CREAT"},
    {02000, "IPC_EXCL"},
    {04000, "SHM_HUGETLB"},
    {010000, "SHM_NORESERVE"},
}};
constexpr enum_table control_commands{"IPC_???", {
    {0, "IPC_RMID"},
    {1, "IPC_SET"},
    {2, "IPC_STAT"},
    {3, "IPC_INFO"},
    {11, "GETPID"},
    {12, "GETVAL"},
    {13, "GETALL"},
    {14, "GETNCNT"},
    {15, "GETZCNT"},
    {16, "SETVAL"},
    {17, "SETALL"},
}};
constexpr enum_table shm_commands{"SHM_???", {
    {0, "IPC_RMID"},
    {1, "IPC_SET"},
    {2, "IPC_STAT"},
    {3, "IPC_INFO"},
    {11, "SHM_LOCK"},
    {12, "SHM_UNLOCK"},
    {13, "SHM_STAT"},
    {14, "SHM_INFO"},
    {15, "SHM_STAT_ANY"},
}};
constexpr enum_table msg_commands{"MSG_???", {
    {0, "IPC_RMID"},
    {1, "IPC_SET"},
    {2, "IPC_STAT"},
    {3, "IPC_INFO"},
    {11, "MSG_STAT"},
    {12, "MSG_INFO"},
    {13, "MSG_STAT_ANY"},
}};
constexpr flag_table attach_flags{"SHM_???", {
    {010000, "SHM_RDONLY"},
    {020000, "SHM_RND"},
    {040000, "SHM_REMAP"},
    {0100000, "SHM_EXEC"},
}};
constexpr flag_table operation_flags{"SEM_???", {
    {010000, "SEM_UNDO"},
    {04000, "IPC_NOWAIT"},
}};
constexpr flag_table message_flags{"MSG_???", {
    {04000, "IPC_NOWAIT"},
    {010000, "MSG_NOERROR"},
    {020000, "MSG_EXCEPT"},
    {040000, "MSG_COPY"},
}};
constexpr structure semaphore_operation{{
    {"sem_num", uint16},
    {"sem_op", int16},
    {"sem_flg", flags<operation_flags, width::u16>},
}};
constexpr auto const& key = one_of<keys>;
// Creation flags, with the permissions in the low nine bits.
constexpr type get_flags_type = {.shape = shape::flags_and_mode, .style = style::hex, .names = &get_flags};
constexpr choice_case semctl_arguments[] = {{16, long_hex}};

constexpr structure queue_attributes{{
    {"mq_flags", flags<open_flags, width::klong>},
    {"mq_maxmsg", long_signed},
    {"mq_msgsize", long_signed},
    {"mq_curmsgs", long_signed},
    {"", as::array<long_signed, exactly(4)>, shown::never},
}};
constexpr choice_case with_mode[] = {{0, nothing}};
constexpr auto const& queue_mode = chosen<argument(1, O_CREAT), with_mode, permissions>;
constexpr auto const& queue_attributes_if_created = chosen<argument(1, O_CREAT), with_mode, in<queue_attributes>>;
constexpr auto const& message_text = in_bytes<argument(2)>;

constexpr syscall_descriptor rows[] = {
    {"shmget", {{"key", key}, {"size", size}, {"shmflg", get_flags_type}}},
    {"shmat", {{"shmid", integer}, {"shmaddr", address}, {"shmflg", flags<attach_flags>}}, address},
    {"shmctl", {{"shmid", integer}, {"cmd", one_of<shm_commands>}, {"buf", address}}},
    {"semget", {{"key", key}, {"nsems", integer}, {"semflg", get_flags_type}}},
    {"semop", {{"semid", integer}, {"sops", in<as::array<semaphore_operation, argument(2)>>}, {"nsops", size}}},
    {"semtimedop", {{"semid", integer}, {"sops", in<as::array<semaphore_operation, argument(2)>>}, {"nsops", size}, {"timeout", in<timespec_type>}}},
    {"semtimedop_time64", {{"semid", integer}, {"sops", in<as::array<semaphore_operation, argument(2)>>}, {"nsops", size}, {"timeout", in<timespec64_type>}}},
    {"semctl", {{"semid", integer}, {"semnum", integer}, {"cmd", one_of<control_commands>}, {"arg", chosen<argument(2, 0xff), semctl_arguments, address>}}},
    {"msgget", {{"key", key}, {"msgflg", get_flags_type}}},
    {"msgsnd", {{"msqid", integer}, {"msgp", address}, {"msgsz", size}, {"msgflg", flags<message_flags>}}},
    {"msgrcv", {{"msqid", integer}, {"msgp", address}, {"msgsz", size}, {"msgtyp", long_signed}, {"msgflg", flags<message_flags>}}},
    {"msgctl", {{"msqid", integer}, {"cmd", one_of<msg_commands>}, {"buf", address}}},
    {"mq_open", {{"name", path}, {"oflag", flags<open_flags>}, {"mode", queue_mode}, {"attr", queue_attributes_if_created}}, fd},
    {"mq_unlink", {{"name", path}}},
    {"mq_timedsend", {{"mqdes", fd}, {"msg_ptr", message_text}, {"msg_len", size}, {"msg_prio", uint32}, {"abs_timeout", in<timespec_type>}}},
    {"mq_timedreceive", {{"mqdes", fd}, {"msg_ptr", out_bytes}, {"msg_len", size}, {"msg_prio", out<uint32>}, {"abs_timeout", in<timespec_type>}}},
    {"mq_getsetattr", {{"mqdes", fd}, {"newattr", in<queue_attributes>}, {"oldattr", out<queue_attributes>}}},
    {"futex", {{"uaddr", address}, {"futex_op", flags<futex_operations>}, {"val", third_of}, {"timeout", fourth_of<timeout_native>}, {"uaddr2", chosen<operation, fifth, address>}, {"val3", chosen<operation, sixth, hex32>}}},
    {"futex_time64", {{"uaddr", address}, {"futex_op", flags<futex_operations>}, {"val", third_of}, {"timeout", fourth_of<timeout64>}, {"uaddr2", chosen<operation, fifth, address>}, {"val3", chosen<operation, sixth, hex32>}}},
    {"shmdt", {{"shmaddr", address}}},
};

} // namespace

std::span<syscall_descriptor const> ipc_calls() noexcept
{
    return rows;
}

} // namespace cotrace::abi
