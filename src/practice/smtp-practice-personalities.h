/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What a practice server says, as data. Private to practice. */

#pragma once

#include "protocol/smtp-command.h"

G_BEGIN_DECLS

/**
 * SmtpPracticeAnswer:
 * @verb: to which command; %SMTP_VERB_CONNECT is the greeting, %SMTP_VERB_CONTENT the end of the message
 * @match: (nullable): a piece that the argument must hold, in lower case
 * @reply: what to say; lines end with \n, which goes out as CRLF; "" is silence
 *
 * The first that fits counts; what nothing fits gets the common answers.
 */
typedef struct
{
  SmtpVerb    verb;
  const char *match;
  const char *reply;
} SmtpPracticeAnswer;

typedef struct
{
  const char                *name;
  const char                *title;
  const char                *about;
  const char                *sender;
  const char *const         *recipients;
  guint                      delay_ms;       /* before each reply */
  guint                      drip_ms;        /* between its bytes; 0: at once */
  gboolean                   close_after_421;
  const SmtpPracticeAnswer  *answers;        /* ended by a NULL reply */
} SmtpPracticePersonality;

extern const SmtpPracticePersonality smtp_practice_personalities[];
extern const SmtpPracticeAnswer smtp_practice_common_answers[];
extern const guint smtp_practice_n_personalities;

G_END_DECLS
