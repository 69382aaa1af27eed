/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "protocol/smtp-command.h"

#include <string.h>

struct _SmtpCommand
{
  grefcount refs;
  SmtpVerb  verb;
  const char *shown;  /* static, if it is not the wire */
  gsize     length;   /* of wire, with CRLF */
  char      wire[];
};

G_DEFINE_BOXED_TYPE (SmtpCommand, smtp_command, smtp_command_ref, smtp_command_unref)
G_DEFINE_QUARK (smtp-command-error-quark, smtp_command_error)

static const char *const verbs[] = {
  [SMTP_VERB_CONNECT] = "",      [SMTP_VERB_EHLO] = "EHLO", [SMTP_VERB_HELO] = "HELO", [SMTP_VERB_MAIL] = "MAIL",
  [SMTP_VERB_RCPT] = "RCPT",     [SMTP_VERB_DATA] = "DATA", [SMTP_VERB_CONTENT] = "",  [SMTP_VERB_RSET] = "RSET",
  [SMTP_VERB_NOOP] = "NOOP",     [SMTP_VERB_QUIT] = "QUIT", [SMTP_VERB_VRFY] = "VRFY", [SMTP_VERB_EXPN] = "EXPN",
  [SMTP_VERB_HELP] = "HELP",     [SMTP_VERB_OTHER] = "",     [SMTP_VERB_STARTTLS] = "STARTTLS",
};

static gboolean
check (const char  *text,
       GError     **error)
{
  for (const char *at = text; *at != '\0'; at++)
    {
      if (g_ascii_iscntrl (*at))
        {
          g_set_error_literal (error, SMTP_COMMAND_ERROR, SMTP_COMMAND_ERROR_CONTROL,
                               "control character in a command");
          return FALSE;
        }
      if ((guchar) *at >= 0x80)
        {
          g_set_error_literal (error, SMTP_COMMAND_ERROR, SMTP_COMMAND_ERROR_NOT_ASCII,
                               "byte above 127 in a command");
          return FALSE;
        }
    }

  return TRUE;
}

static SmtpCommand *
make (SmtpVerb    verb,
      const char *word,
      const char *argument)
{
  gsize word_length = strlen (word);
  gsize argument_length = argument != NULL ? strlen (argument) : 0;
  SmtpCommand *self = g_malloc (sizeof (SmtpCommand) + word_length + argument_length + 3);
  char *at = self->wire;

  g_ref_count_init (&self->refs);
  self->verb = verb;
  self->shown = NULL;

  memcpy (at, word, word_length);
  at += word_length;
  if (argument != NULL)
    {
      *at++ = ' ';
      memcpy (at, argument, argument_length);
      at += argument_length;
    }
  memcpy (at, "\r\n", 2);
  self->length = (gsize) (at + 2 - self->wire);

  return self;
}

/**
 * smtp_command_new:
 * @verb: one of the verbs that are sent, not %SMTP_VERB_CONNECT, _CONTENT or _OTHER
 * @argument: (nullable): what follows the verb and a space
 * @error: return location for an error
 *
 * Makes a command line (RFC 5321 section 4.1.1). EHLO, HELO, MAIL, RCPT, VRFY and EXPN need an argument.
 *
 * Returns: (transfer full): the command, or %NULL with an error of #SmtpCommandError
 */
SmtpCommand *
smtp_command_new (SmtpVerb      verb,
                  const char   *argument,
                  GError      **error)
{
  gboolean needs_argument = verb == SMTP_VERB_EHLO || verb == SMTP_VERB_HELO || verb == SMTP_VERB_MAIL ||
                            verb == SMTP_VERB_RCPT || verb == SMTP_VERB_VRFY || verb == SMTP_VERB_EXPN;

  g_return_val_if_fail (verb != SMTP_VERB_CONNECT && verb != SMTP_VERB_CONTENT && verb < SMTP_VERB_OTHER, NULL);

  if (needs_argument && (argument == NULL || *argument == '\0'))
    {
      g_set_error (error, SMTP_COMMAND_ERROR, SMTP_COMMAND_ERROR_EMPTY, "%s needs an argument", verbs[verb]);
      return NULL;
    }

  if (argument != NULL && !check (argument, error))
    return NULL;

  return make (verb, verbs[verb], argument);
}

