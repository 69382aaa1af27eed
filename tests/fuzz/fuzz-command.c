/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A command is one line of printable ASCII, and its one line end is at its end; or it is not made. */

#include "fuzz.h"
#include "protocol/smtp-command.h"

static void
check (SmtpCommand *command,
       GError      *error,
       const char  *text)
{
  gsize length;
  gsize shown_length;
  const char *wire;

  if (command == NULL)
    {
      g_assert_true (error->domain == SMTP_COMMAND_ERROR);
      g_error_free (error);
      return;
    }

  wire = smtp_command_get_wire (command, &length);
  g_assert_cmpmem (wire + length - 2, 2, "\r\n", 2);
  for (gsize i = 0; i < length - 2; i++)
    g_assert_true (g_ascii_isprint (wire[i]));
  g_assert_true (length - 2 >= strlen (text) && memcmp (wire + length - 2 - strlen (text), text, strlen (text)) == 0);
  g_assert_true (smtp_command_get_shown (command, &shown_length) == wire && shown_length == length - 2);
  smtp_command_unref (command);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  GError *error = NULL;
  SmtpCommand *command = smtp_command_new_line (text, &error);

  check (command, error, text);
  for (SmtpVerb verb = SMTP_VERB_EHLO; verb < SMTP_VERB_OTHER; verb++)
    {
      if (verb == SMTP_VERB_CONTENT)
        continue;
      error = NULL;
      command = smtp_command_new (verb, text, &error);
      check (command, error, text);
    }

  return 0;
}
