// SPDX-License-Identifier: MIT
/*
 * qtest STEP... -- QEMU ARG...: starts a QEMU without a guest, and does to PCI functions that it
 * has on its root bus what a guest would, by QEMU's qtest protocol. Prints a word for each step,
 * and a line for each function:
 *
 * at=SLOT         what follows is done to the function in that slot
 * capability      where PASID stands, and what its Capability register says: "0x180:3:20", with
 *                 EXEC and PRIV as 1 and 2, and the width; or "none"
 * control=VALUE   writes PASID Control, and prints what it reads then
 * chain           the IDs of all extended capabilities, as "3,f,1b"
 * word=OFFSET:VALUE
 *                 writes two bytes there, and prints what it reads then
 * garbage         writes the opposite of each bit of the capability, and prints what Control reads
 * garbage-all     the same over all of the extended config space
 * hardware=BDF+OFFSET
 *                 what the "hardware" of that function of the lab holds there, two bytes
 * writes=BDF      how many of its planted bytes were written to
 * ask=REQUEST     makes that request of qtest's, and prints the answer
 * until=VALUE REQUEST
 *                 makes it again and again, until the answer is that number
 *
 * QEMU's messages go to stderr. If it ends before the steps do, so does this, with status 3.
 */
#include <errno.h>
#include <linux/pci_regs.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "device.h"

/* Where q35 maps its config spaces, once it is set up to */
#define MMCONFIG 0xb0000000u

#define HEAD	    PCI_CFG_SPACE_SIZE
#define CONFIG_SIZE PCI_CFG_SPACE_EXP_SIZE

struct qemu {
	pid_t pid;
	FILE *requests, *answers;
	unsigned int function; /* the address of its config space */
	unsigned int pasid;    /* the offset of its capability, 0 if there is none */
};

/* QEMU has said why on its way out. */
static void gone(struct qemu *qemu)
{
	int status = 0;

	waitpid(qemu->pid, &status, 0);
	printf("\n");
	fprintf(stderr, "qtest: QEMU ended, status %d\n",
		WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	exit(3);
}

/* Returns what follows "OK" in the answer to the next request. */
static const char *next_answer(struct qemu *qemu)
{
	static char answer[2 * CONFIG_SIZE + 64];

	fflush(qemu->requests);
	do {
		if (!fgets(answer, sizeof(answer), qemu->answers))
			gone(qemu);
	} while (strncmp(answer, "OK", 2) != 0 && strncmp(answer, "FAIL", 4) != 0);
	if (*answer == 'F') {
		fprintf(stderr, "qtest: %s", answer);
		exit(1);
	}
	return answer + 2;
}

static const char *ask(struct qemu *qemu, const char *request)
{
	fprintf(qemu->requests, "%s\n", request);
	return next_answer(qemu);
}

static uint32_t read_value(struct qemu *qemu, char size, unsigned int offset)
{
	char request[64];

	snprintf(request, sizeof(request), "read%c %#x", size, qemu->function + offset);
	return strtoull(ask(qemu, request), NULL, 16);
}

static void write_value(struct qemu *qemu, char size, unsigned int offset, uint32_t value)
{
	char request[64];

	snprintf(request, sizeof(request), "write%c %#x %#x", size, qemu->function + offset, value);
	ask(qemu, request);
}

/* As a guest's kernel looks for it; 0 if there is none */
static unsigned int find_pasid(struct qemu *qemu)
{
	unsigned int at = HEAD, left = (CONFIG_SIZE - HEAD) / 8;
	uint32_t header = 1;

	while (at >= HEAD && header && left--) {
		header = read_value(qemu, 'l', at);
		if (PCI_EXT_CAP_ID(header) == PCI_EXT_CAP_ID_PASID)
			return at;
		at = PCI_EXT_CAP_NEXT(header);
	}
	return 0;
}

static void capability(struct qemu *qemu)
{
	uint16_t value;

	qemu->pasid = find_pasid(qemu);
	if (!qemu->pasid) {
		printf("none");
		return;
	}
	value = read_value(qemu, 'w', qemu->pasid + PCI_PASID_CAP);
	printf("0x%03x:%u:%u", qemu->pasid, value >> 1 & 3, value >> 8 & 0x1f);
}

static void print_control(struct qemu *qemu)
{
	printf("%04x", read_value(qemu, 'w', qemu->pasid + PCI_PASID_CTRL));
}

static void control(struct qemu *qemu, const char *value)
{
	write_value(qemu, 'w', qemu->pasid + PCI_PASID_CTRL, strtoul(value, NULL, 16));
	print_control(qemu);
}

static void chain(struct qemu *qemu)
{
	unsigned int at = HEAD, left = (CONFIG_SIZE - HEAD) / 8;

	while (at >= HEAD && left--) {
		uint32_t header = read_value(qemu, 'l', at);

		printf("%s%x", at == HEAD ? "" : ",", PCI_EXT_CAP_ID(header));
		at = PCI_EXT_CAP_NEXT(header);
	}
}

static void word(struct qemu *qemu, const char *where)
{
	char *value;
	unsigned int offset = strtoul(where, &value, 0);

	write_value(qemu, 'w', offset, strtoul(value + 1, NULL, 16));
	printf("%04x", read_value(qemu, 'w', offset));
}

/* Sends all requests before it asks for answers: they are a thousand. */
static void garbage(struct qemu *qemu, unsigned int begin, unsigned int end)
{
	static char before[2 * CONFIG_SIZE];
	char request[64];
	unsigned int at, i;
	uint8_t byte;

	snprintf(request, sizeof(request), "read %#x %#x", qemu->function + begin, end - begin);
	snprintf(before, sizeof(before), "%s", ask(qemu, request) + strlen(" 0x"));
	for (at = begin; at < end; at += 4) {
		uint32_t value = 0;

		for (i = 0; i < sizeof(value); i++) {
			if (sscanf(before + 2ul * (at - begin + i), "%2hhx", &byte) != 1)
				exit(1);
			value |= (uint32_t)(uint8_t)~byte << 8 * i;
		}
		fprintf(qemu->requests, "writel %#x %#x\n", qemu->function + at, value);
	}
	for (at = begin; at < end; at += 4)
		next_answer(qemu);
	print_control(qemu);
}

/* BDF+OFFSET */
static void hardware(const char *where)
{
	const char *plus = strchr(where, '+');
	char bdf[16];

	if (!plus)
		exit(2);
	snprintf(bdf, sizeof(bdf), "%.*s", (int)(plus - where), where);
	printf("%04x", hardware_word(bdf, strtoul(plus + 1, NULL, 0)));
}

static void writes(const char *bdf)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/kernel/debug/planter/%s/planted_writes", bdf);
	printf("%llu", read_number(path));
}

