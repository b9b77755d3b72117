/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commands: cmd_NAME() is in cmd_NAME.c of its family's folder.
 */
#ifndef TOOLS_CMD_H
#define TOOLS_CMD_H

/* As main(), with the command as argv[0]; each returns one of support/output.h, or OPTIONS_DONE. */
int cmd_list(int argc, char **argv);
int cmd_show(int argc, char **argv);
int cmd_query(int argc, char **argv);
int cmd_try(int argc, char **argv);
int cmd_bind(int argc, char **argv);
int cmd_unbind(int argc, char **argv);
int cmd_bindings(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_map(int argc, char **argv);
int cmd_place(int argc, char **argv);
int cmd_vm(int argc, char **argv);
int cmd_export(int argc, char **argv);
int cmd_record(int argc, char **argv);
int cmd_report(int argc, char **argv);

#endif /* TOOLS_CMD_H */
