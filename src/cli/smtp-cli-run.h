/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* One run for the command line: EHLO name, practice server, session, output, exit status. */

#pragma once

#include "cli/smtp-cli-options.h"

G_BEGIN_DECLS

int smtp_cli_run (SmtpCliOptions *options);

G_END_DECLS
