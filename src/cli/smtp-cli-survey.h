/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A TLS survey for the command line: what it will take, a counter, the result, the exit status. */

#pragma once

#include "cli/smtp-cli-options.h"
#include "session/smtp-tls-settings.h"

G_BEGIN_DECLS

int smtp_cli_survey (SmtpCliOptions  *options,
                     SmtpTlsSettings *tls,
                     GCancellable    *cancellable);

G_END_DECLS
