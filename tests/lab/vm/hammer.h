/* SPDX-License-Identifier: MIT */
/*
 * hammer: users of VFIO that open, ask and close functions all the time (a process of
 * its own, hammer_users.c) while those functions are disturbed (hammer_disturb.c).
 */
#ifndef TESTS_LAB_HAMMER_H
#define TESTS_LAB_HAMMER_H

#include <linux/vfio_pasid.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define VF_TOKEN "7b2f4b4c-0c5c-4a43-9d0f-2a5e9c1f6f11"
#define VFS	 4
#define USERS	 8

/* What is asked. There are 4 VFs, of which two are. OFF has PASID, but not switched on. */
enum {
	PF,
	VF0,
	VF1,
	PORTED,
	OFF,
	FUNCTIONS
};

struct function {
	const char *name;
	char bdf[16];
	struct vfio_device_feature_pasid_ext answer; /* what is planted */
	const char *token;			     /* for GET_DEVICE_FD, " vf_token=..." or "" */
};

extern struct function functions[FUNCTIONS];

/*
 * The driver that the functions are bound to, and the module that answers and guards, as
 * tests/lab/vm/lib.sh has them.
 */
extern const char *driver, *module;

/* More parameters of the module, or NULL. */
extern const char *module_parameter;

/* The module isn't the driver, so it can go while the functions stay bound. */
bool is_apart(void);

/* The IOMMU's driver has PASID off between two address spaces, as VT-d's of Linux 6.1 has. */
extern bool off_between_spaces;

/*
 * Takes the addresses of PF, PORTED and OFF; LAB_DRIVER and IOMMU_WIDTH, the bits of a PASID that
 * the machine's IOMMU takes, come from the environment.
 */
void functions_describe(char **bdfs);

/* Finds the addresses of the VFs, once the PF has them. */
void functions_find_vfs(void);

/* Where opening a function can be refused, and why it may be: see refusals[]. */
enum step {
	OPEN_GROUP,
	SET_CONTAINER,
	GET_DEVICE,
	OPEN_CDEV,
	BIND_IOMMUFD,
	STEPS
};

#define ERRNOS 134

/* What one of the users does only when asked to. */
enum order {
	NOTHING,
	HOLD,
	LET_GO,
	HOT_RESET,
	LOW_POWER
};

/*
 * Shared by the disturbing process and the users', so that it outlives a kill. Orders go
 * one way and results the other.
 */
struct shared {
	unsigned long calls; /* of VFIO_DEVICE_FEATURE on an open device */
	unsigned long opens; /* devices opened */
	atomic_ulong refused[STEPS][ERRNOS];
	atomic_ulong wrong;	/* calls with another answer than the one planted */
	char first_wrong[160];	/* the first of them */
	atomic_ulong off;	/* answers that PASID was off, for a moment */
	unsigned int missed;	/* times that VFs didn't answer when they were made */
	unsigned int unloaded;	/* times that the module was */
	unsigned int lost_bars; /* times that a function had lost its BAR */
	atomic_bool away;	/* the module may be, and what is open has no answer then */
	atomic_bool stop;
	unsigned int spared;	   /* a bit for each function that is not to be opened */
	atomic_uint ordered, done; /* the same, when the last order was carried out */
	enum order order;
	int ordered_function;
	int result; /* of it: 0, or the negative errno */
};

extern struct shared *shared;

/* A number below @limit; @state is not 0. */
static inline unsigned int random_below(uint32_t *state, unsigned int limit)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state % limit;
}

/* Starts the process of users: its ID. */
int users_start(uint32_t seed);

/* What that process does until @stop is set: whether all users ended well. */
bool users_run(uint32_t seed);

/* Ends it in good order: whether it ended well. */
bool users_stop(int process);

/* Has one of the users do something; 0, or the negative errno. */
int users_order(enum order order, int function);

/*
 * A round of a disturbance: false, and says why in @why, if what it did should have
 * succeeded and didn't.
 */
struct storm {
	const char *name;
	const char *what;
	bool (*round)(unsigned int round);
};

extern const struct storm storms[];

/* The process that storms disturb. */
extern int users;

/* The state of the storms' random numbers. */
extern uint32_t chance_state;

/* What went wrong in a round. */
extern char why[200];

/* Loads the module, binds the functions to it, and makes the VFs. */
bool set_up(void);

/* When no device is open any more: gives the functions back to nvme, and unloads the module. */
bool take_down(void);

/* What grows if something is never released; see hammer_leaks.c. */
struct leaks {
	unsigned int vfio_devices, groups, pci_devices, vfio_objects;
};

void leaks_measure(struct leaks *leaks);

#endif /* TESTS_LAB_HAMMER_H */
