/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A run without network and clock: a plan and what the server does, as strings, played to the real dialogue.
 *
 * The plan: "FIELD=VALUE" with host, port, helo, from, to, stop, close, message, security.
 * What happens, in order:
 *   "@ADDRESS ADDRESS"   the look-up finds these
 *   "-FAILURE"           what is under way fails: refused, unreachable, no-such-name, lookup, timeout,
 *                        closed, reset, cancelled, file, io
 *   "~"                  the message text gets stuck before its final dot
 *   "#MILLISECONDS"      time passes
 *   "=BASE64"            the server sends these bytes
 *   anything else        the server sends it as it stands
 * A connection works unless a failure comes next. Everything that happens takes 10 ms. */

#pragma once

#include "diagnosis/smtp-diagnosis.h"

G_BEGIN_DECLS

typedef struct
{
  SmtpPlan       *plan;
  SmtpTranscript *transcript;
  SmtpDiagnosis  *diagnosis;
  gboolean        done;
} DialogueRun;

DialogueRun *dialogue_run_new  (const char *const *plan,
                                const char *const *events);
void         dialogue_run_free (DialogueRun       *self);
SmtpStep    *dialogue_run_find (DialogueRun       *self,
                                SmtpVerb           verb);
DialogueRun *dialogue_run_reply (SmtpVerb          verb,
                                 const char       *reply);

#define RUN(plan, ...) dialogue_run_new ((const char *const[]) plan, (const char *const[]) { __VA_ARGS__, NULL })
#define PLAN(...) { __VA_ARGS__, NULL }

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DialogueRun, dialogue_run_free)

G_END_DECLS
