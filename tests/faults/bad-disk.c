/*
 * Loaded before the C library (LD_PRELOAD): a disk whose mood a file tells, the one that FAULTS_DISK names.
 * "hang": a flush ends only when the file says something else. "slow": a flush takes a fifth of a second.
 * "refuse": no byte is written, as on a file system that the kernel made read-only. "break": a flush ends with an error.
 * "unread": nothing that was written is given back. Anything else: a disk as ever.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static char mood(void) {
  const char *path = getenv("FAULTS_DISK");
  char first = 0;
  if (!path) return 0;
  int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  if (syscall(SYS_read, fd, &first, 1) != 1) first = 0;
  syscall(SYS_close, fd);
  return first;
}

static int fails_to_flush(void) {
  if (mood() == 's') usleep(200 * 1000);
  while (mood() == 'h') usleep(10 * 1000);
  if (mood() != 'b') return 0;
  errno = EIO;
  return 1;
}

int fsync(int fd) {
  if (fails_to_flush()) return -1;
  return (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd) {
  if (fails_to_flush()) return -1;
  return (int)syscall(SYS_fdatasync, fd);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off_t at) {
  if (mood() == 'r') {
    errno = EROFS;
    return -1;
  }
  return syscall(SYS_pwrite64, fd, bytes, count, at);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
  return pwrite64(fd, bytes, count, at);
}

ssize_t pread64(int fd, void *bytes, size_t count, off_t at) {
  if (mood() == 'u') {
    errno = EIO;
    return -1;
  }
  return syscall(SYS_pread64, fd, bytes, count, at);
}

ssize_t pread(int fd, void *bytes, size_t count, off_t at) {
  return pread64(fd, bytes, count, at);
}
