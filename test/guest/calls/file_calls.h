// SPDX-License-Identifier: BSL-1.0
// The topic "files" of makes_calls.c, which includes this file after its macro `call` and its variables.

static long open_files(void)
{
    struct open_how how = {.flags = O_RDONLY | O_CLOEXEC, .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS};

    long const fd = call(openat, AT_FDCWD, "made", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    call(openat, AT_FDCWD, "no/such", O_WRONLY | O_APPEND | O_DIRECT | O_NOATIME | O_SYNC);
    call(openat, 77, bad, 3 | O_TMPFILE, 07777);
    call(openat2, AT_FDCWD, "made", &how, sizeof how);
    call(openat2, AT_FDCWD, "made", &how, 8);
    call(openat2, -1, "made", bad, sizeof how);
    return fd;
}

static void read_and_write(long fd)
{
    struct iovec parts[2] = {{"one ", 4}, {"two", 3}};
    struct iovec into[2] = {{buffer, 3}, {buffer + 100, 100}};

    call(write, fd, "\0\1\2text\n\377 and more than fits into thirty-two", 48);
    call(write, fd, bad, 3);
    call(writev, fd, parts, 2);
    call(writev, fd, bad - sizeof *parts, 2);
    call(pwritev2, fd, parts, 2, 60L, 0L, 0);
    call(pwritev2, fd, parts, 2, 60L, 0L, 0x8000);
    call(pread64, fd, buffer, 10, 2L, 0L);
    call(preadv, fd, into, 2, 0L, 0L);
    call(readv, -1, into, 2);
    call(read, fd, buffer, 0);
    call(lseek, fd, 5L, SEEK_SET);
    call(lseek, fd, 0L, SEEK_HOLE);
    call(lseek, fd, -1L, 99);
    call(ftruncate, fd, 100L, 0L);
    call(fallocate, fd, FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE, 0L, 10L, 20L, 0L);
    call(fsync, fd);
    call(fdatasync, fd);
    call(sync_file_range, fd, 0L, 10L, SYNC_FILE_RANGE_WRITE | 0x40);
    call(readahead, fd, 1L, 2L);
}

static void ask_about_files(long fd)
{
    struct stat about;
    struct statx more;
    struct statfs system;

    call(fstat, fd, &about);
    call(fstat, fd, bad);
    call(newfstatat, AT_FDCWD, "/dev/null", &about, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT);
    call(statx, AT_FDCWD, "/dev/null", AT_STATX_DONT_SYNC | AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS | STATX_BTIME | STATX_MNT_ID,
         &more);
    call(statx, fd, "", AT_EMPTY_PATH, STATX_ALL, &more);
    call(statx, fd, "", 0x80000000, 0x80000000, &more);
    call(fstatfs, fd, &system);
    call(statfs, "/proc", &system);
    call(statfs, "/no/such", &system);
    call(faccessat, AT_FDCWD, "made", R_OK | W_OK);
    call(faccessat, AT_FDCWD, "made", 0x10);
    call(faccessat2, AT_FDCWD, "made", X_OK, AT_EACCESS | AT_SYMLINK_NOFOLLOW);
    call(fchmod, fd, 01755);
    call(fchmodat, AT_FDCWD, "made", 0600);
    call(fchown, fd, -1, -1);
    call(fchownat, AT_FDCWD, "no/such", 1, 2, AT_SYMLINK_NOFOLLOW);
    call(utimensat, AT_FDCWD, "made", &(struct timespec[]){{1, 2}, {0, UTIME_OMIT}}, 0);
    call(utimensat, fd, NULL, &(struct timespec[]){{0, UTIME_NOW}, {-1, 1000000000}}, 0);
    call(utimensat, AT_FDCWD, "made", NULL, AT_SYMLINK_NOFOLLOW);
}

static void make_folders(void)
{
    call(mkdirat, AT_FDCWD, "folder", 0750);
    call(mknodat, AT_FDCWD, "folder/pipe", S_IFIFO | 0600, 0);
    call(mknodat, AT_FDCWD, "no/such", S_IFCHR | 0600, 0x103);
    call(symlinkat, "made", AT_FDCWD, "folder/link");
    call(readlinkat, AT_FDCWD, "folder/link", buffer, sizeof buffer);
    call(readlinkat, AT_FDCWD, "made", buffer, 3);
    call(linkat, AT_FDCWD, "made", AT_FDCWD, "folder/hard", AT_SYMLINK_FOLLOW);
    call(renameat2, AT_FDCWD, "folder/hard", AT_FDCWD, "folder/other", RENAME_NOREPLACE);
    call(renameat2, -1, "a", -2, "b", RENAME_EXCHANGE | RENAME_WHITEOUT | 0x100);
    long const folder = call(openat, AT_FDCWD, "folder", O_RDONLY | O_DIRECTORY);
    call(getdents64, folder, buffer, sizeof buffer);
    call(getdents64, folder, buffer, sizeof buffer);
    call(getdents64, -1, buffer, 10);
    call(unlinkat, folder, "link", 0);
    call(unlinkat, AT_FDCWD, "folder", AT_REMOVEDIR);
    call(chdir, "folder");
    call(fchdir, -1);
    call(getcwd, buffer, sizeof buffer);
    call(getcwd, buffer, 1);
    call(chroot, "/no/such");
    call(umask, 027);
}

static void use_attributes(long fd)
{
    call(setxattr, "/no/such", "user.name", "value", 5, XATTR_CREATE);
    call(fsetxattr, fd, "user.name", "value\0", 6, XATTR_REPLACE | 4);
    call(fgetxattr, fd, "user.name", buffer, 100);
    call(fgetxattr, fd, "user.name", NULL, 0);
    call(flistxattr, fd, buffer, 100);
    call(flistxattr, fd, buffer, 0);
    call(fremovexattr, fd, "user.name");
}

static void use_descriptors(long fd)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 1, .l_len = 2};

    call(fcntl, fd, F_GETFD);
    call(fcntl, fd, F_SETFD, FD_CLOEXEC);
    call(fcntl, fd, F_GETFL);
    call(fcntl, fd, F_SETFL, O_NONBLOCK | O_APPEND);
    call(fcntl, fd, F_SETLK, &lock);
    call(fcntl, fd, F_GETLK, &lock);
    call(fcntl, fd, F_OFD_SETLK, &lock);
    call(fcntl, fd, F_DUPFD_CLOEXEC, 40);
    call(fcntl, fd, F_GETOWN);
    call(fcntl, fd, F_SETLEASE, F_RDLCK);
    call(fcntl, fd, F_NOTIFY, DN_ACCESS);
    call(fcntl, fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_WRITE);
    call(fcntl, fd, 12345, 6);
    call(flock, fd, LOCK_EX | LOCK_NB);
    call(flock, fd, 99);
    call(dup, fd);