static void ask_as_told(struct qemu *qemu, const char *request)
{
	const char *answer = ask(qemu, request);

	printf("%.*s", (int)strcspn(answer + 1, "\n"), *answer == ' ' ? answer + 1 : "");
}

static void wait_until(struct qemu *qemu, const char *condition)
{
	const struct timespec pause = { .tv_nsec = 10000000 };
	char *request;
	uint64_t value = strtoull(condition, &request, 0);

	while (strtoull(ask(qemu, request + 1), NULL, 0) != value)
		nanosleep(&pause, NULL);
	printf("%#llx", (unsigned long long)value);
}

static bool is_step(const char *word, const char *name, const char **value)
{
	size_t length = strlen(name);

	*value = word + length;
	return !strncmp(word, name, length);
}

static void at(struct qemu *qemu, const char *slot)
{
	if (qemu->function)
		putchar('\n');
	qemu->function = MMCONFIG + (strtoul(slot, NULL, 16) << 15);
	printf("%s", slot);
}

static void do_step(struct qemu *qemu, const char *step)
{
	const char *value;

	if (is_step(step, "at=", &value)) {
		at(qemu, value);
		return;
	}
	putchar(' ');
	if (!strcmp(step, "capability"))
		capability(qemu);
	else if (is_step(step, "control=", &value))
		control(qemu, value);
	else if (!strcmp(step, "chain"))
		chain(qemu);
	else if (is_step(step, "word=", &value))
		word(qemu, value);
	else if (!strcmp(step, "garbage"))
		garbage(qemu, qemu->pasid, qemu->pasid + PCI_EXT_CAP_PASID_SIZEOF);
	else if (!strcmp(step, "garbage-all"))
		garbage(qemu, HEAD, CONFIG_SIZE);
	else if (is_step(step, "hardware=", &value))
		hardware(value);
	else if (is_step(step, "writes=", &value))
		writes(value);
	else if (is_step(step, "ask=", &value))
		ask_as_told(qemu, value);
	else if (is_step(step, "until=", &value))
		wait_until(qemu, value);
	else
		exit(2);
}

static void start(struct qemu *qemu, char **arguments)
{
	int requests[2], answers[2];

	if (pipe(requests) || pipe(answers)) {
		perror("qtest");
		exit(1);
	}
	qemu->pid = fork();
	if (!qemu->pid) {
		dup2(requests[0], STDIN_FILENO);
		dup2(answers[1], STDOUT_FILENO);
		close(requests[1]);
		close(answers[0]);
		execv(arguments[0], arguments);
		perror(arguments[0]);
		_exit(127);
	}
	close(requests[0]);
	close(answers[1]);
	qemu->requests = fdopen(requests[1], "w");
	qemu->answers = fdopen(answers[0], "r");
	if (!qemu->requests || !qemu->answers)
		exit(1);
}

int main(int argc, char **argv)
{
	struct qemu qemu = { 0 };
	int steps = 1, i;

	while (steps < argc && strcmp(argv[steps], "--") != 0)
		steps++;
	if (steps + 1 >= argc)
		return 2;

	/* If QEMU has ended, so has the answer. */
	signal(SIGPIPE, SIG_IGN);
	start(&qemu, argv + steps + 1);

	/* The host bridge's PCIEXBAR */
	ask(&qemu, "outl 0xcf8 0x80000060");
	ask(&qemu, "outl 0xcfc 0xb0000001");
	for (i = 1; i < steps; i++)
		do_step(&qemu, argv[i]);
	putchar('\n');
	kill(qemu.pid, SIGTERM);
	waitpid(qemu.pid, NULL, 0);
	return 0;
}