/**
 * smtp_command_new_line:
 * @line: a whole command line as somebody typed it, without line end
 * @error: return location for an error
 *
 * Makes a command of any text. Its verb is recognised for what to expect of the answer.
 *
 * Returns: (transfer full): the command, or %NULL with an error of #SmtpCommandError
 */
SmtpCommand *
smtp_command_new_line (const char  *line,
                       GError     **error)
{
  SmtpVerb found = SMTP_VERB_OTHER;

  if (*line == '\0')
    {
      g_set_error_literal (error, SMTP_COMMAND_ERROR, SMTP_COMMAND_ERROR_EMPTY, "empty command");
      return NULL;
    }

  if (!check (line, error))
    return NULL;

  for (SmtpVerb verb = 0; verb < SMTP_VERB_OTHER; verb++)
    {
      gsize length = strlen (verbs[verb]);

      if (length > 0 && g_ascii_strncasecmp (line, verbs[verb], length) == 0 &&
          (line[length] == '\0' || line[length] == ' '))
        found = verb;
    }

  return make (found, line, NULL);
}

/**
 * smtp_command_new_injection:
 *
 * Makes the one command that is two lines: STARTTLS, and behind it in the same write what an attacker in between
 * could put there (CVE-2011-0411). Only for tests of a server of one's own.
 *
 * Returns: (transfer full): the command
 */
SmtpCommand *
smtp_command_new_injection (void)
{
  SmtpCommand *self = make (SMTP_VERB_STARTTLS, "STARTTLS\r\nNOOP", NULL);

  self->shown = "STARTTLS\\r\\nNOOP";

  return self;
}

/**
 * smtp_command_ref:
 * @self: a command
 *
 * Returns: (transfer full): @self, with one more reference
 */
SmtpCommand *
smtp_command_ref (SmtpCommand *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_ref_count_inc (&self->refs);

  return self;
}

/**
 * smtp_command_unref:
 * @self: (transfer full): a command
 */
void
smtp_command_unref (SmtpCommand *self)
{
  g_return_if_fail (self != NULL);

  if (g_ref_count_dec (&self->refs))
    g_free (self);
}

/**
 * smtp_command_get_verb:
 * @self: a command
 *
 * Returns: its verb
 */
SmtpVerb
smtp_command_get_verb (SmtpCommand *self)
{
  g_return_val_if_fail (self != NULL, SMTP_VERB_OTHER);

  return self->verb;
}

/**
 * smtp_command_get_wire:
 * @self: a command
 * @length: (out): the number of bytes
 *
 * Returns: (transfer none): the bytes to send, with one CRLF, at the end (and for smtp_command_new_injection() one
 *   within); not NUL-terminated
 */
const char *
smtp_command_get_wire (SmtpCommand *self,
                       gsize       *length)
{
  g_return_val_if_fail (self != NULL, NULL);

  *length = self->length;

  return self->wire;
}

/**
 * smtp_command_get_shown:
 * @self: a command
 * @length: (out): the number of bytes
 *
 * Returns: (transfer none): what people see of it: one line of printable ASCII, not NUL-terminated
 */
const char *
smtp_command_get_shown (SmtpCommand *self,
                        gsize       *length)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (self->shown != NULL)
    {
      *length = strlen (self->shown);
      return self->shown;
    }

  *length = self->length - 2;

  return self->wire;
}

/**
 * smtp_verb_to_string:
 * @verb: a verb
 *
 * Returns: (transfer none): the word as sent; "" for what has none
 */
const char *
smtp_verb_to_string (SmtpVerb verb)
{
  g_return_val_if_fail (verb <= SMTP_VERB_OTHER, "");

  return verbs[verb];
}
