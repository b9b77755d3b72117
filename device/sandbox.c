// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <linux/capability.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox.h"

#ifdef __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define WITH_SANITIZERS
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define WITH_SANITIZERS
#endif

/* LeakSanitizer starts a process that reads /proc and traces this one. */
#ifdef WITH_SANITIZERS
#define USES_LANDLOCK false
#define USES_SECCOMP  false
#else
#define USES_LANDLOCK true
#ifdef WITHOUT_SECCOMP /* a test of what Landlock denies by itself */
#define USES_SECCOMP false
#else
#define USES_SECCOMP true
#endif
#endif

/* Resources */

/* The process starts no other processes, leaves no core dumps and pins no pages. */
static int limit_resources(struct why *why)
{
	static const int resources[] = { RLIMIT_NPROC, RLIMIT_CORE, RLIMIT_MEMLOCK,
					 RLIMIT_MSGQUEUE };
	const struct rlimit none = { 0 };

	for (size_t i = 0; i < sizeof(resources) / sizeof(resources[0]); i++)
		if (setrlimit(resources[i], &none))
			return because(why, -errno, "setrlimit: %s", strerror(errno));
	return 0;
}

/* Privileges */

static int drop_privileges(struct why *why)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { { 0 } };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return because(why, -errno, "prctl: %s", strerror(errno));
	return syscall(SYS_capset, &header, none)
		       ? because(why, -errno, "capset: %s", strerror(errno))
		       : 0;
}

/* Landlock: its calls have no wrappers in libc, and Debian 12's header is older than kernels. */

struct ruleset {
	uint64_t files, net, scopes; /* what is forbidden, unless a rule allows it */
};

#define RULESET_VERSION 1u /* LANDLOCK_CREATE_RULESET_VERSION */

/* Everything that each version of Landlock supports, as the number of rights */
static struct ruleset forbid_all(long version)
{
	static const unsigned int file_rights[] = { 0, 13, 14, 15, 15, 16 };
	const long last = sizeof(file_rights) / sizeof(file_rights[0]) - 1;

	return (struct ruleset){
		.files = (UINT64_C(1) << file_rights[version < last ? version : last]) - 1,
		.net = version >= 4 ? 3 : 0,	/* to bind and to connect */
		.scopes = version >= 6 ? 3 : 0, /* abstract sockets, and signals */
	};
}

static int restrict_by_landlock(struct why *why)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, RULESET_VERSION);
	struct ruleset ruleset;
	int fd, ret;

	if (version <= 0)
		return 0; /* the kernel has none, or it is switched off */
	ruleset = forbid_all(version);
	fd = (int)syscall(SYS_landlock_create_ruleset, &ruleset, sizeof(ruleset), 0);
	if (fd < 0)
		return because(why, -errno, "landlock_create_ruleset: %s", strerror(errno));
	ret = syscall(SYS_landlock_restrict_self, fd, 0) ? -errno : 0;
	close(fd);
	return ret ? because(why, ret, "landlock_restrict_self: %s", strerror(-ret)) : 0;
}

/* System calls */

static const int allowed[] = {
	/* clients */
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(accept4),
	SCMP_SYS(getsockopt),
	SCMP_SYS(recvmsg),
	SCMP_SYS(sendmsg),
	SCMP_SYS(read),
	SCMP_SYS(write),
	SCMP_SYS(close),
	SCMP_SYS(setitimer),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(sigreturn),
	SCMP_SYS(restart_syscall),
	/* to identify a descriptor; it can read the target of any link, but nothing else */
	SCMP_SYS(readlink),
	SCMP_SYS(readlinkat),
	/* memory */
	SCMP_SYS(brk),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(madvise),
	/* libc and json-c: clocks without a vDSO, locks, seeds, the end */
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_gettime64),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(futex),
	SCMP_SYS(futex_time64),
	SCMP_SYS(getrandom),
	SCMP_SYS(getpid),
	SCMP_SYS(gettid),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
};

/* libc may look for messages in the user's language. */
static const int failing[] = { SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(openat2) };

/* Memory that isn't executable */
static const int without_code[] = { SCMP_SYS(mmap), SCMP_SYS(mmap2), SCMP_SYS(mprotect) };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int add_rules(scmp_filter_ctx filter)
{
	int ret = 0;

	for (size_t i = 0; i < COUNT(allowed) && !ret; i++)
		ret = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
	for (size_t i = 0; i < COUNT(failing) && !ret; i++)
		ret = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), failing[i], 0);
	for (size_t i = 0; i < COUNT(without_code) && !ret; i++)
		ret = seccomp_rule_add(filter, SCMP_ACT_ALLOW, without_code[i], 1,
				       SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	/* abort() */
	return ret ? ret
		   : seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
				      SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()));
}

static int filter_calls(struct why *why)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int ret = filter ? add_rules(filter) : -ENOMEM;

	if (!ret)
		ret = seccomp_load(filter);
	if (filter)
		seccomp_release(filter);
	return ret ? because(why, ret, "seccomp: %s", strerror(-ret)) : 0;
}

int sandbox_enter(struct why *why)
{
	int ret = limit_resources(why);

	if (!ret)
		ret = drop_privileges(why);
	if (!ret && USES_LANDLOCK)
		ret = restrict_by_landlock(why);
	if (!ret && USES_SECCOMP)
		ret = filter_calls(why);
	return ret;
}
