/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* One command line: the bytes for the wire, made once, and the form that is shown. A command with CR,
 * LF or NUL in it cannot be made, so one command is always one line; the one exception has a function of its own. */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define SMTP_COMMAND_ERROR (smtp_command_error_quark ())
GQuark smtp_command_error_quark (void);

/**
 * SmtpCommandError:
 * @SMTP_COMMAND_ERROR_CONTROL: a control character (CR, LF, NUL, ...) in an argument
 * @SMTP_COMMAND_ERROR_NOT_ASCII: bytes above 127, which need an extension not in use
 * @SMTP_COMMAND_ERROR_EMPTY: an argument that must not be empty is
 */
typedef enum
{
  SMTP_COMMAND_ERROR_CONTROL,
  SMTP_COMMAND_ERROR_NOT_ASCII,
  SMTP_COMMAND_ERROR_EMPTY,
} SmtpCommandError;

/**
 * SmtpVerb:
 *
 * The commands that this program knows what to expect of. @SMTP_VERB_CONNECT stands for the opening
 * of the connection (answered by the greeting), @SMTP_VERB_CONTENT for the message text behind DATA.
 */
typedef enum
{
  SMTP_VERB_CONNECT,
  SMTP_VERB_EHLO,
  SMTP_VERB_HELO,
  SMTP_VERB_STARTTLS,
  SMTP_VERB_MAIL,
  SMTP_VERB_RCPT,
  SMTP_VERB_DATA,
  SMTP_VERB_CONTENT,
  SMTP_VERB_RSET,
  SMTP_VERB_NOOP,
  SMTP_VERB_QUIT,
  SMTP_VERB_VRFY,
  SMTP_VERB_EXPN,
  SMTP_VERB_HELP,
  SMTP_VERB_OTHER,
} SmtpVerb;

typedef struct _SmtpCommand SmtpCommand;

#define SMTP_TYPE_COMMAND (smtp_command_get_type ())
GType        smtp_command_get_type  (void);

SmtpCommand *smtp_command_new       (SmtpVerb      verb,
                                     const char   *argument,
                                     GError      **error);
SmtpCommand *smtp_command_new_line  (const char   *line,
                                     GError      **error);
SmtpCommand *smtp_command_new_injection (void);
SmtpCommand *smtp_command_ref       (SmtpCommand  *self);
void         smtp_command_unref     (SmtpCommand  *self);
SmtpVerb     smtp_command_get_verb  (SmtpCommand  *self);
const char  *smtp_command_get_wire  (SmtpCommand  *self,
                                     gsize        *length);
const char  *smtp_command_get_shown (SmtpCommand  *self,
                                     gsize        *length);
const char  *smtp_verb_to_string    (SmtpVerb      verb);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmtpCommand, smtp_command_unref)

G_END_DECLS
