/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gi18n.h>
#include <gnutls/gnutls.h>
#include <locale.h>
#include <signal.h>

#include "cli/smtp-cli-options.h"
#include "cli/smtp-cli-output.h"
#include "cli/smtp-cli-run.h"
#include "config.h"
#include "practice/smtp-practice-server.h"

#define EXIT_USAGE 2

/* GnuTLS is made ready by who first needs it: a run without encryption does not pay for it. */
GNUTLS_SKIP_GLOBAL_INIT

static void
list_practice (void)
{
  for (guint i = 0; i < smtp_practice_get_n (); i++)
    g_print ("%-21s %s\n", smtp_practice_get_name (i), _(smtp_practice_get_about (i)));
}

int
main (int    argc,
      char **argv)
{
  SmtpCliOptions options = { 0, };
  g_autoptr (GError) error = NULL;
  int status = 0;

  /* What is used of it. The rest is ten more files, a noticeable part of a short run. */
  setlocale (LC_CTYPE, "");
  setlocale (LC_MESSAGES, "");
  setlocale (LC_TIME, "");
  bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  signal (SIGPIPE, SIG_IGN);
  smtp_cli_prepare_output ();

  if (!smtp_cli_options_parse (&options, argc, argv, &error))
    {
      g_printerr ("smtp-probe-cli: %s\n", error->message);
      g_printerr ("%s\n", _("Try 'smtp-probe-cli --help'."));
      status = EXIT_USAGE;
    }
  else if (options.show_version)
    g_print ("smtp-probe-cli %s\n", PACKAGE_VERSION);
  else if (options.list_practice)
    list_practice ();
  else
    status = smtp_cli_run (&options);

  smtp_cli_options_clear (&options);

  return status;
}
