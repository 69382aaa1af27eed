/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A path that is let through fits in a command and means itself; what is split was in the text, in order. */

#include "fuzz.h"
#include "protocol/smtp-command.h"
#include "protocol/smtp-mailbox.h"

static void
check_parse (const char       *text,
             SmtpMailboxFlags  flags)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = smtp_mailbox_parse (text, flags, &error);
  g_autofree char *argument = g_strdup_printf ("TO:<%s>", path != NULL ? path : "");
  g_autoptr (SmtpCommand) command = smtp_command_new (SMTP_VERB_RCPT, argument, NULL);
  g_autofree char *again = NULL;
  g_autofree char *bracketed = NULL;

  g_assert_true ((path == NULL) == (error != NULL));
  g_assert_nonnull (command);
  if (path == NULL)
    return;

  g_assert_cmpuint (strlen (path), <=, 254);
  g_assert_true (*path != '\0' || (flags & SMTP_MAILBOX_NULL_ALLOWED) != 0);
  again = smtp_mailbox_parse (path, flags, NULL);
  g_assert_cmpstr (again, ==, path);
  bracketed = smtp_mailbox_parse (argument + strlen ("TO:"), flags, NULL);
  g_assert_cmpstr (bracketed, ==, path);
  g_assert_true (smtp_mailbox_equal (path, again));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_auto (GStrv) items = smtp_mailbox_split (text);
  const char *at = text;

  for (SmtpMailboxFlags flags = 0; flags < 4; flags++)
    check_parse (text, flags);

  for (int i = 0; items[i] != NULL; i++)
    {
      at = strstr (at, items[i]);
      g_assert_true (at != NULL && *items[i] != '\0' && strpbrk (items[i], "\r\n") == NULL);
      at += strlen (items[i]);
      check_parse (items[i], SMTP_MAILBOX_POSTMASTER_ALLOWED);
    }

  return 0;
}
