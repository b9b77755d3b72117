/* SPDX-License-Identifier: MIT */
/*
 * The long run: programs of random calls of VFIO and iommufd, made from a description of these
 * calls (long_calls.c). What a program calls follows from its number alone (long_programs.c),
 * whatever the calls return (long_perform.c).
 */
#ifndef TESTS_LAB_LONG_H
#define TESTS_LAB_LONG_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* What calls take and make, and a program keeps: file descriptors, and IDs of an iommufd */
enum slot_kind {
	NO_SLOT,
	GROUP_FD,
	CONTAINER_FD,
	IOMMUFD_FD,
	DEVICE_FD,
	EVENT_FD,
	LAST_FD = EVENT_FD,
	DEVICE_ID,
	IOAS_ID,
	HWPT_ID,
	SLOT_KINDS
};

/* Of each kind */
#define SLOTS 3

/* The kinds of arguments. Now and then, each kind that isn't marked * gets an odd value. */
enum field_kind {
	NO_FIELD,
	ARGSZ, /* the size of the whole */
	CONSTANT,
	BITS,	/* @value, and some of @more */
	CHOICE, /* one of @choices, of which there are @value */
	BELOW,	/* a multiple of @more, less than @value of them */
	NEAR,	/* around @value or anywhere below @more */
	LENGTH, /* *below @value, beyond which the kernel would use memory that isn't the call's */
	MEMORY, /* an address */
	TAKEN,	/* *what a slot of the kind @value has */
	MADE,	/* *where the kernel puts what the call makes */
	OUTPUT, /* *what the kernel may write to */
};

struct field {
	enum field_kind kind;
	uint16_t size;
	uint64_t value, more;
	const uint64_t *choices;
};

/* How a call is made */
enum how {
	DO_IOCTL,	/* with a pointer to the fields */
	DO_IOCTL_VALUE, /* with the first field */
	DO_HW_INFO,	/* the ioctl, only where iommufd doesn't warn */
	DO_OPEN_GROUP,
	DO_OPEN_CONTAINER,
	DO_OPEN_IOMMUFD,
	DO_OPEN_CDEV,
	DO_GET_DEVICE,	/* VFIO_GROUP_GET_DEVICE_FD; the field: with which token */
	DO_BIND_DEVICE, /* VFIO_DEVICE_BIND_IOMMUFD; the field: with a token or without */
	DO_MAKE_EVENT,
	DO_READ, /* of a region, at an offset, so many bytes */
	DO_WRITE,
	DO_MAP,
	DO_CLOSE,
	DO_WAIT,
	HOWS
};

#define MAX_FIELDS 12

struct call {
	const char *name;
	unsigned int weight; /* how often it is made, compared with others */
	enum how how;
	enum slot_kind on, makes;
	unsigned long request; /* of an ioctl */
	struct field fields[MAX_FIELDS];
};

extern const struct call calls[];
extern const unsigned int calls_count;

/* The calls with which programs begin, to have an open device: their names, up to NULL */
extern const char *const by_group[];
extern const char *const by_cdev[];

/* A call as a program makes it */
struct action {
	const struct call *call;
	unsigned int on, into; /* slots */
	bool is_opening;       /* of those that programs begin with: waits for others */
	bool by_neighbour;     /* on a slot of the next thread's */
	unsigned int function; /* which one, if that is to be chosen */
	uint64_t values[MAX_FIELDS];
};

/* Which program: the @number-th of a thread of a process, of the @generation-th users */
struct program_id {
	uint64_t seed;
	unsigned int generation, process, thread, number;
};

#define MAX_ACTIONS 128

/* Makes a program: how many actions it has. Without iommufd all functions are opened by groups. */
unsigned int program_make(const struct program_id *id, bool has_iommufd, struct action *actions);

/* Prints an action on a line. */
void action_print(const struct action *action);

struct slot {
	int value;    /* -1: empty */
	int function; /* of a group or a device */
	bool usable;  /* a device that answers */
};

/* A thread that makes calls */
struct user {
	struct slot slots[SLOT_KINDS][SLOTS];
	const struct user *neighbour;
	uint8_t *memory;      /* MEMORY_SIZE bytes */
	struct program_id id; /* which program it performs */
};

#define MEMORY_SIZE 0x40000

bool user_init(struct user *user);

/* The argument of an ioctl, with room behind it */
struct argument {
	uint8_t bytes[4096];
};

/* What is in an argument where the kernel has written nothing */
#define FILL 0xa5

/* 0 or what the call returns; the negative errno. */
long action_perform(struct user *user, const struct action *action);

/* A device that the thread itself has open, and that has to answer */
bool is_own_device(const struct action *action, const struct slot *device);

/* Whether an access to config space has a byte of the PASID capability that is kept from users */
bool is_hidden(int function, uint64_t at, long length);

/*
 * Compares what VFIO_DEVICE_FEATURE has made of PASID's stable number, and counts; @away: somebody
 * had the module unloaded meanwhile.
 */
void check_feature(const struct user *user, const struct action *action, const struct slot *device,
		   int ret, const struct argument *argument, bool away);

/* The same for bytes read from a region, if they are of the PASID capability. */
void check_read(const struct user *user, const struct action *action, const struct slot *device,
		const uint8_t *bytes, long ret);

/* How the calls went, of each that is described */
struct counts {
	unsigned long made, well;
};

/* Shared by all processes */
struct long_shared {
	unsigned int generation;
	unsigned long programs, calls;
	unsigned long answers; /* of the feature, compared with what is planted */
	unsigned long hidden;  /* reads of the PASID capability, compared with zeros */
	/* PASID Control, looked at between disturbances and after writes to the capability */
	unsigned long looks, changed;
	char first_change[120];
	atomic_uint disturbances; /* begun and ended: the kernel may change it in between */
	struct counts counts[];
};

extern struct long_shared *long_shared;

/* The seed, and whether users are kept from the PASID capability */
extern uint64_t long_seed;
extern bool is_guarded;

/* Where the PASID capability that is kept from users begins and ends; 0 where there is none */
extern unsigned int hidden_start[], hidden_end[];

/* Finds those, and what PASID Control is. */
void control_find(void);

/* Restores it where users without a guard have changed it. */
void control_restore(void);

/*
 * Looks whether PASID Control of the hardware is what the kernel made it, if nothing disturbs the
 * functions meanwhile, and counts. Only functions that have the capability have one.
 */
void control_look(int function);

#endif /* TESTS_LAB_LONG_H */
