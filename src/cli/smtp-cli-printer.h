/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The live transcript on standard output. It looks at the transcript now and then (and at the end)
 * instead of being told of each step, so that printing costs a run nothing it could feel. */

#pragma once

#include "dialogue/smtp-transcript.h"

G_BEGIN_DECLS

typedef struct _SmtpCliPrinter SmtpCliPrinter;

SmtpCliPrinter *smtp_cli_printer_new   (SmtpTranscript *transcript);
void            smtp_cli_printer_free  (SmtpCliPrinter *self);
void            smtp_cli_printer_print (SmtpCliPrinter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmtpCliPrinter, smtp_cli_printer_free)

G_END_DECLS
