/* SPDX-License-Identifier: MIT */
/*
 * The answers of all commands about each function, side by side.
 */
#ifndef AGREEMENT_ANSWERS_H
#define AGREEMENT_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fact {
	FACT_TOLD, /* whether the command says anything of it */
	FACT_LISTED,
	FACT_STATE,
	FACT_WIDTH,
	FACT_IOMMU_WIDTH,
	FACT_USABLE_WIDTH,
	FACT_EXEC,
	FACT_PRIV,
	FACT_EXEC_ENABLED,
	FACT_PRIV_ENABLED,
	FACT_PASID_AT,
	FACT_KIND,
	FACT_PF,
	FACT_DRIVER,
	FACT_IOMMU,
	FACT_GROUP,
	FACT_ID,
	FACT_NAME,
	FACT_PLACE,
	FACT_REASON,   /* for the place */
	FACT_NO_PLACE, /* why there is none */
	FACT_DIGEST,
	FACT_VERDICT,
	FACT_IS_USABLE,
	FACT_SUMMARY,
	FACT_NUMBER, /* of a label, or of functions in a state */
	FACTS
};

enum source {
	FROM_MAKER, /* the generator, which knows what it has made */
	FROM_RULE,  /* what follows from list --json by the manual */
	FROM_LIST,
	FROM_LIST_JSON,
	FROM_SHORT_LIST, /* without --all */
	FROM_SHOW,
	FROM_SHOW_JSON,
	FROM_SHOW_SIBLINGS,
	FROM_EXPLAIN,
	FROM_EXPLAIN_JSON,
	FROM_EXPLAIN_STATUS,
	FROM_VM,
	FROM_MAP,
	FROM_MAP_JSON,
	FROM_PLACE,
	FROM_PLACE_JSON,
	FROM_PROMETHEUS,
	FROM_NFD,
	SOURCES
};

/* What an answer can mean. A null can mean that there is nothing, or that it is unknown. */
enum {
	CAN_BE_NOTHING = 1,
	CAN_BE_UNKNOWN = 2,
	CAN_BE_VALUE = 4,
};

/**
 * struct answer - the answer of one source about one fact
 * @can_be: CAN_BE_*; 0: there is no answer.
 * @text: The value, if it is CAN_BE_VALUE.
 */
struct answer {
	uint8_t can_be;
	const char *text;
};

/**
 * struct subject - a function, or a label of an export
 * @name: Its BDF, or the label.
 * @answers: What the sources say about it.
 */
struct subject {
	const char *name;
	struct answer answers[FACTS][SOURCES];
};

#define MAX_SUBJECTS 256

struct answers {
	struct subject subjects[MAX_SUBJECTS];
	size_t count;
	char texts[1 << 18];
	size_t used;
};

void answers_clear(struct answers *answers);

/* Returns the subject with that name, which is added if there is none yet. */
struct subject *answers_subject(struct answers *answers, const char *name);

/* Returns the subject with that name, or NULL. */
struct subject *answers_find(struct answers *answers, const char *name);

/* Records an answer. If the source has answered already, its first answer counts. */
void tell(struct answers *answers, struct subject *subject, enum fact fact, enum source source,
	  unsigned int can_be);
void tell_value(struct answers *answers, struct subject *subject, enum fact fact,
		enum source source, const char *format, ...) __attribute__((format(printf, 5, 6)));

/* "yes" or "no" */
void tell_bool(struct answers *answers, struct subject *subject, enum fact fact, enum source source,
	       bool value);

/* Whether all answers can be true at the same time. */
bool answers_agree(const struct answer answers[SOURCES]);

const char *fact_name(enum fact fact);
const char *source_name(enum source source);

#endif /* AGREEMENT_ANSWERS_H */
