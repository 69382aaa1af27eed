/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What a practice server says, as data. Private to practice. */

#pragma once

#include "practice/smtp-practice-tls.h"
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

/**
 * SmtpPracticeTlsHabits:
 * @certificate: who the server says it is
 * @priority: (nullable): what it speaks, as a GnuTLS priority string
 * @on_connect: whether TLS begins with the first byte; else the server offers STARTTLS
 * @drops: whether it closes the connection at the first byte of the handshake
 *
 * How a personality does TLS. What it says to STARTTLS is among its answers; TLS begins behind a 220.
 */
typedef struct
{
  SmtpPracticeCertificate  certificate;
  const char              *priority;
  gboolean                 on_connect;
  gboolean                 drops;
} SmtpPracticeTlsHabits;

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
  const char                *security;       /* what to ask for, as plans have it */
  const SmtpPracticeTlsHabits *tls;          /* NULL: it knows no TLS */
} SmtpPracticePersonality;

extern const SmtpPracticePersonality smtp_practice_personalities[];
extern const SmtpPracticeAnswer smtp_practice_common_answers[];
extern const SmtpPracticeAnswer smtp_practice_offering_answers[];   /* before those, where STARTTLS is to be had */
extern const SmtpPracticeAnswer smtp_practice_encrypted_answers[];  /* before all others, inside TLS */
extern const guint smtp_practice_n_personalities;

G_END_DECLS
