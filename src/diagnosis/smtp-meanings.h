/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The knowledge of this library as tables: what codes and wordings mean. Data only; smtp-explanation looks
 * things up. All sentences are marked for translation and not yet translated. */

#pragma once

#include "diagnosis/smtp-explanation.h"

G_BEGIN_DECLS

/**
 * SmtpMeaning:
 *
 * One meaning. @id is %NULL in the last entry of a table.
 */
typedef struct
{
  const char    *id;
  const char    *meaning;
  const char    *next;
  SmtpActor      actor;
  SmtpRetry      retry;
  SmtpCertainty  certainty;
} SmtpMeaning;

/**
 * SmtpWording:
 * @stages: a set of bits 1 << SmtpVerb; 0: any
 * @klass: first digit; 0: 4 or 5
 * @code: reply code; 0: any
 * @enhanced: "5.7.54", "x.7.54" (any class), "4.7.5??" (any digits), or %NULL
 * @words: lower-case pieces of text, any of which will do, with | between; %NULL: any text. Addresses in a
 *   reply are not searched, and its text ends with a space
 *
 * A rule for replies of real servers. The first that fits counts.
 */
typedef struct
{
  guint        stages;
  guint        klass;
  guint        code;
  const char  *enhanced;
  const char  *words;
  SmtpMeaning  meaning;
} SmtpWording;

typedef struct
{
  guint16      subject;
  guint16      detail;
  const char  *words;   /* the registry's meaning, in ours */
  SmtpMeaning  meaning; /* without id: only the class counts */
} SmtpRegistered;

typedef struct
{
  guint        code;
  guint        stages;
  SmtpMeaning  meaning;
} SmtpCodeMeaning;

extern const SmtpWording smtp_meanings_wordings[];
extern const SmtpRegistered smtp_meanings_registry[];
extern const SmtpCodeMeaning smtp_meanings_codes[];
extern const char *const smtp_meanings_second_digits[6];

G_END_DECLS
