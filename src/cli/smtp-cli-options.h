/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The command line as values: a plan that is checked, and what to do with the result. */

#pragma once

#include <gio/gio.h>

#include "dialogue/smtp-plan.h"
#include "export/smtp-export.h"

G_BEGIN_DECLS

/**
 * SmtpCliOptions:
 * @plan: what to ask; without a host when @practice is set
 * @practice: (nullable): the personality of the practice server to ask
 * @format: the form of the result
 * @output: (nullable): the file for it; %NULL: standard output
 * @quiet: only the verdict, and nothing on standard error
 * @survey: whether to survey TLS instead of one probe
 * @pause_ms: the pause between the connections of a survey, in milliseconds
 * @send: whether the built-in message is to be sent
 * @show_version: only print the version
 * @list_practice: only list the personalities
 */
typedef struct
{
  SmtpPlan         *plan;
  char             *practice;
  SmtpExportFormat  format;
  char             *output;
  char             *key_password_file;
  char             *key_password_env;
  gboolean          quiet;
  gboolean          survey;
  int               pause_ms;
  gboolean          send;
  gboolean          show_version;
  gboolean          list_practice;
} SmtpCliOptions;

gboolean smtp_cli_options_parse (SmtpCliOptions   *self,
                                 int               argc,
                                 char            **argv,
                                 GError          **error);
void     smtp_cli_options_clear (SmtpCliOptions   *self);

G_END_DECLS