#ifdef SYS_dup2
    call(dup2, fd, 50);
#endif
    call(dup3, fd, 51, O_CLOEXEC);
    call(dup3, fd, fd, 1);
    call(close_range, 50, 51, 4);
    call(close_range, 1000, ~0U, 2);
}

static void copy_data(long fd)
{
    struct iovec parts[2] = {{"one ", 4}, {"two", 3}};
    loff_t in = 1, out = 2;
    int ends[2];

    call(copy_file_range, fd, &in, fd, &out, 1, 0);
    call(copy_file_range, fd, NULL, fd, NULL, 1, 9);
    call(sendfile, fd, fd, &in, 1);
    call(pipe2, ends, O_CLOEXEC | O_NONBLOCK);
    call(pipe2, bad, 0);
    call(splice, fd, &in, ends[1], NULL, 3, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
    call(tee, ends[0], ends[1], 3, 0x10);
    call(vmsplice, ends[1], parts, 2, SPLICE_F_GIFT);
    call(read, ends[0], buffer, 5);
    call(read, ends[0], buffer, sizeof buffer);
    call(read, ends[0], buffer, sizeof buffer);
}

static void files(void)
{
    long const fd = open_files();
    read_and_write(fd);
    ask_about_files(fd);
    make_folders();
    use_attributes(fd);
    use_descriptors(fd);
    copy_data(fd);
    call(fadvise64, fd, 0L, 0L, POSIX_FADV_WILLNEED);
    call(name_to_handle_at, AT_FDCWD, "made", bad, buffer, 0);
    call(close, 1000);
    call(mount, "none", "/no/such", "tmpfs", MS_RDONLY | MS_NOSUID, "size=1");
    call(umount2, "/no/such", MNT_DETACH);
    call(inotify_init1, IN_NONBLOCK);
    call(inotify_add_watch, -1, "made", IN_CREATE | IN_DELETE | IN_ONLYDIR);
    call(inotify_rm_watch, -1, 1);
}
