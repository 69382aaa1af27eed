/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Address syntax (RFC 5321 section 4.1.2 and 4.1.3, lengths of 4.5.3.1): what people type or paste, to
 * the path that MAIL and RCPT take, or the reason why it is none. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SMTP_MAILBOX_ERROR (smtp_mailbox_error_quark ())
GQuark smtp_mailbox_error_quark (void);

/**
 * SmtpMailboxError:
 * @SMTP_MAILBOX_ERROR_EMPTY: no address at all
 * @SMTP_MAILBOX_ERROR_CONTROL: a control character, CR and LF among them
 * @SMTP_MAILBOX_ERROR_NO_AT: no @ between local-part and domain
 * @SMTP_MAILBOX_ERROR_LOCAL_PART: the part before the @ breaks the grammar
 * @SMTP_MAILBOX_ERROR_LOCAL_TOO_LONG: that part is over 64 octets
 * @SMTP_MAILBOX_ERROR_DOMAIN: the part behind the @ breaks the grammar
 * @SMTP_MAILBOX_ERROR_DOMAIN_TOO_LONG: that part is over 255 octets
 * @SMTP_MAILBOX_ERROR_PATH_TOO_LONG: the whole is over 254 octets
 * @SMTP_MAILBOX_ERROR_LITERAL: the brackets do not hold an IP address
 * @SMTP_MAILBOX_ERROR_BRACKETS: angle brackets that do not match
 * @SMTP_MAILBOX_ERROR_NOT_ASCII: letters outside ASCII before the @, which need SMTPUTF8
 */
typedef enum
{
  SMTP_MAILBOX_ERROR_EMPTY,
  SMTP_MAILBOX_ERROR_CONTROL,
  SMTP_MAILBOX_ERROR_NO_AT,
  SMTP_MAILBOX_ERROR_LOCAL_PART,
  SMTP_MAILBOX_ERROR_LOCAL_TOO_LONG,
  SMTP_MAILBOX_ERROR_DOMAIN,
  SMTP_MAILBOX_ERROR_DOMAIN_TOO_LONG,
  SMTP_MAILBOX_ERROR_PATH_TOO_LONG,
  SMTP_MAILBOX_ERROR_LITERAL,
  SMTP_MAILBOX_ERROR_BRACKETS,
  SMTP_MAILBOX_ERROR_NOT_ASCII,
} SmtpMailboxError;

/**
 * SmtpMailboxFlags:
 * @SMTP_MAILBOX_NULL_ALLOWED: "" and "<>" stand for the null reverse-path
 * @SMTP_MAILBOX_POSTMASTER_ALLOWED: "postmaster" needs no domain (RFC 5321 section 4.5.1)
 */
typedef enum
{
  SMTP_MAILBOX_NONE = 0,
  SMTP_MAILBOX_NULL_ALLOWED = 1 << 0,
  SMTP_MAILBOX_POSTMASTER_ALLOWED = 1 << 1,
} SmtpMailboxFlags;

char     *smtp_mailbox_parse      (const char        *text,
                                   SmtpMailboxFlags   flags,
                                   GError           **error);
gboolean  smtp_mailbox_is_domain  (const char        *text);
gboolean  smtp_mailbox_is_literal (const char        *text);
char    **smtp_mailbox_split      (const char        *text);
gboolean  smtp_mailbox_equal      (const char        *a,
                                   const char        *b);
const char *smtp_mailbox_get_domain (const char      *path);

G_END_DECLS
