// SPDX-License-Identifier: BSL-1.0
// Names of constants of inotify(7), fanotify(7), eventfd, timerfd, signalfd, epoll and poll. The tables contain the names up
// to Linux 6.18.
#pragma once

#include <cotrace/uapi/named_values.hpp>

namespace cotrace::uapi::names {

inline constexpr flag_table inotify_init_flags{"IN_???", {
    {0x800, "IN_NONBLOCK"},
    {0x80000, "IN_CLOEXEC"},
}};

inline constexpr flag_table inotify_events{"IN_???", {
    {0x1, "IN_ACCESS"},
    {0x2, "IN_MODIFY"},
    {0x4, "IN_ATTRIB"},
    {0x8, "IN_CLOSE_WRITE"},
    {0x10, "IN_CLOSE_NOWRITE"},
    {0x20, "IN_OPEN"},
    {0x40, "IN_MOVED_FROM"},
    {0x80, "IN_MOVED_TO"},
    {0x100, "IN_CREATE"},
    {0x200, "IN_DELETE"},
    {0x400, "IN_DELETE_SELF"},
    {0x800, "IN_MOVE_SELF"},
    {0x2000, "IN_UNMOUNT"},
    {0x4000, "IN_Q_OVERFLOW"},
    {0x8000, "IN_IGNORED"},
    {0x1000000, "IN_ONLYDIR"},
    {0x2000000, "IN_DONT_FOLLOW"},
    {0x4000000, "IN_EXCL_UNLINK"},
    {0x10000000, "IN_MASK_CREATE"},
    {0x20000000, "IN_MASK_ADD"},
    {0x40000000, "IN_ISDIR"},
    {0x80000000, "IN_ONESHOT"},
}};

inline constexpr enum_table fanotify_classes{"FAN_CLASS_???", {
    {0, "FAN_CLASS_NOTIF"},
    {4, "FAN_CLASS_CONTENT"},
    {8, "FAN_CLASS_PRE_CONTENT"},
}};

inline constexpr flag_table fanotify_init_flags{"FAN_???", {
    {0x1, "FAN_CLOEXEC"},
    {0x2, "FAN_NONBLOCK"},
    {0x10, "FAN_UNLIMITED_QUEUE"},
    {0x20, "FAN_UNLIMITED_MARKS"},
    {0x40, "FAN_ENABLE_AUDIT"},
    {0x80, "FAN_REPORT_PIDFD"},
    {0x100, "FAN_REPORT_TID"},
    {0x200, "FAN_REPORT_FID"},
    {0x400, "FAN_REPORT_DIR_FID"},
    {0x800, "FAN_REPORT_NAME"},
    {0x1000, "FAN_REPORT_TARGET_FID"},
    {0x2000, "FAN_REPORT_FD_ERROR"},
    {0x4000, "FAN_REPORT_MNT"},
}};

inline constexpr flag_table fanotify_mark_flags{"FAN_MARK_???", {
    {0x1, "FAN_MARK_ADD"},
    {0x2, "FAN_MARK_REMOVE"},
    {0x80, "FAN_MARK_FLUSH"},
    {0x4, "FAN_MARK_DONT_FOLLOW"},
    {0x8, "FAN_MARK_ONLYDIR"},
    {0x110, "FAN_MARK_MNTNS"},
    {0x10, "FAN_MARK_MOUNT"},
    {0x100, "FAN_MARK_FILESYSTEM"},
    {0x20, "FAN_MARK_IGNORED_MASK"},
    {0x40, "FAN_MARK_IGNORED_SURV_MODIFY"},
    {0x400, "FAN_MARK_IGNORE"},
    {0x200, "FAN_MARK_EVICTABLE"},
}};

inline constexpr flag_table fanotify_events{"FAN_???", {
    {0x1, "FAN_ACCESS"},
    {0x2, "FAN_MODIFY"},
    {0x4, "FAN_ATTRIB"},
    {0x8, "FAN_CLOSE_WRITE"},
    {0x10, "FAN_CLOSE_NOWRITE"},
    {0x20, "FAN_OPEN"},
    {0x40, "FAN_MOVED_FROM"},
    {0x80, "FAN_MOVED_TO"},
    {0x100, "FAN_CREATE"},
    {0x200, "FAN_DELETE"},
    {0x400, "FAN_DELETE_SELF"},
    {0x800, "FAN_MOVE_SELF"},
    {0x1000, "FAN_OPEN_EXEC"},
    {0x4000, "FAN_Q_OVERFLOW"},
    {0x8000, "FAN_FS_ERROR"},
    {0x10000, "FAN_OPEN_PERM"},
    {0x20000, "FAN_ACCESS_PERM"},
    {0x40000, "FAN_OPEN_EXEC_PERM"},
    {0x80000, "FAN_DIR_MODIFY"},
    {0x100000, "FAN_PRE_ACCESS"},
    {0x1000000, "FAN_MNT_ATTACH"},
    {0x2000000, "FAN_MNT_DETACH"},
    {0x8000000, "FAN_EVENT_ON_CHILD"},
    {0x10000000, "FAN_RENAME"},
    {0x40000000, "FAN_ONDIR"},
}};

inline constexpr flag_table eventfd_flags{"EFD_???", {
    {0x1, "EFD_SEMAPHORE"},
    {0x80000, "EFD_CLOEXEC"},
    {0x800, "EFD_NONBLOCK"},
}};

inline constexpr enum_table timerfd_clocks{"CLOCK_???", {
    {0, "CLOCK_REALTIME"},
    {1, "CLOCK_MONOTONIC"},
    {7, "CLOCK_BOOTTIME"},
    {8, "CLOCK_REALTIME_ALARM"},
    {9, "CLOCK_BOOTTIME_ALARM"},
}};

inline constexpr flag_table timerfd_flags{"TFD_???", {
    {0x1, "TFD_TIMER_ABSTIME"},
    {0x2, "TFD_TIMER_CANCEL_ON_SET"},
    {0x80000, "TFD_CLOEXEC"},
    {0x800, "TFD_NONBLOCK"},
}};

inline constexpr flag_table signalfd_flags{"SFD_???", {
    {0x80000, "SFD_CLOEXEC"},
    {0x800, "SFD_NONBLOCK"},
}};

inline constexpr flag_table epoll_create_flags{"EPOLL_???", {
    {0x80000, "EPOLL_CLOEXEC"},
}};

inline constexpr enum_table epoll_operations{"EPOLL_CTL_???", {
    {1, "EPOLL_CTL_ADD"},
    {2, "EPOLL_CTL_DEL"},
    {3, "EPOLL_CTL_MOD"},
}};

inline constexpr flag_table epoll_events{"EPOLL???", {
    {0x1, "EPOLLIN"},
    {0x2, "EPOLLPRI"},
    {0x4, "EPOLLOUT"},
    {0x8, "EPOLLERR"},
    {0x10, "EPOLLHUP"},
    {0x20, "EPOLLNVAL"},
    {0x40, "EPOLLRDNORM"},
    {0x80, "EPOLLRDBAND"},
    {0x100, "EPOLLWRNORM"},
    {0x200, "EPOLLWRBAND"},
    {0x400, "EPOLLMSG"},
    {0x2000, "EPOLLRDHUP"},
    {0x10000000, "EPOLLEXCLUSIVE"},
    {0x20000000, "EPOLLWAKEUP"},
    {0x40000000, "EPOLLONESHOT"},
    {0x80000000, "EPOLLET"},
}};

inline constexpr flag_table poll_events{"POLL???", {
    {0x1, "POLLIN"},
    {0x2, "POLLPRI"},
    {0x4, "POLLOUT"},
    {0x8, "POLLERR"},
    {0x10, "POLLHUP"},
    {0x20, "POLLNVAL"},
    {0x40, "POLLRDNORM"},
    {0x80, "POLLRDBAND"},
    {0x100, "POLLWRNORM"},
    {0x200, "POLLWRBAND"},
    {0x400, "POLLMSG"},
    {0x1000, "POLLREMOVE"},
    {0x2000, "POLLRDHUP"},
    {0x8000, "POLL_BUSY_LOOP"},
}};

} // namespace cotrace::uapi::names
