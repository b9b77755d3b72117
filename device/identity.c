// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "identity.h"

int identity_find(struct identity *identity, const char *name, struct why *why)
{
	const struct passwd *entry;

	*identity = (struct identity){ (uid_t)-1, (gid_t)-1 };
	if (!name)
		return 0;
	entry = getpwnam(name);
	if (!entry)
		return because(why, -ENOENT, "--user %s: there is no such user", name);
	if (geteuid())
		return because(why, -EPERM, "--user %s: only root can serve as another user", name);
	*identity = (struct identity){ entry->pw_uid, entry->pw_gid };
	return 0;
}

int identity_find_group(const char *name, gid_t *group, struct why *why)
{
	const struct group *entry = getgrnam(name);

	if (!entry)
		return because(why, -ENOENT, "--group %s: there is no such group", name);
	*group = entry->gr_gid;
	return 0;
}

int identity_become(const struct identity *identity, struct why *why)
{
	uid_t user = identity->user;
	gid_t group = identity->group;
	pid_t parent = getppid();

	if (user == (uid_t)-1)
		return 0;
	if (setgroups(0, NULL) || setresgid(group, group, group) || setresuid(user, user, user))
		return because(why, -errno, "becoming user %u: %s", user, strerror(errno));
	/* A change of the user resets this signal, and the keeper may have ended meanwhile. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL))
		return because(why, -errno, "prctl: %s", strerror(errno));
	return getppid() == parent ? 0 : because(why, -ESRCH, "the keeper has ended");
}
