/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What one reply means, in words for people: an SmtpReply and the command it answers, to a meaning, who
 * must act, whether to try again, and what to do next. */

#pragma once

#include <glib.h>

#include "dialogue/smtp-step.h"

G_BEGIN_DECLS

typedef enum
{
  SMTP_ACTOR_NOBODY,
  SMTP_ACTOR_YOU,
  SMTP_ACTOR_YOUR_ADMIN,
  SMTP_ACTOR_THEIR_ADMIN,
  SMTP_ACTOR_RECIPIENT,
  SMTP_ACTOR_PROVIDER,
} SmtpActor;

typedef enum
{
  SMTP_RETRY_NO,
  SMTP_RETRY_LATER,
  SMTP_RETRY_AFTER_CHANGE,
} SmtpRetry;

typedef enum
{
  SMTP_CERTAINTY_LOW,
  SMTP_CERTAINTY_MEDIUM,
  SMTP_CERTAINTY_HIGH,
} SmtpCertainty;

/**
 * SmtpExplanation:
 * @id: stable, lower case with dashes: relay-denied, mailbox-unknown, ...
 * @meaning: one sentence, translated
 * @next: what to do, one sentence, translated, or %NULL
 * @source: what it rests on: "RFC 5321 4.2.3", ...
 */
typedef struct
{
  const char    *id;
  const char    *meaning;
  const char    *next;
  const char    *source;
  SmtpActor      actor;
  SmtpRetry      retry;
  SmtpCertainty  certainty;
} SmtpExplanation;

gboolean    smtp_explanation_get            (SmtpStep               *step,
                                             SmtpExplanation        *explanation);

/* The parts of a reply in words, translated; NULL where there is nothing to say. */
const char *smtp_explanation_first_digit    (SmtpReply              *reply);
const char *smtp_explanation_second_digit   (SmtpReply              *reply);
const char *smtp_explanation_enhanced       (const SmtpEnhancedCode *enhanced);
char       *smtp_explanation_expected       (SmtpStep               *step);
const char *smtp_explanation_flaw           (SmtpReplyFlaws          flaw);
const char *smtp_explanation_flaw_advice    (SmtpReplyFlaws          flaw);
char       *smtp_explanation_describe       (SmtpStep               *step);

const char *smtp_actor_to_id                (SmtpActor               actor);
const char *smtp_actor_to_words             (SmtpActor               actor);
const char *smtp_retry_to_id                (SmtpRetry               retry);
const char *smtp_retry_to_words             (SmtpRetry               retry);
const char *smtp_certainty_to_id            (SmtpCertainty           certainty);

G_END_DECLS
