/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* One reply as it came: the raw bytes, the lines in them, the code, and what was wrong with them
 * (flaws). Immutable once the parser has made it. It knows nothing of the command it answers: whether
 * a code was expected is the business of smtp-codes. */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * SmtpReplyClass:
 *
 * What the first digit of a reply says (RFC 5321 section 4.2.1).
 */
typedef enum
{
  SMTP_REPLY_CLASS_INVALID = 0,   /* no code, or a first digit SMTP does not use */
  SMTP_REPLY_CLASS_SUCCESS = 2,   /* done */
  SMTP_REPLY_CLASS_CONTINUE = 3,  /* go on: the server waits for more */
  SMTP_REPLY_CLASS_TEMPORARY = 4, /* not now: trying again later may help */
  SMTP_REPLY_CLASS_PERMANENT = 5, /* not at all: trying again will not help */
} SmtpReplyClass;

/**
 * SmtpReplyFlaws:
 *
 * What is wrong with a reply by RFC 5321 section 4.2. A flaw never stops the parser; it is evidence.
 */
typedef enum
{
  SMTP_REPLY_FLAW_NO_CODE = 1 << 0,        /* a line without a three-digit code */
  SMTP_REPLY_FLAW_BAD_CODE = 1 << 1,       /* digits out of the range 2-5, 0-5, 0-9 */
  SMTP_REPLY_FLAW_BAD_SEPARATOR = 1 << 2,  /* neither space nor hyphen behind the code */
  SMTP_REPLY_FLAW_MIXED_CODES = 1 << 3,    /* the lines carry different codes */
  SMTP_REPLY_FLAW_BARE_LF = 1 << 4,        /* a line ended by LF alone */
  SMTP_REPLY_FLAW_BARE_CR = 1 << 5,        /* a CR inside a line */
  SMTP_REPLY_FLAW_NUL = 1 << 6,            /* a NUL byte */
  SMTP_REPLY_FLAW_CONTROL = 1 << 7,        /* another control character */
  SMTP_REPLY_FLAW_EIGHT_BIT = 1 << 8,      /* bytes above 127 */
  SMTP_REPLY_FLAW_INVALID_UTF8 = 1 << 9,   /* bytes above 127 that are not UTF-8 */
  SMTP_REPLY_FLAW_LONG_LINE = 1 << 10,     /* over 512 octets with CRLF, section 4.5.3.1.5 */
  SMTP_REPLY_FLAW_INCOMPLETE = 1 << 11,    /* the connection or our patience ended inside it */
  SMTP_REPLY_FLAW_TOO_LARGE = 1 << 12,     /* cut at our limit; the rest was not kept */
  SMTP_REPLY_FLAW_ENHANCED_CLASH = 1 << 13 /* enhanced status code of another class than the code */
} SmtpReplyFlaws;

#define SMTP_REPLY_N_FLAWS 14

/**
 * SmtpEnhancedCode:
 * @klass: 2, 4 or 5
 * @subject: 0 to 999
 * @detail: 0 to 999
 *
 * An enhanced status code, class.subject.detail (RFC 3463 section 2).
 */
typedef struct
{
  guint8  klass;
  guint16 subject;
  guint16 detail;
} SmtpEnhancedCode;

typedef struct _SmtpReply SmtpReply;

#define SMTP_TYPE_REPLY (smtp_reply_get_type ())
GType            smtp_reply_get_type         (void);

SmtpReply       *smtp_reply_ref              (SmtpReply        *self);
void             smtp_reply_unref            (SmtpReply        *self);
guint            smtp_reply_get_code         (SmtpReply        *self);
SmtpReplyClass   smtp_reply_get_class        (SmtpReply        *self);
gboolean         smtp_reply_get_enhanced     (SmtpReply        *self,
                                              SmtpEnhancedCode *enhanced);
guint            smtp_reply_get_n_lines      (SmtpReply        *self);
const char      *smtp_reply_get_line         (SmtpReply        *self,
                                              guint             index,
                                              gsize            *length);
const char      *smtp_reply_get_text         (SmtpReply        *self,
                                              guint             index,
                                              gsize            *length);
const char      *smtp_reply_get_raw          (SmtpReply        *self,
                                              gsize            *length);
SmtpReplyFlaws   smtp_reply_get_flaws        (SmtpReply        *self);
guint64          smtp_reply_get_dropped      (SmtpReply        *self);

char            *smtp_enhanced_code_to_string (const SmtpEnhancedCode *self);
const char      *smtp_reply_class_to_id      (SmtpReplyClass    klass);
const char      *smtp_reply_flaw_to_id       (SmtpReplyFlaws    flaw);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmtpReply, smtp_reply_unref)

G_END_DECLS
