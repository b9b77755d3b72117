// SPDX-License-Identifier: MIT
#include "support/schema.h"

FILE *schema_check_begin(void)
{
	return popen("tests/support/schemas.py", "w");
}

bool schema_check_end(FILE *checker)
{
	return checker && pclose(checker) == 0;
}

bool schema_is_met(struct json_object *report)
{
	FILE *checker = schema_check_begin();

	if (checker)
		fputs(json_object_to_json_string(report), checker);
	return schema_check_end(checker);
}
