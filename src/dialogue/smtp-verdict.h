/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What came of one step, in one word. The only file that weighs the digits of a reply. */

#pragma once

#include "protocol/smtp-command.h"
#include "protocol/smtp-reply.h"

G_BEGIN_DECLS

/**
 * SmtpVerdict:
 *
 * How a step ended.
 */
typedef enum
{
  SMTP_VERDICT_PENDING,    /* not yet */
  SMTP_VERDICT_ACCEPTED,   /* 2yz, or a look-up or connection that worked */
  SMTP_VERDICT_WANTS_MORE, /* 3yz where it belongs */
  SMTP_VERDICT_DEFERRED,   /* 4yz */
  SMTP_VERDICT_REFUSED,    /* 5yz, or a look-up or connection that failed */
  SMTP_VERDICT_BROKEN,     /* not SMTP, or out of turn */
  SMTP_VERDICT_LOST,       /* the connection ended */
  SMTP_VERDICT_TIMED_OUT,
  SMTP_VERDICT_CANCELLED,
  SMTP_VERDICT_SKIPPED,    /* not done, since what came before left no reason to */
} SmtpVerdict;

SmtpVerdict smtp_verdict_weigh (SmtpVerb     verb,
                                SmtpReply   *reply);
const char *smtp_verdict_to_id (SmtpVerdict  verdict);
gboolean    smtp_verdict_is_good (SmtpVerdict verdict);

G_END_DECLS
